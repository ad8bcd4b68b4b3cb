/*
 * What a standard deviation of n values says about that of the process they come from: the upper
 * end of its chi-square interval, one-sided, at 95 % (ISO 2854, table F; NIST/SEMATECH e-Handbook
 * 7.2.3). For values that are normally distributed and independent.
 */
#ifndef VERDICT_SPREAD_H
#define VERDICT_SPREAD_H

#include <stddef.h>

#define SPREAD_CONFIDENCE 0.95

/* Factor > 1 from an observed standard deviation to its upper bound: sqrt(nu / chi2_0.05(nu)), nu =
 * n - 1. n >= 2. */
double spread_factor(size_t n);

/* Probability that the process' standard deviation is at most `limit`, given the observed sd of n
 * values: P(chi2(nu) >= nu sd^2 / limit^2). At 0.95 sd * spread_factor(n) is on the limit. sd >= 0,
 * limit >= 0, n >= 2. */
double spread_conformance(double sd, size_t n, double limit);

#endif
