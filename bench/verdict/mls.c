/* See mls.h. G and H are the names of the papers. */
#include "verdict/mls.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

/* How far, relative to it, a mean square may lie above (G) or below (H) what is expected. */
static double g_of(double df, double alpha)
{
	return 1 - df / gsl_cdf_chisq_Qinv(alpha, df);
}

static double h_of(double df, double alpha)
{
	return df / gsl_cdf_chisq_Qinv(1 - alpha, df) - 1;
}

/* A term that adds and one that takes away. */
static double g_across(const struct mls_term *q, const struct mls_term *r, double alpha)
{
	double f = gsl_cdf_fdist_Qinv(alpha, q->df, r->df);
	double g = g_of(q->df, alpha), h = h_of(r->df, alpha);

	return ((f - 1) * (f - 1) - g * g * f * f - h * h) / f;
}

/* Two that add, out of `count` of them. */
static double g_beside(const struct mls_term *q, const struct mls_term *t, size_t count,
		       double alpha)
{
	double both = g_of(q->df + t->df, alpha), g_q = g_of(q->df, alpha);
	double g_t = g_of(t->df, alpha), sum = q->df + t->df;

	return (both * both * sum * sum / (q->df * t->df) - g_q * g_q * q->df / t->df -
		g_t * g_t * t->df / q->df) /
	       (double)(count - 1);
}

/* Distance from the estimate to the lower limit of sign * sum. */
static double reach(const struct mls_term *term, size_t count, double sign, double alpha)
{
	double variance = 0;
	size_t adding = 0;

	for (size_t i = 0; i < count; i++)
		adding += sign * term[i].coefficient > 0;
	for (size_t i = 0; i < count; i++) {
		double c = sign * term[i].coefficient, x = c * term[i].ms;

		if (c == 0)
			continue;
		double spread = c > 0 ? g_of(term[i].df, alpha) : h_of(term[i].df, alpha);
		variance += spread * spread * x * x;
		for (size_t k = 0; k < count && c > 0; k++) {
			double c_k = sign * term[k].coefficient, x_k = fabs(c_k) * term[k].ms;

			if (c_k < 0)
				variance += g_across(&term[i], &term[k], alpha) * x * x_k;
			else if (c_k > 0 && k > i)
				variance += g_beside(&term[i], &term[k], adding, alpha) * x * x_k;
		}
	}
	return variance > 0 ? sqrt(variance) : 0;
}

struct mls_interval mls_interval(const struct mls_term *term, size_t count, double confidence)
{
	double alpha = (1 - confidence) / 2, sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += term[i].coefficient * term[i].ms;
	return (struct mls_interval){sum - reach(term, count, 1, alpha),
				     sum + reach(term, count, -1, alpha)};
}
