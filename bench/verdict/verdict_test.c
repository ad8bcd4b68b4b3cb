/* Limits, measurements, outcomes: nothing but a finite value set once inside its acceptance limits
 * passes. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "base/tap.h"
#include "verdict/outcome.h"

static struct limit depth_limit(enum rule rule, double u)
{
	return (struct limit){.clause = "PEN-110",
			      .name = "depth",
			      .unit = "um",
			      .has_low = true,
			      .has_high = true,
			      .low = 1350,
			      .high = 1650,
			      .rule = rule,
			      .u_typical = u};
}

static struct limit jitter_limit(void)
{
	return (struct limit){.clause = "PEN-121",
			      .name = "jitter",
			      .unit = "%",
			      .kind = LIMIT_SPREAD,
			      .has_high = true,
			      .high = 1,
			      .rule = RULE_ISO14253};
}

/* One line that makes U (k = 2, to the last bit). */
static struct budget budget_of(double u)
{
	struct budget b = {.count = 0};
	struct budget_sum one = budget_sum_of(1, BUDGET_COVERAGE);

	(void)budget_add(&b, "all", "", false, u / one.k, (double)INFINITY, NULL);
	return b;
}

static enum judgement judge(struct limit l, double value, double u)
{
	struct measurement m;
	struct budget b = budget_of(u);
	struct err e;

	measurement_declare(&m, "x_um", &l, &e);
	if (u == 0)
		(void)measurement_set(&m, value, &e);
	else
		(void)measurement_set_budget(&m, value, &b, &e);
	return measurement_judge(&m);
}

/* SQLite keeps no sign of a zero, and a replay compares bits. */
static void test_zero(struct tap *t)
{
	struct limit l = depth_limit(RULE_SIMPLE, 0);
	struct measurement m;
	struct err e;

	measurement_declare(&m, "x_um", &l, &e);
	tap_ok(t, measurement_set(&m, -0.0, &e) == ERR_NONE && !signbit(m.value),
	       "a zero has no sign");
}

static void refuses(struct tap *t, struct limit l, const char *says, const char *what)
{
	struct err e = {.code = ERR_NONE};

	tap_ok(t, limit_check(&l, &e) == ERR_CONFIG && strstr(e.text, says) != NULL, "%s: %s", what,
	       e.text);
}

static void test_limit_check(struct tap *t)
{
	struct err e;
	struct limit l = depth_limit(RULE_SIMPLE, 0);

	tap_is_int(t, limit_check(&l, &e), ERR_NONE, "a two-sided limit is fine");
	l.low = 1700;
	refuses(t, l, "lies above", "low above high");
	l = depth_limit(RULE_SIMPLE, 0);
	l.high = NAN;
	refuses(t, l, "finite", "NaN as a limit");
	l.high = INFINITY;
	refuses(t, l, "finite", "infinity as a limit");
	refuses(t, depth_limit(RULE_SIMPLE, -1), "not negative", "a negative U");
	l = depth_limit(RULE_SIMPLE, 0);
	l.has_low = l.has_high = false;
	refuses(t, l, "needs low, high or both", "no side at all");
}

static void test_rule_check(struct tap *t)
{
	struct limit l = depth_limit(RULE_Z540_M6, 10);
	struct err e;

	tap_is_int(t, limit_check(&l, &e), ERR_NONE, "method 6 between two limits");
	l.has_low = false;
	refuses(t, l, "z540-m6 needs low and high", "method 6 on one side");
	refuses(t, depth_limit(RULE_ILAC_G8, 0), "needs u", "a guard band of nobody knows what");
	refuses(t, depth_limit(RULE_ILAC_G8, 150), "nothing to accept", "guard bands that meet");
	refuses(t, depth_limit(RULE_Z540_M6, 400), "nothing to accept", "of method 6 as well");
	l = depth_limit(RULE_ILAC_G8, 149);
	tap_is_int(t, limit_check(&l, &e), ERR_NONE, "a little left is enough");
	l = depth_limit(RULE_ILAC_G8, 0);
	l.has_low = false;
	tap_is_int(t, limit_check(&l, &e), ERR_NONE, "one side leaves always something");
	l = depth_limit(RULE_ILAC_G8, 1);
	l.kind = LIMIT_COUNT;
	refuses(t, l, "its rule is simple", "a count with a guard band");
	l = jitter_limit();
	tap_is_int(t, limit_check(&l, &e), ERR_NONE, "a spread");
	l.rule = RULE_SIMPLE;
	refuses(t, l, "its rule is iso14253", "a spread by the simple rule");
	l = jitter_limit();
	l.has_low = true;
	refuses(t, l, "no low", "a spread with a lower limit");
}

