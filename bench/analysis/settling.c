/*
 * The analysis "settling": how long a start from rest takes until the stroke rate stays.
 *
 * It begins at the first motion: the first sample at which the position has moved by `counts`,
 * either way, from where it stood at sample 0. Rates are those between successive crossings of the
 * middle (stroke.h), as means over `over` strokes. The final rate is the mean over the last half of
 * the strokes. Settled is the first crossing from which on every mean lies within +-band per cent
 * of the final rate. Samples from to= on are not looked at, so a stop may stand in the capture.
 *
 * A stroke on the edge of the band is in it or not, and the instant a whole stroke earlier or
 * later. So there are two more: the earliest and the latest that the rates allow, each mean being
 * known to SETTLING_K standard uncertainties of its ratio to the final rate. These come from the
 * capture: the sample that each crossing lies in, and the count that the middle lies in, which
 * moves two crossings by different times when the needle passes them at different speeds.
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

/* Of what lies anywhere in one sample, or in one count (JCGM 100, 4.3.7). */
#define SETTLING_VARIANCE (1.0 / 12)
/* Coverage factor of a mean rate: 95.45 % of a normal distribution, as of every U of the bench. */
#define SETTLING_K 2.0

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

/* The strokes that are looked at. count > SETTLING_STROKES_MIN. */
struct settling_start {
	const uint64_t *crossed;
	size_t count, over;
	double height; /* of a stroke, counts */
	double band;   /* +- per cent */
};

/* Samples of one stroke, as a mean over the strokes from crossing `from` to crossing `to`. */
static double settling_period(const struct settling_start *s, size_t from, size_t to)
{
	return (double)(s->crossed[to] - s->crossed[from]) / (double)(to - from);
}

/* Samples that one count of the middle takes at crossing i: of a sine, which the strokes on either
 * side of it give the rate of. */
static double settling_slowness(const struct settling_start *s, size_t i)
{
	size_t from = i > 0 ? i - 1 : 0, to = i + 1 < s->count ? i + 1 : s->count - 1;

	return settling_period(s, from, to) / (acos(-1) * s->height);
}

/* Standard uncertainty of that mean period, relative. The middle is one for all crossings. */
static double settling_uncertainty(const struct settling_start *s, size_t from, size_t to)
{
	double count = settling_slowness(s, to) - settling_slowness(s, from);

	return sqrt(SETTLING_VARIANCE * (2 + count * count)) /
	       (double)(s->crossed[to] - s->crossed[from]);
}

/* The first crossing from which on all means are in the band; false when there is none. A mean
 * counts as `k` standard uncertainties further outside than it was seen. */
static bool settling_find(const struct settling_start *s, double k, uint64_t *settled)
{
	size_t last = s->count - 1, half = last / 2;
	double final = settling_period(s, half, last);
	double u_final = settling_uncertainty(s, half, last);
	bool found = false;

	/* From the end: the first mean outside ends the search. */
	for (size_t i = s->count; i-- > 0;) {
		if (i + s->over >= s->count)
			continue;
		double ratio = final / settling_period(s, i, i + s->over);
		double u = ratio * hypot(settling_uncertainty(s, i, i + s->over), u_final);
		if ((fabs(ratio - 1) + k * u) * 100 > s->band)
			break;
		*settled = s->crossed[i];
		found = true;
	}
	return found;
}

static double settling_mean_count(const struct stroke_turns *turns)
{
	double sum = 0;

	for (size_t i = 0; i < turns->count; i++)
		sum += (double)turns->at[i].count;
	return sum / (double)turns->count;
}

/* The crossings from the first motion on; the caller frees them. */
static size_t settling_crossings(const struct settling *s, uint64_t **crossed)
{
	size_t count = 0;

	if (!stroke_crossings(&s->stroke, STROKE_RISE, crossed))
		return 0;
	for (size_t i = 0; i < s->stroke.bottom.count; i++)
		if (s->has_motion && (*crossed)[i] != UINT64_MAX && (*crossed)[i] >= s->motion)
			(*crossed)[count++] = (*crossed)[i];
	return count;
}

static void settling_instant(const struct settling *s, const struct settling_start *start, double k,
			     const char *const names[2], struct result *out)
{
	uint64_t at = 0;
	bool found = start != NULL && settling_find(start, k, &at);

	result_set(out, names[0], found ? result_integer((int64_t)at) : result_null());
	result_set(out, names[1],
		   statistics_number((double)(found ? at - s->motion : 0) / s->samplerate_hz,
				     found && s->samplerate_hz > 0));
}

static void settling_finish(void *state, uint64_t sample_count, struct result *out)
{
	static const char *const names[3][2] = {{"settled_sample", "seconds"},
						{"earliest_sample", "earliest_seconds"},
						{"latest_sample", "latest_seconds"}};
	const struct settling *s = state;
	struct result *list = result_array();
	uint64_t *crossed;
	size_t count = settling_crossings(s, &crossed);
	bool is_whole = !s->has_to || s->to <= sample_count;
	bool has_final = is_whole && count > SETTLING_STROKES_MIN;
	struct settling_start start = {.crossed = crossed,
				       .count = count,
				       .over = (size_t)s->over,
				       .band = s->band};
	double final = NAN;

	if (has_final) {
		start.height = settling_mean_count(&s->stroke.top) -
			       settling_mean_count(&s->stroke.bottom);
		final = settling_period(&start, (count - 1) / 2, count - 1);
	}
	for (size_t i = 0; i < count; i++)
		result_append(list, result_integer((int64_t)crossed[i]));
	result_set(out, "motion_sample",
		   s->has_motion ? result_integer((int64_t)s->motion) : result_null());
	settling_instant(s, has_final ? &start : NULL, 0, names[0], out);
	settling_instant(s, has_final ? &start : NULL, -SETTLING_K, names[1], out);
	settling_instant(s, has_final ? &start : NULL, SETTLING_K, names[2], out);
	result_set(out, "rate_hz",
		   statistics_number(s->samplerate_hz / final, has_final && s->samplerate_hz > 0));
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
