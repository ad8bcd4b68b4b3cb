/*
 * The analysis "stroke": turning points and rates of a position (stroke.h), their vertices
 * (vertex.h), how long they last, how much of a period goes down, and harmonics where asked
 * (harmonics.h). A first turning point has no vertex: its run began before the capture.
 */
#include <math.h>
#include <stdlib.h>

#include "analysis/harmonics.h"
#include "analysis/kind.h"
#include "analysis/quadrature.h"
#include "analysis/statistics.h"
#include "analysis/stroke.h"
#include "analysis/vertex.h"

enum { KEY_A, KEY_B, KEY_HYSTERESIS, KEY_HARMONICS };

/* Turning points of one side. */
struct side {
	struct vertex vertex;
	struct vertex_point *point; /* as many as the stroke has */
	size_t count, capacity;
	struct tally dwell;
};

struct stroking {
	struct quadrature decoder;
	double samplerate_hz;
	struct stroke stroke;
	struct side top, bottom;
	struct harmonics harmonics;
};

static enum err_code stroking_init(void *state, const struct kind_args *args, struct err *e)
{
	struct stroking *s = state;
	int64_t hysteresis, harmonics;

	s->decoder.lines =
		(struct quadrature_lines){args->value[KEY_A].bit, args->value[KEY_B].bit};
	s->samplerate_hz = args->samplerate_hz;
	if (s->decoder.lines.a == s->decoder.lines.b)
		return err_set(e, ERR_CONFIG, "a and b are both bit %u", s->decoder.lines.a);
	if (kind_whole(&args->value[KEY_HYSTERESIS], "hysteresis", 0, 1, INT32_MAX, &hysteresis,
		       e) ||
	    kind_whole(&args->value[KEY_HARMONICS], "harmonics", 0, 0, HARMONICS_MAX, &harmonics,
		       e))
		return e->code;
	stroke_init(&s->stroke, hysteresis);
	vertex_init(&s->top.vertex, hysteresis < VERTEX_CHORD_MAX ? hysteresis : VERTEX_CHORD_MAX);
	vertex_init(&s->bottom.vertex, s->top.vertex.chord);
	s->harmonics.number = (unsigned)harmonics;
	return ERR_NONE;
}

static void stroking_start(void *state, uint64_t sample)
{
	struct stroking *s = state;

	quadrature_init(&s->decoder, s->decoder.lines, sample);
}

static void side_push(struct side *side, bool is_first)
{
	struct vertex_point point =
		is_first ? (struct vertex_point){NAN, NAN, 0} : vertex_point(&side->vertex);

	if (side->count == side->capacity) {
		side->capacity = side->capacity == 0 ? 64 : 2 * side->capacity;
		side->point = store_resize(side->point, side->capacity, sizeof *side->point);
	}
	side->point[side->count++] = point;
	if (point.dwell > 0)
		tally_add(&side->dwell, point.dwell);
}

/* A top has come: the stroke from the one before it is whole. */
static void stroking_stroke(struct stroking *s)
{
	const struct vertex_point *top = &s->top.point[s->top.count - 1];

	harmonics_stroke(&s->harmonics, s->top.count > 1 ? top[-1].sample : NAN, top->sample);
}

static void stroking_step(struct stroking *s, uint64_t sample, int step)
{
	struct stroke *stroke = &s->stroke;
	int64_t count = s->decoder.count;

	if (step > 0) {
		vertex_up(&s->top.vertex, sample, count);
		vertex_down(&s->bottom.vertex, sample, -count);
	} else {
		vertex_down(&s->top.vertex, sample, count);
		vertex_up(&s->bottom.vertex, sample, -count);
	}
	stroke_feed(stroke, sample, count);
	if (stroke->top.count > s->top.count) {
		side_push(&s->top, s->bottom.count == 0 && s->top.count == 0);
		stroking_stroke(s);
	}
	if (stroke->bottom.count > s->bottom.count)
		side_push(&s->bottom, s->bottom.count == 0 && s->top.count == 0);
	/* A new extreme of one side is where the run to the other one begins. */
	if (stroke->low.sample == sample)
		s->top.vertex.is_stale = true;
	if (stroke->high.sample == sample)
		s->bottom.vertex.is_stale = true;
}

