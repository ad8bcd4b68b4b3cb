/*
 * What a taper writes a player answers: a world of our own is taped, the tape is played, and every
 * call must get what it got. Another call stops the player for good.
 */
#include "script/player.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"
#include "script/taper.h"

static const struct world_facts facts = {
	.jig = {.list = {{"um_per_count", 1.0003}, {"mod_clk_hz", 5e6}}, .count = 2},
	.image = {.crc32 = 0x1A2B3C4D, .size = 5872, .version = "1.1.0"},
	.samplerate_hz = 25000000,
};

/* ---- a world without instruments ---- */

static bool fake_is_powered(void *self)
{
	return *(bool *)self;
}

static enum err_code fake_ask(void *self, const char *request, int64_t timeout_ns,
			      char answer[WORLD_ANSWER_SIZE], struct err *e)
{
	(void)self;
	if (strcmp(request, "mute") == 0)
		return err_set(e, ERR_PEN, "silent for %lld ns", (long long)timeout_ns);
	(void)snprintf(answer, WORLD_ANSWER_SIZE, "OK \"%s\"", request);
	return ERR_NONE;
}

static enum err_code fake_send(void *self, const char *request, struct err *e)
{
	(void)self;
	(void)request;
	(void)e;
	return ERR_NONE;
}

static enum err_code fake_power(void *self, bool on, struct err *e)
{
	(void)e;
	*(bool *)self = on;
	return ERR_NONE;
}

static enum err_code fake_stimulus(void *self, enum session_stimulus which, bool on, struct err *e)
{
	(void)self;
	return which == SESSION_BRAKE && on ? err_set(e, ERR_BENCH, "stuck") : ERR_NONE;
}

static enum err_code fake_sense(void *self, enum session_sense which, bool *level, struct err *e)
{
	(void)self;
	(void)e;
	*level = which == SESSION_LID_CLOSED;
	return ERR_NONE;
}

static enum err_code fake_wait(void *self, int64_t ns, struct err *e)
{
	(void)self;
	(void)ns;
	(void)e;
	return ERR_NONE;
}

static enum err_code fake_capture(void *self, struct world_capture *c, struct err *e)
{
	(void)self;
	(void)e;
	c->start_ns = 7;
	c->samples = 25;
	c->rate_ratio = 1.00001;
	c->answers.count = 1;
	(void)snprintf(c->answers.text[0], SESSION_ANSWER_SIZE, "OK RUN");
	return ERR_NONE;
}

static enum err_code fake_zero(void *self, double *volt, struct err *e)
{
	(void)self;
	(void)e;
	*volt = 1.5e-5;
	return ERR_NONE;
}

static enum err_code fake_file(void *self, const char *case_path, const char *name,
			       struct world_file *out, struct err *e)
{
	(void)self;
	(void)case_path;
	if (strcmp(name, "none.sr") == 0)
		return err_set(e, ERR_SCRIPT, "there is no file \"%s\"", name);
	(void)snprintf(out->path, sizeof out->path, "/tmp/%s", name);
	(void)snprintf(out->sha256, sizeof out->sha256, "%064d", 7);
	return ERR_NONE;
}

static const struct world_ops fake = {
	.is_powered = fake_is_powered,
	.ask = fake_ask,
	.send = fake_send,
	.power = fake_power,
	.stimulus = fake_stimulus,
	.sense = fake_sense,
	.wait = fake_wait,
	.capture = fake_capture,
	.zero = fake_zero,
	.file = fake_file,
};

