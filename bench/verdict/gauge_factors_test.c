/*
 * Gauge studies with several factors. With one factor they are the study of gauge.h: AIAG's data
 * and the thermal impedance (skipped where ../shared/data is absent), kept and pooled, nested too.
 * With two, a small study by hand.
 */
#include "verdict/gauge_factors.h"

#include <math.h>

#include "base/tap.h"
#include "verdict/gauge_rig.h"

static void same(struct tap *t, const struct gauge_component *got,
		 const struct gauge_component *known, const char *what)
{
	tap_near(t, got->variance, known->variance, 1e-12 * (1 + known->variance), what);
	tap_near(t, got->study_percent, known->study_percent, 1e-9, what);
	tap_near(t, got->tolerance_percent, known->tolerance_percent, 1e-9, what);
}

static void one_factor(struct tap *t, const char *file, double pool_p)
{
	double value[VALUES] = {0};
	struct gauge_study s = {value, PARTS, OPERATORS, TRIALS, 8, pool_p};
	struct effects_design d = {value, {{PARTS, 0}, {OPERATORS, 0}}, 2, TRIALS, pool_p};
	struct gauge_factors g;
	struct gauge known;

	if (!read_study(file, value)) {
		tap_skip(t, file, "no " FOLDER);
		return;
	}
	tap_ok(t,
	       gauge_study(&known, &s, GAUGE_ANOVA, NULL) == ERR_NONE &&
		       gauge_factors(&g, &d, 8, NULL) == ERR_NONE,
	       "%s, pooled from %g on", file, pool_p);
	same(t, &g.grr.component, &known.grr, "gauge R&R");
	same(t, &g.repeatability.component, &known.repeatability, "repeatability");
	same(t, &g.reproducibility.component, &known.reproducibility, "reproducibility");
	same(t, &g.part.component, &known.part, "part");
	same(t, &g.total.component, &known.total, "total");
	tap_near(t, g.ndc, known.ndc, 1e-9, "ndc");
	tap_is_int(t, (int64_t)g.out_of_control, (int64_t)known.out_of_control, "flagged ranges");
	tap_ok(t, g.effects.term[2].is_pooled == known.is_pooled, "pooled alike");
	tap_near(t, g.effects.term[2].row.p, known.p_interaction, 1e-9, "p of the interaction");
	tap_near(t, g.effects.term[0].row.f, known.basis.crossed.a.f, 1e-9, "F of parts");
}

/* As gauge_test.c has it: parts -3, 0, 3 within each of two operators (0, 10), trials +-1. */
static void nested(struct tap *t)
{
	static const double value[] = {-4, -2, 6, 8, -1, 1, 9, 11, 2, 4, 12, 14};
	struct effects_design d = {value, {{3, 2}, {2, 0}}, 2, 2, GAUGE_POOL_P};
	struct gauge_factors g;

	tap_ok(t, gauge_factors(&g, &d, 60, NULL) == ERR_NONE, "parts within operators");
	tap_near(t, g.repeatability.component.variance, 2, 1e-12, "repeatability");
	tap_near(t, g.part.component.variance, (18 - 2) / 2.0, 1e-12, "part");
	tap_near(t, g.reproducibility.component.variance, (300 - 18) / 6.0, 1e-12, "operator");
	tap_near(t, g.grr.component.tolerance_percent, 100 * 6 * sqrt(49) / 60, 1e-9, "%tolerance");
}

/* Parts +-4, stations +-2, days +-1, trials +-0.5, nothing interacts: by hand MS are 16 * 16 = 256,
 * 64, 16 with one degree of freedom each, 0 of interactions, 8 * 0.5 / 8 = 0.5 of repeats. */