static void test_judge(struct tap *t)
{
	struct limit simple = depth_limit(RULE_SIMPLE, 10);
	struct limit guarded = depth_limit(RULE_ILAC_G8, 10);
	struct limit iso = depth_limit(RULE_ISO14253, 10);
	struct limit upper = depth_limit(RULE_SIMPLE, 0), lower = depth_limit(RULE_SIMPLE, 0);

	upper.has_low = false;
	lower.has_high = false;
	tap_is_int(t, judge(simple, 1650, 0), JUDGEMENT_PASS, "on the limit is inside");
	tap_is_int(t, judge(simple, nextafter(1650, 2000), 0), JUDGEMENT_FAIL,
		   "one ulp above fails");
	tap_is_int(t, judge(simple, nextafter(1350, 0), 0), JUDGEMENT_FAIL, "one ulp below fails");
	tap_is_int(t, judge(simple, 1650, 100), JUDGEMENT_PASS, "simple does not ask for U");
	tap_is_int(t, judge(guarded, 1639.999, 10), JUDGEMENT_PASS, "the acceptance limit passes");
	tap_is_int(t, judge(guarded, 1640.001, 10), JUDGEMENT_MARGINAL,
		   "the guard band is marginal");
	tap_is_int(t, judge(guarded, 1359, 10), JUDGEMENT_MARGINAL, "below as well");
	tap_is_int(t, judge(guarded, 1651, 10), JUDGEMENT_FAIL, "outside the specification fails");
	tap_is_int(t, judge(guarded, 1641, 5), JUDGEMENT_PASS, "the band is that of the actual U");
	tap_is_int(t, judge(iso, 1641, 10), JUDGEMENT_PASS, "ISO 14253-1 guards less");
	tap_is_int(t, judge(iso, 1642, 10), JUDGEMENT_MARGINAL, "by 1.645 u");
	tap_is_int(t, judge(guarded, 1500, 1000), JUDGEMENT_INVALID,
		   "a U that leaves nothing to accept decides nothing");
	tap_is_int(t, judge(guarded, 1700, 1000), JUDGEMENT_FAIL, "but outside is outside");
	tap_is_int(t, judge(upper, -1e9, 0), JUDGEMENT_PASS, "no lower side");
	tap_is_int(t, judge(lower, 1e9, 0), JUDGEMENT_PASS, "no upper side");
	tap_is_int(t, judge(upper, 1651, 0), JUDGEMENT_FAIL, "upper side only, above");
	tap_is_int(t, judge(simple, NAN, 0), JUDGEMENT_INVALID, "NaN");
	tap_is_int(t, judge(lower, INFINITY, 0), JUDGEMENT_INVALID, "infinite");
}

