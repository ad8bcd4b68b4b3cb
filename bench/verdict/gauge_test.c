/*
 * Gauge studies with published answers: AIAG MSA 4 by average-and-range and by pooled ANOVA (two
 * right answers to one study), Houf and Berman's thermal impedance by ANOVA with its interaction.
 * Their data are read from ../shared/data and skipped where that is absent; studies made up here
 * have answers by hand. Bias and linearity: AIAG's own example.
 */
#include "verdict/gauge.h"

#include <math.h>
#include <string.h>

#include "base/tap.h"
#include "verdict/accuracy.h"
#include "verdict/control.h"
#include "verdict/gauge_rig.h"

static struct gauge_study study_of(const double *value)
{
	return (struct gauge_study){value, PARTS, OPERATORS, TRIALS, 0, GAUGE_POOL_P};
}

static void aiag(struct tap *t)
{
	double value[VALUES] = {0};
	struct gauge_study s = study_of(value);
	struct gauge g;

	if (!read_study("aiag_msa4_grr.csv", value)) {
		tap_skip(t, "AIAG MSA 4", "no " FOLDER);
		return;
	}
	tap_ok(t, gauge_study(&g, &s, GAUGE_RANGE, NULL) == ERR_NONE, "by average and range");
	tap_near(t, g.basis.range.mean_range, 0.3417, 5e-5, "Rbarbar");
	tap_near(t, g.basis.range.difference, 0.4446, 1e-4, "Xdiff");
	tap_near(t, g.basis.range.part_range, 3.511, 5e-4, "Rp");
	tap_near(t, g.repeatability.sd, 0.20188, 5e-5, "EV");
	tap_near(t, g.op.sd, 0.22963, 6e-5, "AV");
	tap_near(t, g.grr.sd, 0.30575, 5e-5, "GRR");
	tap_near(t, g.part.sd, 1.10456, 5e-4, "PV");
	tap_near(t, g.grr.study_percent, 26.68, 0.005, "%GRR by average and range");
	tap_near(t, g.repeatability.study_percent, 17.62, 0.011, "%EV");
	tap_near(t, g.op.study_percent, 20.04, 0.005, "%AV");
	tap_is_int(t, (int64_t)g.ndc, 5, "ndc by average and range");
	tap_is_int(t, (int64_t)g.out_of_control, 1, "one range out of control, as the manual says");
	tap_ok(t, gauge_cell_range(&s, 3 * OPERATORS + 1) > gauge_range_limit(&s),
	       "and it is part 4 of appraiser B");
	tap_near(t, gauge_range_limit(&s), 0.880, 5e-4, "its limit");
	tap_is_str(t, gauge_method_text(&g), "crossed, average and range", "method");

	s.tolerance = 8;
	tap_ok(t, gauge_study(&g, &s, GAUGE_ANOVA, NULL) == ERR_NONE, "by ANOVA");
	tap_near(t, g.p_interaction, 0.974, 5e-4, "p of the interaction");
	tap_near(t, g.grr.study_percent, 27.86, 0.005, "%GRR by pooled ANOVA");
	tap_near(t, g.grr.contribution_percent, 7.76, 0.005, "%Contribution");
	tap_near(t, g.grr.tolerance_percent, 22.68, 0.005, "%Tolerance");
	tap_near(t, g.total.variance, 1.177875141923, 1e-11, "total variance");
	tap_is_int(t, (int64_t)g.ndc, 4, "ndc by pooled ANOVA");
	tap_is_str(t, gauge_method_text(&g), "crossed, ANOVA without interaction (pooled)",
		   "method");
	s.pool_p = 2;
	(void)gauge_study(&g, &s, GAUGE_ANOVA, NULL);
	tap_is_str(t, gauge_method_text(&g), "crossed, ANOVA with interaction", "never pooled");
	tap_near(t, g.interaction.variance, 0, 0, "a negative component is 0");
}

