/*
 * The analysis "activity": whether and when a line did anything: its edges, either way, in the
 * window from= (included) to= (not), the first and the last of them, and the level it was left at.
 * When the capture ends before `to` all members are null: a line that is quiet in a part of the
 * window may still move in the rest.
 */
#include "analysis/kind.h"
#include "analysis/statistics.h"

enum { KEY_CH, KEY_FROM, KEY_TO };

struct activity {
	double samplerate_hz;
	unsigned ch;
	uint64_t from, to;
	bool has_to;
	bool level; /* at the end of the window so far */
	uint64_t edges, first, last;
};

static enum err_code activity_init(void *state, const struct kind_args *args, struct err *e)
{
	struct activity *a = state;
	const struct kind_value *v = args->value;

	a->samplerate_hz = args->samplerate_hz;
	a->ch = v[KEY_CH].bit;
	a->from = v[KEY_FROM].sample; /* 0 when not given */
	a->has_to = v[KEY_TO].given;
	a->to = a->has_to ? v[KEY_TO].sample : UINT64_MAX;
	if (a->from >= a->to)
		return err_set(e, ERR_CONFIG, "the window from=%s,to=%s is empty", v[KEY_FROM].text,
			       v[KEY_TO].text);
	return ERR_NONE;
}

static void activity_start(void *state, uint64_t sample)
{
	struct activity *a = state;

	a->level = sample >> a->ch & 1;
}

static void activity_edges(void *state, const struct edge *list, size_t count)
{
	struct activity *a = state;

	for (size_t i = 0; i < count; i++) {
		if ((list[i].changed >> a->ch & 1) == 0 || list[i].index >= a->to)
			continue;
		a->level = list[i].value >> a->ch & 1;
		if (list[i].index < a->from)
			continue;
		if (a->edges++ == 0)
			a->first = list[i].index;
		a->last = list[i].index;
	}
}

static void activity_instant(const struct activity *a, struct result *out,
			     const char *const name[2], uint64_t sample, bool exists)
{
	result_set(out, name[0], exists ? result_integer((int64_t)sample) : result_null());
	result_set(out, name[1],
		   statistics_number((double)sample / a->samplerate_hz,
				     exists && a->samplerate_hz > 0));
}

static void activity_finish(void *state, uint64_t sample_count, struct result *out)
{
	static const char *const first[2] = {"first_sample", "first_seconds"};
	static const char *const last[2] = {"last_sample", "last_seconds"};
	const struct activity *a = state;
	bool is_whole = sample_count > a->from && (!a->has_to || a->to <= sample_count);
	bool exists = is_whole && a->edges > 0;

	result_set(out, "edges", is_whole ? result_integer((int64_t)a->edges) : result_null());
	activity_instant(a, out, first, a->first, exists);
	activity_instant(a, out, last, a->last, exists);
	result_set(out, "level", is_whole ? result_integer(a->level) : result_null());
}

const struct kind activity_kind = {
	.name = "activity",
	.keys = {[KEY_CH] = {"ch", KIND_CHANNEL, true},
		 [KEY_FROM] = {"from", KIND_MOMENT, false},
		 [KEY_TO] = {"to", KIND_MOMENT, false}},
	.state_size = sizeof(struct activity),
	.init = activity_init,
	.start = activity_start,
	.edges = activity_edges,
	.samples = kind_no_samples,
	.finish = activity_finish,
	.deinit = kind_no_deinit,
};
