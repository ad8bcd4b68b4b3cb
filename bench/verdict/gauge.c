/* See gauge.h. */
#include "verdict/gauge.h"

#include <math.h>

#include "verdict/control.h"

static struct anova_layout crossed_layout(const struct gauge_study *s)
{
	return (struct anova_layout){s->parts, s->operators, s->trials};
}

static double clamped(double variance)
{
	return variance > 0 ? variance : 0; /* NaN too: no degrees of freedom, nothing to see */
}

double gauge_cell_range(const struct gauge_study *s, size_t cell)
{
	return control_range(s->value, s->trials, cell);
}

static double mean_range(const struct gauge_study *s)
{
	size_t cells = s->parts * s->operators;
	long double sum = 0;

	for (size_t i = 0; i < cells; i++)
		sum += (long double)gauge_cell_range(s, i);
	return (double)(sum / (long double)cells);
}

double gauge_range_limit(const struct gauge_study *s)
{
	return control_constants(s->trials).D4 * mean_range(s);
}

static void by_anova(struct gauge *g, const struct gauge_study *s)
{
	struct anova_crossed *a = &g->basis.crossed;
	double n = (double)s->parts, k = (double)s->operators, r = (double)s->trials;

	*a = anova_crossed(s->value, crossed_layout(s));
	g->p_interaction = a->interaction.p;
	g->pool_p = s->pool_p;
	/* Without any repeat scatter there is no test: then an interaction that is there counts. */
	g->is_pooled =
		isnan(a->interaction.p) ? !(a->interaction.ms > 0) : a->interaction.p >= s->pool_p;
	struct anova_row error = g->is_pooled ? a->pooled : a->interaction;
	g->repeatability.variance = g->is_pooled ? a->pooled.ms : a->repeat.ms;
	g->interaction.variance =
		g->is_pooled ? NAN : clamped((a->interaction.ms - a->repeat.ms) / r);
	g->op.variance = clamped((a->b.ms - error.ms) / (n * r));
	g->part.variance = clamped((a->a.ms - error.ms) / (k * r));
	if (g->is_pooled) { /* the tests of the model that was used */
		a->a = anova_test(a->a, a->pooled);
		a->b = anova_test(a->b, a->pooled);
	}
}

static void by_nesting(struct gauge *g, const struct gauge_study *s)
{
	struct anova_layout layout = {s->operators, s->parts, s->trials};
	double n = (double)s->parts, r = (double)s->trials;
	struct anova_nested a = anova_nested(s->value, layout);

	g->basis.nested = a;
	g->repeatability.variance = a.repeat.ms;
	g->interaction.variance = NAN;
	g->part.variance = clamped((a.b_within_a.ms - a.repeat.ms) / r);
	g->op.variance = clamped((a.a.ms - a.b_within_a.ms) / (n * r));
}

/* Mean over all of one part (or, at `is_operator`, of one operator). */
static double level_mean(const struct gauge_study *s, size_t level, bool is_operator)
{
	size_t others = is_operator ? s->parts : s->operators;
	long double sum = 0;

	for (size_t i = 0; i < others; i++) {
		size_t cell = is_operator ? i * s->operators + level : level * s->operators + i;

		for (size_t t = 0; t < s->trials; t++)
			sum += (long double)s->value[cell * s->trials + t];
	}
	return (double)(sum / (long double)(others * s->trials));
}

static double range_of_means(const struct gauge_study *s, bool is_operator)
{
	size_t levels = is_operator ? s->operators : s->parts;
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < levels; i++) {
		double mean = level_mean(s, i, is_operator);

		low = fmin(low, mean);
		high = fmax(high, mean);
	}
	return high - low;
}

/* K1 is 1/d2 (AIAG's table for more than 15 ranges), K2 and K3 are 1/d2* of one range. */
static void by_range(struct gauge *g, const struct gauge_study *s)
{
	struct control_constants trials = control_constants(s->trials);
	struct control_constants operators = control_constants(s->operators);
	struct control_constants parts = control_constants(s->parts);
	size_t ranges = s->parts * s->operators;
	double nr = (double)(s->parts * s->trials);

	g->basis.range.mean_range = mean_range(s);
	g->basis.range.difference = range_of_means(s, true);
	g->basis.range.part_range = range_of_means(s, false);
	g->basis.range.k1 = 1 / (ranges > 15 ? trials.d2 : control_d2_star(&trials, ranges));
	g->basis.range.k2 = 1 / control_d2_star(&operators, 1);
	g->basis.range.k3 = 1 / control_d2_star(&parts, 1);
	g->basis.range.range_limit = trials.D4 * g->basis.range.mean_range;
	double ev = g->basis.range.mean_range * g->basis.range.k1;
	double av = g->basis.range.difference * g->basis.range.k2;
	double pv = g->basis.range.part_range * g->basis.range.k3;
	g->repeatability.variance = ev * ev;
	g->op.variance = clamped(av * av - ev * ev / nr);
	g->interaction.variance = NAN;
	g->part.variance = pv * pv;
}

