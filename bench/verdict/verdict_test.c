/* Limits, measurements, outcomes: nothing but a finite value set once inside its limits passes. */
#include <math.h>
#include <string.h>

#include "base/tap.h"
#include "verdict/outcome.h"

static struct limit depth_limit(enum limit_rule rule, double u)
{
	return (struct limit){.clause = "PEN-110",
			      .name = "depth",
			      .unit = "um",
			      .has_low = true,
			      .has_high = true,
			      .low = 1350,
			      .high = 1650,
			      .rule = rule,
			      .u_provisional = u};
}

static enum judgement judge(struct limit l, double value, double u)
{
	struct measurement m;
	struct err e;

	measurement_declare(&m, "x_um", &l, &e);
	(void)measurement_set(&m, value, u, &e);
	return measurement_judge(&m);
}

static void test_limit_check(struct tap *t)
{
	struct err e;
	struct limit l = depth_limit(LIMIT_SIMPLE, 0);

	tap_is_int(t, limit_check(&l, &e), ERR_NONE, "a two-sided limit is fine");
	l.low = 1700;
	tap_is_int(t, limit_check(&l, &e), ERR_CONFIG, "low above high is refused");
	l = depth_limit(LIMIT_SIMPLE, 0);
	l.high = NAN;
	tap_is_int(t, limit_check(&l, &e), ERR_CONFIG, "NaN as a limit is refused");
	l.high = INFINITY;
	tap_is_int(t, limit_check(&l, &e), ERR_CONFIG, "infinity as a limit is refused");
	l = depth_limit(LIMIT_SIMPLE, -1);
	tap_is_int(t, limit_check(&l, &e), ERR_CONFIG, "a negative U is refused");
	l = depth_limit(LIMIT_GUARDED, 0);
	tap_is_int(t, limit_check(&l, &e), ERR_CONFIG, "a guard band of nothing is refused");
	l = depth_limit(LIMIT_SIMPLE, 0);
	l.has_low = l.has_high = false;
	tap_is_int(t, limit_check(&l, &e), ERR_CONFIG, "no side at all is refused");
	enum limit_rule rule;
	tap_ok(t, limit_rule_find("guarded", &rule) && rule == LIMIT_GUARDED, "rule by name");
	tap_ok(t, !limit_rule_find("generous", &rule), "no such rule");
}

static void test_judge(struct tap *t)
{
	struct limit simple = depth_limit(LIMIT_SIMPLE, 10);
	struct limit guarded = depth_limit(LIMIT_GUARDED, 10);
	struct limit upper = depth_limit(LIMIT_SIMPLE, 0), lower = depth_limit(LIMIT_SIMPLE, 0);

	upper.has_low = false;
	lower.has_high = false;
	tap_is_int(t, judge(simple, 1650, 0), JUDGEMENT_PASS, "on the limit is inside");
	tap_is_int(t, judge(simple, nextafter(1650, 2000), 0), JUDGEMENT_FAIL,
		   "one ulp above fails");
	tap_is_int(t, judge(simple, nextafter(1350, 0), 0), JUDGEMENT_FAIL, "one ulp below fails");
	tap_is_int(t, judge(guarded, 1640, -1), JUDGEMENT_PASS, "on the acceptance limit passes");
	tap_is_int(t, judge(guarded, 1641, -1), JUDGEMENT_MARGINAL,
		   "in the guard band is marginal");
	tap_is_int(t, judge(guarded, 1359, -1), JUDGEMENT_MARGINAL, "below as well");
	tap_is_int(t, judge(guarded, 1651, -1), JUDGEMENT_FAIL, "outside the specification fails");
	tap_is_int(t, judge(guarded, 1641, 5), JUDGEMENT_PASS,
		   "a U of its own beats the provisional");
	tap_is_int(t, judge(guarded, 1500, 1000), JUDGEMENT_MARGINAL, "a huge U accepts nothing");
	tap_is_int(t, judge(upper, -1e9, 0), JUDGEMENT_PASS, "no lower side");
	tap_is_int(t, judge(lower, 1e9, 0), JUDGEMENT_PASS, "no upper side");
	tap_is_int(t, judge(upper, 1651, 0), JUDGEMENT_FAIL, "upper side only, above");
	tap_is_int(t, judge(simple, NAN, 0), JUDGEMENT_INVALID, "NaN");
	tap_is_int(t, judge(lower, INFINITY, 0), JUDGEMENT_INVALID, "infinite");
	tap_is_int(t, judge(simple, 1500, NAN), JUDGEMENT_INVALID, "U = NaN");
	tap_is_int(t, judge(simple, 1500, INFINITY), JUDGEMENT_INVALID, "U infinite");
}

