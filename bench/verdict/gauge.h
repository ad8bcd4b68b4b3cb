/*
 * Gauge repeatability and reproducibility: how much of the spread of a study comes from the
 * measuring, and how much from the pens.
 *
 * "Operator" is the reproducibility factor, whatever it was: a person, a station, a load, a day.
 * Formulas: AIAG, Measurement Systems Analysis, 4th ed. (2010), chapter III B; variance components
 * by ANOVA as Montgomery (Introduction to Statistical Quality Control) has them. A negative
 * component is 0. The method that gave a number is part of the result: the same study has two
 * right answers. Study variation is GAUGE_MULTIPLIER standard deviations.
 */
#ifndef VERDICT_GAUGE_H
#define VERDICT_GAUGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "verdict/anova.h"

#define GAUGE_MULTIPLIER 6.0
#define GAUGE_POOL_P     0.05 /* Minitab's default; AIAG leaves the level to the reader */
#define GAUGE_NDC_FACTOR 1.41 /* AIAG's rounding of sqrt(2), as in its worked examples */

enum gauge_method {
	GAUGE_ANOVA,  /* crossed; interaction kept or pooled, by its p */
	GAUGE_RANGE,  /* crossed, average and range */
	GAUGE_NESTED, /* each operator has parts of his own, by ANOVA */
};

/* Balanced. The value of part p, operator o, trial t stands at ((p * operators) + o) * trials + t;
 * nested: part p of operator o at ((o * parts) + p) * trials + t. */
struct gauge_study {
	const double *value;
	size_t parts, operators, trials; /* nested: parts of each operator */
	double tolerance;                /* width of the specification; 0: none given */
	double pool_p; /* pool the interaction from this p on; > 1: never, 0: always */
};

struct gauge_component {
	double variance, sd;
	double contribution_percent; /* of the total variance */
	double study_percent;        /* of the total standard deviation */
	double tolerance_percent;    /* GAUGE_MULTIPLIER sd of the tolerance; NaN without one */
};

/* Source rows that a method does not have (interaction by range) are all NaN. */
struct gauge {
	enum gauge_method method;
	bool is_pooled;       /* the interaction went into the repeatability */
	double p_interaction; /* NaN when it was not tested */
	double pool_p;
	struct gauge_component grr, repeatability, reproducibility, op, interaction, part, total;
	double ndc; /* GAUGE_NDC_FACTOR sd_part / sd_grr, not truncated; infinite when GRR is 0 */
	union {
		struct anova_crossed crossed;
		struct anova_nested nested;
		struct {
			double mean_range, difference, part_range; /* Rbarbar, Xdiff, Rp */
			double k1, k2, k3, range_limit;            /* D4 Rbarbar */
		} range;
	} basis;
	size_t out_of_control; /* cells whose range is above D4 Rbarbar */
};

enum { GAUGE_FACTOR_MAX = 100 };

/* ERR_CONFIG when the study is too small (2 parts, 2 operators, 2 trials; a nested one has at least
 * 2 of each too), too large (GAUGE_FACTOR_MAX each), holds a number that is none, or does not vary
 * at all. */
enum err_code gauge_study(struct gauge *g, const struct gauge_study *s, enum gauge_method method,
			  struct err *e);

/* "crossed, ANOVA, interaction pooled", ...; static storage. */
const char *gauge_method_text(const struct gauge *g);

/* Range of one cell, 0-based in the order of struct gauge_study, and the limit it is held
 * against. */
double gauge_cell_range(const struct gauge_study *s, size_t cell);
double gauge_range_limit(const struct gauge_study *s);

/* For studies with other layouts. ERR_CONFIG: a value that is no number, all equal, a tolerance
 * that is no width. */
enum err_code gauge_check(const double *value, size_t count, double tolerance, struct err *e);
/* Fills what follows from c->variance; tolerance 0: none. */
void gauge_complete(struct gauge_component *c, double total_variance, double tolerance);

/* AIAG chapter III: < 10 % acceptable, 10..30 % conditional, above not acceptable. */
enum gauge_grade { GAUGE_ACCEPTABLE, GAUGE_CONDITIONAL, GAUGE_UNACCEPTABLE };
enum gauge_grade gauge_grade(double percent);
const char *gauge_grade_text(enum gauge_grade grade); /* static storage */

#endif
