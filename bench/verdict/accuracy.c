/* See accuracy.h. */
#include "verdict/accuracy.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

/* p, two-sided, of an estimate that is `se` from 0 by chance. */
static double two_sided(double estimate, double se, double df)
{
	if (!(df > 0) || isnan(se))
		return NAN;
	if (se == 0)
		return estimate == 0 ? 1 : 0;
	return 2 * gsl_cdf_tdist_Q(fabs(estimate / se), df);
}

struct accuracy_bias accuracy_bias(const double *error, size_t n, double reference)
{
	struct series s = series_of(error, n);
	double df = (double)n - 1, se = s.sd / sqrt((double)n);
	struct accuracy_bias b = {n, reference, s.mean, s.sd, NAN, NAN, NAN, NAN};

	if (n < 2)
		return b;
	double reach = gsl_cdf_tdist_Pinv(0.975, df) * se;
	b.t = se > 0 ? b.bias / se : NAN;
	b.p = two_sided(b.bias, se, df);
	b.low = b.bias - reach;
	b.high = b.bias + reach;
	return b;
}

struct accuracy_linearity accuracy_linearity(const double *reference, const double *error, size_t n)
{
	struct accuracy_linearity l = {.line = series_fit(reference, error, n)};
	double df = (double)n - 2;

	l.p_slope = two_sided(l.line.slope, l.line.se_slope, df);
	l.p_intercept = two_sided(l.line.intercept, l.line.se_intercept, df);
	return l;
}
