/*
 * The analysis "protrusion": what one depth capture (slow jog, strokes, slow jog) says about the
 * needle: zero at the reference mark, closing, and the tops and bottoms of the strokes, in counts.
 *
 * A zero is the count at a mark crossed in the extending direction (count rising) below 250 mm/s; a
 * mark above that speed is ignored, for a mark is repeatable only when it is passed slowly. The
 * speed is the mean over the last four steps (one period of the lines, so that unequal phases
 * cancel) in one direction, or over as many as there were since the last reversal. A mark crossed
 * while retracting is neither: its other edge is.
 */
#include <stdlib.h>

#include "analysis/kind.h"
#include "analysis/quadrature.h"
#include "analysis/stroke.h"

enum { KEY_A, KEY_B, KEY_Z, KEY_HYSTERESIS, KEY_UM_PER_COUNT };

enum { PROTRUSION_SPACINGS = 4, PROTRUSION_SLOW_MM_S = 250 };

struct protrusion_zero {
	uint64_t sample;
	int64_t count;
	double speed_mm_s;
};

/* Invariant: step_at[0..steps) are the samples of the last legal steps in `direction`, the latest
 * first; before any step, sample 0 stands for it. */
struct protrusion {
	struct quadrature decoder;
	unsigned z;
	uint64_t mask;
	double samplerate_hz, um_per_count;
	struct stroke stroke;
	uint64_t transitions, illegal, ignored;
	int direction;
	uint64_t step_at[PROTRUSION_SPACINGS + 1];
	unsigned steps;
	struct protrusion_zero *zero;
	size_t zero_count, zero_capacity;
};

static enum err_code protrusion_init(void *state, const struct kind_args *args, struct err *e)
{
	struct protrusion *p = state;
	const struct kind_value *v = args->value;
	int64_t hysteresis;

	p->decoder.lines = (struct quadrature_lines){v[KEY_A].bit, v[KEY_B].bit};
	p->z = v[KEY_Z].bit;
	p->mask = quadrature_mask(p->decoder.lines) | UINT64_C(1) << p->z;
	p->samplerate_hz = args->samplerate_hz;
	p->um_per_count = v[KEY_UM_PER_COUNT].given ? v[KEY_UM_PER_COUNT].number : 1;
	if (kind_whole(&v[KEY_HYSTERESIS], "hysteresis", 0, 1, INT32_MAX, &hysteresis, e))
		return e->code;
	if (__builtin_popcountll(p->mask) != 3)
		return err_set(e, ERR_CONFIG, "a, b and z are not three different channels");
	if (!(p->um_per_count > 0))
		return err_set(e, ERR_CONFIG, "um_per_count=%.17g: not above 0", p->um_per_count);
	if (!(p->samplerate_hz > 0))
		return err_set(e, ERR_CONFIG,
			       "the speed at a mark needs a sample rate: give --rate");
	stroke_init(&p->stroke, hysteresis);
	return ERR_NONE;
}

static void protrusion_start(void *state, uint64_t sample)
{
	struct protrusion *p = state;

	quadrature_init(&p->decoder, p->decoder.lines, sample);
	p->steps = 1;
}

static void protrusion_step(struct protrusion *p, const struct edge *edge)
{
	enum quadrature_step step = quadrature_feed(&p->decoder, edge->value);

	if (step == QUADRATURE_NONE)
		return;
	p->transitions++;
	if (step == QUADRATURE_ILLEGAL) {
		p->illegal++;
		return;
	}
	if (p->direction == -(int)step)
		p->steps = 1; /* the step before the reversal is still an instant to count from */
	p->direction = (int)step;
	p->steps += p->steps <= PROTRUSION_SPACINGS;
	for (unsigned i = p->steps - 1; i > 0; i--)
		p->step_at[i] = p->step_at[i - 1];
	p->step_at[0] = edge->index;
	stroke_feed(&p->stroke, edge->index, p->decoder.count);
}

static void protrusion_mark(struct protrusion *p, uint64_t sample)
{
	unsigned spacings = p->steps - 1;
	uint64_t samples = p->step_at[0] - p->step_at[spacings];

	if (p->direction != 1) /* retracting, or not moved yet */
		return;

	double seconds = (double)samples / p->samplerate_hz;
	double speed = p->um_per_count * 1e-3 * (double)spacings / seconds;

	if (!(speed < PROTRUSION_SLOW_MM_S)) {
		p->ignored++;
		return;
	}
	if (p->zero_count == p->zero_capacity) {
		p->zero_capacity = p->zero_capacity == 0 ? 16 : 2 * p->zero_capacity;
		p->zero = store_resize(p->zero, p->zero_capacity, sizeof *p->zero);
	}
	p->zero[p->zero_count++] = (struct protrusion_zero){sample, p->decoder.count, speed};
}

