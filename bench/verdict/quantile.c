/* See quantile.h. */
#include "verdict/quantile.h"

#include <assert.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

enum { HALVINGS = 100 };
#define WILSON_HILFERTY_NU 1000.0

double quantile_chi_square(double p, double nu)
{
	assert(p > 0 && p < 1 && nu > 0);
	if (nu <= WILSON_HILFERTY_NU)
		return gsl_cdf_chisq_Pinv(p, nu);
	double v = 2 / (9 * nu);
	double root = 1 - v + gsl_cdf_ugaussian_Pinv(p) * sqrt(v);

	return nu * root * root * root;
}

/* P(X >= k) of n tries with rate x < k / n, where each term is smaller than the one before. */
static double tail(double x, double k, double n)
{
	double term = exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(x) +
			  (n - k) * log1p(-x));
	double sum = term;

	for (double i = k; i < n && term > 1e-17 * sum; i++) {
		term *= (n - i) / (i + 1) * x / (1 - x);
		sum += term;
	}
	return sum;
}

double quantile_success(double p, uint64_t k, uint64_t n)
{
	assert(k <= n && n > 0 && p > 0 && p < 0.5);
	if (k == 0)
		return 0;
	if (k == n)
		return pow(p, 1 / (double)n);
	double low = 0, high = (double)k / (double)n; /* there the tail is about one half */

	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;

		if (middle <= low || middle >= high)
			break;
		if (tail(middle, (double)k, (double)n) < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}
