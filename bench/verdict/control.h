/*
 * Shewhart control charts: limits from subgroups (Xbar-R) or from single values (individuals and
 * moving range), and which points lie outside. Limits are those of ISO 7870-2: three standard
 * errors.
 *
 * The constants d2, d3 are computed from the distribution of the range of n normal values (Tippett
 * 1925), not looked up: there is no table to mistype and no largest table entry.
 */
#ifndef VERDICT_CONTROL_H
#define VERDICT_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

enum { CONTROL_SUBGROUP_MAX = 100 };

/* Of the range of n values with standard deviation 1. */
struct control_constants {
	size_t n;
	double d2, d3;     /* mean and standard deviation of the range */
	double a2, D3, D4; /* Xbar-R: x = xbarbar +- A2 Rbar; R = D3 Rbar .. D4 Rbar */
};

/* 2 <= n <= CONTROL_SUBGROUP_MAX. */
struct control_constants control_constants(size_t n);

/* d2* of g ranges of n values each (Duncan, "Quality Control and Industrial Statistics", appendix
 * D3): sqrt(d2^2 + d3^2/g), so that E[(Rbar/d2*)^2] is the variance; AIAG's K2 and K3 are 1/d2* at
 * g = 1. */
double control_d2_star(const struct control_constants *c, size_t g);

struct control_limits {
	double centre, low, high;
};

struct control_chart {
	size_t subgroup; /* 1: individuals, ranges are moving ranges of two */
	size_t points;
	double sigma_within; /* Rbar / d2 */
	struct control_limits location, range;
	size_t location_outside, range_outside; /* points beyond their limits */
};

/* `groups` subgroups of n values each, in order of time; n = 1 for individuals. n <=
 * CONTROL_SUBGROUP_MAX, groups >= 2. */
struct control_chart control_chart(const double *value, size_t groups, size_t n);

/* Of subgroup `index`: its mean (or value), and its range (of individuals: to the value before it;
 * 0 for the first). */
double control_location(const double *value, size_t n, size_t index);
double control_range(const double *value, size_t n, size_t index);

bool control_is_outside(double x, const struct control_limits *limits);

#endif