/* Asks a world of everything and writes down what it says. */
static void ask_all(const struct world *w, char *said, size_t size)
{
	static const uint8_t raw[] = {0, 255, '"'};
	const struct recording_action actions[] = {
		{.at_ns = 1, .request = "RUN"},
		{.at_ns = 2, .raw = raw, .raw_size = sizeof raw},
		{.at_ns = 3, .is_power = true, .on = true},
		{.at_ns = 4, .stimulus = SESSION_LOAD, .on = true},
	};
	struct world_capture c = {.seconds = 0.5,
				  .actions = actions,
				  .action_count = 4,
				  .wants_answers = true};
	char answer[WORLD_ANSWER_SIZE] = "";
	bool lid = false;
	struct err e = {.code = ERR_NONE};
	int codes[8];

	codes[0] = (int)w->ops->ask(w->self, "RATE 120", 250, answer, &e);
	codes[1] = (int)w->ops->ask(w->self, "mute", 99, answer, &e);
	codes[2] = (int)w->ops->send(w->self, "STOP", &e);
	codes[3] = (int)w->ops->stimulus(w->self, SESSION_BRAKE, true, &e);
	codes[4] = (int)w->ops->sense(w->self, SESSION_LID_CLOSED, &lid, &e);
	codes[5] = (int)w->ops->wait(w->self, 1000, &e);
	codes[6] = (int)w->ops->power(w->self, false, &e);
	bool off = !w->ops->is_powered(w->self);
	codes[7] = (int)w->ops->capture(w->self, &c, &e);
	(void)snprintf(said, size, "%d%d%d%d%d%d%d %s %s %d %d", codes[0], codes[1], codes[2],
		       codes[3], codes[4], codes[5], codes[6], answer, e.text, lid, off);
}

static void test_same(struct tap *t, const struct player_source *source, const char *said_then)
{
	struct player p;
	struct world w;
	struct err e;
	char said[1024], again[1024];

	tap_ok(t, player_open(&p, source, NULL, &w, &e) == ERR_NONE, "a tape is opened");
	tap_ok(t,
	       w.facts->image.crc32 == 0x1A2B3C4D && w.facts->image.size == 5872 &&
		       strcmp(w.facts->image.version, "1.1.0") == 0 &&
		       w.facts->samplerate_hz == 25000000,
	       "image and sample rate of then");
	const double *scale = facts_find(&w.facts->jig, "um_per_count");
	tap_ok(t, scale != NULL && *scale == 1.0003, "the certificate of then, to the bit");
	tap_ok(t, w.ops->is_powered(w.self), "the pen is powered");
	ask_all(&w, said, sizeof said);
	/* The last error text of the live run is that of the brake, here that of the capture. */
	(void)snprintf(again, sizeof again, "%.*s", (int)strcspn(said_then, " "), said_then);
	tap_ok(t, strncmp(said, again, strlen(again)) == 0, "answered: %s, then: %s", said,
	       said_then);
	tap_ok(t, p.stop == PLAYER_UNKNOWN && strstr(p.reason.text, "capture 1 were not kept"),
	       "but the samples were not kept: %s", p.reason.text);
	player_close(&p);
}

static void test_other(struct tap *t, const struct player_source *source)
{
	struct player p;
	struct world w;
	struct err e, first;
	char answer[WORLD_ANSWER_SIZE];

	(void)player_open(&p, source, NULL, &w, &e);
	tap_ok(t, w.ops->ask(w.self, "RATE 121", 250, answer, &e) == ERR_CONFIG,
	       "another request: %s", e.text);
	first = p.reason;
	tap_ok(t,
	       w.ops->ask(w.self, "RATE 120", 250, answer, &e) == ERR_CONFIG &&
		       strcmp(e.text, first.text) == 0,
	       "stops it for good");
	player_close(&p);
	(void)player_open(&p, source, NULL, &w, &e);
	tap_ok(t, w.ops->ask(w.self, "RATE 120", 251, answer, &e) == ERR_CONFIG,
	       "another timeout is another call");
	double volt;
	tap_ok(t, w.ops->zero(w.self, &volt, &e) == ERR_CONFIG, "nor is there a zero");
	player_close(&p);
}

