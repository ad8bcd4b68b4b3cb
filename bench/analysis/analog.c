/* Sums are compensated, so that a long capture loses no digits: W. Kahan, "Further remarks on
 * reducing truncation errors", CACM 8 (1965). */
#include "analysis/analog.h"

#include <math.h>

#include "analysis/statistics.h"

void analog_init(struct analog *a)
{
	*a = (struct analog){.min = INFINITY, .max = -INFINITY};
}

static void analog_add(double *sum, double *lost, double value)
{
	double corrected = value - *lost, total = *sum + corrected;

	*lost = (total - *sum) - corrected;
	*sum = total;
}

void analog_feed(struct analog *a, const float *value, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double v = (double)value[i];

		a->min = v < a->min ? v : a->min;
		a->max = v > a->max ? v : a->max;
		analog_add(&a->sum, &a->sum_lost, v);
		analog_add(&a->squares, &a->squares_lost, v * v);
	}
	a->samples += count;
}

struct result *analog_result(const struct analog *a)
{
	struct result *r = result_object();
	double n = (double)a->samples;

	result_set(r, "analysis", result_string("analog", 6));
	result_set(r, "samples", result_integer((int64_t)a->samples));
	result_set(r, "min", result_number(a->min));
	result_set(r, "max", result_number(a->max));
	result_set(r, "mean", statistics_number(a->sum / n, a->samples));
	result_set(r, "rms", statistics_number(sqrt(a->squares / n), a->samples));
	return r;
}
