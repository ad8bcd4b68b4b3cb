/*
 * d2 and d3 by quadrature. P(R <= r) = n int phi(x) (Phi(x+r) - Phi(x))^(n-1) dx; the inner
 * integrand is smooth and vanishes at both ends, so the trapezoidal rule converges faster than any
 * power of the step there, and Simpson's rule serves the outer one.
 */
#include "verdict/control.h"

#include <assert.h>
#include <math.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_cdf.h>

/* Beyond +-8.5 the normal distribution holds 2e-17; a range of 100 values above 13 has 1e-17. */
enum { STEPS_PER_UNIT = 20, REACH = 9, RANGE_REACH = 14 };
enum { POINTS = 2 * REACH * STEPS_PER_UNIT + 1, RANGES = RANGE_REACH * STEPS_PER_UNIT };

static double range_exceeds(const double *density, const double *below, size_t n, size_t shift)
{
	double sum = 0;

	for (size_t i = 0; i < POINTS; i++) {
		double upper = i + shift < POINTS ? below[i + shift] : 1;

		sum += density[i] * pow(upper - below[i], (double)(n - 1));
	}
	return 1 - (double)n * sum / STEPS_PER_UNIT;
}

struct control_constants control_constants(size_t n)
{
	double density[POINTS], below[POINTS], first = 0, second = 0;
	struct control_constants c = {.n = n};

	assert(n >= 2 && n <= CONTROL_SUBGROUP_MAX);
	for (size_t i = 0; i < POINTS; i++) {
		double x = (double)i / STEPS_PER_UNIT - REACH;

		density[i] = gsl_ran_ugaussian_pdf(x);
		below[i] = gsl_cdf_ugaussian_P(x);
	}
	for (size_t k = 0; k <= RANGES; k++) {
		double weight = (k == 0 || k == RANGES ? 1 : k % 2 == 1 ? 4 : 2) / 3.0;
		double r = (double)k / STEPS_PER_UNIT;
		double exceeds = range_exceeds(density, below, n, k);

		first += weight * exceeds / STEPS_PER_UNIT;          /* E[R] = int P(R > r) dr */
		second += weight * 2 * r * exceeds / STEPS_PER_UNIT; /* E[R^2] */
	}
	c.d2 = first;
	c.d3 = sqrt(second - first * first);
	c.a2 = 3 / (c.d2 * sqrt((double)n));
	c.D3 = fmax(0, 1 - 3 * c.d3 / c.d2);
	c.D4 = 1 + 3 * c.d3 / c.d2;
	return c;
}

double control_d2_star(const struct control_constants *c, size_t g)
{
	assert(g >= 1);
	return sqrt(c->d2 * c->d2 + c->d3 * c->d3 / (double)g);
}

double control_location(const double *value, size_t n, size_t index)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += value[index * n + i] - value[index * n];
	return value[index * n] + sum / (double)n;
}

double control_range(const double *value, size_t n, size_t index)
{
	if (n == 1)
		return index == 0 ? 0 : fabs(value[index] - value[index - 1]);
	double low = value[index * n], high = low;

	for (size_t i = 1; i < n; i++) {
		low = fmin(low, value[index * n + i]);
		high = fmax(high, value[index * n + i]);
	}
	return high - low;
}

bool control_is_outside(double x, const struct control_limits *limits)
{
	return !(x >= limits->low && x <= limits->high);
}

struct control_chart control_chart(const double *value, size_t groups, size_t n)
{
	struct control_constants c = control_constants(n == 1 ? 2 : n);
	struct control_chart chart = {.subgroup = n, .points = groups};
	long double sum = 0, ranges = 0;

	assert(groups >= 2 && n >= 1);
	for (size_t i = 0; i < groups; i++) {
		sum += (long double)control_location(value, n, i) - (long double)value[0];
		ranges += (long double)control_range(value, n, i);
	}
	double mean = value[0] + (double)(sum / (long double)groups);
	double range = (double)(ranges / (long double)(n == 1 ? groups - 1 : groups));
	double reach = n == 1 ? 3 * range / c.d2 : c.a2 * range;
	chart.sigma_within = range / c.d2;
	chart.location = (struct control_limits){mean, mean - reach, mean + reach};
	chart.range = (struct control_limits){range, c.D3 * range, c.D4 * range};
	for (size_t i = 0; i < groups; i++) {
		chart.location_outside +=
			control_is_outside(control_location(value, n, i), &chart.location);
		if (n > 1 || i > 0)
			chart.range_outside +=
				control_is_outside(control_range(value, n, i), &chart.range);
	}
	return chart;
}
