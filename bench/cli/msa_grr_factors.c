/* A gauge study with several factors, for people and as JSON: what each source of spread is worth,
 * what was pooled, and which estimates were below 0. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/msa.h"
#include "cli/msa_grr.h"
#include "cli/study_factors.h"
#include "verdict/gauge_factors.h"

enum { FLAGS_SHOWN_MAX = 20 };

static void print_source(const char *indent, const char *name, const struct gauge_source *s)
{
	const struct gauge_component *c = &s->component;
	char t[5][MSA_NUMBER_SIZE], named[STUDY_TERM_SIZE + 8];

	(void)snprintf(named, sizeof named, "%s%s", indent, name);
	(void)printf("  %-26s %12s %12s %12s %12s %10.2f %8.2f", named,
		     msa_text(c->variance, MSA_GRR_DIGITS, t[0]),
		     msa_text(c->sd, MSA_GRR_DIGITS, t[1]), msa_text(s->sd_low, 4, t[2]),
		     msa_text(s->sd_high, 4, t[3]), c->contribution_percent, c->study_percent);
	if (isnan(c->tolerance_percent))
		(void)printf(" %11s\n", "-");
	else
		(void)printf(" %11.2f\n", c->tolerance_percent);
}

static void print_sources(const struct study_factors *f, const struct gauge_factors *g)
{
	char name[STUDY_TERM_SIZE];

	(void)printf("\n  %-26s %12s %12s %25s %10s %8s %11s\n", "source", "variance", "sd",
		     "95 % interval of the sd", "%contrib.", "%study", "%tolerance");
	print_source("", "gauge R&R", &g->grr);
	print_source("  ", "repeatability", &g->repeatability);
	print_source("  ", "reproducibility", &g->reproducibility);
	for (size_t t = 0; t < g->effects.terms; t++)
		if (t != g->part_term && !g->effects.term[t].is_pooled)
			print_source("    ", study_factors_term(f, &g->effects.term[t], name),
				     &g->term[t]);
	print_source("", "part to part", &g->part);
	print_source("", "total", &g->total);
}

/* What does not show in the table: a 0 that was less. */
static void print_notes(const struct study_factors *f, const struct gauge_factors *g)
{
	char name[STUDY_TERM_SIZE], number[MSA_NUMBER_SIZE];

	for (size_t t = 0; t < g->effects.terms; t++)
		if (g->term[t].is_negative)
			(void)printf(
				"  note: the estimate for %s is %s, below 0, and counts as 0\n",
				study_factors_term(f, &g->effects.term[t], name),
				msa_text(g->effects.term[t].variance, 4, number));
}

static void print_anova(const struct study_factors *f, const struct effects *x)
{
	char name[STUDY_TERM_SIZE];
	size_t pooled = 0;

	(void)printf("\n  %-22s %6s %12s %12s %10s %8s\n", "analysis of variance", "df",
		     "sum of sq.", "mean square", "F", "p");
	for (size_t t = 0; t < x->terms; t++)
		msa_grr_print_row(study_factors_term(f, &x->term[t], name), &x->term[t].row);
	msa_grr_print_row("repeats", &x->repeat);
	for (size_t t = 0; t < x->terms; t++)
		pooled += x->term[t].is_pooled;
	if (pooled > 0)
		msa_grr_print_row("repeats and pooled", &x->error);
	msa_grr_print_row("total", &x->total);
}

static void print_flags(const struct study_factors *f, const struct gauge_factors *g)
{
	struct gauge_study cells = {.value = f->value, .trials = f->design.trials};
	size_t count = study_factors_cells(f), shown = 0;

	(void)printf("\n  ranges above D4 x mean range = %.4g: %zu of %zu%s\n", g->range_limit,
		     g->out_of_control, count,
		     g->out_of_control > 0 ? "; look what happened there, repeat them" : "");
	for (size_t c = 0; c < count && shown < FLAGS_SHOWN_MAX; c++) {
		double range = gauge_cell_range(&cells, c);

		if (!(range > g->range_limit))
			continue;
		shown++;
		for (size_t i = 0; i < f->design.factors; i++)
			(void)printf("%s%s %s", i == 0 ? "    " : ", ", study_factors_name(f, i),
				     study_factors_level(f, c, i));
		(void)printf(": %.4g\n", range);
	}
}

static void print(const struct study_factors *f, const struct gauge_factors *g, double tolerance)
{
	const struct study *s = f->study;
	char name[STUDY_TERM_SIZE];
	size_t pooled = 0;

	(void)printf("%s:", s->source);
	for (size_t i = 0; i < f->design.factors; i++)
		(void)printf("%s %s %zu%s", i > 0 ? " x" : "", study_factors_name(f, i),
			     f->design.factor[i].levels,
			     f->design.factor[i].within != 0 ? " each" : "");
	(void)printf(" x trials %zu = %zu values%s%s\n", f->design.trials, s->count,
		     s->unit[0] != '\0' ? ", in " : "", s->unit);
	(void)printf(
		"  method: random factors, ANOVA by expected mean squares; interactions pooled "
		"from p = %.3g on:",
		f->design.pool_p);
	for (size_t t = 0; t < g->effects.terms; t++)
		if (g->effects.term[t].is_pooled)
			(void)printf("%s %s", pooled++ > 0 ? "," : "",
				     study_factors_term(f, &g->effects.term[t], name));
	(void)printf("%s\n  study variation: %.0f standard deviations", pooled > 0 ? "" : " none",
		     GAUGE_MULTIPLIER);
	if (tolerance > 0)
		(void)printf("; tolerance: %.6g wide", tolerance);
	(void)printf("\n");
	print_sources(f, g);
	print_notes(f, g);
	print_anova(f, &g->effects);
	print_flags(f, g);
	msa_grr_print_judgement(&g->grr.component, g->ndc);
}

