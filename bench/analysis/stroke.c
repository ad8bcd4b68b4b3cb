/*
 * The fold over positions behind stroke.h. A rise keeps when it first reached each count; a descent
 * that pauses and turns up a little keeps, below its bottom before, when it first came back to each
 * count: a bottom above the middle has its crossing there, if anywhere.
 */
#include "analysis/stroke.h"

#include <assert.h>
#include <stdlib.h>

__extension__ typedef __int128 stroke_wide;

static void stroke_turn_push(struct stroke_turns *t, struct stroke_turn turn)
{
	if (t->count == t->capacity) {
		t->capacity = t->capacity == 0 ? 64 : 2 * t->capacity;
		t->at = store_resize(t->at, t->capacity, sizeof *t->at);
	}
	t->at[t->count++] = turn;
}

static stroke_wide stroke_sum(const struct stroke_turns *t)
{
	stroke_wide sum = 0;

	for (size_t i = 0; i < t->count; i++)
		sum += t->at[i].count;
	return sum;
}

/* The lowest whole count that is not below (mean top + mean bottom) / 2, in exact arithmetic: a
 * rounded middle may stand just above a count that it is equal to. There is a top and a bottom. */
static int64_t stroke_level(const struct stroke *s)
{
	stroke_wide tops = (stroke_wide)s->top.count, bottoms = (stroke_wide)s->bottom.count;
	stroke_wide numerator = stroke_sum(&s->top) * bottoms + stroke_sum(&s->bottom) * tops;
	stroke_wide denominator = 2 * tops * bottoms;
	stroke_wide level = numerator / denominator; /* rounds towards zero */

	return (int64_t)(level + (level * denominator < numerator));
}

void stroke_init(struct stroke *s, int64_t hysteresis)
{
	assert(hysteresis >= 1);
	*s = (struct stroke){.hysteresis = hysteresis, .rise = {.first = 1}};
}

void stroke_deinit(struct stroke *s)
{
	free(s->top.at);
	free(s->bottom.at);
	free(s->rises);
	store_u64_deinit(&s->times);
	store_u64_deinit(&s->dips);
	s->top = s->bottom = (struct stroke_turns){0};
	s->rises = NULL;
}

/* Keeps of a rise only what lies in the band, moved down to times[to]; returns where it ends. */
static size_t stroke_thin(struct stroke *s, struct stroke_rise *r, size_t to)
{
	int64_t low = r->first > s->band_low ? r->first : s->band_low;
	int64_t end = r->first + (int64_t)r->size; /* past the last */

	end = end < s->band_high + 1 ? end : s->band_high + 1;

	size_t size = end > low ? (size_t)(end - low) : 0;
	size_t from = r->start + (size < 1 ? 0 : (size_t)(low - r->first));

	for (size_t i = 0; i < size; i++) /* to <= from: no overlap in the wrong direction */
		s->times.at[to + i] = s->times.at[from + i];
	r->first = size > 0 ? low : s->band_low;
	r->start = to;
	r->size = size;
	return to + size;
}

/* From here on only the counts around the middle are kept: as many as half of the room has place
 * for, and again fewer when it is full again, down to STROKE_BAND either way. */
static void stroke_band(struct stroke *s)
{
	bool has_both = s->top.count > 0 && s->bottom.count > 0;
	int64_t middle = has_both ? stroke_level(s) : (s->high.count + s->low.count) / 2;
	int64_t wide = STROKE_TIMES_MAX / 4 / ((int64_t)s->rise_count + 1);
	size_t to = 0;

	wide = wide > STROKE_BAND ? wide : STROKE_BAND;
	if (!s->is_banded || middle - wide > s->band_low)
		s->band_low = middle - wide;
	if (!s->is_banded || middle + wide < s->band_high)
		s->band_high = middle + wide;
	s->is_banded = true;
	s->is_narrow = wide == STROKE_BAND;
	for (size_t i = 0; i < s->rise_count; i++)
		to = stroke_thin(s, &s->rises[i], to);
	s->times.count = stroke_thin(s, &s->rise, to);
}

static bool stroke_in_band(const struct stroke *s, int64_t count)
{
	return !s->is_banded || (count >= s->band_low && count <= s->band_high);
}

/* The present rise came from no bottom: what it reached below the bottom before is kept with that
 * one, where it had not been reached yet. */
static void stroke_dip(struct stroke *s)
{
	struct stroke_rise *r = &s->rises[s->rise_count - 1];

	for (size_t i = 0; i < s->rise.size; i++) {
		int64_t count = s->rise.first + (int64_t)i;
		uint64_t below = (uint64_t)(r->dip_top - count);

		if (count > r->dip_top || !stroke_in_band(s, count))
			continue;
		while (r->dip_size <= below) {
			store_u64_push(&s->dips, UINT64_MAX);
			r->dip_size++;
		}
		if (s->dips.at[r->dip_start + below] == UINT64_MAX)
			s->dips.at[r->dip_start + below] = s->times.at[s->rise.start + i];
	}
}

