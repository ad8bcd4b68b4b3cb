/* Tally: open addressing with multiplicative hashing (Knuth, TAOCP vol. 3, section 6.4). */
#include "analysis/statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/store.h"

enum { TALLY_FIRST = 256 };

static struct tally_slot *tally_find(struct tally_slot *slot, size_t slots, uint64_t value)
{
	size_t i = (size_t)((value * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (slots - 1);

	while (slot[i].times != 0 && slot[i].value != value) /* ends: a slot is always free */
		i = (i + 1) & (slots - 1);
	return &slot[i];
}

static void tally_grow(struct tally *t)
{
	size_t slots = t->slots == 0 ? TALLY_FIRST : 2 * t->slots;
	struct tally_slot *grown = store_resize(NULL, slots, sizeof *grown);

	memset(grown, 0, slots * sizeof *grown);
	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i].times != 0)
			*tally_find(grown, slots, t->slot[i].value) = t->slot[i];
	free(t->slot);
	t->slot = grown;
	t->slots = slots;
}

void tally_add(struct tally *t, uint64_t value)
{
	if (2 * t->used >= t->slots)
		tally_grow(t);

	struct tally_slot *s = tally_find(t->slot, t->slots, value);

	t->used += s->times == 0;
	s->value = value;
	s->times++;
	t->min = t->count == 0 || value < t->min ? value : t->min;
	t->max = t->count == 0 || value > t->max ? value : t->max;
	t->sum += value;
	t->count++;
}

void tally_deinit(struct tally *t)
{
	free(t->slot);
	*t = (struct tally){0};
}

static int tally_compare(const void *a, const void *b)
{
	uint64_t x = ((const struct tally_slot *)a)->value,
		 y = ((const struct tally_slot *)b)->value;

	return (x > y) - (x < y);
}

double tally_median(const struct tally *t)
{
	if (t->count == 0)
		return NAN;

	struct tally_slot *sorted = store_resize(NULL, t->used, sizeof *sorted);
	uint64_t low_rank = (t->count - 1) / 2, high_rank = t->count / 2, seen = 0;
	uint64_t low = 0, high = 0;
	size_t n = 0;

	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i].times != 0)
			sorted[n++] = t->slot[i];
	qsort(sorted, n, sizeof *sorted, tally_compare);
	for (size_t i = 0; i < n; i++) {
		uint64_t next = seen + sorted[i].times;

		if (low_rank >= seen && low_rank < next)
			low = sorted[i].value;
		if (high_rank >= seen && high_rank < next)
			high = sorted[i].value;
		seen = next;
	}
	free(sorted);
	return (double)low / 2 + (double)high / 2;
}

struct result *statistics_number(double value, uint64_t count)
{
	return count > 0 ? result_number(value) : result_null();
}

struct result *tally_result(const struct tally *t)
{
	struct result *r = result_object();
	bool any = t->count > 0;

	result_set(r, "min", any ? result_integer((int64_t)t->min) : result_null());
	result_set(r, "max", any ? result_integer((int64_t)t->max) : result_null());
	result_set(r, "mean", statistics_number((double)t->sum / (double)t->count, t->count));
	result_set(r, "median", statistics_number(tally_median(t), t->count));
	return r;
}

/* n - 1; null of fewer than two. */
static struct result *statistics_sd(const double *value, size_t count)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < count; i++)
		sum += value[i];
	for (size_t i = 0; i < count; i++)
		squares += (value[i] - sum / (double)count) * (value[i] - sum / (double)count);
	return count > 1 ? result_number(sqrt(squares / (double)(count - 1))) : result_null();
}

struct result *statistics_spread(const double *value, size_t count)
{
	struct result *r = result_object();
	double sum = 0, min = INFINITY, max = -INFINITY;

	for (size_t i = 0; i < count; i++) {
		sum += value[i];
		min = fmin(min, value[i]);
		max = fmax(max, value[i]);
	}
	result_set(r, "mean", statistics_number(sum / (double)count, count));
	result_set(r, "min", statistics_number(min, count));
	result_set(r, "max", statistics_number(max, count));
	result_set(r, "sd", statistics_sd(value, count));
	return r;
}

struct result *statistics_rates(const uint64_t *sample, size_t count, double samplerate_hz)
{
	struct result *r = result_object();
	size_t periods = count > 0 && samplerate_hz > 0 ? count - 1 : 0;
	double mean = NAN, min = INFINITY, max = -INFINITY, sum = 0, squares = 0;

	for (size_t i = 0; i < periods; i++) {
		double rate = samplerate_hz / (double)(sample[i + 1] - sample[i]);

		min = fmin(min, rate);
		max = fmax(max, rate);
		sum += rate;
	}
	if (periods > 0)
		mean = samplerate_hz * (double)periods / (double)(sample[periods] - sample[0]);
	for (size_t i = 0; i < periods; i++) {
		double off =
			samplerate_hz / (double)(sample[i + 1] - sample[i]) - sum / (double)periods;

		squares += off * off;
	}
	result_set(r, "mean", result_number(mean));
	result_set(r, "min", result_number(min));
	result_set(r, "max", result_number(max));
	result_set(r, "sd",
		   periods > 1 ? result_number(sqrt(squares / (double)(periods - 1)))
			       : result_null());
	return r;
}