static void test_set(struct tap *t)
{
	struct limit l = depth_limit(RULE_SIMPLE, 7), lower = l, count = l;
	struct limit guarded = depth_limit(RULE_ILAC_G8, 7);
	struct measurement m;
	struct err e;
	char flood[200];

	lower.has_high = false;
	count.kind = LIMIT_COUNT;
	measurement_declare(&m, "depth_um", &l, &e);
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_UNSET, "unset is never a pass");
	tap_is_int(t, measurement_set(&m, 1500, &e), ERR_NONE, "set");
	tap_ok(t, measurement_lacks_budget(&m), "a quantity without a budget is marked");
	tap_ok(t, isnan(measurement_conformance(&m)), "and nobody knows how sure it is");
	tap_near(t, measurement_margin(&m), 150, 0, "margin to the nearest limit");
	tap_is_int(t, measurement_set(&m, 1500, &e), ERR_SCRIPT, "set twice is refused");
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_INVALID, "and never a pass again");
	measurement_declare(&m, "count", &count, &e);
	tap_ok(t, measurement_set(&m, 1500, &e) == ERR_NONE && !measurement_lacks_budget(&m),
	       "a count needs no budget");

	measurement_declare(&m, "depth_um", &l, &e);
	(void)measurement_set(&m, NAN, &e);
	tap_is_str(t, e.text, "measurement depth_um is set to NaN (0/0): not a number to judge",
		   "NaN is said as what it is");
	tap_is_int(t, measurement_set(&m, 1500, &e), ERR_SCRIPT, "nothing heals a NaN");
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_INVALID, "still invalid");
	measurement_declare(&m, "depth_um", &guarded, &e);
	tap_is_int(t, measurement_set(&m, 1500, &e), ERR_SCRIPT, "a guarded one needs a budget");
	tap_ok(t, strstr(e.text, "judged by ilac-g8, which needs one") != NULL, "and says so: %s",
	       e.text);
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_INVALID, "and is spoilt without");

	measurement_declare(&m, "height_um", &l, &e);
	tap_is_int(t, measurement_set_over_range(&m, &e), ERR_NONE, "over-range");
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_FAIL, "fails an upper limit");
	measurement_declare(&m, "height_um", &lower, &e);
	tap_is_int(t, measurement_set_over_range(&m, &e), ERR_BENCH, "is refused without one");
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_INVALID, "and passes nothing");

	measurement_declare(&m, "depth_um", &l, &e);
	tap_is_int(t, measurement_skip(&m, "no sensor", &e), ERR_NONE, "skip");
	tap_is_int(t, measurement_set(&m, 1500, &e), ERR_SCRIPT, "a skipped one is not set");

	memset(flood, 'x', sizeof flood - 1);
	flood[sizeof flood - 1] = '\0';
	tap_is_int(t, measurement_declare(&m, flood, &l, &e), ERR_SCRIPT, "a long name is refused");
	tap_is_int(t, measurement_declare(&m, "", &l, &e), ERR_SCRIPT, "an empty name is refused");
}

static void test_budget(struct tap *t)
{
	struct limit l = depth_limit(RULE_ILAC_G8, 7), count = l, spread = jitter_limit();
	struct budget b = {.count = 0}, empty = {.count = 0};
	struct measurement m;
	struct err e;

	count.kind = LIMIT_COUNT;
	count.rule = RULE_SIMPLE;
	(void)budget_add(&b, "scale", "", false, 3, (double)INFINITY, &e);
	(void)budget_add(&b, "repeatability", "", true, 4, 9, &e);
	measurement_declare(&m, "depth_um", &l, &e);
	tap_is_int(t, measurement_set_budget(&m, 1500, &b, &e), ERR_NONE, "a budget");
	tap_near(t, m.u_c, 5, 1e-12, "combined");
	tap_near(t, m.nu_eff, 625.0 / (256.0 / 9), 1e-9, "degrees of freedom");
	tap_near(t, m.u, m.k * 5, 1e-12, "expanded");
	tap_ok(t, m.k > 2.1 && m.k < 2.2, "by Student's t");
	tap_ok(t, m.has_budget && m.budget.count == 2 && !measurement_lacks_budget(&m), "kept");
	tap_near(t, measurement_acceptance(&m).high, 1650 - m.u, 1e-12, "acceptance limit");
	tap_ok(t, measurement_conformance(&m) > 0.999999, "conformance");
	measurement_declare(&m, "depth_um", &l, &e);
	tap_is_int(t, measurement_set_budget(&m, 1500, &empty, &e), ERR_SCRIPT, "an empty budget");
	measurement_declare(&m, "count", &count, &e);
	tap_is_int(t, measurement_set_budget(&m, 1500, &b, &e), ERR_SCRIPT, "a budget of a count");
	measurement_declare(&m, "jitter", &spread, &e);
	tap_is_int(t, measurement_set_budget(&m, 0.5, &b, &e), ERR_SCRIPT, "a budget of a spread");
	b.lines[0].u = 1000;
	measurement_declare(&m, "depth_um", &l, &e);
	tap_is_int(t, measurement_set_budget(&m, 1500, &b, &e), ERR_BENCH,
		   "a U that leaves nothing to accept is the bench's fault");
	tap_ok(t, strstr(e.text, "the bench cannot decide this clause") != NULL, "and says so: %s",
	       e.text);
}

