/* A gauge study for people, and as JSON. The method, the multiplier and what was pooled are said
 * beside every result: the same study has more than one right answer. */
#include "cli/msa_grr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/msa.h"

enum { FLAGS_SHOWN_MAX = 20, DIGITS = MSA_GRR_DIGITS };

enum gauge_grade msa_grr_grade(const struct gauge_component *grr)
{
	return gauge_grade(isnan(grr->tolerance_percent) ? grr->study_percent
							 : grr->tolerance_percent);
}

static void print_component(const char *name, const struct gauge_component *c)
{
	char variance[MSA_NUMBER_SIZE], sd[MSA_NUMBER_SIZE], study[MSA_NUMBER_SIZE];

	if (isnan(c->variance))
		return;
	(void)printf("  %-22s %12s %12s %12s %10.2f %8.2f", name,
		     msa_text(c->variance, DIGITS, variance), msa_text(c->sd, DIGITS, sd),
		     msa_text(GAUGE_MULTIPLIER * c->sd, DIGITS, study), c->contribution_percent,
		     c->study_percent);
	if (isnan(c->tolerance_percent))
		(void)printf(" %11s\n", "-");
	else
		(void)printf(" %11.2f\n", c->tolerance_percent);
}

void msa_grr_print_row(const char *name, const struct anova_row *row)
{
	char ss[MSA_NUMBER_SIZE], ms[MSA_NUMBER_SIZE], f[MSA_NUMBER_SIZE], p[MSA_NUMBER_SIZE];

	(void)printf("  %-22s %6.0f %12s %12s %10s %8s\n", name, row->df,
		     msa_text(row->ss, DIGITS, ss), msa_text(row->ms, DIGITS, ms),
		     msa_text(row->f, 4, f), msa_text(row->p, 3, p));
}

static void print_basis(const struct study *s, const struct gauge *g)
{
	if (g->method == GAUGE_RANGE) {
		(void)printf("\n  mean range %.5g, difference of %s means %.5g, range of %s means "
			     "%.5g\n  K1 %.4f, K2 %.4f, K3 %.4f\n",
			     g->basis.range.mean_range, s->op_name, g->basis.range.difference,
			     s->part_name, g->basis.range.part_range, g->basis.range.k1,
			     g->basis.range.k2, g->basis.range.k3);
		return;
	}
	(void)printf("\n  %-22s %6s %12s %12s %10s %8s\n", "analysis of variance", "df",
		     "sum of sq.", "mean square", "F", "p");
	if (g->method == GAUGE_NESTED) {
		msa_grr_print_row(s->op_name, &g->basis.nested.a);
		msa_grr_print_row(s->part_name, &g->basis.nested.b_within_a);
		msa_grr_print_row("repeatability", &g->basis.nested.repeat);
		msa_grr_print_row("total", &g->basis.nested.total);
		return;
	}
	msa_grr_print_row(s->part_name, &g->basis.crossed.a);
	msa_grr_print_row(s->op_name, &g->basis.crossed.b);
	msa_grr_print_row("interaction", &g->basis.crossed.interaction);
	msa_grr_print_row("repeatability", &g->basis.crossed.repeat);
	if (g->is_pooled)
		msa_grr_print_row("interaction + repeats", &g->basis.crossed.pooled);
	msa_grr_print_row("total", &g->basis.crossed.total);
}

static void print_flags(const struct study *s, const struct gauge_study *layout,
			const struct gauge *g)
{
	double limit = gauge_range_limit(layout);
	size_t inner = s->is_nested ? s->parts : s->operators, shown = 0;

	(void)printf("  ranges above D4 x mean range = %.4g: %zu of %zu%s\n", limit,
		     g->out_of_control, s->parts * s->operators,
		     g->out_of_control > 0 ? "; look what happened there, repeat them" : "");
	for (size_t c = 0; c < s->parts * s->operators && shown < FLAGS_SHOWN_MAX; c++) {
		double range = gauge_cell_range(layout, c);
		size_t part = s->is_nested ? c % inner : c / inner;
		size_t op = s->is_nested ? c / inner : c % inner;

		if (!(range > limit))
			continue;
		shown++;
		if (s->is_nested)
			(void)printf("    %s %zu of %s %s: %.4g\n", s->part_name, part + 1,
				     s->op_name, s->op[op], range);
		else
			(void)printf("    %s %s, %s %s: %.4g\n", s->part_name, s->part[part],
				     s->op_name, s->op[op], range);
	}
}

