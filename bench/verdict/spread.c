/* Bounds of a standard deviation: see spread.h. Pure. */
#include "verdict/spread.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

double spread_factor(size_t n)
{
	assert(n >= 2);
	double nu = (double)(n - 1);

	return sqrt(nu / gsl_cdf_chisq_Pinv(1 - SPREAD_CONFIDENCE, nu));
}

double spread_conformance(double sd, size_t n, double limit)
{
	assert(n >= 2 && sd >= 0 && limit >= 0);
	double nu = (double)(n - 1);

	if (!(limit > 0))
		return sd > 0 ? 0 : 1;
	return gsl_cdf_chisq_Q(nu * (sd / limit) * (sd / limit), nu);
}