void gauge_complete(struct gauge_component *c, double total, double tolerance)
{
	c->sd = sqrt(c->variance);
	c->contribution_percent = 100 * c->variance / total;
	c->study_percent = 100 * sqrt(c->variance / total);
	c->tolerance_percent = tolerance > 0 ? 100 * GAUGE_MULTIPLIER * c->sd / tolerance : NAN;
}

enum err_code gauge_check(const double *value, size_t count, double tolerance, struct err *e)
{
	bool varies = false;

	if (!isfinite(tolerance) || tolerance < 0)
		return err_set(e, ERR_CONFIG, "a tolerance of %g; want its width, above 0",
			       tolerance);
	for (size_t i = 0; i < count; i++) {
		if (!isfinite(value[i]))
			return err_set(e, ERR_CONFIG, "value %zu of the study is no number", i + 1);
		varies = varies || value[i] != value[0];
	}
	if (!varies)
		return err_set(e, ERR_CONFIG,
			       "all %zu values of the study are equal: nothing can be learnt of a "
			       "spread that is not there; measure with more resolution",
			       count);
	return ERR_NONE;
}

static enum err_code check(const struct gauge_study *s, struct err *e)
{
	const size_t factor[] = {s->parts, s->operators, s->trials};

	for (size_t i = 0; i < sizeof factor / sizeof *factor; i++)
		if (factor[i] < 2 || factor[i] > GAUGE_FACTOR_MAX)
			return err_set(e, ERR_CONFIG,
				       "a study has 2..%d parts, operators and trials each; this "
				       "one has %zu, %zu and %zu",
				       GAUGE_FACTOR_MAX, s->parts, s->operators, s->trials);
	return gauge_check(s->value, s->parts * s->operators * s->trials, s->tolerance, e);
}

enum err_code gauge_study(struct gauge *g, const struct gauge_study *s, enum gauge_method method,
			  struct err *e)
{
	struct gauge_component *const all[] = {
		&g->grr,         &g->repeatability, &g->reproducibility, &g->op,
		&g->interaction, &g->part,          &g->total,
	};
	enum err_code code = check(s, e);

	*g = (struct gauge){.method = method, .p_interaction = NAN, .pool_p = NAN};
	if (code != ERR_NONE)
		return code;
	if (method == GAUGE_ANOVA)
		by_anova(g, s);
	else if (method == GAUGE_NESTED)
		by_nesting(g, s);
	else
		by_range(g, s);
	g->reproducibility.variance = g->op.variance + clamped(g->interaction.variance);
	g->grr.variance = g->repeatability.variance + g->reproducibility.variance;
	g->total.variance = g->grr.variance + g->part.variance;
	if (!(g->total.variance > 0))
		return err_set(e, ERR_CONFIG, "the study has no variance in any of its sources");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		gauge_complete(all[i], g->total.variance, s->tolerance);
	g->ndc = g->grr.sd > 0 ? GAUGE_NDC_FACTOR * g->part.sd / g->grr.sd : INFINITY;
	double limit = gauge_range_limit(s);
	for (size_t i = 0; i < s->parts * s->operators; i++)
		g->out_of_control += gauge_cell_range(s, i) > limit;
	return ERR_NONE;
}

const char *gauge_method_text(const struct gauge *g)
{
	switch (g->method) {
	case GAUGE_ANOVA:
		return g->is_pooled ? "crossed, ANOVA without interaction (pooled)"
				    : "crossed, ANOVA with interaction";
	case GAUGE_RANGE:
		return "crossed, average and range";
	case GAUGE_NESTED:
		return "nested, ANOVA";
	}
	return "";
}

enum gauge_grade gauge_grade(double percent)
{
	return percent < 10    ? GAUGE_ACCEPTABLE
	       : percent <= 30 ? GAUGE_CONDITIONAL
			       : GAUGE_UNACCEPTABLE;
}

const char *gauge_grade_text(enum gauge_grade grade)
{
	switch (grade) {
	case GAUGE_ACCEPTABLE:
		return "acceptable";
	case GAUGE_CONDITIONAL:
		return "conditional";
	case GAUGE_UNACCEPTABLE:
		return "not acceptable";
	}
	return "";
}
