/* Uncertainty budgets: see budget.h. Pure. */
#include "verdict/budget.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* The half of a two-sided interval that Student's t (the normal distribution) holds to p. */
static double coverage_factor(double coverage, double nu)
{
	double below = 0.5 + coverage / 2;

	return isinf(nu) ? gsl_cdf_ugaussian_Pinv(below) : gsl_cdf_tdist_Pinv(below, nu);
}

enum err_code budget_add(struct budget *b, const char *name, const char *cause, bool type_a,
			 double u, double nu, struct err *e)
{
	struct budget_line *line = &b->lines[b->count];

	if (b->count == BUDGET_LINES_MAX)
		return err_set(e, ERR_SCRIPT, "a budget of more than %d lines", BUDGET_LINES_MAX);
	if (name[0] == '\0' || strlen(name) >= sizeof line->name)
		return err_set(e, ERR_SCRIPT, "name '%.60s' has %zu characters, wanted 1..%zu",
			       name, strlen(name), sizeof line->name - 1);
	if (strlen(cause) >= sizeof line->cause)
		return err_set(e, ERR_SCRIPT, "%s: cause '%.60s' is longer than %zu characters",
			       name, cause, sizeof line->cause - 1);
	if (!isfinite(u))
		return err_set(e, ERR_SCRIPT, "%s: u is %s, wanted a finite number", name,
			       isnan(u) ? "not a number" : "infinite");
	if (!(nu > 0))
		return err_set(e, ERR_SCRIPT,
			       "%s: nu is %g, wanted degrees of freedom above 0 (math.huge: known "
			       "exactly)",
			       name, nu);
	*line = (struct budget_line){.type_a = type_a, .u = u, .nu = nu};
	memcpy(line->name, name, strlen(name) + 1);
	memcpy(line->cause, cause, strlen(cause) + 1);
	b->count++;
	return ERR_NONE;
}

static bool is_same_cause(const struct budget_line *a, const struct budget_line *b)
{
	return a->cause[0] != '\0' && strcmp(a->cause, b->cause) == 0;
}

/* Has a line above i the cause of line i? Then the cause is counted already. */
static bool is_counted(const struct budget *b, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_same_cause(&b->lines[k], &b->lines[i]))
			return true;
	return false;
}

enum err_code budget_combine(const struct budget *b, double coverage, struct budget_sum *sum,
			     struct err *e)
{
	double variance = 0, fourths = 0; /* sum of u^2, of u^4 / nu */

	assert(coverage > 0 && coverage < 1 && b->count <= BUDGET_LINES_MAX);
	for (size_t i = 0; i < b->count; i++) {
		double u = b->lines[i].u, nu = b->lines[i].nu;
		if (is_counted(b, i))
			continue;
		for (size_t k = i + 1; k < b->count; k++) {
			if (!is_same_cause(&b->lines[i], &b->lines[k]))
				continue;
			u += b->lines[k].u;
			nu = fmin(nu, b->lines[k].nu);
		}
		variance += u * u;
		fourths += u * u * u * u / nu;
	}
	*sum = (struct budget_sum){
		.u = sqrt(variance),
		.nu = fourths > 0 ? variance * variance / fourths : (double)INFINITY,
	};
	sum->k = coverage_factor(coverage, sum->nu);
	sum->expanded = sum->k * sum->u;
	if (!isfinite(sum->expanded))
		return err_set(e, ERR_SCRIPT,
			       "the budget adds up to u = %g with %g degrees of freedom: no finite "
			       "U",
			       sum->u, sum->nu);
	return ERR_NONE;
}

struct budget_sum budget_sum_of(double u, double coverage)
{
	struct budget_sum sum = {.u = u, .nu = (double)INFINITY};

	assert(u >= 0 && isfinite(u));
	sum.k = coverage_factor(coverage, sum.nu);
	sum.expanded = sum.k * u;
	return sum;
}