static void test_spread(struct tap *t)
{
	struct limit l = jitter_limit(), other = depth_limit(RULE_SIMPLE, 0);
	char text[MEASUREMENT_TEXT_SIZE];
	struct measurement m;
	struct err e;

	measurement_declare(&m, "jitter", &l, &e);
	tap_is_int(t, measurement_set_spread(&m, 0.5, 10, &e), ERR_NONE, "sd of ten values");
	tap_near(t, m.value + m.u, 0.5 * sqrt(9 / 3.325113), 1e-6, "its upper bound");
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_PASS, "inside");
	measurement_format(&m, text);
	tap_is_str(t, text, "0.50 (at most 0.82) %", "shown with both");
	measurement_declare(&m, "jitter", &l, &e);
	(void)measurement_set_spread(&m, 0.7, 10, &e);
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_MARGINAL, "a bound above the limit");
	tap_ok(t, measurement_conformance(&m) < 0.95, "is less than 95 %% sure");
	measurement_declare(&m, "jitter", &l, &e);
	(void)measurement_set_spread(&m, 0.7, 100, &e);
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_PASS, "the same of a hundred passes");
	measurement_declare(&m, "jitter", &l, &e);
	(void)measurement_set_spread(&m, 1.1, 100, &e);
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_FAIL, "above the limit");
	measurement_declare(&m, "jitter", &l, &e);
	tap_is_int(t, measurement_set_spread(&m, 0.5, 1, &e), ERR_SCRIPT, "of one value");
	measurement_declare(&m, "jitter", &l, &e);
	tap_is_int(t, measurement_set_spread(&m, -0.5, 10, &e), ERR_SCRIPT, "a negative sd");
	measurement_declare(&m, "jitter", &l, &e);
	tap_is_int(t, measurement_set(&m, 0.5, &e), ERR_SCRIPT, "without n");
	measurement_declare(&m, "depth", &other, &e);
	tap_is_int(t, measurement_set_spread(&m, 1500, 10, &e), ERR_SCRIPT, "n of a quantity");
	measurement_declare(&m, "jitter", &l, &e);
	(void)measurement_set_spread(&m, 0, 10, &e);
	tap_is_int(t, measurement_judge(&m), JUDGEMENT_PASS, "no spread at all");
}

static void explains(struct tap *t, struct limit l, double value, double u, const char *wanted)
{
	struct measurement m;
	struct budget b = budget_of(u);
	char text[300];

	measurement_declare(&m, l.unit[0] == '1' ? "depth" : "depth_um", &l, NULL);
	if (u > 0)
		(void)measurement_set_budget(&m, value, &b, NULL);
	else
		(void)measurement_set(&m, value, NULL);
	measurement_explain(&m, text, sizeof text);
	tap_is_str(t, text, wanted, "explained");
}

static void test_explain(struct tap *t)
{
	struct limit l = depth_limit(RULE_SIMPLE, 0), guarded = depth_limit(RULE_ILAC_G8, 10);
	struct limit count = depth_limit(RULE_SIMPLE, 0);
	struct budget tiny = budget_of(1e-12);
	char text[MEASUREMENT_TEXT_SIZE];
	struct measurement m;

	count.kind = LIMIT_COUNT;
	memcpy(count.unit, "1", 2);
	explains(t, l, 1712.27, 4.06,
		 "PEN-110: depth_um 1712.3 +- 4.1 um is 62.27 um above the upper limit 1650 um");
	explains(t, l, 1300, 0.0996,
		 "PEN-110: depth_um 1300.00 +- 0.10 um is 50 um below the lower limit 1350 um");
	explains(t, l, 1400, 123,
		 "PEN-110: depth_um 1400 +- 120 um is 50 um above the lower limit 1350 um");
	explains(t, l, 1400, 0,
		 "PEN-110: depth_um 1400 um is 50 um above the lower limit 1350 um; no budget");
	explains(t, count, 1651, 0, "PEN-110: depth 1651 is 1 above the upper limit 1650");
	explains(t, guarded, 1645, 10,
		 "PEN-110: depth_um 1645 +- 10 um is 5 um above the upper acceptance limit 1640 um "
		 "(1650 um by ilac-g8): marginal");
	explains(t, guarded, 1655, 10,
		 "PEN-110: depth_um 1655 +- 10 um is 5 um above the upper limit 1650 um");
	measurement_declare(&m, "depth_um", &l, NULL);
	(void)measurement_set_budget(&m, 1.5e9, &tiny, NULL);
	measurement_format(&m, text);
	tap_is_str(t, text, "1500000000 +- 1e-12 um", "a tiny U is shown as it is");
}

