/* Global and specific risks: see risk.h. Pure. */
#include "verdict/risk.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

enum {
	NODES = 64,     /* of Gauss and Legendre, in each piece */
	EDGES_MAX = 24, /* between pieces */
	REACH = 9,      /* standard deviations beyond which nothing is left (1e-19) */
};

/* Probability that a true value x is measured inside the interval: JCGM 106, 9.5.1. */
static double probability_in(struct interval i, double x, double u)
{
	if (!(u > 0))
		return x >= i.low && x <= i.high ? 1 : 0;
	return gsl_cdf_ugaussian_P((i.high - x) / u) - gsl_cdf_ugaussian_P((i.low - x) / u);
}

struct edges {
	double at[EDGES_MAX];
	size_t count;
};

static void add_edge(struct edges *edges, double from, double x, double to)
{
	assert(edges->count < EDGES_MAX);
	if (x >= from && x <= to)
		edges->at[edges->count++] = x;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Where the integrand bends: between these points it is smooth on the scale of its piece. */
static struct edges edges_of(struct interval specification, const struct risk *risk, double u,
			     const struct risk_process *p)
{
	const double limits[] = {risk->acceptance.low, risk->acceptance.high};
	double from = p->mean - REACH * p->sd, to = p->mean + REACH * p->sd;
	struct edges edges = {.count = 0};

	for (int k = -REACH; k <= REACH; k += REACH / 3)
		add_edge(&edges, from, p->mean + k * p->sd, to);
	add_edge(&edges, from, specification.low, to);
	add_edge(&edges, from, specification.high, to);
	for (int i = 0; i < 2; i++) {
		add_edge(&edges, from, limits[i] - REACH * u, to);
		add_edge(&edges, from, limits[i] - 3 * u, to);
		add_edge(&edges, from, limits[i], to);
		add_edge(&edges, from, limits[i] + 3 * u, to);
		add_edge(&edges, from, limits[i] + REACH * u, to);
	}
	qsort(edges.at, edges.count, sizeof edges.at[0], compare);
	return edges;
}

static void integrate(struct interval specification, double u, const struct risk_process *p,
		      const gsl_integration_glfixed_table *table, struct risk *risk)
{
	struct edges edges = edges_of(specification, risk, u, p);

	for (size_t i = 0; i + 1 < edges.count; i++) {
		double a = edges.at[i], b = edges.at[i + 1], middle = (a + b) / 2;
		bool conforms = middle >= specification.low && middle <= specification.high;
		for (size_t k = 0; k < NODES; k++) {
			double x, weight;
			(void)gsl_integration_glfixed_point(a, b, k, &x, &weight, table);
			weight *= gsl_ran_gaussian_pdf(x - p->mean, p->sd);
			double accepted = weight * probability_in(risk->acceptance, x, u);
			risk->accept += accepted;
			if (conforms)
				risk->false_reject += weight - accepted;
			else
				risk->false_accept += accepted;
		}
	}
}

static double outside(struct interval i, double mean, double sd)
{
	return gsl_cdf_ugaussian_P((i.low - mean) / sd) + gsl_cdf_ugaussian_Q((i.high - mean) / sd);
}

static double at_limit(struct interval specification, double limit, const struct budget_sum *sum)
{
	return isinf(limit) ? 0 : 1 - rule_conformance(specification, limit, sum);
}

enum err_code risk_of(struct interval specification, enum rule rule, const struct budget_sum *sum,
		      const struct risk_process *process, struct risk *risk, struct err *e)
{
	if (!isfinite(process->mean) || !(process->sd > 0) || !isfinite(process->sd))
		return err_set(e, ERR_CONFIG,
			       "a production with mean %g and standard deviation %g: both must be "
			       "finite, the latter above 0",
			       process->mean, process->sd);
	if (isinf(specification.low) && isinf(specification.high))
		return err_set(e, ERR_CONFIG, "no limit: give a low, a high, or both");
	if (!(specification.low <= specification.high))
		return err_set(e, ERR_CONFIG, "low %g lies above high %g", specification.low,
			       specification.high);
	if (!isfinite(sum->u) || sum->u < 0)
		return err_set(e, ERR_CONFIG, "u is %g, wanted 0 or more", sum->u);
	if (rule == RULE_Z540_M6 && (isinf(specification.low) || isinf(specification.high)))
		return err_set(e, ERR_CONFIG, "z540-m6 needs low and high");
	*risk = (struct risk){.accept = 0};
	if (!rule_acceptance(rule, specification, sum, &risk->acceptance))
		return err_set(e, ERR_CONFIG,
			       "at u = %g the guard bands of %s leave nothing to accept between %g "
			       "and %g",
			       sum->u, rule_name(rule), specification.low, specification.high);
	gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
	if (table == NULL)
		return err_set(e, ERR_BENCH, "out of memory");
	integrate(specification, sum->u, process, table, risk);
	gsl_integration_glfixed_table_free(table);
	risk->nonconforming = outside(specification, process->mean, process->sd);
	risk->false_of_accepted = risk->false_accept / risk->accept;
	risk->false_of_rejected = risk->false_reject / (1 - risk->accept);
	risk->at_acceptance_limit = fmax(at_limit(specification, risk->acceptance.low, sum),
					 at_limit(specification, risk->acceptance.high, sum));
	return ERR_NONE;
}

double risk_specific(struct interval specification, const struct budget_sum *sum,
		     const struct risk_process *process, double value)
{
	double prior = process->sd * process->sd, error = sum->u * sum->u;

	if (!(sum->u > 0))
		return value >= specification.low && value <= specification.high ? 0 : 1;
	return outside(specification, (value * prior + process->mean * error) / (prior + error),
		       sqrt(prior * error / (prior + error)));
}
