/*
 * Quantiles for intervals of any sample size, up to the millions of a station's record, where a
 * general inverse does not converge.
 */
#ifndef VERDICT_QUANTILE_H
#define VERDICT_QUANTILE_H

#include <stdint.h>

/* x with P(chi2(nu) <= x) = p; 0 < p < 1, nu > 0. Above nu = 1000 by Wilson and Hilferty (Proc.
 * Natl. Acad. Sci. 17, 1931), which is good to 1e-6 of x there. */
double quantile_chi_square(double p, double nu);

/* The success rate below which k or more successes of n have less than the probability p: the lower
 * end of Clopper and Pearson's interval; the upper one is 1 - quantile_success(p, n - k, n). 0 when
 * k is 0. k <= n, n > 0, 0 < p < 0.5. By the sum of the binomial's tail, exact to rounding. */
double quantile_success(double p, uint64_t k, uint64_t n);

#endif
