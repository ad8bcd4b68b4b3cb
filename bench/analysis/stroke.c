/* The fold over positions behind stroke.h, and the analysis "stroke" on top of it. */
#include "analysis/stroke.h"

#include <assert.h>
#include <stdlib.h>

#include "analysis/kind.h"
#include "analysis/quadrature.h"
#include "analysis/statistics.h"

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
	*r = (struct stroke_rise){size > 0 ? low : s->band_low, r->top, to, size};
	return to + size;
}

/* Many strokes: from here on only the counts around the middle are kept. */
static void stroke_band(struct stroke *s)
{
	bool has_both = s->top.count > 0 && s->bottom.count > 0;
	int64_t middle = has_both ? stroke_level(s) : (s->high.count + s->low.count) / 2;
	size_t to = 0;

	s->is_banded = true;
	s->band_low = middle - STROKE_BAND;
	s->band_high = middle + STROKE_BAND;
	for (size_t i = 0; i < s->rise_count; i++)
		to = stroke_thin(s, &s->rises[i], to);
	s->times.count = stroke_thin(s, &s->rise, to);
}

static void stroke_rise_begin(struct stroke *s, size_t start, int64_t bottom)
{
	s->times.count = start;
	s->rise = (struct stroke_rise){bottom + 1, bottom, start, 0};
}

static void stroke_rise_feed(struct stroke *s, uint64_t sample, int64_t count)
{
	if (count <= s->rise.top)
		return;
	s->rise.top = count;
	if (s->is_banded && (count < s->band_low || count > s->band_high))
		return;
	if (s->rise.size == 0)
		s->rise.first = count;
	store_u64_push(&s->times, sample);
	s->rise.size++;
	if (!s->is_banded && s->times.count >= STROKE_TIMES_MAX)
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
		stroke_rise_begin(s, s->rise.start, count);
	}
	stroke_rise_feed(s, sample, count);
	if (s->direction >= 0 && s->high.count - count >= s->hysteresis)
		stroke_top(s, sample, count);
	else if (s->direction <= 0 && count - s->low.count >= s->hysteresis)
		stroke_bottom(s, sample, count);
}

bool stroke_crossings(const struct stroke *s, uint64_t **crossed)
{
	int64_t level;

	*crossed = NULL;
	if (s->top.count == 0 || s->bottom.count == 0)
		return false;
	level = stroke_level(s);
	if (s->is_banded && (level < s->band_low || level > s->band_high))
		return false;
	*crossed = store_resize(NULL, s->bottom.count, sizeof **crossed);
	for (size_t i = 0; i < s->bottom.count; i++) {
		const struct stroke_rise *r = i < s->rise_count ? &s->rises[i] : &s->rise;
		bool passed = level >= r->first && level < r->first + (int64_t)r->size;

		(*crossed)[i] =
			passed ? s->times.at[r->start + (size_t)(level - r->first)] : UINT64_MAX;
	}
	return true;
}

/* The analysis. */
enum { KEY_A, KEY_B, KEY_HYSTERESIS };

struct stroking {
	struct quadrature decoder;
	double samplerate_hz;
	struct stroke stroke;
};

static enum err_code stroking_init(void *state, const struct kind_args *args, struct err *e)
{
	struct stroking *s = state;
	int64_t hysteresis;

	s->decoder.lines =
		(struct quadrature_lines){args->value[KEY_A].bit, args->value[KEY_B].bit};
	s->samplerate_hz = args->samplerate_hz;
	if (s->decoder.lines.a == s->decoder.lines.b)
		return err_set(e, ERR_CONFIG, "a and b are both bit %u", s->decoder.lines.a);
	if (kind_whole(&args->value[KEY_HYSTERESIS], "hysteresis", 0, 1, INT32_MAX, &hysteresis, e))
		return e->code;
	stroke_init(&s->stroke, hysteresis);
	return ERR_NONE;
}

static void stroking_start(void *state, uint64_t sample)
{
	struct stroking *s = state;

	quadrature_init(&s->decoder, s->decoder.lines, sample);
}

static void stroking_edges(void *state, const struct edge *list, size_t count)
{
	struct stroking *s = state;
	uint64_t mask = quadrature_mask(s->decoder.lines);

	for (size_t i = 0; i < count; i++) {
		if ((list[i].changed & mask) == 0)
			continue;
		if (quadrature_feed(&s->decoder, list[i].value) != QUADRATURE_ILLEGAL)
			stroke_feed(&s->stroke, list[i].index, s->decoder.count);
	}
}

static struct result *stroking_counts(const struct stroke_turns *t)
{
	struct result *r = result_array();

	for (size_t i = 0; i < t->count; i++)
		result_append(r, result_integer(t->at[i].count));
	return r;
}

static struct result *stroking_peak_to_peak(const struct stroke *s)
{
	const struct stroke_turns *turns[2] = {s->bottom_first ? &s->bottom : &s->top,
					       s->bottom_first ? &s->top : &s->bottom};
	struct result *r = result_array();

	for (size_t i = 1; i < s->top.count + s->bottom.count; i++)
		result_append(r, result_integer(llabs(turns[i % 2]->at[i / 2].count -
						      turns[(i - 1) % 2]->at[(i - 1) / 2].count)));
	return r;
}

static struct result *stroking_rate_mid(const struct stroking *s)
{
	uint64_t *crossed;
	size_t passed = 0;

	if (stroke_crossings(&s->stroke, &crossed))
		for (size_t i = 0; i < s->stroke.bottom.count; i++)
			if (crossed[i] != UINT64_MAX)
				crossed[passed++] = crossed[i];

	struct result *r = statistics_rates(crossed, passed, s->samplerate_hz);

	free(crossed);
	return r;
}

static void stroking_finish(void *state, uint64_t sample_count, struct result *out)
{
	const struct stroking *s = state;
	const struct stroke_turns *top = &s->stroke.top;
	uint64_t *tops = store_resize(NULL, top->count, sizeof *tops);

	(void)sample_count;
	for (size_t i = 0; i < top->count; i++)
		tops[i] = top->at[i].sample;
	result_set(out, "maxima", result_integer((int64_t)top->count));
	result_set(out, "minima", result_integer((int64_t)s->stroke.bottom.count));
	result_set(out, "rate_hz", statistics_rates(tops, top->count, s->samplerate_hz));
	result_set(out, "rate_mid_hz", stroking_rate_mid(s));
	result_set(out, "peak_to_peak", stroking_peak_to_peak(&s->stroke));
	result_set(out, "top", stroking_counts(top));
	result_set(out, "bottom", stroking_counts(&s->stroke.bottom));
	free(tops);
}

static void stroking_deinit(void *state)
{
	struct stroking *s = state;

	stroke_deinit(&s->stroke);
}

const struct kind stroke_kind = {
	.name = "stroke",
	.keys = {[KEY_A] = {"a", KIND_CHANNEL, true},
		 [KEY_B] = {"b", KIND_CHANNEL, true},
		 [KEY_HYSTERESIS] = {"hysteresis", KIND_NUMBER, true}},
	.state_size = sizeof(struct stroking),
	.init = stroking_init,
	.start = stroking_start,
	.edges = stroking_edges,
	.samples = kind_no_samples,
	.finish = stroking_finish,
	.deinit = stroking_deinit,
};
