/* See anova.h. Every mean is a deviation from the grand mean, so no large number is squared. */
#include "verdict/anova.h"

#include <assert.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

static struct anova_row row_of(long double ss, size_t df)
{
	struct anova_row row = {(double)ss, (double)df, NAN, NAN, NAN};

	if (df > 0)
		row.ms = (double)(ss / (long double)df);
	return row;
}

struct anova_row anova_test(struct anova_row row, struct anova_row error)
{
	if (!(error.ms > 0) || !(row.ms >= 0))
		return row;
	row.f = row.ms / error.ms;
	row.p = gsl_cdf_fdist_Q(row.f, row.df, error.df);
	return row;
}

/* The first value is taken off before summing: the spread is what counts. */
static long double grand_mean(const double *value, size_t count)
{
	long double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (long double)value[i] - (long double)value[0];
	return (long double)value[0] + sum / (long double)count;
}

struct anova_one_way anova_one_way(const double *value, const size_t *group, size_t count,
				   size_t groups)
{
	long double between = 0, within = 0, grand = grand_mean(value, count);

	assert(groups >= 2 && count > groups);
	for (size_t g = 0; g < groups; g++) {
		long double sum = 0;
		size_t n = 0;

		for (size_t i = 0; i < count; i++)
			if (group[i] == g) {
				sum += (long double)value[i] - grand;
				n++;
			}
		assert(n > 0);
		long double mean = sum / (long double)n;
		between += (long double)n * mean * mean;
		for (size_t i = 0; i < count; i++)
			if (group[i] == g) {
				long double d = (long double)value[i] - grand - mean;

				within += d * d;
			}
	}
	struct anova_one_way result = {.within = row_of(within, count - groups)};
	result.between = anova_test(row_of(between, groups - 1), result.within);
	result.r2 = (double)(between / (between + within));
	result.residual_sd = sqrt(result.within.ms);
	return result;
}

/* Mean of `n` values from `first`, every `step`, less `grand`. */
static long double mean_off(const double *first, size_t n, size_t step, long double grand)
{
	long double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (long double)first[i * step] - grand;
	return sum / (long double)n;
}

static long double squares_off(const double *first, size_t n, long double mean)
{
	long double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += ((long double)first[i] - mean) * ((long double)first[i] - mean);
	return sum;
}

/* Mean of level j of B over all of A, less `grand`. */
static long double mean_b(const double *value, struct anova_layout n, size_t j, long double grand)
{
	long double sum = 0;

	for (size_t k = 0; k < n.r; k++)
		sum += mean_off(value + j * n.r + k, n.a, n.b * n.r, grand);
	return sum / (long double)n.r;
}

struct anova_crossed anova_crossed(const double *value, struct anova_layout n)
{
	size_t count = n.a * n.b * n.r;
	long double grand = grand_mean(value, count), a = 0, b = 0, ab = 0, rest = 0;
	struct anova_crossed result;

	assert(n.a >= 2 && n.b >= 2 && n.r >= 1);
	for (size_t j = 0; j < n.b; j++) {
		long double mean = mean_b(value, n, j, grand);

		b += (long double)(n.a * n.r) * mean * mean;
	}
	for (size_t i = 0; i < n.a; i++) {
		const double *part = value + i * n.b * n.r;
		long double mean = mean_off(part, n.b * n.r, 1, grand);

		a += (long double)(n.b * n.r) * mean * mean;
		for (size_t j = 0; j < n.b; j++) {
			long double cell = mean_off(part + j * n.r, n.r, 1, grand);
			long double d = cell - mean - mean_b(value, n, j, grand);

			ab += (long double)n.r * d * d;
			rest += squares_off(part + j * n.r, n.r, cell + grand);
		}
	}
	size_t df_ab = (n.a - 1) * (n.b - 1), df_rest = n.a * n.b * (n.r - 1);
	result.repeat = row_of(rest, df_rest);
	result.pooled = row_of(ab + rest, df_ab + df_rest);
	result.interaction = anova_test(row_of(ab, df_ab), result.repeat);
	result.a = anova_test(row_of(a, n.a - 1), result.interaction);
	result.b = anova_test(row_of(b, n.b - 1), result.interaction);
	result.total = row_of(squares_off(value, count, grand), count - 1);
	return result;
}

struct anova_nested anova_nested(const double *value, struct anova_layout n)
{
	size_t count = n.a * n.b * n.r;
	long double grand = grand_mean(value, count), a = 0, b = 0, rest = 0;
	struct anova_nested result;

	assert(n.a >= 1 && n.b >= 1 && n.r >= 1);
	for (size_t i = 0; i < n.a; i++) {
		const double *outer = value + i * n.b * n.r;
		long double mean = mean_off(outer, n.b * n.r, 1, grand);

		a += (long double)(n.b * n.r) * mean * mean;
		for (size_t j = 0; j < n.b; j++) {
			long double cell = mean_off(outer + j * n.r, n.r, 1, grand);

			b += (long double)n.r * (cell - mean) * (cell - mean);
			rest += squares_off(outer + j * n.r, n.r, cell + grand);
		}
	}
	result.repeat = row_of(rest, n.a * n.b * (n.r - 1));
	result.b_within_a = anova_test(row_of(b, n.a * (n.b - 1)), result.repeat);
	result.a = anova_test(row_of(a, n.a - 1), result.b_within_a);
	result.total = row_of(squares_off(value, count, grand), count - 1);
	return result;
}
