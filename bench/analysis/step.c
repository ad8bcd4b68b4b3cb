/* The analysis "step": position of a stepper from its step and direction lines. Per rising step, +1
 * while dir is high at that sample, -1 while low. */
#include "analysis/kind.h"

enum { KEY_STEP, KEY_DIR };

struct step {
	unsigned step, dir; /* bits */
	int64_t pulses, net, min, max;
};

static enum err_code step_init(void *state, const struct kind_args *args, struct err *e)
{
	struct step *s = state;

	s->step = args->value[KEY_STEP].bit;
	s->dir = args->value[KEY_DIR].bit;
	if (s->step == s->dir)
		return err_set(e, ERR_CONFIG, "step and dir are both bit %u", s->step);
	return ERR_NONE;
}

static void step_start(void *state, uint64_t sample)
{
	(void)state;
	(void)sample;
}

static void step_edges(void *state, const struct edge *list, size_t count)
{
	struct step *s = state;

	for (size_t i = 0; i < count; i++) {
		if (((list[i].changed & list[i].value) >> s->step & 1) == 0)
			continue;
		s->pulses++;
		s->net += list[i].value >> s->dir & 1 ? 1 : -1;
		s->min = s->net < s->min ? s->net : s->min;
		s->max = s->net > s->max ? s->net : s->max;
	}
}

static void step_finish(void *state, uint64_t sample_count, struct result *out)
{
	const struct step *s = state;

	(void)sample_count;
	result_set(out, "pulses", result_integer(s->pulses));
	result_set(out, "net", result_integer(s->net));
	result_set(out, "min", result_integer(s->min));
	result_set(out, "max", result_integer(s->max));
}

const struct kind step_kind = {
	.name = "step",
	.keys = {[KEY_STEP] = {"step", KIND_CHANNEL, true},
		 [KEY_DIR] = {"dir", KIND_CHANNEL, true}},
	.state_size = sizeof(struct step),
	.init = step_init,
	.start = step_start,
	.edges = step_edges,
	.samples = kind_no_samples,
	.finish = step_finish,
	.deinit = kind_no_deinit,
};
