/*
 * One measured value of a case: declared with its limit, set once, judged.
 *
 * Guarantees that nothing but a finite value, set exactly once, inside the acceptance limits is
 * ever JUDGEMENT_PASS. It does not know where the value comes from.
 */
#ifndef VERDICT_MEASUREMENT_H
#define VERDICT_MEASUREMENT_H

#include <stddef.h>

#include "verdict/budget.h"
#include "verdict/limit.h"

enum {
	MEASUREMENT_REASON_SIZE = 128,
	MEASUREMENT_TEXT_SIZE = 256, /* of measurement_format */
};

enum measurement_state {
	MEASUREMENT_UNSET,
	MEASUREMENT_SET,
	MEASUREMENT_OVER_RANGE, /* the instrument clipped: beyond any upper limit, no number */
	MEASUREMENT_SKIPPED,
	MEASUREMENT_INVALID, /* set twice, or to what cannot be judged: for good */
};

enum judgement {
	JUDGEMENT_PASS,
	JUDGEMENT_SKIPPED,  /* the clause stays open */
	JUDGEMENT_MARGINAL, /* a FAIL: between the acceptance and the specification limit */
	JUDGEMENT_FAIL,
	JUDGEMENT_UNSET,   /* no value yet; at the end of a case: the case is wrong */
	JUDGEMENT_INVALID, /* a value that cannot be judged: the case is wrong */
};

/*
 * The numbers mean something in MEASUREMENT_SET only. Invariant there: u = k u_c, but for a spread:
 * its u reaches from the value to its upper bound (one-sided, 95 %), its u_c is value / sqrt(2
 * nu_eff) (JCGM 100, E.4.3), its nu_eff n - 1.
 */
struct measurement {
	char name[NAME_SIZE]; /* "depth_um" */
	struct limit limit;
	enum measurement_state state;
	double value;  /* in limit.unit, as all below */
	double u;      /* expanded uncertainty U; 0 for counts, and without a budget */
	double u_c;    /* combined standard uncertainty */
	double k;      /* coverage factor; 0 where u_c is 0 */
	double nu_eff; /* effective degrees of freedom, may be INFINITY */
	size_t n;      /* of a spread: how many values it comes from; otherwise 0 */
	bool has_budget;
	struct budget budget;                 /* empty without one */
	char reason[MEASUREMENT_REASON_SIZE]; /* of a skip */
};

/* ERR_SCRIPT: a name that is empty or too long, or that says another unit than the limit has
 * (verdict/unit.h). */
enum err_code measurement_declare(struct measurement *m, const char *name,
				  const struct limit *limit, struct err *e);

/*
 * The one value, in one of these ways. Whatever is refused leaves the measurement INVALID for good.
 * ERR_SCRIPT for all: set before, or not finite.
 *
 * measurement_set: without a budget. For counts, and for quantities whose rule is simple (they
 * are marked, see measurement_lacks_budget); ERR_SCRIPT otherwise.
 */
enum err_code measurement_set(struct measurement *m, double value, struct err *e);

/* A quantity with its budget, which is copied. ERR_SCRIPT: no quantity, or a budget of U = 0.
 * ERR_BENCH: the value lies inside the specification, and U is so large that the rule accepts
 * nothing: the bench cannot decide. (A value outside fails by every rule, whatever its U.) */
enum err_code measurement_set_budget(struct measurement *m, double value,
				     const struct budget *budget, struct err *e);

/* The standard deviation of n values, of a clause whose kind is spread. ERR_SCRIPT: it is another
 * kind, value < 0, or n < 2. */
enum err_code measurement_set_spread(struct measurement *m, double value, size_t n, struct err *e);

/* The reading clipped. Fails an upper limit; for a quantity without one it says nothing: ERR_BENCH.
 */
enum err_code measurement_set_over_range(struct measurement *m, struct err *e);

/* The case got hold of the measurement and made a mistake with it. */
void measurement_spoil(struct measurement *m);

/* The clause is not verified by this run, and why. ERR_SCRIPT when set before. */
enum err_code measurement_skip(struct measurement *m, const char *reason, struct err *e);

enum judgement measurement_judge(const struct measurement *m);
/* "PASS", "FAIL", "MARGINAL", ...; static storage. */
const char *judgement_name(enum judgement j);

/* A continuous quantity was set without a budget: its u is 0 because nobody knows it. Shown
 * wherever the value is. */
bool measurement_lacks_budget(const struct measurement *m);

/* For MEASUREMENT_SET only, like all below. The values that are accepted; of a spread the standard
 * deviations whose upper bound is within the limit. May be empty (low > high). */
struct interval measurement_acceptance(const struct measurement *m);

/* Probability that the true value lies within the specification limits: rule.h, spread.h. NaN for a
 * quantity without a budget: nobody knows. */
double measurement_conformance(const struct measurement *m);

/* Distance from the nearest acceptance limit, in unit: positive inside, negative outside. */
double measurement_margin(const struct measurement *m);

/* The value for people, U with two significant digits and the value to the same place: "12.3 +- 4.1
 * um", "3" for a count, "0.031 (at most 0.036) %" for a spread. */
void measurement_format(const struct measurement *m, char text[MEASUREMENT_TEXT_SIZE]);

/* Any state. One line for people: "PEN-110: depth_um 1712.3 +- 4.1 um is 62.3 um above the upper
 * limit 1650 um". */
void measurement_explain(const struct measurement *m, char *text, size_t size);

#endif
