/*
 * Each call is written as the taper wrote it and compared with the next line of the tape, byte by
 * byte. See player.h.
 */
#include "script/player.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "record/evidence.h"
#include "script/bringup.h"
#include "script/calls.h"
#include "script/playback.h"

static enum err_code stop(struct player *p, enum player_stop why, struct err *e)
{
	if (p->stop == PLAYER_GOES) {
		p->stop = why;
		p->reason = *e;
	}
	return e->code;
}

static enum err_code bad_line(struct player *p, struct err *e)
{
	(void)err_set(e, ERR_BENCH, "evidence: line %u of the tape cannot be read", p->at.line);
	return stop(p, PLAYER_DAMAGED, e);
}

/* The call in p->call against the tape; then its outcome. */
static enum err_code begin_call(struct player *p, struct err *e)
{
	char asked[160], recorded[160];
	enum err_code code;

	if (p->stop != PLAYER_GOES) {
		*e = p->reason;
		return e->code;
	}
	if (p->call.is_full)
		return err_set(e, ERR_BENCH, "out of memory for a tape");
	if (!tape_read_call(&p->at, p->call.text, p->call.size)) {
		(void)snprintf(asked, sizeof asked, "%s", p->call.text);
		tape_show_line(&p->at, recorded, sizeof recorded);
		(void)err_set(e, ERR_CONFIG,
			      "the case asks %s, which was not recorded (line %u of the tape is: "
			      "%s)",
			      asked, p->at.line, recorded);
		return stop(p, PLAYER_UNKNOWN, e);
	}
	return tape_read_outcome(&p->at, &code, e) ? code : bad_line(p, e);
}

static enum err_code end_call(struct player *p, enum err_code code, struct err *e)
{
	return p->stop != PLAYER_GOES || tape_read_end(&p->at) ? code : bad_line(p, e);
}

static enum err_code read_power(struct player *p, enum err_code code, struct err *e)
{
	int64_t powered;

	if (p->stop != PLAYER_GOES)
		return code;
	if (!tape_read_integer(&p->at, &powered))
		return bad_line(p, e);
	p->is_powered = powered != 0;
	return code;
}

static bool is_powered(void *self)
{
	const struct player *p = self;

	return p->is_powered;
}

static enum err_code ask(void *self, const char *request, int64_t timeout_ns,
			 char answer[WORLD_ANSWER_SIZE], struct err *e)
{
	struct player *p = self;

	tape_clear(&p->call);
	calls_ask(&p->call, request, timeout_ns);
	enum err_code code = begin_call(p, e);
	if (code == ERR_NONE && !tape_read_string(&p->at, answer, WORLD_ANSWER_SIZE))
		return bad_line(p, e);
	return end_call(p, code, e);
}

static enum err_code send_request(void *self, const char *request, struct err *e)
{
	struct player *p = self;

	tape_clear(&p->call);
	calls_send(&p->call, request);
	return end_call(p, begin_call(p, e), e);
}

static enum err_code power(void *self, bool on, struct err *e)
{
	struct player *p = self;

	tape_clear(&p->call);
	calls_power(&p->call, on);
	enum err_code code = begin_call(p, e);
	return end_call(p, read_power(p, code, e), e);
}

static enum err_code stimulus(void *self, enum session_stimulus which, bool on, struct err *e)
{
	struct player *p = self;

	tape_clear(&p->call);
	calls_stimulus(&p->call, which, on);
	return end_call(p, begin_call(p, e), e);
}

static enum err_code sense(void *self, enum session_sense which, bool *level, struct err *e)
{
	struct player *p = self;
	int64_t value;

	tape_clear(&p->call);
	calls_sense(&p->call, which);
	enum err_code code = begin_call(p, e);
	if (code == ERR_NONE && !tape_read_integer(&p->at, &value))
		return bad_line(p, e);
	if (code == ERR_NONE)
		*level = value != 0;
	return end_call(p, code, e);
}

static enum err_code wait_ns(void *self, int64_t ns, struct err *e)
{
	struct player *p = self;

	tape_clear(&p->call);
	calls_wait(&p->call, ns);
	return end_call(p, begin_call(p, e), e);
}

