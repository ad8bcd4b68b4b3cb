/* Samples of an analog channel, in the channel's own unit: how many, extremes, mean, rms about
 * zero. */
#ifndef ANALYSIS_ANALOG_H
#define ANALYSIS_ANALOG_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/result.h"

struct analog {
	uint64_t samples;
	double min, max, sum, squares;
	double sum_lost, squares_lost; /* low-order parts, carried along (Kahan) */
};

void analog_init(struct analog *a);
void analog_feed(struct analog *a, const float *value, size_t count);
/* {analysis, samples, min, max, mean, rms}; the caller owns it. */
struct result *analog_result(const struct analog *a);

#endif