/* The kept file answers, known by its hash; what is not kept or gone stops the player. */
static void test_file(struct tap *t, const struct world *inner)
{
	static const struct player_capture kept = {.name = "gone.sr"};
	struct player_capture file = kept;
	struct player_source source = {.folder = "/nowhere", .files = &file, .file_count = 1};
	struct tape tape = {0};
	struct taper taper;
	struct world_file found;
	struct player p;
	struct world w = taper_open(&taper, inner, &tape);
	struct err e;

	taper_mark(&tape, "begin", ERR_NONE, NULL);
	(void)w.ops->file(w.self, "here/case.lua", "none.sr", &found, &e);
	(void)w.ops->file(w.self, "here/case.lua", "worn.sr", &found, &e);
	source.tape = tape.text;
	source.tape_size = tape.size;
	(void)snprintf(file.sha256, sizeof file.sha256, "%064d", 8);
	(void)player_open(&p, &source, NULL, &w, &e);
	tap_ok(t,
	       w.ops->file(w.self, "there/case.lua", "none.sr", &found, &e) == ERR_SCRIPT &&
		       strstr(e.text, "no file \"none.sr\"") != NULL && p.stop == PLAYER_GOES,
	       "a file that was not there is not there again");
	tap_ok(t,
	       w.ops->file(w.self, "there/case.lua", "worn.sr", &found, &e) == ERR_CONFIG &&
		       p.stop == PLAYER_UNKNOWN,
	       "another file than the one that was read: %s", e.text);
	player_close(&p);
	(void)snprintf(file.sha256, sizeof file.sha256, "%064d", 7);
	(void)player_open(&p, &source, NULL, &w, &e);
	(void)w.ops->file(w.self, "there/case.lua", "none.sr", &found, &e);
	tap_ok(t,
	       w.ops->file(w.self, "there/case.lua", "worn.sr", &found, &e) == ERR_BENCH &&
		       p.stop == PLAYER_DAMAGED,
	       "kept, and gone: %s", e.text);
	player_close(&p);
	(void)player_open(&p, &source, NULL, &w, &e);
	tap_ok(t,
	       w.ops->file(w.self, "there/case.lua", "other.sr", &found, &e) == ERR_CONFIG &&
		       p.stop == PLAYER_UNKNOWN,
	       "a file that was not asked for: %s", e.text);
	player_close(&p);
	tape_deinit(&tape);
}

/* No tape may crash the player or be taken for an answer. */
static void test_damaged(struct tap *t, const struct player_source *source)
{
	struct player_source part = *source;
	struct player_marks marks;
	struct player p;
	struct world w;
	struct err e;
	char said[1024];
	unsigned opened = 0;

	for (part.tape_size = 0; part.tape_size < source->tape_size; part.tape_size++) {
		if (player_open(&p, &part, NULL, &w, &e) == ERR_NONE) {
			ask_all(&w, said, sizeof said);
			opened += p.stop == PLAYER_GOES;
			player_close(&p);
		}
		(void)player_read_marks(part.tape, part.tape_size, &marks, &e);
	}
	tap_ok(t, opened == 0, "a tape that was cut anywhere does not answer everything");
	part = (struct player_source){.tape = "penbench-tape 2\n", .tape_size = 16};
	tap_ok(t, player_open(&p, &part, NULL, &w, &e) == ERR_BENCH, "another version: %s", e.text);
}

int main(void)
{
	struct tap t = tap_begin();
	bool powered = true;
	struct world inner = {.ops = &fake, .self = &powered, .facts = &facts};
	struct taper taper;
	struct tape tape = {0}, twice = {0};
	struct player_marks marks;
	struct err e;
	char said[1024];

	struct world w = taper_open(&taper, &inner, &tape);
	taper_mark(&tape, "begin", ERR_NONE, NULL);
	ask_all(&w, said, sizeof said);
	(void)err_set(&e, ERR_PEN, "bent");
	taper_mark(&tape, "run", ERR_PEN, &e);
	taper_mark(&tape, "end", ERR_NONE, NULL);
	tap_ok(&t,
	       strstr(tape.text, "ask 250 \"RATE 120\" > ok \"OK \\x22RATE 120\\x22\"\n") != NULL,
	       "a call and its answer are one line");
	powered = true;
	w = taper_open(&taper, &inner, &twice);
	taper_mark(&twice, "begin", ERR_NONE, NULL);
	ask_all(&w, said, sizeof said);
	tap_ok(&t, strncmp(tape.text, twice.text, twice.size) == 0, "equal runs make equal tapes");
	tap_ok(&t,
	       player_read_marks(tape.text, tape.size, &marks, &e) == ERR_NONE &&
		       marks.begin == ERR_NONE && marks.run == ERR_PEN && marks.end == ERR_NONE &&
		       strcmp(marks.run_error.text, "bent") == 0,
	       "how the case ended stands on the tape");
	const struct player_source source = {.folder = "/nowhere",
					     .tape = tape.text,
					     .tape_size = tape.size};
	test_same(&t, &source, said);
	test_other(&t, &source);
	test_damaged(&t, &source);
	test_file(&t, &inner);
	tape_deinit(&tape);
	tape_deinit(&twice);
	return tap_end(&t);
}
