/*
 * The uncertainty budget of one measured value: its lines, what they add up to, and the expanded
 * uncertainty U that is shown (JCGM 100:2008, "GUM").
 *
 * A line holds a standard uncertainty that its sensitivity is already in, so that all lines of a
 * budget have the unit of the measurand. It does not know what was measured.
 */
#ifndef VERDICT_BUDGET_H
#define VERDICT_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum {
	BUDGET_LINES_MAX = 24,
	BUDGET_NAME_SIZE = 40,
	BUDGET_CAUSE_SIZE = 16,
};

/* Of the interval value +- U, everywhere in the bench: k is 2 for a normal distribution. */
#define BUDGET_COVERAGE 0.9545

/*
 * Invariants after budget_add: name not empty, u finite, nu > 0 (INFINITY: known exactly).
 * Lines of one cause are one error seen several times: they are fully correlated, and the sign of u
 * says which way each of them goes.
 */
struct budget_line {
	char name[BUDGET_NAME_SIZE];   /* "encoder scale" */
	char cause[BUDGET_CAUSE_SIZE]; /* "": shares its cause with no other line */
	bool type_a;                   /* from statistics of the data; otherwise type B */
	double u;                      /* standard, in the measurand's unit, signed */
	double nu;                     /* degrees of freedom */
};

struct budget {
	struct budget_line lines[BUDGET_LINES_MAX];
	size_t count;
};

/* What the lines add up to; in the measurand's unit. */
struct budget_sum {
	double u;        /* combined standard uncertainty, >= 0 */
	double nu;       /* effective degrees of freedom, INFINITY when no line has finite ones */
	double k;        /* coverage factor */
	double expanded; /* U = k u */
};

/* Copies the line. ERR_SCRIPT: no name, a text that is too long, u not finite, nu not above 0, or
 * one line too many. */
enum err_code budget_add(struct budget *b, const char *name, const char *cause, bool type_a,
			 double u, double nu, struct err *e);

/*
 * Adds up: u^2 = sum over causes of (sum of u)^2 (JCGM 100, 5.1.2, and 5.2.2 note 1 for r = 1);
 * nu by Welch and Satterthwaite (G.4.1), a cause counting as one term with the fewest degrees of
 * freedom of its lines; k the quantile of Student's t at nu, which need not be an integer (G.6.4
 * allows it). coverage: 0 < p < 1, of a two-sided interval. No lines: all 0, nu and k those of a
 * value known exactly. ERR_SCRIPT when the sum is not finite.
 */
enum err_code budget_combine(const struct budget *b, double coverage, struct budget_sum *sum,
			     struct err *e);

/* A standard uncertainty known exactly, as a sum: k of the normal distribution. u >= 0, finite. */
struct budget_sum budget_sum_of(double u, double coverage);

#endif
