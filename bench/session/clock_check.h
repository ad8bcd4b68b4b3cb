/*
 * The sample clock against the jig's calibrated modulator clock: a fold that counts the rising
 * edges of one channel. Pure; the result does not depend on how the capture was cut into blocks.
 *
 * Between rising edges at samples i and j, k periods apart, the sample rate is (j - i) / k times
 * the clock's frequency. Each end is known to one sample, so the ratio to one part in j - i.
 */
#ifndef SESSION_CLOCK_CHECK_H
#define SESSION_CLOCK_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/block.h"

struct clock_check {
	unsigned bit;
	bool level; /* of the sample before the next block */
	bool begun;
	uint64_t rising;
	uint64_t first, last; /* samples of the first and last rising edge; rising > 0 */
};

void clock_check_init(struct clock_check *c, unsigned bit);
void clock_check_feed(struct clock_check *c, const struct block *block);

/* *ratio: true sample rate / nominal_hz. ERR_BENCH: no clock there, or more than 100 ppm off (and
 * more than the capture's own resolution). clock_hz: the calibrated frequency. */
enum err_code clock_check_finish(const struct clock_check *c, double clock_hz, double nominal_hz,
				 double *ratio, struct err *e);

#endif