static struct result *text_json(const char *text)
{
	return result_string(text, strlen(text));
}

static struct result *source_json(const struct gauge_source *s)
{
	struct result *r = msa_grr_component_json(&s->component);

	result_set(r, "sd_low", result_number(s->sd_low));
	result_set(r, "sd_high", result_number(s->sd_high));
	return r;
}

static struct result *row_json(const struct anova_row *row)
{
	struct result *r = result_object();

	result_set(r, "df", result_number(row->df));
	result_set(r, "ss", result_number(row->ss));
	result_set(r, "ms", result_number(row->ms));
	result_set(r, "f", result_number(row->f));
	result_set(r, "p", result_number(row->p));
	return r;
}

static struct result *term_json(const struct study_factors *f, const struct gauge_factors *g,
				size_t t)
{
	const struct effects_term *term = &g->effects.term[t];
	struct result *r = result_object();
	char name[STUDY_TERM_SIZE];

	result_set(r, "term", text_json(study_factors_term(f, term, name)));
	result_set(r, "pooled", result_bool(term->is_pooled));
	result_set(r, "estimate", result_number(term->variance));
	result_set(r, "component", term->is_pooled ? result_null() : source_json(&g->term[t]));
	result_set(r, "anova", row_json(&term->row));
	return r;
}

static struct result *factors_json(const struct study_factors *f)
{
	struct result *all = result_array();

	for (size_t i = 0; i < f->design.factors; i++) {
		struct result *r = result_object(), *within = result_array();

		for (size_t o = 0; o < f->design.factors; o++)
			if ((f->design.factor[i].within >> o & 1) != 0)
				result_append(within, text_json(study_factors_name(f, o)));
		result_set(r, "name", text_json(study_factors_name(f, i)));
		result_set(r, "levels", result_integer((int64_t)f->design.factor[i].levels));
		result_set(r, "within", within);
		result_append(all, r);
	}
	return all;
}

static struct result *study_json(const struct study_factors *f, const struct gauge_factors *g,
				 double tolerance)
{
	struct result *r = result_object(), *components = result_object(), *terms = result_array();

	result_set(r, "method", text_json("random factors, ANOVA by expected mean squares"));
	result_set(r, "multiplier", result_number(GAUGE_MULTIPLIER));
	result_set(r, "factors", factors_json(f));
	result_set(r, "trials", result_integer((int64_t)f->design.trials));
	result_set(r, "tolerance", tolerance > 0 ? result_number(tolerance) : result_null());
	result_set(r, "pool_p", result_number(f->design.pool_p));
	result_set(components, "grr", source_json(&g->grr));
	result_set(components, "repeatability", source_json(&g->repeatability));
	result_set(components, "reproducibility", source_json(&g->reproducibility));
	result_set(components, "part", source_json(&g->part));
	result_set(components, "total", source_json(&g->total));
	result_set(r, "components", components);
	for (size_t t = 0; t < g->effects.terms; t++)
		result_append(terms, term_json(f, g, t));
	result_set(r, "terms", terms);
	result_set(r, "error", row_json(&g->effects.error));
	result_set(r, "confidence", result_number(GAUGE_FACTORS_CONFIDENCE));
	result_set(r, "ndc", isinf(g->ndc) ? result_null() : result_integer((int64_t)g->ndc));
	result_set(r, "ndc_exact", result_number(g->ndc));
	result_set(r, "range_limit", result_number(g->range_limit));
	result_set(r, "ranges_out_of_control", result_integer((int64_t)g->out_of_control));
	result_set(r, "grade", text_json(gauge_grade_text(msa_grr_grade(&g->grr.component))));
	return r;
}

enum err_code msa_grr_factors(const struct study *s, const char *nested, double tolerance,
			      double pool_p, struct result *json, int *status, struct err *e)
{
	struct study_factors f;
	struct gauge_factors *g = malloc(sizeof *g);
	enum err_code code = study_factors_balance(&f, s, nested, e);

	f.design.pool_p = pool_p;
	if (code == ERR_NONE && g == NULL)
		code = err_set(e, ERR_BENCH, "%s: out of memory", s->source);
	if (code == ERR_NONE && gauge_factors(g, &f.design, tolerance, e) != ERR_NONE)
		code = err_prefix(e, "%s", s->source);
	if (code == ERR_NONE) {
		if (json != NULL)
			result_append(json, study_json(&f, g, tolerance));
		else
			print(&f, g, tolerance);
		if (msa_grr_grade(&g->grr.component) == GAUGE_UNACCEPTABLE)
			*status = 1;
	}
	free(g);
	study_factors_deinit(&f);
	return code;
}
