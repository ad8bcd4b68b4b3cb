/*
 * Decision rules: from a specification and an uncertainty to the values that are accepted.
 *
 * A guard band of width w lies inside each specification limit (JCGM 106:2012, 8.3.2):
 *
 *	simple     w = 0                (JCGM 106, 8.2)
 *	iso14253   w = 1.645 u          (ISO 14253-1:2017: conformity proven to 95 %; between
 *	           limits less than 10 u apart so much more that both tails together are 5 %)
 *	ilac-g8    w = U                (ILAC-G8:09/2019, 4.2)
 *	z540-m6    w = max(0, U M)      (ANSI/NCSL Z540.3, 5.3 b, method 6 of its handbook)
 *	           M = 1.04 - exp(0.38 ln TUR - 0.54), TUR = (high - low) / (2 U)
 *
 * M is negative above a TUR of 4.6; a guard band never widens a limit, hence the max. The
 * arithmetic is for a normal distribution. Nothing here knows the clause or the quantity.
 */
#ifndef VERDICT_RULE_H
#define VERDICT_RULE_H

#include <stdbool.h>

#include "verdict/budget.h"

enum rule {
	RULE_SIMPLE,
	RULE_ISO14253,
	RULE_ILAC_G8,
	RULE_Z540_M6,
	RULE_COUNT,
};

/* Values from low to high, both included; a side that is not there is infinite. */
struct interval {
	double low, high;
};

/* "simple", "iso14253", "ilac-g8", "z540-m6"; static storage. */
const char *rule_name(enum rule rule);
/* False when there is no such rule. */
bool rule_find(const char *name, enum rule *rule);
/* All names, for a message: "simple, iso14253, ..."; static storage. */
const char *rule_names(void);

/* Greatest probability of a false accept that the rule promises: for simple, iso14253 and ilac-g8
 * of any single accepted value (0.5, 0.05, 0.025), for z540-m6 over a production (0.02). simple and
 * ilac-g8 look at one limit: between two that are few u apart the other one's tail comes on top. */
double rule_promise(enum rule rule);

/* w >= 0, in the unit of specification and sum. z540-m6 wants two finite sides. */
double rule_guard_band(enum rule rule, struct interval specification, const struct budget_sum *sum);

/* The acceptance interval. False: the guard bands leave no value to accept (they meet, or cross).
 */
bool rule_acceptance(enum rule rule, struct interval specification, const struct budget_sum *sum,
		     struct interval *acceptance);

/* Probability 0..1 that the true value lies inside the specification, given the measured one and
 * nothing else: Phi((high - value) / u) - Phi((low - value) / u) (JCGM 106, 7.2 and 7.4). With
 * finite degrees of freedom Student's t takes the place of the normal distribution (JCGM 101,
 * 6.4.9): its wider tails are what few data are worth. u = 0: 1 inside, 0 outside. */
double rule_conformance(struct interval specification, double value, const struct budget_sum *sum);

#endif