static void test_outcome(struct tap *t)
{
	static const enum outcome falling[] = {
		OUTCOME_ABORT, OUTCOME_SCRIPT,     OUTCOME_BENCH,
		OUTCOME_FAIL,  OUTCOME_INCOMPLETE, OUTCOME_PASS,
	};
	static const int codes[] = {130, 4, 3, 1, 5, 0};
	struct limit l = depth_limit(RULE_SIMPLE, 0);
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
		(void)measurement_set(&m[i], 1500, NULL);
	}
	tap_is_int(t, outcome_of_measurements(m, 3, cause, sizeof cause), OUTCOME_PASS, "all pass");
	tap_is_str(t, cause, "", "and there is nothing to explain");
	measurement_declare(&m[0], "depth_um", &l, NULL);
	measurement_skip(&m[0], "why", NULL);
	tap_is_int(t, outcome_of_measurements(m, 3, cause, sizeof cause), OUTCOME_INCOMPLETE,
		   "one skipped");
	measurement_declare(&m[2], "spread_um", &l, NULL);
	(void)measurement_set(&m[2], 0, NULL);
	tap_is_int(t, outcome_of_measurements(m, 3, cause, sizeof cause), OUTCOME_FAIL,
		   "one failed under one skipped");
	tap_ok(t, strstr(cause, "spread_um") != NULL, "the cause is the failed one");
	tap_ok(t, strstr(cause, "more)") == NULL, "the only one");
	measurement_declare(&m[1], "height_um", &l, NULL);
	(void)measurement_set(&m[1], 0, NULL);
	(void)outcome_of_measurements(m, 3, cause, sizeof cause);
	tap_ok(t, strstr(cause, "height_um") != NULL && strstr(cause, " (and 1 more)") != NULL,
	       "the first of two, and how many more");
	struct limit guarded = depth_limit(RULE_ILAC_G8, 10);
	struct budget b = budget_of(10);
	measurement_declare(&m[0], "near_um", &guarded, NULL);
	(void)measurement_set_budget(&m[0], 1645, &b, NULL);
	measurement_declare(&m[1], "height_um", &l, NULL);
	(void)measurement_set(&m[1], 1500, NULL);
	tap_is_int(t, outcome_of_measurements(m, 3, cause, sizeof cause), OUTCOME_FAIL,
		   "one marginal, one failed");
	tap_ok(t,
	       strstr(cause, "spread_um") != NULL && strstr(cause, "marginal") == NULL &&
		       strstr(cause, " (and 1 more)") != NULL,
	       "the clear failure is the cause, the marginal one counts: %s", cause);
	measurement_declare(&m[1], "height_um", &l, NULL);
	tap_is_int(t, outcome_of_measurements(m, 3, cause, sizeof cause), OUTCOME_SCRIPT,
		   "one never set");
}

/* Where GSL has no answer it gives NaN, once its handler is off: that is never a verdict. */
static void test_no_answer(struct tap *t)
{
	static const double nu[] = {1e-300, 1e-10, 1e-5, 1e-3};
	struct limit rules[] = {depth_limit(RULE_SIMPLE, 0), depth_limit(RULE_ISO14253, 0),
				depth_limit(RULE_ILAC_G8, 10), depth_limit(RULE_Z540_M6, 10)};
	struct measurement m;
	struct limit jitter = jitter_limit();
	struct err e;

	for (size_t i = 0; i < sizeof nu / sizeof *nu; i++)
		for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
			struct budget b = {.count = 0};
			(void)budget_add(&b, "x", "", true, 1, nu[i], NULL);
			measurement_declare(&m, "depth_um", &rules[k], NULL);
			tap_ok(t,
			       measurement_set_budget(&m, 1500, &b, &e) == ERR_SCRIPT &&
				       measurement_judge(&m) == JUDGEMENT_INVALID,
			       "nu = %g under %s", nu[i], rule_name(rules[k].rule));
		}
	for (size_t i = 0; i < 2; i++) {
		measurement_declare(&m, "jitter_percent", &jitter, NULL);
		tap_is_int(t, measurement_set_spread(&m, i == 0 ? 0 : 0.1, SIZE_MAX, NULL),
			   ERR_SCRIPT, "a spread of more values than there are");
		tap_is_int(t, measurement_judge(&m), JUDGEMENT_INVALID, "passes never");
	}
}

int main(void)
{
	struct tap t = tap_begin();

	(void)gsl_set_error_handler_off();
	test_zero(&t);
	test_no_answer(&t);
	test_limit_check(&t);
	test_rule_check(&t);
	test_judge(&t);
	test_set(&t);
	test_budget(&t);
	test_spread(&t);
	test_explain(&t);
	test_outcome(&t);
	return tap_end(&t);
}