void msa_grr_print_judgement(const struct gauge_component *grr, double ndc)
{
	bool by_tolerance = !isnan(grr->tolerance_percent);

	if (isinf(ndc))
		(void)printf("  ndc: no limit, the gauge shows no scatter\n");
	else
		(void)printf("  ndc %.0f (%.2f x part sd / gauge sd = %.2f, cut off)%s\n",
			     floor(ndc), GAUGE_NDC_FACTOR, ndc,
			     ndc < 5 ? ": below 5, the parts are not told apart" : "");
	(void)printf("  %%GRR %.2f of the %s: %s (below 10 acceptable, to 30 conditional)\n",
		     by_tolerance ? grr->tolerance_percent : grr->study_percent,
		     by_tolerance ? "tolerance" : "study variation",
		     gauge_grade_text(msa_grr_grade(grr)));
}

void msa_grr_print(const struct study *s, const struct gauge_study *layout, const struct gauge *g)
{
	(void)printf("%s: %s %zu%s x %s %zu x trials %zu = %zu values%s%s\n", s->source,
		     s->part_name, s->parts, s->is_nested ? " each" : "", s->op_name, s->operators,
		     s->trials, s->count, s->unit[0] != '\0' ? ", in " : "", s->unit);
	(void)printf("  method: %s", gauge_method_text(g));
	if (g->method == GAUGE_ANOVA && !isnan(g->p_interaction))
		(void)printf("; interaction p = %.3g, pooled from p = %.3g on", g->p_interaction,
			     g->pool_p);
	(void)printf("\n  study variation: %.0f standard deviations", GAUGE_MULTIPLIER);
	if (layout->tolerance > 0)
		(void)printf("; tolerance: %.6g wide", layout->tolerance);
	(void)printf("\n\n  %-22s %12s %12s %12s %10s %8s %11s\n", "source", "variance", "sd",
		     "6 sd", "%contrib.", "%study", "%tolerance");
	print_component("gauge R&R", &g->grr);
	print_component("  repeatability", &g->repeatability);
	print_component("  reproducibility", &g->reproducibility);
	if (!isnan(g->interaction.variance)) {
		print_component("    factor alone", &g->op);
		print_component("    interaction", &g->interaction);
	}
	print_component("part to part", &g->part);
	print_component("total", &g->total);
	print_basis(s, g);
	(void)printf("\n");
	print_flags(s, layout, g);
	msa_grr_print_judgement(&g->grr, g->ndc);
}

struct result *msa_grr_component_json(const struct gauge_component *c)
{
	struct result *r = result_object();

	result_set(r, "variance", result_number(c->variance));
	result_set(r, "sd", result_number(c->sd));
	result_set(r, "contribution_percent", result_number(c->contribution_percent));
	result_set(r, "study_percent", result_number(c->study_percent));
	result_set(r, "tolerance_percent", result_number(c->tolerance_percent));
	return r;
}

static void add_component(struct result *to, const char *name, const struct gauge_component *c)
{
	result_set(to, name, isnan(c->variance) ? result_null() : msa_grr_component_json(c));
}

static struct result *text_json(const char *text)
{
	return result_string(text, strlen(text));
}

struct result *msa_grr_json(const struct study *s, const struct gauge_study *layout,
			    const struct gauge *g)
{
	struct result *r = result_object(), *components = result_object();

	result_set(r, "method", text_json(gauge_method_text(g)));
	result_set(r, "multiplier", result_number(GAUGE_MULTIPLIER));
	result_set(r, "parts", result_integer((int64_t)s->parts));
	result_set(r, "levels", result_integer((int64_t)s->operators));
	result_set(r, "trials", result_integer((int64_t)s->trials));
	result_set(r, "factor", text_json(s->op_name));
	result_set(r, "tolerance",
		   layout->tolerance > 0 ? result_number(layout->tolerance) : result_null());
	result_set(r, "pooled",
		   g->method == GAUGE_ANOVA ? result_bool(g->is_pooled) : result_null());
	result_set(r, "p_interaction", result_number(g->p_interaction));
	result_set(r, "pool_p", result_number(g->pool_p));
	add_component(components, "grr", &g->grr);
	add_component(components, "repeatability", &g->repeatability);
	add_component(components, "reproducibility", &g->reproducibility);
	add_component(components, "factor", &g->op);
	add_component(components, "interaction", &g->interaction);
	add_component(components, "part", &g->part);
	add_component(components, "total", &g->total);
	result_set(r, "components", components);
	result_set(r, "ndc", isinf(g->ndc) ? result_null() : result_integer((int64_t)g->ndc));
	result_set(r, "ndc_exact", result_number(g->ndc));
	result_set(r, "range_limit", result_number(gauge_range_limit(layout)));
	result_set(r, "ranges_out_of_control", result_integer((int64_t)g->out_of_control));
	result_set(r, "grade", text_json(gauge_grade_text(msa_grr_grade(&g->grr))));
	return r;
}
