/*
 * One measured quantity of a case: declared with its limit, set once, judged.
 *
 * Guarantees that nothing but a finite value, set exactly once, inside the acceptance limits is
 * ever JUDGEMENT_PASS. It does not know where the value comes from.
 */
#ifndef VERDICT_MEASUREMENT_H
#define VERDICT_MEASUREMENT_H

#include <stddef.h>

#include "verdict/limit.h"

enum { MEASUREMENT_REASON_SIZE = 128 };

enum measurement_state {
	MEASUREMENT_UNSET,
	MEASUREMENT_SET,
	MEASUREMENT_OVER_RANGE, /* the instrument clipped: beyond any upper limit, no number */
	MEASUREMENT_SKIPPED,
	MEASUREMENT_INVALID, /* NaN, infinite, or set twice: for good */
};

enum judgement {
	JUDGEMENT_PASS,
	JUDGEMENT_SKIPPED,  /* the clause stays open */
	JUDGEMENT_MARGINAL, /* a FAIL: inside the specification limit, outside the acceptance limit
			     */
	JUDGEMENT_FAIL,
	JUDGEMENT_UNSET,   /* no value yet; at the end of a case: the case is wrong */
	JUDGEMENT_INVALID, /* a value that cannot be judged: the case is wrong */
};

struct measurement {
	char name[NAME_SIZE]; /* "depth_um" */
	struct limit limit;
	enum measurement_state state;
	double value, u;       /* in limit.unit; u expanded; only in MEASUREMENT_SET */
	bool u_is_provisional; /* a simple estimate, no budget yet; a U of 0 is none */
	char reason[MEASUREMENT_REASON_SIZE]; /* of a skip */
};

/* name ends in its unit by house rule, but only the length is checked here: ERR_SCRIPT. */
enum err_code measurement_declare(struct measurement *m, const char *name,
				  const struct limit *limit, struct err *e);

/* The one value. u < 0: not given, the limit's provisional one stands. ERR_SCRIPT (and the
 * measurement is INVALID for good) when it was set before, or value or u is not finite. */
enum err_code measurement_set(struct measurement *m, double value, double u, struct err *e);

/* The reading clipped. Fails an upper limit; for a quantity without one it says nothing: ERR_BENCH.
 */
enum err_code measurement_set_over_range(struct measurement *m, struct err *e);

/* The clause is not verified by this run, and why. ERR_SCRIPT when set before. */
enum err_code measurement_skip(struct measurement *m, const char *reason, struct err *e);

enum judgement measurement_judge(const struct measurement *m);
/* "PASS", "FAIL", ...; static storage. */
const char *judgement_name(enum judgement j);

/* Distance from the nearest acceptance limit, in unit: positive inside, negative outside. Only for
 * MEASUREMENT_SET. */
double measurement_margin(const struct measurement *m);

/* One line for people: "PEN-110: depth_um 1712.3 um is 62.3 um above the upper limit 1650 um". */
void measurement_explain(const struct measurement *m, char *text, size_t size);

#endif
