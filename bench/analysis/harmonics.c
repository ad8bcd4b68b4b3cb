/* One sine and cosine per step; the higher harmonics are powers of the first. */
#include "analysis/harmonics.h"

#include <complex.h>
#include <math.h>
#include <string.h>

#include "analysis/statistics.h"

void harmonics_step(struct harmonics *h, uint64_t sample, int direction)
{
	if (h->number == 0)
		return;
	if (h->step.count == HARMONICS_STEPS_MAX) {
		h->lost_until = h->step.at[h->step.count - 1] >> 1;
		h->step.count = 0;
	}
	store_u64_push(&h->step, sample << 1 | (direction > 0));
}

static void harmonics_add(struct harmonics *h, double start, double end, size_t count)
{
	double complex total[HARMONICS_MAX] = {0};

	for (size_t i = 0; i < count; i++) {
		double sample = (double)(h->step.at[i] >> 1);
		double angle = -2 * M_PI * (sample - start) / (end - start);
		double complex turn = cos(angle) + I * sin(angle), power = turn;
		double up = h->step.at[i] & 1 ? 1 : -1;

		if (sample <= start)
			continue;
		for (unsigned k = 0; k < h->number; k++) {
			total[k] += up * (1 - power);
			power *= turn;
		}
	}
	for (unsigned k = 0; k < h->number; k++)
		h->sum[k] += cabs(total[k]) / (M_PI * (k + 1));
	h->strokes++;
}

void harmonics_stroke(struct harmonics *h, double start, double end)
{
	size_t count = 0;

	if (h->number == 0 || isnan(end))
		return;
	while (count < h->step.count && (double)(h->step.at[count] >> 1) < end)
		count++;
	if (!isnan(start) && start >= (double)h->lost_until)
		harmonics_add(h, start, end, count);
	h->step.count -= count;
	memmove(h->step.at, h->step.at + count, h->step.count * sizeof *h->step.at);
}

struct result *harmonics_result(const struct harmonics *h)
{
	struct result *r = result_object(), *list = result_array();

	for (unsigned k = 0; k < h->number; k++)
		result_append(list, statistics_number(h->sum[k] / (double)h->strokes, h->strokes));
	result_set(r, "strokes", result_integer((int64_t)h->strokes));
	result_set(r, "amplitude", list);
	return r;
}

void harmonics_deinit(struct harmonics *h)
{
	store_u64_deinit(&h->step);
}