/* Checks the file against its hash, then the analyses. */
static enum err_code play(struct player *p, const struct player_capture *kept,
			  struct world_capture *c, struct err *e)
{
	const double *mod_clk_hz = facts_find(&p->facts.jig, "mod_clk_hz");
	char path[PATH_SIZE];
	enum err_code code = evidence_check(path, p->source.folder, kept->name, kept->sha256, e);

	if (code != ERR_NONE)
		return stop(p, PLAYER_DAMAGED, e);
	if (mod_clk_hz == NULL)
		return err_set(e, ERR_BENCH, "the jig's certificate has no mod_clk_hz");
	code = playback_run(c, path, *mod_clk_hz, e);
	p->seconds += (double)c->samples / (double)p->facts.samplerate_hz;
	return code;
}

static bool read_answers(struct player *p, struct session_answers *answers)
{
	int64_t nonsense;

	if (!tape_read_integer(&p->at, &nonsense) || nonsense < 0)
		return false;
	answers->nonsense = (size_t)nonsense;
	answers->count = 0;
	while (answers->count < SESSION_ANSWERS_MAX &&
	       tape_read_string(&p->at, answers->text[answers->count], SESSION_ANSWER_SIZE))
		answers->count++;
	return true;
}

static enum err_code capture(void *self, struct world_capture *c, struct err *e)
{
	struct player *p = self;
	int64_t samples;
	double ratio_then;

	tape_clear(&p->call);
	calls_capture(&p->call, p->capture_number + 1, c);
	enum err_code code = begin_call(p, e);
	code = read_power(p, code, e);
	if (code != ERR_NONE)
		return end_call(p, code, e);
	if (!tape_read_integer(&p->at, &c->start_ns) || !tape_read_integer(&p->at, &samples) ||
	    !tape_read_number(&p->at, &ratio_then) || !read_answers(p, &c->answers))
		return bad_line(p, e);
	if ((code = end_call(p, code, e)) != ERR_NONE)
		return code;
	if (p->capture_number++ >= p->source.capture_count) {
		(void)err_set(e, ERR_CONFIG, "the samples of capture %u were not kept",
			      p->capture_number);
		return stop(p, PLAYER_UNKNOWN, e);
	}
	code = play(p, &p->source.captures[p->capture_number - 1], c, e);
	if (code == ERR_NONE && c->samples != (uint64_t)samples) {
		(void)err_set(e, ERR_BENCH,
			      "evidence: capture %u holds %" PRIu64 " samples, recorded are "
			      "%" PRId64,
			      p->capture_number, c->samples, samples);
		return stop(p, PLAYER_DAMAGED, e);
	}
	return code;
}

static enum err_code zero(void *self, double *volt, struct err *e)
{
	struct player *p = self;
	static const char *const specs[] = {BRINGUP_ZERO_SPEC};
	struct analysis *analysis = NULL;
	struct world_capture c = {.specs = specs, .spec_count = 1, .analyses = &analysis};
	const double *full_scale_v = facts_find(&p->facts.jig, "full_scale_v");
	enum err_code code = ERR_NONE;

	if (p->stop != PLAYER_GOES) {
		*e = p->reason;
		return e->code;
	}
	if (!p->has_zero) {
		if (p->source.zero == NULL || full_scale_v == NULL) {
			(void)err_set(e, ERR_CONFIG, "the zero of the currents was not kept");
			return stop(p, PLAYER_UNKNOWN, e);
		}
		code = play(p, p->source.zero, &c, e);
		if (code == ERR_NONE)
			p->zero_v = bringup_volt(analysis, *full_scale_v);
		analysis_free(analysis);
		p->has_zero = code == ERR_NONE;
	}
	*volt = p->zero_v;
	return code;
}

/* The one that was kept, whatever lies beside the case today. */
static enum err_code file(void *self, const char *case_path, const char *name,
			  struct world_file *out, struct err *e)
{
	struct player *p = self;
	char path[PATH_SIZE];
	size_t i = 0;