static void test_set(struct tap *t)
{
	struct limit l = depth_limit(LIMIT_SIMPLE, 7), lower = l;
	struct measurement m, other;
	struct err e;
	char flood[200];

	lower.has_high = false;
	measurement_declare(&m, "depth_um", &l, &e);
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_UNSET, "unset is never a pass");
	tap_is_int(t, measurement_set(&m, 1500, -1, &e), ERR_NONE, "set");
	tap_ok(t, m.u == 7 && m.u_is_provisional, "without U the spec's provisional one stands");
	measurement_declare(&other, "depth_um", &l, &e);
	tap_ok(t,
	       measurement_set(&other, 1500, 3, &e) == ERR_NONE && other.u == 3 &&
		       other.u_is_provisional,
	       "a U of the case's own is provisional too");
	measurement_declare(&other, "count", &l, &e);
	tap_ok(t,
	       measurement_set(&other, 1500, 0, &e) == ERR_NONE && other.u == 0 &&
		       !other.u_is_provisional,
	       "a U of 0 is none, and not provisional");
	tap_near(t, measurement_margin(&m), 150, 0, "margin to the nearest limit");
	tap_is_int(t, measurement_set(&m, 1500, 0, &e), ERR_SCRIPT, "set twice is refused");
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_INVALID, "and never a pass again");

	measurement_declare(&m, "depth_um", &l, &e);
	measurement_set(&m, NAN, 0, NULL);
	tap_is_int(t, measurement_set(&m, 1500, 0, &e), ERR_SCRIPT, "nothing heals a NaN");
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_INVALID, "still invalid");

	measurement_declare(&m, "current_ma", &l, &e);
	tap_is_int(t, measurement_set_over_range(&m, &e), ERR_NONE, "over-range");
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_FAIL, "fails an upper limit");
	measurement_declare(&m, "current_ma", &lower, &e);
	tap_is_int(t, measurement_set_over_range(&m, &e), ERR_BENCH, "is refused without one");
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_INVALID, "and passes nothing");

	measurement_declare(&m, "depth_um", &l, &e);
	tap_is_int(t, measurement_skip(&m, "no sensor", &e), ERR_NONE, "skip");
	tap_is_int(t, measurement_set(&m, 1500, 0, &e), ERR_SCRIPT, "a skipped one is not set");

	memset(flood, 'x', sizeof flood - 1);
	flood[sizeof flood - 1] = '\0';
	tap_is_int(t, measurement_declare(&m, flood, &l, &e), ERR_SCRIPT, "a long name is refused");
	tap_is_int(t, measurement_declare(&m, "", &l, &e), ERR_SCRIPT, "an empty name is refused");
}

static void test_explain(struct tap *t)
{
	struct limit l = depth_limit(LIMIT_SIMPLE, 0);
	struct measurement m;
	char text[200];

	measurement_declare(&m, "depth_um", &l, NULL);
	measurement_set(&m, 1712.25, 0, NULL);
	measurement_explain(&m, text, sizeof text);
	tap_is_str(t, text,
		   "PEN-110: depth_um 1712.25 um is 62.25 um above the upper limit 1650 um",
		   "what failed and by how much");
	measurement_declare(&m, "depth_um", &l, NULL);
	measurement_set(&m, 1300, 0, NULL);
	measurement_explain(&m, text, sizeof text);
	tap_is_str(t, text, "PEN-110: depth_um 1300 um is 50 um below the lower limit 1350 um",
		   "below");
	measurement_declare(&m, "depth_um", &l, NULL);
	measurement_set(&m, 1400, 0, NULL);
	measurement_explain(&m, text, sizeof text);
	tap_is_str(t, text, "PEN-110: depth_um 1400 um is 50 um above the lower limit 1350 um",
		   "inside");
}

static void test_outcome(struct tap *t)
{
	static const enum outcome falling[] = {
		OUTCOME_ABORT, OUTCOME_SCRIPT,     OUTCOME_BENCH,
		OUTCOME_FAIL,  OUTCOME_INCOMPLETE, OUTCOME_PASS,
	};
	static const int codes[] = {130, 4, 3, 1, 5, 0};
	struct limit l = depth_limit(LIMIT_SIMPLE, 0);
	struct measurement m[3];
	char cause[200];
	bool ordered = true;

	for (size_t i = 0; i < 6; i++) {
		for (size_t j = i; j < 6; j++)
			ordered = ordered && outcome_worse(falling[i], falling[j]) == falling[i] &&
				  outcome_worse(falling[j], falling[i]) == falling[i];
		tap_is_int(t, outcome_exit_code(falling[i]), codes[i], outcome_name(falling[i]));
	}
	tap_ok(t, ordered, "precedence ABORT, SCRIPT, BENCH, FAIL, INCOMPLETE, PASS");
	tap_is_int(t, outcome_of_err(ERR_CONFIG), OUTCOME_BENCH, "a setup error is not the pen's");
	tap_is_int(t, outcome_of_err(ERR_PEN), OUTCOME_FAIL, "a pen error is");

	tap_is_int(t, outcome_of_measurements(m, 0, cause, sizeof cause), OUTCOME_SCRIPT,
		   "no measurement is SCRIPT");
	for (size_t i = 0; i < 3; i++) {
		measurement_declare(&m[i], "depth_um", &l, NULL);
		measurement_set(&m[i], 1500, 0, NULL);
	}
	tap_is_int(t, outcome_of_measurements(m, 3, cause, sizeof cause), OUTCOME_PASS, "all pass");
	tap_is_str(t, cause, "", "and there is nothing to explain");
	measurement_declare(&m[0], "depth_um", &l, NULL);
	measurement_skip(&m[0], "why", NULL);
	tap_is_int(t, outcome_of_measurements(m, 3, cause, sizeof cause), OUTCOME_INCOMPLETE,
		   "one skipped");
	measurement_declare(&m[2], "spread_um", &l, NULL);
	measurement_set(&m[2], 0, 0, NULL);
	tap_is_int(t, outcome_of_measurements(m, 3, cause, sizeof cause), OUTCOME_FAIL,
		   "one failed under one skipped");
	tap_ok(t, strstr(cause, "spread_um") != NULL, "the cause is the failed one");
	measurement_declare(&m[1], "rate_hz", &l, NULL);
	tap_is_int(t, outcome_of_measurements(m, 3, cause, sizeof cause), OUTCOME_SCRIPT,
		   "one never set");
}

int main(void)
{
	struct tap t = tap_begin();

	test_limit_check(&t);
	test_judge(&t);
	test_set(&t);
	test_explain(&t);
	test_outcome(&t);
	return tap_end(&t);
}