static void by_hand(struct tap *t)
{
	double value[16];
	struct effects_design d = {value, {{2, 0}, {2, 0}, {2, 0}}, 3, 2, 2};
	struct gauge_factors g;

	for (size_t i = 0; i < 16; i++)
		value[i] = (i & 8 ? 4 : -4) + (i & 4 ? 2 : -2) + (i & 2 ? 1 : -1) +
			   (i & 1 ? 0.5 : -0.5);
	tap_ok(t, gauge_factors(&g, &d, 0, NULL) == ERR_NONE, "2 x 2 x 2 x 2");
	tap_near(t, g.effects.term[0].row.ms, 256, 1e-12, "MS of parts");
	tap_near(t, g.repeatability.component.variance, 0.5, 1e-12, "repeatability");
	/* E of a main effect's MS: e + 2 abc + 4 (ab + ac) + 8 a; with MS 0 of all interactions
	 * abc = -0.5 / 2, ab = ac = (0 - 0) / 4, so a = (256 - 0.5 + 0.5) / 8. */
	tap_near(t, g.part.component.variance, 32, 1e-12, "part");
	tap_near(t, g.term[1].component.variance, 8, 1e-12, "station");
	tap_near(t, g.term[2].component.variance, 2, 1e-12, "day");
	tap_near(t, g.effects.term[6].variance, -0.25, 1e-12, "the threefold interaction, as is");
	tap_ok(t, g.term[6].is_negative && g.term[6].component.variance == 0,
	       "counts as 0, and says so");
	tap_near(t, g.grr.component.variance, 10.5, 1e-12, "gauge R&R");
	tap_near(t, g.total.component.variance, 42.5, 1e-12, "total");
	tap_near(t, g.ndc, 1.41 * sqrt(32 / 10.5), 1e-12, "ndc");
	tap_ok(t, isnan(g.grr.component.tolerance_percent), "no tolerance, no %%tolerance");
	d.pool_p = GAUGE_POOL_P;
	(void)gauge_factors(&g, &d, 0, NULL);
	/* Pooled: SS 4 over 8 + 4 degrees of freedom. */
	tap_near(t, g.repeatability.component.variance, 4 / 12.0, 1e-12, "pooled: repeatability");
	tap_near(t, g.part.component.variance, (256 - 4 / 12.0) / 8, 1e-12, "pooled: part");
	tap_ok(t, isnan(g.term[6].component.sd), "what is pooled has no component");
	tap_ok(t,
	       g.part.sd_low < g.part.component.sd && g.part.component.sd < g.part.sd_high &&
		       g.grr.sd_low < g.grr.component.sd && g.grr.component.sd < g.grr.sd_high,
	       "estimates lie in their intervals");
}

static void refusals(struct tap *t)
{
	double value[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2};
	struct effects_design d = {value, {{2, 0}, {2, 0}, {2, 0}}, 3, 2, GAUGE_POOL_P}, bad = d;
	struct gauge_factors g;
	struct err e;

	tap_ok(t, gauge_factors(&g, &d, 0, &e) == ERR_NONE, "a study");
	bad.factor[1].levels = 1;
	tap_ok(t, gauge_factors(&g, &bad, 0, &e) == ERR_CONFIG, "one level: %s", e.text);
	bad = d;
	bad.trials = 1;
	tap_ok(t, gauge_factors(&g, &bad, 0, &e) == ERR_CONFIG, "one trial: %s", e.text);
	tap_ok(t, gauge_factors(&g, &d, NAN, &e) == ERR_CONFIG, "tolerance: %s", e.text);
	value[5] = INFINITY;
	tap_ok(t, gauge_factors(&g, &d, 0, &e) == ERR_CONFIG, "no number: %s", e.text);
	for (size_t i = 0; i < 16; i++)
		value[i] = 3;
	tap_ok(t, gauge_factors(&g, &d, 0, &e) == ERR_CONFIG, "no spread: %s", e.text);
	for (size_t i = 0; i < 16; i++)
		value[i] = (double)(i / 8);
	tap_ok(t,
	       gauge_factors(&g, &d, 0, &e) == ERR_NONE && isinf(g.ndc) &&
		       g.grr.component.study_percent == 0,
	       "a gauge without scatter");
}

int main(void)
{
	struct tap t = tap_begin();

	one_factor(&t, "aiag_msa4_grr.csv", GAUGE_POOL_P);
	one_factor(&t, "aiag_msa4_grr.csv", 2);
	one_factor(&t, "houf_berman_thermal_impedance_grr.csv", GAUGE_POOL_P);
	nested(&t);
	by_hand(&t);
	refusals(&t);
	return tap_end(&t);
}