static void thermal_impedance(struct tap *t)
{
	double value[VALUES] = {0};
	struct gauge_study s = study_of(value);
	struct gauge g;

	if (!read_study("houf_berman_thermal_impedance_grr.csv", value)) {
		tap_skip(t, "thermal impedance", "no " FOLDER);
		return;
	}
	tap_ok(t, gauge_study(&g, &s, GAUGE_ANOVA, NULL) == ERR_NONE, "thermal impedance");
	tap_ok(t, !g.is_pooled, "the interaction is kept");
	tap_near(t, g.basis.crossed.a.ss, 3935.955555556, 1e-8, "SS of parts");
	tap_near(t, g.basis.crossed.b.ss, 39.266666667, 1e-8, "SS of operators");
	tap_near(t, g.basis.crossed.interaction.ss, 48.511111111, 1e-8, "SS of the interaction");
	tap_near(t, g.basis.crossed.repeat.ss, 30.666666667, 1e-8, "SS of repeats");
	tap_near(t, g.basis.crossed.interaction.f, 5.27294686, 1e-7, "F of the interaction");
	tap_near(t, g.interaction.variance, 0.727983539, 1e-8, "variance of the interaction");
	tap_near(t, g.op.variance, 0.564609053, 1e-8, "of operators");
	tap_near(t, g.part.variance, 48.292592593, 1e-8, "of parts");
	tap_near(t, g.grr.study_percent, 18.974913, 1e-5, "%GRR");
	tap_is_int(t, (int64_t)g.ndc, 7, "ndc");
}

/* Parts -3, 0, 3 within each of two operators (offset 0, 10), trials +-1: MS by hand are 9 * 2 = 18
 * within, 2 of repeats, 300 between operators. */
static void nested(struct tap *t)
{
	const double value[] = {-4, -2, -1, 1, 2, 4, 6, 8, 9, 11, 12, 14};
	struct gauge_study s = {value, 3, 2, 2, 60, GAUGE_POOL_P};
	struct gauge g;

	tap_ok(t, gauge_study(&g, &s, GAUGE_NESTED, NULL) == ERR_NONE, "nested");
	tap_near(t, g.repeatability.variance, 2, 1e-12, "nested: repeatability");
	tap_near(t, g.part.variance, (18 - 2) / 2.0, 1e-12, "nested: part");
	tap_near(t, g.op.variance, (300 - 18) / 6.0, 1e-12, "nested: operator");
	tap_near(t, g.grr.tolerance_percent, 100 * 6 * sqrt(49) / 60, 1e-9, "nested: %tolerance");
	tap_is_str(t, gauge_method_text(&g), "nested, ANOVA", "nested: method");
}

