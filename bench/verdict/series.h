/*
 * A row of numbers in the order they were taken: mean, standard deviation, lag-1 autocorrelation,
 * and the line through two such rows.
 *
 * Two passes in extended precision with the rounding of the mean taken out (Chan, Golub, LeVeque,
 * "Algorithms for computing the sample variance", 1983, eq. 1.7), so nothing is lost here beyond
 * the doubles that come in. For numbers whose offset is large against their spread take decimal
 * differences first (decimal.h).
 */
#ifndef VERDICT_SERIES_H
#define VERDICT_SERIES_H

#include <stddef.h>

/* NaN is what does not exist: mean, min and max of nothing, sd of one, r1 without a spread. */
struct series {
	size_t n;
	double mean, sd; /* sd with n - 1 */
	double r1;       /* sum (y_i - m)(y_{i-1} - m) / sum (y_i - m)^2, as NIST StRD defines it */
	double min, max;
	double moving_range; /* mean |y_i - y_{i-1}| */
};

struct series series_of(const double *value, size_t n);

/* y = intercept + slope x by ordinary least squares; NaN throughout when n < 2 or all x equal; the
 * standard errors and residual sd (n - 2) are NaN when n < 3. r2 is NaN when all y are equal. */
struct series_line {
	size_t n;
	double slope, intercept, se_slope, se_intercept, residual_sd, r2;
	double mean_x, sum_xx; /* sum (x - mean_x)^2, for confidence bands */
};

struct series_line series_fit(const double *x, const double *y, size_t n);

#endif