	(void)case_path;
	tape_clear(&p->call);
	calls_file(&p->call, name);
	enum err_code code = begin_call(p, e);
	if (code == ERR_NONE && !tape_read_string(&p->at, out->sha256, sizeof out->sha256))
		return bad_line(p, e);
	if ((code = end_call(p, code, e)) != ERR_NONE)
		return code;
	while (i < p->source.file_count && strcmp(p->source.files[i].sha256, out->sha256) != 0)
		i++;
	if (i == p->source.file_count) {
		(void)err_set(e, ERR_CONFIG, "the file \"%.200s\" that the case read was not kept",
			      name);
		return stop(p, PLAYER_UNKNOWN, e);
	}
	if (evidence_check(path, p->source.folder, p->source.files[i].name, out->sha256, e))
		return stop(p, PLAYER_DAMAGED, e);
	(void)snprintf(out->path, sizeof out->path, "%s", path);
	return ERR_NONE;
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

/* The facts, up to the mark "begin". */
static bool read_head(struct tape_reader *r, struct world_facts *facts)
{
	int64_t version, size, rate_hz;
	char crc32[16], name[NAME_SIZE];
	double value;

	if (!tape_read_word(r, "penbench-tape") || !tape_read_integer(r, &version) ||
	    version != TAPE_VERSION || !tape_read_end(r) || !tape_read_word(r, "image") ||
	    !tape_read_name(r, crc32, sizeof crc32) ||
	    sscanf(crc32, "%8" SCNx32, &facts->image.crc32) != 1 || !tape_read_integer(r, &size) ||
	    size < 0 || size > UINT32_MAX ||
	    !tape_read_string(r, facts->image.version, sizeof facts->image.version) ||
	    !tape_read_end(r) || !tape_read_word(r, "samplerate") ||
	    !tape_read_integer(r, &rate_hz) || rate_hz <= 0 || !tape_read_end(r))
		return false;
	facts->image.size = (uint32_t)size;
	facts->samplerate_hz = (uint64_t)rate_hz;
	while (tape_read_word(r, "fact"))
		if (!tape_read_name(r, name, sizeof name) || !tape_read_number(r, &value) ||
		    !facts_add(&facts->jig, name, value) || !tape_read_end(r))
			return false;
	/* For people: a replay finds the zero by itself, from its capture. */
	return !tape_read_word(r, "zero") || (tape_read_number(r, &value) && tape_read_end(r));
}

enum err_code player_open(struct player *p, const struct player_source *source,
			  const struct jig *jig, struct world *world, struct err *e)
{
	enum err_code code;

	*p = (struct player){.source = *source, .is_powered = true};
	p->at = tape_read(source->tape, source->tape_size);
	if (!read_head(&p->at, &p->facts) || !tape_read_word(&p->at, "begin") ||
	    !tape_read_outcome(&p->at, &code, e) || !tape_read_end(&p->at))
		return err_set(e, ERR_BENCH,
			       "evidence: line %u of the tape cannot be read: it is "
			       "damaged, or of another version",
			       p->at.line);
	if (jig != NULL)
		facts_of_jig(&p->facts.jig, jig);
	*world = (struct world){.ops = &ops, .self = p, .facts = &p->facts};
	return ERR_NONE;
}

void player_close(struct player *p)
{
	tape_deinit(&p->call);
}

enum err_code player_read_marks(const char *tape, size_t size, struct player_marks *marks,
				struct err *e)
{
	struct tape_reader r = tape_read(tape, size);
	struct world_facts facts = {.samplerate_hz = 0};

	*marks = (struct player_marks){.begin = ERR_NONE};
	if (!read_head(&r, &facts))
		return err_set(e, ERR_BENCH, "evidence: line %u of the tape cannot be read",
			       r.line);
	while (!tape_at_end(&r)) {
		bool good = true;
		if (tape_read_word(&r, "begin"))
			good = tape_read_outcome(&r, &marks->begin, &marks->begin_error);
		else if (tape_read_word(&r, "run"))
			good = tape_read_outcome(&r, &marks->run, &marks->run_error);
		else if (tape_read_word(&r, "end"))
			good = tape_read_outcome(&r, &marks->end, &marks->end_error);
		else
			tape_skip_call(&r);
		if (!good || !tape_read_end(&r))
			return err_set(e, ERR_BENCH, "evidence: line %u of the tape cannot be read",
				       r.line);
	}
	return ERR_NONE;
}
