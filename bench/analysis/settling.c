/*
 * The analysis "settling": how long a start from rest takes until the stroke rate stays.
 *
 * It begins at the first motion: the first sample at which the position has moved by `counts`,
 * either way, from where it stood at sample 0. Rates are those between successive crossings of the
 * middle (stroke.h), as means over `over` strokes. The final rate is the mean over the last half of
 * the strokes. Settled is the first crossing from which on every mean lies within +-band per cent
 * of the final rate. Samples from to= on are not looked at, so a stop may stand in the capture.
 */
#include <math.h>
#include <stdlib.h>

#include "analysis/kind.h"
#include "analysis/quadrature.h"
#include "analysis/statistics.h"
#include "analysis/stroke.h"

enum { KEY_A, KEY_B, KEY_HYSTERESIS, KEY_BAND, KEY_OVER, KEY_COUNTS, KEY_TO };

/* With fewer strokes there is no half that could be called final. */
enum { SETTLING_STROKES_MIN = 4 };

struct settling {
	struct quadrature decoder;
	double samplerate_hz, band;
	int64_t counts, over;
	uint64_t to;
	bool has_to;
	bool has_motion;
	uint64_t motion; /* sample */
	struct stroke stroke;
};

static enum err_code settling_init(void *state, const struct kind_args *args, struct err *e)
{
	struct settling *s = state;
	const struct kind_value *v = args->value;
	int64_t hysteresis;

	s->decoder.lines = (struct quadrature_lines){v[KEY_A].bit, v[KEY_B].bit};
	s->samplerate_hz = args->samplerate_hz;
	s->band = v[KEY_BAND].given ? v[KEY_BAND].number : 1.0;
	s->has_to = v[KEY_TO].given;
	s->to = s->has_to ? v[KEY_TO].sample : UINT64_MAX;
	if (kind_whole(&v[KEY_HYSTERESIS], "hysteresis", 0, 1, INT32_MAX, &hysteresis, e) ||
	    kind_whole(&v[KEY_OVER], "over", 1, 1, 1000, &s->over, e) ||
	    kind_whole(&v[KEY_COUNTS], "counts", 10, 1, INT32_MAX, &s->counts, e))
		return e->code;
	if (!(s->band > 0 && s->band < 100))
		return err_set(e, ERR_CONFIG, "band=%.17g: not above 0 and below 100 per cent",
			       s->band);
	if (s->decoder.lines.a == s->decoder.lines.b)
		return err_set(e, ERR_CONFIG, "a and b are both bit %u", s->decoder.lines.a);
	stroke_init(&s->stroke, hysteresis);
	return ERR_NONE;
}

static void settling_start(void *state, uint64_t sample)
{
	struct settling *s = state;

	quadrature_init(&s->decoder, s->decoder.lines, sample);
}

static void settling_edges(void *state, const struct edge *list, size_t count)
{
	struct settling *s = state;
	uint64_t mask = quadrature_mask(s->decoder.lines);

	for (size_t i = 0; i < count; i++) {
		if ((list[i].changed & mask) == 0 || list[i].index >= s->to)
			continue;
		if (quadrature_feed(&s->decoder, list[i].value) == QUADRATURE_ILLEGAL)
			continue;
		stroke_feed(&s->stroke, list[i].index, s->decoder.count);
		if (!s->has_motion && llabs(s->decoder.count) >= s->counts) {
			s->has_motion = true;
			s->motion = list[i].index;
		}
	}
}

/* Samples of one stroke, as a mean over the strokes from crossing `from` to crossing `to`. */
static double settling_period(const uint64_t *crossed, size_t from, size_t to)
{
	return (double)(crossed[to] - crossed[from]) / (double)(to - from);
}

/* The first crossing from which on all means are in the band; false when there is none. */
static bool settling_find(const struct settling *s, const uint64_t *crossed, size_t count,
			  double final, size_t *settled)
{
	size_t over = (size_t)s->over;
	bool found = false;

	/* From the end: the first mean outside ends the search. */
	for (size_t i = count; i-- > 0;) {
		if (i + over >= count)
			continue;
		double ratio = final / settling_period(crossed, i, i + over);
		if (fabs(ratio - 1) * 100 > s->band)
			break;
		*settled = i;
		found = true;
	}
	return found;
}

static void settling_finish(void *state, uint64_t sample_count, struct result *out)
{
	const struct settling *s = state;
	struct result *list = result_array();
	uint64_t *crossed;
	size_t count = 0, settled = 0;
	double final = NAN;
	bool is_whole = !s->has_to || s->to <= sample_count, is_settled = false;

	if (stroke_crossings(&s->stroke, STROKE_RISE, &crossed))
		for (size_t i = 0; i < s->stroke.bottom.count; i++)
			if (s->has_motion && crossed[i] != UINT64_MAX && crossed[i] >= s->motion)
				crossed[count++] = crossed[i];
	if (is_whole && count > SETTLING_STROKES_MIN) {
		final = settling_period(crossed, (count - 1) / 2, count - 1);
		is_settled = settling_find(s, crossed, count, final, &settled);
	}
	for (size_t i = 0; i < count; i++)
		result_append(list, result_integer((int64_t)crossed[i]));

	bool has_rate = s->samplerate_hz > 0;
	uint64_t samples = is_settled ? crossed[settled] - s->motion : 0;

	result_set(out, "motion_sample",
		   s->has_motion ? result_integer((int64_t)s->motion) : result_null());
	result_set(out, "settled_sample",
		   is_settled ? result_integer((int64_t)crossed[settled]) : result_null());
	result_set(out, "seconds",
		   statistics_number((double)samples / s->samplerate_hz, is_settled && has_rate));
	result_set(out, "rate_hz",
		   statistics_number(s->samplerate_hz / final, !isnan(final) && has_rate));
	result_set(out, "crossings", list);
	free(crossed);
}

static void settling_deinit(void *state)
{
	struct settling *s = state;

	stroke_deinit(&s->stroke);
}

const struct kind settling_kind = {
	.name = "settling",
	.keys = {[KEY_A] = {"a", KIND_CHANNEL, true},
		 [KEY_B] = {"b", KIND_CHANNEL, true},
		 [KEY_HYSTERESIS] = {"hysteresis", KIND_NUMBER, true},
		 [KEY_BAND] = {"band", KIND_NUMBER, false},
		 [KEY_OVER] = {"over", KIND_NUMBER, false},
		 [KEY_COUNTS] = {"counts", KIND_NUMBER, false},
		 [KEY_TO] = {"to", KIND_MOMENT, false}},
	.state_size = sizeof(struct settling),
	.init = settling_init,
	.start = settling_start,
	.edges = settling_edges,
	.samples = kind_no_samples,
	.finish = settling_finish,
	.deinit = settling_deinit,
};
