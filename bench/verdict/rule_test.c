/* Decision rules against the tables and worked examples of their standards. */
#include "verdict/rule.h"

#include <math.h>

#include "base/tap.h"
#include "verdict/spread.h"

static const struct interval unit_limits = {-1, 1};

static struct budget_sum expanded(double u)
{
	struct budget_sum sum = {.u = u / 2, .nu = (double)INFINITY, .k = 2, .expanded = u};

	return sum;
}

static double band(enum rule rule, double u)
{
	struct budget_sum sum = expanded(u);

	return rule_guard_band(rule, unit_limits, &sum);
}

static void test_guard_bands(struct tap *t)
{
	enum rule rule = RULE_SIMPLE;

	tap_ok(t, rule_find("z540-m6", &rule) && rule == RULE_Z540_M6, "a rule by name");
	tap_ok(t, !rule_find("guarded", &rule) && !rule_find("", &rule), "and none by others");
	tap_near(t, band(RULE_SIMPLE, 0.2), 0, 0, "simple: none");
	tap_near(t, band(RULE_ISO14253, 0.2), 0.1645, 1e-12, "ISO 14253-1: 1.645 u");
	tap_near(t, band(RULE_ILAC_G8, 0.2), 0.2, 0, "ILAC-G8: U");
	/* M = 1.04 - exp(0.38 ln 2 - 0.54) = 1.04 - 0.758354 at a TUR of 2 */
	tap_near(t, band(RULE_Z540_M6, 0.5), 0.5 * 0.281646, 1e-6, "method 6 at TUR 2");
	tap_near(t, band(RULE_Z540_M6, 1), 1.04 - exp(-0.54), 1e-12, "method 6 at TUR 1");
	tap_ok(t, band(RULE_Z540_M6, 1 / 4.5) > 0, "method 6 at TUR 4.5 still guards");
	tap_near(t, band(RULE_Z540_M6, 1 / 4.7), 0, 0, "at TUR 4.7 no more");
	tap_near(t, band(RULE_Z540_M6, 0.1), 0, 0, "at TUR 10 it does not widen the limits");
	tap_near(t, band(RULE_Z540_M6, 0), 0, 0, "nor without uncertainty");
}

/* What is measured on the acceptance limit conforms with Phi(1.645) = 95.0015 %, both limits
 * counted, however near they are. */
static void test_near_limits(struct tap *t)
{
	static const double u_least = 0.1, u_most = 0.51;
	struct interval zone;
	struct budget_sum sum;
	double worst = 1, best = 0;

	for (double u = u_least; u <= u_most; u += 0.01) {
		sum = expanded(2 * u);
		if (!rule_acceptance(RULE_ISO14253, unit_limits, &sum, &zone))
			break;
		double p = rule_conformance(unit_limits, zone.high, &sum);
		worst = fmin(worst, p);
		best = fmax(best, p);
	}
	tap_near(t, worst, 0.950015, 1e-6, "ISO 14253-1 between near limits proves 95 %");
	tap_near(t, best, 0.950015, 1e-6, "and no more");
	/* Two tails of 4.9985 % in all: Phi(1 / u) = 0.975008, 1 / u = 1.960092. */
	sum = expanded(2 / 1.9602);
	tap_ok(t, rule_acceptance(RULE_ISO14253, unit_limits, &sum, &zone) && zone.high < 0.01,
	       "at u = span / 3.9204 next to the middle is accepted");
	sum = expanded(2 / 1.9599);
	tap_ok(t, !rule_acceptance(RULE_ISO14253, unit_limits, &sum, &zone),
	       "at span / 3.9198 nothing: not even the middle is proven");
	tap_ok(t, rule_conformance(unit_limits, 0, &sum) < 0.950015, "as its p_c says");
	tap_near(t, band(RULE_ISO14253, 2 / 5.001), 1.645 / 5.001, 1e-12,
		 "10 u apart it is 1.645 u to the last digit");
}

/* U = 0.015 mm of limits +-0.15 mm. */
static void test_example(struct tap *t)
{
	const struct interval depth_mm = {-0.15, 0.15};
	struct budget_sum sum = expanded(0.015);
	struct interval zone;

	tap_ok(t, rule_acceptance(RULE_ILAC_G8, depth_mm, &sum, &zone), "depth by ILAC-G8");
	tap_near(t, zone.high, 0.135, 1e-12, "accepts up to 0.135 mm");
	tap_near(t, zone.low, -0.135, 1e-12, "from -0.135 mm on");
	tap_ok(t, rule_acceptance(RULE_Z540_M6, depth_mm, &sum, &zone) && zone.high == 0.15,
	       "by method 6, at a TUR of 10, all");
}

