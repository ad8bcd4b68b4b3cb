/*
 * A gauge study with several factors: factor 0 of the design is the part, the others (station,
 * load, day, ...) are what the measuring may depend on. Each source has a component of its own; all
 * but the parts' are the gauge's. Percentages and ndc as in gauge.h, variances as in effects.h.
 */
#ifndef VERDICT_GAUGE_FACTORS_H
#define VERDICT_GAUGE_FACTORS_H

#include "verdict/effects.h"
#include "verdict/gauge.h"

#define GAUGE_FACTORS_CONFIDENCE 0.95

/* A component and the limits of its standard deviation; the limits go by the estimates as they are,
 * those below 0 included. */
struct gauge_source {
	struct gauge_component component; /* all NaN: pooled */
	double sd_low, sd_high;
	bool is_negative; /* the estimate was below 0 and counts as 0 */
};

struct gauge_factors {
	struct effects effects;
	struct gauge_source term[EFFECTS_TERMS_MAX]; /* as effects.term */
	struct gauge_source grr, repeatability, reproducibility, part, total;
	size_t part_term; /* the term of the parts: the others are the gauge's */
	double ndc;       /* infinite when GRR is 0 */
	size_t out_of_control;
	double range_limit; /* D4 times the mean range of the cells' trials */
};

/* ERR_CONFIG: fewer than 2 or more than GAUGE_FACTOR_MAX levels or trials, a value that is no
 * number, values that do not vary. */
enum err_code gauge_factors(struct gauge_factors *g, const struct effects_design *d,
			    double tolerance, struct err *e);

#endif
