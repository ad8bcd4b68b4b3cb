/*
 * One clause of the pen's spec as a limit: what is judged, in which unit, between what, by which
 * rule.
 *
 * Decision rules (JCGM 106:2012, 8.2 and 8.3): "simple" accepts inside the specification limits;
 * "guarded" accepts only what lies inside them by at least the expanded uncertainty U. U may be
 * provisional: then it comes from the spec and not yet from a budget, and says so wherever it is
 * shown.
 */
#ifndef VERDICT_LIMIT_H
#define VERDICT_LIMIT_H

#include <stdbool.h>

#include "base/err.h"

enum limit_rule {
	LIMIT_SIMPLE,
	LIMIT_GUARDED,
};

/* Invariant after limit_check: at least one side; finite; low <= high; U finite and >= 0. */
struct limit {
	char clause[NAME_SIZE]; /* "PEN-110" */
	char name[NAME_SIZE];	/* what is judged, for people */
	char unit[NAME_SIZE];	/* "um", "Hz", "mA", "1" for counts */
	bool has_low, has_high;
	double low, high; /* of the specification, in unit; 0 where the side is absent */
	enum limit_rule rule;
	double u_provisional; /* expanded (k = 2) uncertainty in unit, 0 for counts and hashes */
};

/* ERR_CONFIG naming the clause and what is wrong with it. */
enum err_code limit_check(const struct limit *l, struct err *e);

/* "simple" or "guarded"; static storage. */
const char *limit_rule_name(enum limit_rule rule);
/* False when there is no such rule. */
bool limit_rule_find(const char *name, enum limit_rule *rule);

#endif