static void test_acceptance(struct tap *t)
{
	const struct interval upper = {-(double)INFINITY, 1}, point = {0, 0};
	struct budget_sum sum = expanded(0.2), none = expanded(0), large = expanded(1);
	struct interval zone;

	tap_ok(t, rule_acceptance(RULE_ILAC_G8, unit_limits, &sum, &zone), "a zone");
	tap_ok(t, zone.low == -0.8 && zone.high == 0.8, "inside both limits by w");
	tap_ok(t, rule_acceptance(RULE_ILAC_G8, upper, &sum, &zone), "one side");
	tap_ok(t, isinf(zone.low) && zone.high == 0.8, "is guarded on that side alone");
	tap_ok(t, !rule_acceptance(RULE_ILAC_G8, unit_limits, &large, &zone),
	       "guard bands that meet leave nothing");
	large = expanded(1.3);
	tap_ok(t, !rule_acceptance(RULE_ISO14253, unit_limits, &large, &zone),
	       "nor those that "
	       "cross");
	tap_ok(t, rule_acceptance(RULE_SIMPLE, point, &none, &zone), "a count has one good value");
}

static void test_conformance(struct tap *t)
{
	const struct interval jcgm = {12.5, 16.3}, upper = {-(double)INFINITY, 10};
	struct budget_sum sum = expanded(3.6), few = expanded(2), none = expanded(0);

	tap_near(t, rule_conformance(jcgm, 13.6, &sum), 0.66263, 5e-6,
		 "JCGM 106 check: y = 13.6, u = 1.8, 12.5..16.3");
	sum = expanded(2);
	/* The table of ILAC-G8: risk of a value on the acceptance limit. */
	tap_near(t, 1 - rule_conformance(upper, 10, &sum), 0.5, 1e-12, "simple: 50 %");
	tap_near(t, 1 - rule_conformance(upper, 10 - 1.645, &sum), 0.05, 2e-5, "1.645 u: 5 %");
	tap_near(t, 1 - rule_conformance(upper, 10 - 0.83 * 2, &sum), 0.0485, 5e-5,
		 "0.83 U: 4.85 %");
	tap_near(t, 1 - rule_conformance(upper, 8, &sum), 0.02275, 1e-5, "2 u: 2.28 %");
	tap_near(t, 1 - rule_conformance(upper, 7, &sum), 0.00135, 1e-6, "3 u: 0.135 %");
	tap_near(t, 1 - rule_conformance(upper, 4, &sum), 0.9866e-9, 1e-12, "6 u: 1e-9");
	few.nu = 4;
	tap_near(t, 1 - rule_conformance(upper, 10 - 2.131847, &few), 0.05, 1e-6,
		 "Student's t with 4 degrees of freedom: 5 % at 2.132 u");
	tap_ok(t,
	       rule_conformance(jcgm, 12.5, &none) == 1 && rule_conformance(jcgm, 16.4, &none) == 0,
	       "known exactly: in or out");
}

static void test_spread(struct tap *t)
{
	/* chi2_0.05(9) = 3.325113, (59) = 42.339 (tables). */
	tap_near(t, spread_factor(10), sqrt(9 / 3.325113), 1e-6, "upper bound of 10 values");
	tap_near(t, spread_factor(60), sqrt(59 / 42.339), 1e-5, "of 60");
	tap_near(t, spread_factor(2), sqrt(1 / 0.00393214), 1e-3, "of 2, which say little");
	tap_near(t, spread_conformance(1, 10, spread_factor(10)), 0.95, 1e-9,
		 "a bound on the limit is 95 %");
	tap_ok(t, spread_conformance(1, 10, 1) > 0.4 && spread_conformance(1, 10, 1) < 0.5,
	       "a value on the limit is less than even");
	tap_ok(t,
	       spread_conformance(0, 10, 1) == 1 && spread_conformance(0, 2, 0) == 1 &&
		       spread_conformance(1, 2, 0) == 0,
	       "the ends");
}

int main(void)
{
	struct tap t = tap_begin();

	test_guard_bands(&t);
	test_near_limits(&t);
	test_example(&t);
	test_acceptance(&t);
	test_conformance(&t);
	test_spread(&t);
	return tap_end(&t);
}