static void stroking_edges(void *state, const struct edge *list, size_t count)
{
	struct stroking *s = state;
	uint64_t mask = quadrature_mask(s->decoder.lines);

	for (size_t i = 0; i < count; i++) {
		if ((list[i].changed & mask) == 0)
			continue;

		enum quadrature_step step = quadrature_feed(&s->decoder, list[i].value);

		if (step == QUADRATURE_ILLEGAL)
			continue;
		harmonics_step(&s->harmonics, list[i].index, (int)step);
		stroking_step(s, list[i].index, (int)step);
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

static struct result *stroking_rate(const struct stroking *s)
{
	const struct stroke_turns *top = &s->stroke.top;
	uint64_t *tops = store_resize(NULL, top->count, sizeof *tops);

	for (size_t i = 0; i < top->count; i++)
		tops[i] = top->at[i].sample;

	struct result *r = statistics_rates(tops, top->count, s->samplerate_hz);

	free(tops);
	return r;
}

static struct result *stroking_rate_mid(const struct stroking *s)
{
	uint64_t *crossed;
	size_t passed = 0;

	if (stroke_crossings(&s->stroke, STROKE_WHOLE, &crossed))
		for (size_t i = 0; i < s->stroke.bottom.count; i++)
			if (crossed[i] != UINT64_MAX)
				crossed[passed++] = crossed[i];

	struct result *r = statistics_rates(crossed, passed, s->samplerate_hz);

	free(crossed);
	return r;
}

/* A bottom's vertex is that of the negated counts; a count c is c .. c + 1 of the scale, so its
 * negative's lower edge is the other one. */
static void stroking_vertices(const struct stroking *s, struct result *out)
{
	struct result *value[2] = {result_array(), result_array()};
	struct result *at[2] = {result_array(), result_array()};

	for (size_t i = 0; i < s->top.count; i++) {
		result_append(value[0], result_number(s->top.point[i].value));
		result_append(at[0], result_number(s->top.point[i].sample));
	}
	for (size_t i = 0; i < s->bottom.count; i++) {
		result_append(value[1], result_number(1 - s->bottom.point[i].value));
		result_append(at[1], result_number(s->bottom.point[i].sample));
	}
	result_set(out, "top_vertex", value[0]);
	result_set(out, "bottom_vertex", value[1]);
	result_set(out, "top_at_sample", at[0]);
	result_set(out, "bottom_at_sample", at[1]);
}

/* From top to bottom over top to top, by their vertices. */
static struct result *stroking_down(const struct stroking *s)
{
	const struct vertex_point *top = s->top.point, *bottom = s->bottom.point;
	size_t skip = s->stroke.bottom_first ? 1 : 0, count = 0;
	double *fraction = store_resize(NULL, s->top.count, sizeof *fraction);

	for (size_t i = 0; i + 1 < s->top.count; i++) {
		double down = bottom[i + skip].sample - top[i].sample;

		if (!isnan(top[i].sample))
			fraction[count++] = down / (top[i + 1].sample - top[i].sample);
	}

	struct result *r = statistics_spread(fraction, count);

	free(fraction);
	return r;
}

static void stroking_finish(void *state, uint64_t sample_count, struct result *out)
{
	const struct stroking *s = state;
	struct result *dwell = result_object();

	(void)sample_count;
	result_set(out, "maxima", result_integer((int64_t)s->stroke.top.count));
	result_set(out, "minima", result_integer((int64_t)s->stroke.bottom.count));
	result_set(out, "rate_hz", stroking_rate(s));
	result_set(out, "rate_mid_hz", stroking_rate_mid(s));
	result_set(out, "peak_to_peak", stroking_peak_to_peak(&s->stroke));
	result_set(out, "top", stroking_counts(&s->stroke.top));
	result_set(out, "bottom", stroking_counts(&s->stroke.bottom));
	stroking_vertices(s, out);
	result_set(out, "down_fraction", stroking_down(s));
	result_set(dwell, "top", tally_result(&s->top.dwell));
	result_set(dwell, "bottom", tally_result(&s->bottom.dwell));
	result_set(out, "dwell_samples", dwell);
	if (s->harmonics.number > 0)
		result_set(out, "harmonics", harmonics_result(&s->harmonics));
}

static void stroking_deinit(void *state)
{
	struct stroking *s = state;

	stroke_deinit(&s->stroke);
	free(s->top.point);
	free(s->bottom.point);
	tally_deinit(&s->top.dwell);
	tally_deinit(&s->bottom.dwell);
	harmonics_deinit(&s->harmonics);
}

const struct kind stroke_kind = {
	.name = "stroke",
	.keys = {[KEY_A] = {"a", KIND_CHANNEL, true},
		 [KEY_B] = {"b", KIND_CHANNEL, true},
		 [KEY_HYSTERESIS] = {"hysteresis", KIND_NUMBER, true},
		 [KEY_HARMONICS] = {"harmonics", KIND_NUMBER, false}},
	.state_size = sizeof(struct stroking),
	.init = stroking_init,
	.start = stroking_start,
	.edges = stroking_edges,
	.samples = kind_no_samples,
	.finish = stroking_finish,
	.deinit = stroking_deinit,
};
