/*
 * Risks against independent arithmetic (the bivariate normal distribution in closed form, two
 * limits) and against a million productions of one unit each, judged by the very function that
 * judges a run.
 */
#include "verdict/risk.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "base/tap.h"
#include "verdict/measurement.h"

enum { UNITS = 1000000 };

#define BAD 0.05 /* share of pens outside the specification */

static const struct interval specification = {-150, 150};
/* Two-sided, 5 % outside: 150 / 1.959964. */
static const struct risk_process process = {0, 76.5320};

static void test_closed(struct tap *t)
{
	const struct interval upper = {-(double)INFINITY, 0};
	struct budget_sum sum = budget_sum_of(1, BUDGET_COVERAGE);
	const struct risk_process p = {0, 1};
	struct risk r;
	struct err e;

	/* P(X > 0, X + E < 0) = 1/4 - asin(rho) / 2 pi, rho = 1 / sqrt 2 (Sheppard, 1899): 1/8. */
	tap_is_int(t, risk_of(upper, RULE_SIMPLE, &sum, &p, &r, &e), ERR_NONE, "one limit");
	tap_near(t, r.false_accept, 0.125, 1e-9, "false accept by Sheppard's formula");
	tap_near(t, r.false_reject, 0.125, 1e-9, "false reject as well");
	tap_near(t, r.accept, 0.5, 1e-9, "half is accepted");
	tap_near(t, r.false_of_accepted, 0.25, 1e-9, "of the accepted a quarter is bad");
	tap_near(t, r.nonconforming, 0.5, 1e-12, "half is bad");
	tap_near(t, r.at_acceptance_limit, 0.5, 1e-9, "and on the limit it is even");
	tap_near(t, risk_specific(upper, &sum, &p, 1), 0.760250, 1e-6,
		 "with the production as prior: Phi(0.5 / sqrt 0.5)");
	sum = budget_sum_of(0, BUDGET_COVERAGE);
	(void)risk_of(upper, RULE_SIMPLE, &sum, &p, &r, &e);
	tap_near(t, r.false_accept + r.false_reject, 0, 1e-12, "without uncertainty no risk");
	sum = budget_sum_of(1e-4, BUDGET_COVERAGE);
	(void)risk_of(upper, RULE_SIMPLE, &sum, &p, &r, &e);
	/* 1/4 - asin(1 / sqrt(1 + u^2)) / 2 pi = atan(u) / 2 pi */
	tap_near(t, r.false_accept / (atan(1e-4) / (2 * 3.14159265358979)), 1, 1e-6,
		 "a tiny one is integrated where it is");
}

/* The largest false accept over all spreads of a production whose mean is in the middle. */
static double worst_of(enum rule rule, double tur)
{
	struct budget_sum sum = budget_sum_of(150 / tur / 2, BUDGET_COVERAGE);
	double worst = 0;
	struct risk r;

	for (double sd = 10; sd < 2000; sd *= 1.06) {
		struct risk_process p = {0, sd};
		if (risk_of(specification, rule, &sum, &p, &r, NULL) != ERR_NONE)
			return (double)NAN;
		worst = fmax(worst, r.false_accept);
	}
	return worst;
}

/* Z540.3 promises 2 % for every process; by how little method 6 keeps it was computed apart from
 * this program, in per cent. */
static void test_method_6(struct tap *t)
{
	static const struct {
		double tur, percent;
	} worst[] = {{1, 1.92}, {1.5, 1.91}, {2, 1.92}, {3, 1.94}, {4, 1.96}};

	for (size_t i = 0; i < sizeof worst / sizeof worst[0]; i++)
		tap_near(t, 100 * worst_of(RULE_Z540_M6, worst[i].tur), worst[i].percent, 0.0055,
			 "method 6, worst process");
	tap_near(t, 100 * worst_of(RULE_SIMPLE, 4.6), 1.96, 0.0055,
		 "at a TUR of 4.6 no guard band is needed");
	tap_ok(t, worst_of(RULE_SIMPLE, 4) > rule_promise(RULE_Z540_M6), "at 4 it is");
	tap_ok(t, worst_of(RULE_Z540_M6, 10) < 0.01, "at 10 the risk is half of it");
}

struct tally {
	unsigned accepted, false_accepts, false_rejects;
};

