/*
 * Capability: Montgomery's flow width (Introduction to Statistical Quality Control, example 6.1;
 * data from ../shared/data, skipped where absent), NIST/SEMATECH e-Handbook 6.1.6, intervals by
 * tables; charts; exact intervals of a yield.
 */
#include "verdict/capability.h"

#include <math.h>
#include <stdio.h>

#include <gsl/gsl_cdf.h>

#include "base/tap.h"
#include "verdict/control.h"
#include "verdict/quantile.h"

#define FLOW_WIDTH "../shared/data/montgomery_flow_width_capability.csv"

static size_t read_flow_width(double *value)
{
	char line[128];
	size_t rows = 0;
	FILE *in = fopen(FLOW_WIDTH, "r");

	if (in == NULL)
		return 0;
	while (rows < 25 && fgets(line, sizeof line, in) != NULL) {
		double *x = value + 5 * rows;

		if (sscanf(line, "%*d,%lf,%lf,%lf,%lf,%lf", x, x + 1, x + 2, x + 3, x + 4) == 5)
			rows++;
	}
	(void)fclose(in);
	return rows;
}

static void flow_width(struct tap *t)
{
	const struct capability_limits limits = {true, true, 1.0, 2.0};
	double value[125];
	struct capability c;

	if (read_flow_width(value) != 25) {
		tap_skip(t, "Montgomery's flow width", "no " FLOW_WIDTH);
		return;
	}
	tap_ok(t, capability_of(&c, value, 25, 5, CAPABILITY_RANGE, limits, NULL) == ERR_NONE,
	       "flow width");
	tap_near(t, c.mean, 1.5056104, 1e-7, "mean of all");
	tap_near(t, c.potential.sd, 0.1398143, 1e-5, "Rbar / d2");
	tap_near(t, c.potential.both.value, 1.1920576, 1e-4, "Cp");
	tap_near(t, c.potential.nearer.value, 1.1786818, 1e-4, "Cpk");
	tap_near(t, c.overall.sd, 0.1332335, 1e-7, "s of all");
	tap_near(t, c.overall.both.value, 1.2509363, 1e-6, "Pp");
	tap_near(t, c.overall.nearer.value, 1.2368998, 1e-6, "Ppk");
	tap_near(t, c.potential.nu / 25, 3.62, 0.01, "degrees of freedom of a range of five");
	struct control_chart chart = control_chart(value, 25, 5);
	tap_near(t, chart.range.centre, 0.325208, 1e-6, "Rbar");
	/* Montgomery: Xbar 1.31795 .. 1.69327 (A2 = 0.577), R .. 0.68749 (D4 = 2.114). */
	tap_near(t, chart.location.low, 1.318, 1e-3, "lower limit of Xbar");
	tap_near(t, chart.location.high, 1.693, 1e-3, "upper limit of Xbar");
	tap_near(t, chart.range.high, 0.6875, 1e-3, "upper limit of R");
	tap_ok(t, chart.location_outside == 0 && chart.range_outside == 0, "in control");
	(void)capability_of(&c, value, 25, 5, CAPABILITY_POOLED, limits, NULL);
	tap_ok(t, c.potential.nu == 100 && fabs(c.potential.sd - 0.1398) < 0.01, "pooled");
}

static void indices(struct tap *t)
{
	/* e-Handbook 6.1.6: USL 20, LSL 8, mean 16, s 2. */
	struct capability_pair p =
		capability_pair((struct capability_limits){true, true, 8, 20}, 16, 2, 49, 50);

	tap_near(t, p.both.value, 1.0, 1e-12, "Cp of the handbook");
	tap_near(t, p.nearer.value, 2 / 3.0, 1e-12, "Cpk of the handbook");
	/* chi2 with 49: 31.555 and 70.222 at 2.5 % and 97.5 %. */
	tap_near(t, p.both.low, sqrt(31.555 / 49), 1e-4, "Cp, lower end");
	tap_near(t, p.both.high, sqrt(70.222 / 49), 1e-4, "Cp, upper end");
	double reach = 1.959964 * sqrt(1 / 450.0 + 4 / 9.0 / 98);
	tap_near(t, p.nearer.high - p.nearer.value, reach, 1e-6, "Cpk, Bissell");
	p = capability_pair((struct capability_limits){false, true, 0, 20}, 23, 1, 10, 11);
	tap_ok(t, isnan(p.both.value), "no Cp of one limit");
	tap_near(t, p.nearer.value, -1, 1e-12, "a mean beyond the limit: Cpk below 0");
	p = capability_pair((struct capability_limits){true, false, 8, 0}, 9, 0, 10, 11);
	tap_ok(t, isinf(p.nearer.value) && p.nearer.value > 0 && isnan(p.nearer.low),
	       "no spread, no number");
}