static void protrusion_edges(void *state, const struct edge *list, size_t count)
{
	struct protrusion *p = state;

	for (size_t i = 0; i < count; i++) {
		if ((list[i].changed & p->mask) == 0)
			continue;
		protrusion_step(p, &list[i]);
		if ((list[i].changed & list[i].value) >> p->z & 1)
			protrusion_mark(p, list[i].index);
	}
}

static struct result *protrusion_zeros(const struct protrusion *p)
{
	struct result *list = result_array();

	for (size_t i = 0; i < p->zero_count; i++) {
		struct result *zero = result_object();

		result_set(zero, "sample", result_integer((int64_t)p->zero[i].sample));
		result_set(zero, "count", result_integer(p->zero[i].count));
		result_set(zero, "speed_mm_s", result_number(p->zero[i].speed_mm_s));
		result_append(list, zero);
	}
	return list;
}

static struct result *protrusion_turn(struct stroke_turn turn)
{
	struct result *r = result_object();

	result_set(r, "sample", result_integer((int64_t)turn.sample));
	result_set(r, "count", result_integer(turn.count));
	return r;
}

/* A top's rate: from the crossing of the middle before it to the next one. */
static struct result *protrusion_tops(const struct protrusion *p)
{
	const struct stroke *s = &p->stroke;
	struct result *list = result_array();
	uint64_t *crossed;
	bool has_middle = stroke_crossings(s, STROKE_RISE, &crossed);

	for (size_t i = 0; i < s->top.count; i++) {
		struct result *top = protrusion_turn(s->top.at[i]);
		size_t rise = s->bottom_first ? i : i - 1; /* wraps for a top without a bottom */
		double samples = 0;

		if (has_middle && rise + 1 < s->bottom.count && rise + 1 > 0 &&
		    crossed[rise] != UINT64_MAX && crossed[rise + 1] != UINT64_MAX)
			samples = (double)(crossed[rise + 1] - crossed[rise]);
		result_set(top, "rate_hz",
			   samples > 0 ? result_number(p->samplerate_hz / samples) : result_null());
		result_append(list, top);
	}
	free(crossed);
	return list;
}

static void protrusion_finish(void *state, uint64_t sample_count, struct result *out)
{
	const struct protrusion *p = state;
	const struct protrusion_zero *zero = p->zero;
	struct result *bottoms = result_array();
	size_t n = p->zero_count;

	(void)sample_count;
	for (size_t i = 0; i < p->stroke.bottom.count; i++)
		result_append(bottoms, protrusion_turn(p->stroke.bottom.at[i]));
	result_set(out, "illegal", result_integer((int64_t)p->illegal));
	result_set(out, "zeros", protrusion_zeros(p));
	result_set(out, "ignored", result_integer((int64_t)p->ignored));
	result_set(out, "zero_count", n > 0 ? result_integer(zero[0].count) : result_null());
	result_set(out, "closing",
		   n > 1 ? result_integer(zero[n - 1].count - zero[0].count) : result_null());
	result_set(out, "top", protrusion_tops(p));
	result_set(out, "bottom", bottoms);
	result_set(out, "transitions", result_integer((int64_t)p->transitions));
}

static void protrusion_deinit(void *state)
{
	struct protrusion *p = state;

	stroke_deinit(&p->stroke);
	free(p->zero);
}

const struct kind protrusion_kind = {
	.name = "protrusion",
	.keys = {[KEY_A] = {"a", KIND_CHANNEL, true},
		 [KEY_B] = {"b", KIND_CHANNEL, true},
		 [KEY_Z] = {"z", KIND_CHANNEL, true},
		 [KEY_HYSTERESIS] = {"hysteresis", KIND_NUMBER, true},
		 [KEY_UM_PER_COUNT] = {"um_per_count", KIND_NUMBER, false}},
	.state_size = sizeof(struct protrusion),
	.init = protrusion_init,
	.start = protrusion_start,
	.edges = protrusion_edges,
	.samples = kind_no_samples,
	.finish = protrusion_finish,
	.deinit = protrusion_deinit,
};
