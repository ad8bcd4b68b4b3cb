/*
 * Bias and linearity: how far the readings of known parts lie from their reference values, and
 * whether that depends on the size of what is measured (AIAG, Measurement Systems Analysis, 4th
 * ed., chapter III B, independent sample method and linearity).
 */
#ifndef VERDICT_ACCURACY_H
#define VERDICT_ACCURACY_H

#include <stddef.h>

#include "verdict/series.h"

/* Of `n` readings of one part. p is two-sided, of the hypothesis that there is no bias (t test, n -
 * 1); low..high holds the bias with 95 %. NaN when n < 2; with no scatter p is 0, or 1 without
 * bias.
 */
struct accuracy_bias {
	size_t n;
	double reference, bias, sd, t, p, low, high;
};

/* error[i] = reading - reference. */
struct accuracy_bias accuracy_bias(const double *error, size_t n, double reference);

/* Errors against reference values: the line through them, with the p of "no slope" and "no
 * offset" (n - 2). */
struct accuracy_linearity {
	struct series_line line;
	double p_slope, p_intercept;
};

struct accuracy_linearity accuracy_linearity(const double *reference, const double *error,
					     size_t n);

#endif