/* Single values, far from zero. */
static void singles(struct tap *t)
{
	const struct capability_limits limits = {true, true, 1e9 - 2, 1e9 + 2};
	double value[100], steps = 0;
	struct capability c;

	for (int i = 0; i < 100; i++) {
		value[i] = 1e9 + (i % 4 == 0 ? 0.5 : 0) + (i == 50 ? 3 : 0);
		steps += i > 0 ? fabs(value[i] - value[i - 1]) : 0;
	}
	tap_ok(t,
	       capability_of(&c, value, 100, 1, CAPABILITY_POOLED, limits, NULL) == ERR_NONE &&
		       c.within == CAPABILITY_MOVING_RANGE,
	       "single values go by moving ranges, whatever was asked");
	tap_near(t, c.potential.sd, steps / 99 * sqrt(acos(-1)) / 2, 1e-7, "moving range / d2");
	tap_near(t, c.mean, 1e9 + (12.5 + 3) / 100, 1e-6, "mean, far from zero");
	tap_near(t, c.outside_fraction, 0.01, 1e-12, "one of a hundred is outside");
}

static void refusals(struct tap *t)
{
	const struct capability_limits good = {true, true, 0, 1};
	double value[4] = {1, 2, NAN, 3};
	struct capability c;
	struct err e;

	tap_ok(t,
	       capability_of(&c, value, 2, 1, CAPABILITY_RANGE, (struct capability_limits){0},
			     &e) == ERR_CONFIG,
	       "no limit: %s", e.text);
	tap_ok(t,
	       capability_of(&c, value, 2, 1, CAPABILITY_RANGE,
			     (struct capability_limits){true, true, 1, 1}, &e) == ERR_CONFIG,
	       "no room: %s", e.text);
	tap_ok(t, capability_of(&c, value, 4, 1, CAPABILITY_RANGE, good, &e) == ERR_CONFIG,
	       "NaN: %s", e.text);
	tap_ok(t, capability_of(&c, value, 1, 2, CAPABILITY_RANGE, good, &e) == ERR_CONFIG,
	       "one group: %s", e.text);
}

static void yields(struct tap *t)
{
	struct capability_index y = capability_yield(0, 0);

	tap_ok(t, isnan(y.value) && isnan(y.low), "no yield of nothing");
	y = capability_yield(299, 299); /* 1 - 0.025^(1/299) */
	tap_near(t, y.low, pow(0.025, 1 / 299.0), 1e-12, "all passed: lower end in closed form");
	tap_ok(t, y.high == 1 && y.value == 1, "all passed: upper end");
	y = capability_yield(0, 10);
	tap_near(t, y.high, 1 - pow(0.025, 0.1), 1e-12, "none passed");
	y = capability_yield(5, 10); /* table value of Clopper and Pearson */
	tap_near(t, y.low, 0.1871, 5e-5, "half passed, lower end");
	tap_near(t, y.high, 0.8129, 5e-5, "half passed, upper end");
	y = capability_yield(980000, 1000000); /* normal: 0.98 -+ 1.96 sqrt(0.98 0.02 / 1e6) */
	tap_near(t, y.low, 0.98 - 1.959964 * 1.4e-4, 3e-6, "a million pens, lower end");
	tap_near(t, y.high, 0.98 + 1.959964 * 1.4e-4, 3e-6, "a million pens, upper end");
	tap_near(t, gsl_cdf_beta_P(quantile_success(0.01, 37, 211), 37, 175), 0.01, 1e-12,
		 "the binomial's tail is the beta distribution");
}

static void quantiles(struct tap *t)
{
	double below = quantile_chi_square(0.025, 1000),
	       above = quantile_chi_square(0.025, 1000.001);

	tap_near(t, quantile_chi_square(0.95, 10), 18.307038, 1e-6, "chi-square with 10");
	tap_near(t, above / below, 1 + 1e-6, 2e-6, "no step where the method changes");
	tap_ok(t, fabs(quantile_chi_square(0.975, 1e6) - 1002773.0) < 5, "chi-square with 1e6");
}

static void individuals(struct tap *t)
{
	double value[20];

	for (int i = 0; i < 20; i++)
		value[i] = i % 2;
	value[10] = 9;
	struct control_chart c = control_chart(value, 20, 1);
	tap_near(t, c.range.centre, 33 / 19.0, 1e-12, "mean moving range");
	tap_near(t, c.location.high - c.location.centre, 3 * 33 / 19.0 / 1.128379, 1e-5,
		 "2.66 mean moving ranges");
	tap_ok(t, c.location_outside == 1 && c.range_outside == 2, "the one that sticks out");
	tap_ok(t, control_is_outside(NAN, &c.location), "NaN is never inside");
}

int main(void)
{
	struct tap t = tap_begin();

	flow_width(&t);
	indices(&t);
	singles(&t);
	refusals(&t);
	yields(&t);
	quantiles(&t);
	individuals(&t);
	return tap_end(&t);
}
