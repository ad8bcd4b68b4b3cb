/* See series.h. */
#include "verdict/series.h"

#include <math.h>

static long double mean_of(const double *value, size_t n)
{
	long double sum = 0, off = 0;

	for (size_t i = 0; i < n; i++)
		sum += (long double)value[i];
	long double mean = sum / (long double)n;
	for (size_t i = 0; i < n; i++)
		off += (long double)value[i] - mean;
	return mean + off / (long double)n;
}

struct series series_of(const double *value, size_t n)
{
	struct series s = {n, NAN, NAN, NAN, NAN, NAN, NAN};
	long double squares = 0, off = 0, products = 0, steps = 0, before = 0;

	if (n == 0)
		return s;
	long double mean = mean_of(value, n);
	s.min = s.max = value[0];
	for (size_t i = 0; i < n; i++) {
		long double d = (long double)value[i] - mean;

		squares += d * d;
		off += d;
		if (i > 0) {
			products += d * before;
			steps += fabsl(d - before);
		}
		before = d;
		s.min = fmin(s.min, value[i]);
		s.max = fmax(s.max, value[i]);
	}
	squares -= off * off / (long double)n;
	s.mean = (double)mean;
	if (n < 2)
		return s;
	s.sd = (double)sqrtl(squares / (long double)(n - 1));
	s.moving_range = (double)(steps / (long double)(n - 1));
	if (squares > 0)
		s.r1 = (double)(products / squares);
	return s;
}

struct series_line series_fit(const double *x, const double *y, size_t n)
{
	struct series_line f = {n, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	long double xx = 0, xy = 0, yy = 0, rest = 0;

	if (n < 2)
		return f;
	long double mx = mean_of(x, n), my = mean_of(y, n);
	for (size_t i = 0; i < n; i++) {
		long double dx = (long double)x[i] - mx, dy = (long double)y[i] - my;

		xx += dx * dx;
		xy += dx * dy;
		yy += dy * dy;
	}
	f.mean_x = (double)mx;
	f.sum_xx = (double)xx;
	if (!(xx > 0))
		return f;
	long double slope = xy / xx;
	for (size_t i = 0; i < n; i++) {
		long double r = (long double)y[i] - my - slope * ((long double)x[i] - mx);

		rest += r * r;
	}
	f.slope = (double)slope;
	f.intercept = (double)(my - slope * mx);
	if (yy > 0)
		f.r2 = (double)(1 - rest / yy);
	if (n > 2) {
		long double s2 = rest / (long double)(n - 2);

		f.residual_sd = (double)sqrtl(s2);
		f.se_slope = (double)sqrtl(s2 / xx);
		f.se_intercept = (double)sqrtl(s2 * (1 / (long double)n + mx * mx / xx));
	}
	return f;
}