static void count(struct tally tally[RULE_COUNT], double u, uint64_t seed)
{
	struct measurement m[RULE_COUNT];
	struct budget budget = {.count = 0};
	struct rng rng;

	(void)budget_add(&budget, "all", "", false, u, (double)INFINITY, NULL);
	for (unsigned r = 0; r < RULE_COUNT; r++) {
		struct limit l = {.clause = "PEN-110",
				  .name = "depth",
				  .unit = "um",
				  .has_low = true,
				  .has_high = true,
				  .low = specification.low,
				  .high = specification.high,
				  .rule = (enum rule)r};
		(void)measurement_declare(&m[r], "depth_um", &l, NULL);
		(void)measurement_set_budget(&m[r], 0, &budget, NULL);
	}
	rng_seed(&rng, seed);
	for (unsigned i = 0; i < UNITS; i++) {
		double truth = process.mean + process.sd * rng_normal(&rng);
		double value = truth + u * rng_normal(&rng);
		bool is_good = truth >= specification.low && truth <= specification.high;
		for (unsigned r = 0; r < RULE_COUNT; r++) {
			m[r].value = value;
			bool passes = measurement_judge(&m[r]) == JUDGEMENT_PASS;
			tally[r].accepted += passes;
			tally[r].false_accepts += passes && !is_good;
			tally[r].false_rejects += !passes && is_good;
		}
	}
}

/* Counted within three standard deviations of counting. */
static bool agrees(unsigned counted, double predicted)
{
	return fabs(counted - UNITS * predicted) <=
	       3 * sqrt(UNITS * predicted * (1 - predicted)) + 1e-9;
}

static void test_production(struct tap *t, double u, uint64_t seed)
{
	struct budget_sum sum = budget_sum_of(u, BUDGET_COVERAGE);
	struct tally tally[RULE_COUNT] = {{0}};
	struct risk r;

	count(tally, u, seed);
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		enum rule rule = (enum rule)i;
		(void)risk_of(specification, rule, &sum, &process, &r, NULL);
		tap_near(t, r.nonconforming, BAD, 1e-6, "5 % of the pens are bad");
		tap_ok(t, tally[i].false_accepts <= UNITS * rule_promise(rule),
		       "u = %g, %s: %u false accepts in %d, promised at most %.0f", u,
		       rule_name(rule), tally[i].false_accepts, UNITS, UNITS * rule_promise(rule));
		tap_ok(t, tally[i].false_accepts <= tally[i].accepted * rule_promise(rule),
		       "and of the %u accepted as well", tally[i].accepted);
		tap_ok(t, agrees(tally[i].false_accepts, r.false_accept),
		       "as predicted: %.1f false accepts", UNITS * r.false_accept);
		tap_ok(t, agrees(tally[i].false_rejects, r.false_reject),
		       "as predicted: %u of %.1f false rejects", tally[i].false_rejects,
		       UNITS * r.false_reject);
		tap_ok(t, agrees(tally[i].accepted, r.accept), "and accepted");
	}
}

static void test_refused(struct tap *t)
{
	const struct interval upper = {-(double)INFINITY, 1},
			      all = {-(double)INFINITY, (double)INFINITY}, crossed = {1, 0};
	struct budget_sum sum = budget_sum_of(1, BUDGET_COVERAGE);
	const struct risk_process p = {0, 1}, still = {0, 0}, none = {(double)NAN, 1};
	struct risk r;
	struct err e;

	tap_is_int(t, risk_of(upper, RULE_Z540_M6, &sum, &p, &r, &e), ERR_CONFIG,
		   "method 6 on one side");
	tap_is_int(t, risk_of(all, RULE_SIMPLE, &sum, &p, &r, &e), ERR_CONFIG, "no limit at all");
	tap_is_int(t, risk_of(crossed, RULE_SIMPLE, &sum, &p, &r, &e), ERR_CONFIG, "crossed");
	tap_is_int(t, risk_of(upper, RULE_SIMPLE, &sum, &still, &r, &e), ERR_CONFIG, "sd = 0");
	tap_is_int(t, risk_of(upper, RULE_SIMPLE, &sum, &none, &r, &e), ERR_CONFIG, "NaN");
	sum = budget_sum_of(100, BUDGET_COVERAGE);
	tap_is_int(t, risk_of(specification, RULE_ILAC_G8, &sum, &p, &r, &e), ERR_CONFIG,
		   "nothing left to accept");
	tap_ok(t, strstr(e.text, "nothing to accept") != NULL, "and says so: %s", e.text);
}

int main(void)
{
	struct tap t = tap_begin();

	test_closed(&t);
	test_method_6(&t);
	test_production(&t, 15, 1);   /* TUR 5 */
	test_production(&t, 37.5, 2); /* TUR 2 */
	test_refused(&t);
	return tap_end(&t);
}
