/* Each call: ask, write down, hand back. See taper.h. */
#include "script/taper.h"

#include <stdio.h>

#include "script/calls.h"

/* After the values of a line. */
static enum err_code end_call(struct taper *t, enum err_code code, struct err *e)
{
	tape_end_line(t->tape);
	if (t->tape->is_full && code == ERR_NONE)
		return err_set(e, ERR_BENCH,
			       "the case asks more than a tape can hold (%d MiB): split the case",
			       TAPE_SIZE_MAX >> 20);
	return code;
}

static bool is_powered(void *self)
{
	const struct taper *t = self;

	return t->inner.ops->is_powered(t->inner.self);
}

static enum err_code ask(void *self, const char *request, int64_t timeout_ns,
			 char answer[WORLD_ANSWER_SIZE], struct err *e)
{
	struct taper *t = self;
	enum err_code code = t->inner.ops->ask(t->inner.self, request, timeout_ns, answer, e);

	calls_ask(t->tape, request, timeout_ns);
	tape_outcome(t->tape, code, e);
	if (code == ERR_NONE)
		tape_string(t->tape, answer);
	return end_call(t, code, e);
}

static enum err_code send_request(void *self, const char *request, struct err *e)
{
	struct taper *t = self;
	enum err_code code = t->inner.ops->send(t->inner.self, request, e);

	calls_send(t->tape, request);
	tape_outcome(t->tape, code, e);
	return end_call(t, code, e);
}

static enum err_code power(void *self, bool on, struct err *e)
{
	struct taper *t = self;
	enum err_code code = t->inner.ops->power(t->inner.self, on, e);

	calls_power(t->tape, on);
	tape_outcome(t->tape, code, e);
	tape_integer(t->tape, is_powered(t));
	return end_call(t, code, e);
}

static enum err_code stimulus(void *self, enum session_stimulus which, bool on, struct err *e)
{
	struct taper *t = self;
	enum err_code code = t->inner.ops->stimulus(t->inner.self, which, on, e);

	calls_stimulus(t->tape, which, on);
	tape_outcome(t->tape, code, e);
	return end_call(t, code, e);
}

static enum err_code sense(void *self, enum session_sense which, bool *level, struct err *e)
{
	struct taper *t = self;
	enum err_code code = t->inner.ops->sense(t->inner.self, which, level, e);

	calls_sense(t->tape, which);
	tape_outcome(t->tape, code, e);
	if (code == ERR_NONE)
		tape_integer(t->tape, *level);
	return end_call(t, code, e);
}

static enum err_code wait_ns(void *self, int64_t ns, struct err *e)
{
	struct taper *t = self;
	enum err_code code = t->inner.ops->wait(t->inner.self, ns, e);

	calls_wait(t->tape, ns);
	tape_outcome(t->tape, code, e);
	return end_call(t, code, e);
}

static enum err_code capture(void *self, struct world_capture *c, struct err *e)
{
	struct taper *t = self;
	enum err_code code = t->inner.ops->capture(t->inner.self, c, e);

	calls_capture(t->tape, ++t->capture_count, c);
	tape_outcome(t->tape, code, e);
	tape_integer(t->tape, is_powered(t));
	if (code == ERR_NONE) {
		tape_integer(t->tape, c->start_ns);
		tape_integer(t->tape, (int64_t)c->samples);
		tape_number(t->tape, c->rate_ratio);
		tape_integer(t->tape, (int64_t)c->answers.nonsense);
		for (size_t i = 0; i < c->answers.count; i++)
			tape_string(t->tape, c->answers.text[i]);
	}
	return end_call(t, code, e);
}

static enum err_code zero(void *self, double *volt, struct err *e)
{
	struct taper *t = self;

	return t->inner.ops->zero(t->inner.self, volt, e);
}

static enum err_code file(void *self, const char *case_path, const char *name,
			  struct world_file *out, struct err *e)
{
	struct taper *t = self;
	enum err_code code = t->inner.ops->file(t->inner.self, case_path, name, out, e);

	calls_file(t->tape, name);
	tape_outcome(t->tape, code, e);
	if (code == ERR_NONE)
		tape_string(t->tape, out->sha256);
	return end_call(t, code, e);
}

static const struct world_ops ops = {
	.is_powered = is_powered,
	.ask = ask,
	.send = send_request,
	.power = power,
	.stimulus = stimulus,
	.sense = sense,
	.wait = wait_ns,
	.capture = capture,
	.zero = zero,
	.file = file,
};

static void write_head(struct tape *tape, const struct world *inner)
{
	const struct world_facts *facts = inner->facts;
	char crc32[16];
	double volt;
	struct err e;

	tape_word(tape, "penbench-tape");
	tape_integer(tape, TAPE_VERSION);
	tape_end_line(tape);
	tape_word(tape, "image");
	(void)snprintf(crc32, sizeof crc32, "%08X", facts->image.crc32);
	tape_word(tape, crc32);
	tape_integer(tape, facts->image.size);
	tape_string(tape, facts->image.version);
	tape_end_line(tape);
	tape_word(tape, "samplerate");
	tape_integer(tape, (int64_t)facts->samplerate_hz);
	tape_end_line(tape);
	for (size_t i = 0; i < facts->jig.count; i++) {
		tape_word(tape, "fact");
		tape_word(tape, facts->jig.list[i].name);
		tape_number(tape, facts->jig.list[i].value);
		tape_end_line(tape);
	}
	if (inner->ops->zero(inner->self, &volt, &e) == ERR_NONE) {
		tape_word(tape, "zero");
		tape_number(tape, volt);
		tape_end_line(tape);
	}
}

struct world taper_open(struct taper *t, const struct world *inner, struct tape *tape)
{
	*t = (struct taper){.inner = *inner, .tape = tape};
	write_head(tape, inner);
	return (struct world){.ops = &ops, .self = t, .facts = inner->facts};
}

void taper_mark(struct tape *tape, const char *name, enum err_code code, const struct err *e)
{
	tape_word(tape, name);
	tape_outcome(tape, code, e);
	tape_end_line(tape);
}
