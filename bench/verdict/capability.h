/*
 * Process capability and yield, with confidence intervals.
 *
 * Cp, Cpk compare the specification with the short-term spread (within subgroups), Pp, Ppk with the
 * spread of all values. Formulas: Montgomery, Introduction to Statistical Quality Control, chapter
 * 8; interval of Cp by chi-square; of Cpk after Bissell, "How reliable is your capability index?",
 * Applied Statistics 39 (1990); yield after Clopper and Pearson, Biometrika 26 (1934). Normally
 * distributed values are assumed, and nothing here tests that.
 */
#ifndef VERDICT_CAPABILITY_H
#define VERDICT_CAPABILITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define CAPABILITY_CONFIDENCE 0.95

/* The specification: at least one side. */
struct capability_limits {
	bool has_low, has_high;
	double low, high;
};

/* NaN where it does not exist: two-sided indices of a one-sided limit, intervals without freedom.
 */
struct capability_index {
	double value, low, high; /* 95 % confidence interval */
};

/* cp of both sides; cpk of the nearer one. nu: degrees of freedom of the spread. */
struct capability_pair {
	double sd, nu;
	struct capability_index both, nearer;
};

/* n values of this mean; sd > 0 or the indices are infinite with the sign of the distance. */
struct capability_pair capability_pair(struct capability_limits limits, double mean, double sd,
				       double nu, double n);

enum capability_within {
	CAPABILITY_RANGE,        /* Rbar / d2 of subgroups */
	CAPABILITY_POOLED,       /* pooled standard deviation of subgroups */
	CAPABILITY_MOVING_RANGE, /* of single values: mean moving range / d2(2) */
};
const char *capability_within_text(enum capability_within within); /* static storage */

struct capability {
	uint64_t n;
	double mean;
	enum capability_within within;
	struct capability_pair potential, overall; /* Cp, Cpk; Pp, Ppk */
	double outside_fraction;                   /* of values outside the limits, counted */
};

/* `groups` subgroups of `size` values in order of time; size 1 means CAPABILITY_MOVING_RANGE.
 * ERR_CONFIG when there are fewer than two groups, a limit is missing or low >= high, or a value is
 * none. */
enum err_code capability_of(struct capability *c, const double *value, size_t groups, size_t size,
			    enum capability_within within, struct capability_limits limits,
			    struct err *e);

/* passed of tested, with the exact (conservative) 95 % interval. tested 0: NaN; passed <= tested.
 */
struct capability_index capability_yield(uint64_t passed, uint64_t tested);

#endif
