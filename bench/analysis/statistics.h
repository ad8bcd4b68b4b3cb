/*
 * Exact statistics of whole numbers (periods, widths) and of instants.
 *
 * A tally counts how often each value came, so that the median is exact in little memory: values
 * that add up to at most n samples have at most sqrt(2 n) different ones.
 */
#ifndef ANALYSIS_STATISTICS_H
#define ANALYSIS_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/result.h"

/* Invariant: slots is 0 or a power of two and more than used; an unused slot has times 0. A zeroed
 * struct is an empty tally. */
struct tally {
	struct tally_slot {
		uint64_t value, times;
	} * slot;
	size_t slots, used;
	uint64_t count, sum, min, max;
};

void tally_add(struct tally *t, uint64_t value);
void tally_deinit(struct tally *t);
double tally_median(const struct tally *t); /* mean of the two middle ones when even; NaN of none */
/* {min, max, mean, median}; null of none. */
struct result *tally_result(const struct tally *t);

/* Rates of events at ascending sample indices: {mean, min, max, sd} in Hz. mean = (count - 1) /
 * (last - first); min and max are the extreme single periods; sd (n - 1) is that of the single
 * periods' rates about their own mean. null for what does not exist, all without a sample rate
 * (0). */
struct result *statistics_rates(const uint64_t *sample, size_t count, double samplerate_hz);

/* {mean, min, max, sd} of single values; null for what does not exist. */
struct result *statistics_spread(const double *value, size_t count);

/* A number, or null when there are none to take it from. */
struct result *statistics_number(double value, uint64_t count);

#endif