static void stroke_rise_begin(struct stroke *s, size_t start, int64_t bottom)
{
	s->times.count = start;
	s->rise = (struct stroke_rise){.first = bottom + 1, .top = bottom, .start = start};
}

static void stroke_rise_feed(struct stroke *s, uint64_t sample, int64_t count)
{
	if (count <= s->rise.top)
		return;
	s->rise.top = count;
	if (!stroke_in_band(s, count))
		return;
	if (s->rise.size == 0)
		s->rise.first = count;
	store_u64_push(&s->times, sample);
	s->rise.size++;
	if (!s->is_narrow && s->times.count + s->dips.count >= STROKE_TIMES_MAX)
		stroke_band(s);
}

static void stroke_rise_end(struct stroke *s, int64_t bottom)
{
	size_t start = s->rise.start + s->rise.size;

	if (s->rise_count < s->bottom.count) {
		if (s->rise_count == s->rise_capacity) {
			s->rise_capacity = s->rise_capacity == 0 ? 64 : 2 * s->rise_capacity;
			s->rises = store_resize(s->rises, s->rise_capacity, sizeof *s->rises);
		}
		s->rise.dip_start = s->dips.count;
		s->rise.dip_top = s->bottom.at[s->rise_count].count;
		if (s->is_banded && s->rise.dip_top > s->band_high)
			s->rise.dip_top = s->band_high;
		s->rises[s->rise_count++] = s->rise;
	} else {
		start = s->rise.start; /* it rose from no bottom */
	}
	stroke_rise_begin(s, start, bottom);
}

static void stroke_top(struct stroke *s, uint64_t sample, int64_t count)
{
	if (s->high.sample != 0)
		stroke_turn_push(&s->top, s->high);
	s->direction = -1;
	s->low = (struct stroke_turn){sample, count};
	stroke_rise_end(s, count);
}

static void stroke_bottom(struct stroke *s, uint64_t sample, int64_t count)
{
	if (s->low.sample != 0) {
		s->bottom_first |= s->top.count == 0 && s->bottom.count == 0;
		stroke_turn_push(&s->bottom, s->low);
	}
	s->direction = 1;
	s->high = (struct stroke_turn){sample, count};
}

void stroke_feed(struct stroke *s, uint64_t sample, int64_t count)
{
	if (count > s->high.count && s->direction >= 0)
		s->high = (struct stroke_turn){sample, count};
	if (count < s->low.count && s->direction <= 0) {
		s->low = (struct stroke_turn){sample, count};
		if (s->rise.size > 0 && s->rise_count > 0)
			stroke_dip(s);
		stroke_rise_begin(s, s->rise.start, count);
	}
	stroke_rise_feed(s, sample, count);
	if (s->direction >= 0 && s->high.count - count >= s->hysteresis)
		stroke_top(s, sample, count);
	else if (s->direction <= 0 && count - s->low.count >= s->hysteresis)
		stroke_bottom(s, sample, count);
}

/* When the descent after rise i came back to level; UINT64_MAX: it did not. */
static uint64_t stroke_dipped(const struct stroke *s, size_t i, int64_t level)
{
	const struct stroke_rise *r = &s->rises[i], *last = &s->rise;
	uint64_t below = (uint64_t)(r->dip_top - level);

	if (level > r->dip_top)
		return UINT64_MAX;
	if (below < r->dip_size && s->dips.at[r->dip_start + below] != UINT64_MAX)
		return s->dips.at[r->dip_start + below];
	/* The capture ended in a rise that may or may not become one from a bottom. */
	if (i + 1 == s->bottom.count && level >= last->first &&
	    level < last->first + (int64_t)last->size)
		return s->times.at[last->start + (size_t)(level - last->first)];
	return UINT64_MAX;
}

bool stroke_crossings(const struct stroke *s, enum stroke_part part, uint64_t **crossed)
{
	int64_t level;

	*crossed = NULL;
	if (s->top.count == 0 || s->bottom.count == 0)
		return false;
	level = stroke_level(s);
	if (!stroke_in_band(s, level))
		return false;
	*crossed = store_resize(NULL, s->bottom.count, sizeof **crossed);
	for (size_t i = 0; i < s->bottom.count; i++) {
		const struct stroke_rise *r = i < s->rise_count ? &s->rises[i] : &s->rise;
		bool passed = level >= r->first && level < r->first + (int64_t)r->size;

		(*crossed)[i] =
			passed ? s->times.at[r->start + (size_t)(level - r->first)] : UINT64_MAX;
		if (!passed && part == STROKE_WHOLE && i < s->rise_count)
			(*crossed)[i] = stroke_dipped(s, i, level);
	}
	return true;
}
