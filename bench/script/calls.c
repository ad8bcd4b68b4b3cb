/* Calls as words: see calls.h. */
#include "script/calls.h"

void calls_ask(struct tape *t, const char *request, int64_t timeout_ns)
{
	tape_word(t, "ask");
	tape_integer(t, timeout_ns);
	tape_string(t, request);
}

void calls_send(struct tape *t, const char *request)
{
	tape_word(t, "send");
	tape_string(t, request);
}

void calls_power(struct tape *t, bool on)
{
	tape_word(t, "power");
	tape_integer(t, on);
}

void calls_stimulus(struct tape *t, enum session_stimulus which, bool on)
{
	tape_word(t, "stimulus");
	tape_word(t, world_stimuli[which]);
	tape_integer(t, on);
}

void calls_sense(struct tape *t, enum session_sense which)
{
	tape_word(t, "sense");
	tape_word(t, world_senses[which]);
}

void calls_wait(struct tape *t, int64_t ns)
{
	tape_word(t, "wait");
	tape_integer(t, ns);
}

static void action(struct tape *t, const struct recording_action *a)
{
	tape_word(t, "at");
	tape_integer(t, a->at_ns);
	if (a->request != NULL) {
		calls_send(t, a->request);
	} else if (a->raw != NULL) {
		tape_word(t, "raw");
		tape_text(t, (const char *)a->raw, a->raw_size);
	} else if (a->is_power) {
		calls_power(t, a->on);
	} else {
		calls_stimulus(t, a->stimulus, a->on);
	}
}

void calls_capture(struct tape *t, unsigned number, const struct world_capture *c)
{
	tape_word(t, "capture");
	tape_integer(t, number);
	tape_number(t, c->seconds);
	tape_word(t, c->wants_answers ? "answers" : "no-answers");
	for (size_t i = 0; i < c->action_count; i++)
		action(t, &c->actions[i]);
}

void calls_file(struct tape *t, const char *name)
{
	tape_word(t, "file");
	tape_string(t, name);
}
