/* See gauge_factors.h. */
#include "verdict/gauge_factors.h"

#include <math.h>

enum { PART = 1u << 0 };

static size_t cells_of(const struct effects_design *d)
{
	size_t cells = 1;

	for (size_t f = 0; f < d->factors; f++)
		cells *= d->factor[f].levels;
	return cells;
}

static enum err_code check(const struct effects_design *d, double tolerance, struct err *e)
{
	for (size_t f = 0; f <= d->factors; f++) {
		size_t levels = f < d->factors ? d->factor[f].levels : d->trials;

		if (levels < 2 || levels > GAUGE_FACTOR_MAX)
			return err_set(e, ERR_CONFIG,
				       "a study has 2..%d levels of each factor and as many trials "
				       "of each cell; %s has %zu",
				       GAUGE_FACTOR_MAX,
				       f == 0           ? "the part"
				       : f < d->factors ? "a factor"
							: "a cell",
				       levels);
	}
	return gauge_check(d->value, cells_of(d) * d->trials, tolerance, e);
}

/* The component of the rows in the mask; `variance` is the sum of their estimates. */
static void set_source(struct gauge_source *s, const struct gauge_factors *g, uint32_t rows,
		       double variance)
{
	struct mls_interval limits = effects_interval(&g->effects, rows, GAUGE_FACTORS_CONFIDENCE);

	s->is_negative = variance < 0;
	s->component.variance = s->is_negative ? 0 : variance;
	s->sd_low = sqrt(limits.low);
	s->sd_high = sqrt(limits.high);
}

static void set_sources(struct gauge_factors *g)
{
	const struct effects *x = &g->effects;
	uint32_t error = (uint32_t)1 << x->terms, kept = 0, part;
	double reproducibility = 0;

	for (size_t t = 0; t < x->terms; t++) {
		if (x->term[t].is_pooled) {
			g->term[t] = (struct gauge_source){{NAN, NAN, NAN, NAN, NAN}, NAN, NAN, 0};
			continue;
		}
		kept |= (uint32_t)1 << t;
		set_source(&g->term[t], g, (uint32_t)1 << t, x->term[t].variance);
		if (x->term[t].live == PART)
			g->part_term = t;
		else
			reproducibility += g->term[t].component.variance;
	}
	part = (uint32_t)1 << g->part_term;
	g->part = g->term[g->part_term];
	set_source(&g->repeatability, g, error, x->error.ms);
	set_source(&g->reproducibility, g, kept & ~part, reproducibility);
	set_source(&g->grr, g, (kept & ~part) | error, reproducibility + x->error.ms);
	set_source(&g->total, g, kept | error,
		   g->grr.component.variance + g->part.component.variance);
}

static void flag_ranges(struct gauge_factors *g, const struct effects_design *d)
{
	size_t cells = cells_of(d), parts = d->factor[0].levels;
	struct gauge_study s = {d->value, parts, cells / parts, d->trials, 0, d->pool_p};

	g->range_limit = gauge_range_limit(&s);
	for (size_t c = 0; c < cells; c++)
		g->out_of_control += gauge_cell_range(&s, c) > g->range_limit;
}

enum err_code gauge_factors(struct gauge_factors *g, const struct effects_design *d,
			    double tolerance, struct err *e)
{
	struct gauge_source *const sums[] = {&g->grr, &g->repeatability, &g->reproducibility,
					     &g->part, &g->total};
	enum err_code code = check(d, tolerance, e);

	*g = (struct gauge_factors){.ndc = INFINITY};
	if (code == ERR_NONE)
		code = effects_analyse(&g->effects, d, e);
	if (code != ERR_NONE)
		return code;
	set_sources(g);
	double total = g->total.component.variance;
	if (!(total > 0))
		return err_set(e, ERR_CONFIG, "the study has no variance in any of its sources");
	for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
		gauge_complete(&sums[i]->component, total, tolerance);
	for (size_t t = 0; t < g->effects.terms; t++)
		gauge_complete(&g->term[t].component, total, tolerance);
	if (g->grr.component.sd > 0)
		g->ndc = GAUGE_NDC_FACTOR * g->part.component.sd / g->grr.component.sd;
	flag_ranges(g, d);
	return ERR_NONE;
}
