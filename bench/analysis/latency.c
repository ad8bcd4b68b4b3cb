/*
 * The analysis "latency": from an event on one line to motion on another: the first edge of `from`
 * (of the asked kind), and the first sample after it at which the position has moved by `counts`,
 * either way, from where it stood at the event. With edge=last the event is the last edge of either
 * kind before that motion: the end of a message on a line, whatever its bits are.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/kind.h"
#include "analysis/quadrature.h"
#include "analysis/statistics.h"

enum { KEY_FROM, KEY_EDGE, KEY_A, KEY_B, KEY_COUNTS };

struct latency {
	struct quadrature decoder;
	double samplerate_hz;
	unsigned from;
	bool is_falling, is_last;
	int64_t counts;
	bool has_event, has_motion;
	uint64_t event, motion; /* samples */
	int64_t stood;          /* count at the event */
};

static enum err_code latency_init(void *state, const struct kind_args *args, struct err *e)
{
	struct latency *l = state;
	const struct kind_value *v = args->value;
	const char *edge = v[KEY_EDGE].given ? v[KEY_EDGE].text : "rising";

	l->samplerate_hz = args->samplerate_hz;
	l->from = v[KEY_FROM].bit;
	l->is_falling = strcmp(edge, "falling") == 0;
	l->is_last = strcmp(edge, "last") == 0;
	l->decoder.lines = (struct quadrature_lines){v[KEY_A].bit, v[KEY_B].bit};
	if (kind_whole(&v[KEY_COUNTS], "counts", 1, 1, INT32_MAX, &l->counts, e))
		return e->code;
	if (!l->is_falling && !l->is_last && strcmp(edge, "rising") != 0)
		return err_set(e, ERR_CONFIG, "edge=%s: rising, falling or last", edge);
	if (l->decoder.lines.a == l->decoder.lines.b)
		return err_set(e, ERR_CONFIG, "a and b are both bit %u", l->decoder.lines.a);
	return ERR_NONE;
}

static void latency_start(void *state, uint64_t sample)
{
	struct latency *l = state;

	quadrature_init(&l->decoder, l->decoder.lines, sample);
}

static bool latency_is_event(const struct latency *l, const struct edge *edge)
{
	if ((edge->changed >> l->from & 1) == 0)
		return false;
	return l->is_last || (!l->has_event && (edge->value >> l->from & 1) != l->is_falling);
}

static void latency_edges(void *state, const struct edge *list, size_t count)
{
	struct latency *l = state;
	uint64_t mask = quadrature_mask(l->decoder.lines) | UINT64_C(1) << l->from;

	for (size_t i = 0; i < count && !l->has_motion; i++) {
		if ((list[i].changed & mask) == 0)
			continue;
		if (latency_is_event(l, &list[i])) {
			l->has_event = true;
			l->event = list[i].index;
			l->stood = l->decoder.count; /* a step in the same sample is motion */
		}
		(void)quadrature_feed(&l->decoder, list[i].value);
		if (l->has_event && llabs(l->decoder.count - l->stood) >= l->counts) {
			l->has_motion = true;
			l->motion = list[i].index;
		}
	}
}

static void latency_finish(void *state, uint64_t sample_count, struct result *out)
{
	const struct latency *l = state;
	uint64_t samples = l->has_motion ? l->motion - l->event : 0;

	(void)sample_count;
	result_set(out, "event_sample",
		   l->has_event ? result_integer((int64_t)l->event) : result_null());
	result_set(out, "motion_sample",
		   l->has_motion ? result_integer((int64_t)l->motion) : result_null());
	result_set(out, "samples",
		   l->has_motion ? result_integer((int64_t)samples) : result_null());
	result_set(out, "seconds",
		   statistics_number((double)samples / l->samplerate_hz,
				     l->has_motion && l->samplerate_hz > 0));
}

const struct kind latency_kind = {
	.name = "latency",
	.keys = {[KEY_FROM] = {"from", KIND_CHANNEL, true},
		 [KEY_EDGE] = {"edge", KIND_TEXT, false},
		 [KEY_A] = {"a", KIND_CHANNEL, true},
		 [KEY_B] = {"b", KIND_CHANNEL, true},
		 [KEY_COUNTS] = {"counts", KIND_NUMBER, false}},
	.state_size = sizeof(struct latency),
	.init = latency_init,
	.start = latency_start,
	.edges = latency_edges,
	.samples = kind_no_samples,
	.finish = latency_finish,
	.deinit = kind_no_deinit,
};