static void refusals(struct tap *t)
{
	double value[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct gauge_study s = {value, 2, 2, 2, 0, GAUGE_POOL_P}, bad = s;
	struct gauge g;
	struct err e;

	tap_ok(t, gauge_study(&g, &s, GAUGE_ANOVA, &e) == ERR_NONE, "2 x 2 x 2 is a study");
	bad.trials = 1;
	tap_ok(t, gauge_study(&g, &bad, GAUGE_ANOVA, &e) == ERR_CONFIG, "one trial is none");
	bad = s;
	bad.parts = 101;
	tap_ok(t, gauge_study(&g, &bad, GAUGE_RANGE, &e) == ERR_CONFIG, "too large");
	bad = s;
	bad.tolerance = NAN;
	tap_ok(t, gauge_study(&g, &bad, GAUGE_RANGE, &e) == ERR_CONFIG, "no tolerance is NaN");
	value[3] = NAN;
	tap_ok(t, gauge_study(&g, &s, GAUGE_ANOVA, &e) == ERR_CONFIG, "NaN: %s", e.text);
	for (size_t i = 0; i < 8; i++)
		value[i] = 0.1;
	tap_ok(t, gauge_study(&g, &s, GAUGE_ANOVA, &e) == ERR_CONFIG, "no spread: %s", e.text);
	for (size_t i = 0; i < 8; i++)
		value[i] = i < 4 ? 1 : 2;
	tap_ok(t,
	       gauge_study(&g, &s, GAUGE_ANOVA, &e) == ERR_NONE && isinf(g.ndc) &&
		       g.grr.study_percent == 0,
	       "a gauge without scatter");
	tap_ok(t,
	       gauge_grade(9.99) == GAUGE_ACCEPTABLE && gauge_grade(10) == GAUGE_CONDITIONAL &&
		       gauge_grade(30) == GAUGE_CONDITIONAL &&
		       gauge_grade(30.1) == GAUGE_UNACCEPTABLE &&
		       gauge_grade(NAN) == GAUGE_UNACCEPTABLE,
	       "grades");
}

/* ASTM E2587, table of control chart constants, as every text book has it. */
static void constants(struct tap *t)
{
	static const struct {
		size_t n;
		double d2, d3, D4;
	} known[] = {
		{2, 1.128, 0.853, 3.267}, {3, 1.693, 0.888, 2.575},  {4, 2.059, 0.880, 2.282},
		{5, 2.326, 0.864, 2.114}, {10, 3.078, 0.797, 1.777}, {25, 3.931, 0.708, 1.541},
	};
	static const struct {
		size_t n;
		double k;
	} aiag_k[] = {{2, 0.7071}, {3, 0.5231}, {4, 0.4467}, {5, 0.4030},
		      {6, 0.3742}, {8, 0.3375}, {10, 0.3146}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct control_constants c = control_constants(known[i].n);

		tap_near(t, c.d2, known[i].d2, 6e-4, "d2");
		tap_near(t, c.d3, known[i].d3, 6e-4, "d3");
		tap_near(t, c.D4, known[i].D4, 1.1e-3, "D4");
	}
	for (size_t i = 0; i < sizeof aiag_k / sizeof *aiag_k; i++) {
		struct control_constants c = control_constants(aiag_k[i].n);

		tap_near(t, 1 / control_d2_star(&c, 1), aiag_k[i].k, 6e-5, "K of AIAG's table");
	}
	tap_near(t, control_constants(2).d2, 2 / sqrt(acos(-1)), 3e-8, "d2(2) = 2 / sqrt(pi)");
	tap_near(t, control_constants(2).d3, sqrt(2 - 4 / acos(-1)), 3e-8, "d3(2), closed form");
	tap_near(t, control_constants(3).d2, 3 / sqrt(acos(-1)), 3e-8, "d2(3) = 3 / sqrt(pi)");
	tap_near(t, control_constants(100).d2, 5.0152, 1e-4, "d2(100) of Tippett's table");
}

/* AIAG MSA 4, linearity example: five parts, twelve readings each. */
static void accuracy(struct tap *t)
{
	static const double reading[5][12] = {
		{2.7, 2.5, 2.4, 2.5, 2.7, 2.3, 2.5, 2.5, 2.4, 2.4, 2.6, 2.4},
		{5.1, 3.9, 4.2, 5.0, 3.8, 3.9, 3.9, 3.9, 3.9, 4.0, 4.1, 3.8},
		{5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1},
		{7.6, 7.7, 7.8, 7.7, 7.8, 7.8, 7.8, 7.7, 7.8, 7.5, 7.6, 7.7},
		{9.1, 9.3, 9.5, 9.3, 9.4, 9.5, 9.5, 9.5, 9.6, 9.2, 9.3, 9.4},
	};
	static const double bias[5] = {0.491667, 0.125, 0.025, -0.291667, -0.616667};
	double reference[60], error[60];

	for (size_t i = 0; i < 60; i++) {
		reference[i] = 2.0 * (double)(i / 12 + 1);
		error[i] = reading[i / 12][i % 12] - reference[i];
	}
	for (size_t i = 0; i < 5; i++)
		tap_near(t, accuracy_bias(error + 12 * i, 12, reference[12 * i]).bias, bias[i],
			 1e-6, "AIAG: bias of a part");
	struct accuracy_linearity l = accuracy_linearity(reference, error, 60);
	tap_near(t, l.line.slope, -0.131667, 1e-6, "AIAG: slope");
	tap_near(t, l.line.intercept, 0.736667, 1e-6, "AIAG: intercept");
	tap_near(t, l.line.r2, 0.714, 5e-4, "AIAG: R2");
	tap_near(t, l.line.residual_sd, 0.23954, 5e-6, "AIAG: s");
	tap_ok(t, l.p_slope < 1e-6 && l.p_intercept < 1e-6, "AIAG: there is a linearity problem");
	/* t with 2 degrees of freedom: P(|T| > t) = 1 - t / sqrt(t^2 + 2). */
	struct accuracy_bias b = accuracy_bias((const double[]){1, 2, 3}, 3, 10);
	double x = 2 * sqrt(3);
	tap_near(t, b.p, 1 - x / sqrt(x * x + 2), 1e-12, "p of a bias");
	tap_near(t, b.high - b.bias, 4.302652730 / sqrt(3), 1e-8, "its interval");
	tap_ok(t,
	       accuracy_bias((const double[]){0, 0}, 2, 1).p == 1 &&
		       accuracy_bias((const double[]){1, 1}, 2, 1).p == 0 &&
		       isnan(accuracy_bias((const double[]){1}, 1, 1).p),
	       "no scatter, one reading");
}

int main(void)
{
	struct tap t = tap_begin();

	constants(&t);
	aiag(&t);
	thermal_impedance(&t);
	nested(&t);
	refusals(&t);
	accuracy(&t);
	return tap_end(&t);
}
