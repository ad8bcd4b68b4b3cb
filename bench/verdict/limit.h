/*
 * One clause of the pen's spec as a limit: what is judged, in which unit, between what, by which
 * decision rule (rule.h).
 */
#ifndef VERDICT_LIMIT_H
#define VERDICT_LIMIT_H

#include <stdbool.h>

#include "base/err.h"
#include "verdict/rule.h"

enum limit_kind {
	LIMIT_QUANTITY, /* continuous: its value has an uncertainty */
	LIMIT_COUNT,    /* unit "1": a count, or yes (1) or no (0); known exactly */
	LIMIT_SPREAD,   /* a standard deviation of n values, judged by its upper bound (spread.h) */
};

/* Invariants after limit_check: at least one side; finite; low <= high; a count has the rule
 * simple; a spread has an upper side only and the rule iso14253; z540-m6 has two sides; at
 * u_typical the rule leaves an acceptance interval. */
struct limit {
	char clause[NAME_SIZE]; /* "PEN-110" */
	char name[NAME_SIZE];   /* what is judged, for people */
	char unit[NAME_SIZE];   /* "um", "Hz", "mA", "1" for counts */
	enum limit_kind kind;
	bool has_low, has_high;
	double low, high; /* of the specification, in unit; 0 where the side is absent */
	enum rule rule;
	/* The expanded uncertainty (k = 2) that the bench is expected to have here, in unit; 0: not
	 * stated. For checking the rule before anything is measured; it guards no value. */
	double u_typical;
};

/* ERR_CONFIG naming the clause and what is wrong with it. */
enum err_code limit_check(const struct limit *l, struct err *e);

/* The specification as an interval; an absent side is infinite. */
struct interval limit_interval(const struct limit *l);

#endif
