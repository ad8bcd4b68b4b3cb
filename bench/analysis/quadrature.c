/* The analysis "quadrature": where the position went, and what a reference mark says about it. */
#include "analysis/quadrature.h"

#include "analysis/kind.h"

enum { KEY_A, KEY_B, KEY_Z };

struct marks {
	uint64_t count;
	int64_t first, last, min, max;
};

struct travel {
	struct quadrature decoder;
	uint64_t mask;
	uint64_t transitions, illegal, reversals, first_sample, last_sample;
	int64_t min, max;
	int direction; /* of the last legal step; 0 before the first */
	bool has_z;
	unsigned z;
	struct marks marks;
};

static enum err_code travel_init(void *state, const struct kind_args *args, struct err *e)
{
	struct travel *t = state;

	t->decoder.lines =
		(struct quadrature_lines){args->value[KEY_A].bit, args->value[KEY_B].bit};
	t->has_z = args->value[KEY_Z].given;
	t->z = args->value[KEY_Z].bit;
	t->mask = quadrature_mask(t->decoder.lines) | (t->has_z ? UINT64_C(1) << t->z : 0);
	if (t->decoder.lines.a == t->decoder.lines.b)
		return err_set(e, ERR_CONFIG, "a and b are both bit %u", t->decoder.lines.a);
	return ERR_NONE;
}

static void travel_start(void *state, uint64_t sample)
{
	struct travel *t = state;

	quadrature_init(&t->decoder, t->decoder.lines, sample);
}

static void travel_step(struct travel *t, const struct edge *edge)
{
	enum quadrature_step step = quadrature_feed(&t->decoder, edge->value);

	if (step == QUADRATURE_NONE)
		return;
	if (t->transitions++ == 0)
		t->first_sample = edge->index;
	t->last_sample = edge->index;
	if (step == QUADRATURE_ILLEGAL) {
		t->illegal++;
		return;
	}
	t->reversals += t->direction == -(int)step;
	t->direction = (int)step;
	t->min = t->decoder.count < t->min ? t->decoder.count : t->min;
	t->max = t->decoder.count > t->max ? t->decoder.count : t->max;
}

static void travel_mark(struct marks *m, int64_t count)
{
	m->first = m->count == 0 ? count : m->first;
	m->min = m->count == 0 || count < m->min ? count : m->min;
	m->max = m->count == 0 || count > m->max ? count : m->max;
	m->last = count;
	m->count++;
}

static void travel_edges(void *state, const struct edge *list, size_t count)
{
	struct travel *t = state;

	for (size_t i = 0; i < count; i++) {
		if ((list[i].changed & t->mask) == 0)
			continue;
		travel_step(t,
			    &list[i]); /* first: a step in the sample of the mark is in its count */
		if (t->has_z && (list[i].changed & list[i].value) >> t->z & 1)
			travel_mark(&t->marks, t->decoder.count);
	}
}

static struct result *travel_marks(const struct marks *m)
{
	struct result *r = result_object();
	bool any = m->count > 0;

	result_set(r, "marks", result_integer((int64_t)m->count));
	result_set(r, "first_count", any ? result_integer(m->first) : result_null());
	result_set(r, "last_count", any ? result_integer(m->last) : result_null());
	result_set(r, "spread", any ? result_integer(m->max - m->min) : result_null());
	result_set(r, "closing", any ? result_integer(m->last - m->first) : result_null());
	return r;
}

static void travel_finish(void *state, uint64_t sample_count, struct result *out)
{
	struct travel *t = state;
	bool any = t->transitions > 0;

	(void)sample_count;
	result_set(out, "transitions", result_integer((int64_t)t->transitions));
	result_set(out, "illegal", result_integer((int64_t)t->illegal));
	result_set(out, "min", result_integer(t->min));
	result_set(out, "max", result_integer(t->max));
	result_set(out, "net", result_integer(t->decoder.count));
	result_set(out, "peak_to_peak", result_integer(t->max - t->min));
	result_set(out, "reversals", result_integer((int64_t)t->reversals));
	result_set(out, "first_sample",
		   any ? result_integer((int64_t)t->first_sample) : result_null());
	result_set(out, "last_sample",
		   any ? result_integer((int64_t)t->last_sample) : result_null());
	if (t->has_z)
		result_set(out, "z", travel_marks(&t->marks));
}

const struct kind quadrature_kind = {
	.name = "quadrature",
	.keys = {[KEY_A] = {"a", KIND_CHANNEL, true},
		 [KEY_B] = {"b", KIND_CHANNEL, true},
		 [KEY_Z] = {"z", KIND_CHANNEL, false}},
	.state_size = sizeof(struct travel),
	.init = travel_init,
	.start = travel_start,
	.edges = travel_edges,
	.samples = kind_no_samples,
	.finish = travel_finish,
	.deinit = kind_no_deinit,
};
