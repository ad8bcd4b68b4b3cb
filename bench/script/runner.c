/* One run from open to closed: see runner.h. */
#include "script/runner.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "record/evidence.h"
#include "script/live.h"
#include "script/premises.h"
#include "script/taper.h"

enum {
	PARK_POLLS_MAX = 150, /* of 20 ms: the softest stop, the slowest park, and a reserve */
	ANSWER_SIZE = 128,
};

#define ASK_TIMEOUT_NS (250 * NS_PER_MS)

/* What is known so far; end.outcome and its cause follow the precedence of outcomes. */
struct progress {
	struct session *session;
	struct spool spool; /* of the case, before the first case of the bring-up */
	struct tape tape;   /* of the case */
	struct live live;
	struct world world; /* live */
	struct sink_run_end end;
	char cause[ERR_TEXT_SIZE], blame_cause[ERR_TEXT_SIZE];
};

static void log_note(void *context, const char *text)
{
	struct sinks *sinks = context;

	/* A sink that is broken says so again, and loudly, at the end of the case. */
	(void)sinks_log(sinks, text, NULL);
}

/* Stops the pen and waits until it stands. The supply stays on. */
static enum err_code park(struct session *session, struct err *e)
{
	char answer[ANSWER_SIZE] = "";
	enum err_code code = session_ask(session, "STOP", answer, sizeof answer, ASK_TIMEOUT_NS, e);

	for (int i = 0; i < PARK_POLLS_MAX && code == ERR_NONE; i++) {
		code = session_ask(session, "STATUS?", answer, sizeof answer, ASK_TIMEOUT_NS, e);
		if (code == ERR_NONE && (strncmp(answer, "OK IDLE ", strlen("OK IDLE ")) == 0 ||
					 strncmp(answer, "OK FAULT ", strlen("OK FAULT ")) == 0))
			return ERR_NONE;
		if (code == ERR_NONE)
			code = session_wait(session, 20 * NS_PER_MS, e);
	}
	if (code != ERR_NONE)
		return code;
	return err_set(e, ERR_PEN, "the pen does not park after STOP; last status \"%s\"", answer);
}

/* After the case: stimuli at rest (what one case leaves must not fail the next), park, PEN_POWER 0,
 * which finds a supply that had gone. A bench fault or an abort cuts the supply at once, since
 * keeping and committing may take longer than the dead-man allows; closing says what is wrong with
 * it then. */
static enum err_code end_case(struct session *session, enum outcome outcome, struct err *e)
{
	struct err off_error;

	if (outcome == OUTCOME_BENCH || outcome == OUTCOME_ABORT) {
		if (session_is_powered(session))
			(void)session_power(session, false, &off_error);
		return ERR_NONE;
	}
	enum err_code code = session_release(session, e);
	if (!session_is_powered(session))
		return code;
	if (code == ERR_NONE)
		code = park(session, e);
	enum err_code off_code = session_power(session, false, &off_error);
	if (off_code != ERR_NONE && outcome_of_err(off_code) > outcome_of_err(code)) {
		*e = off_error;
		code = off_code;
	}
	return code;
}

static void worsen(enum outcome *outcome, char cause[ERR_TEXT_SIZE], enum err_code code,
		   const struct err *e)
{
	if (outcome_of_err(code) <= *outcome)
		return;
	*outcome = outcome_of_err(code);
	(void)snprintf(cause, ERR_TEXT_SIZE, "%s", e->text);
}

static enum outcome run_case(struct runner *r, struct progress *p, struct test_case *c,
			     char cause[ERR_TEXT_SIZE])
{
	struct taper taper;
	const struct world world = taper_open(&taper, &p->world, &p->tape);
	const struct test_case_bench bench = {.world = &world,
					      .log = log_note,
					      .context = r->sinks};
	enum outcome outcome = OUTCOME_PASS;
	enum err_code code = ERR_NONE;
	struct err e;

	cause[0] = '\0';
	if (c->error.code == ERR_NONE)
		code = bringup_power(p->session, &e);
	taper_mark(&p->tape, "begin", code, &e);
	if (code == ERR_NONE) {
		code = test_case_run(c, &bench, &outcome, cause);
		if (code != ERR_NONE)
			(void)err_set(&e, code, "%s", cause);
		taper_mark(&p->tape, "run", code, &e);
	} else {
		worsen(&outcome, cause, code, &e);
	}
	code = end_case(p->session, outcome, &e);
	taper_mark(&p->tape, "end", code, &e);
	worsen(&outcome, cause, code, &e);
	return outcome;
}

/* With the supply off, since it may take long. */
static enum err_code keep_evidence(struct runner *r, struct progress *p, enum outcome outcome,
				   struct err *e)
{
	enum err_code code = ERR_NONE;

	if (r->evidence_folder == NULL || outcome == OUTCOME_ABORT) {
		spool_drop(&p->spool);
		return ERR_NONE;
	}
	if (outcome == OUTCOME_PASS && r->evidence != STATION_EVIDENCE_ALL)
		spool_drop(&p->spool);
	else
		code = spool_keep(&p->spool, r->sinks, e);
	return code == ERR_NONE ? spool_keep_tape(r->evidence_folder, &p->tape, r->sinks, e) : code;
}

/* Ends the run early: blame says who, which becomes `Bail out!`. */
static enum err_code stop(struct progress *p, enum err_code code, const struct err *e)
{
	enum outcome outcome = outcome_of_err(code);

	if (outcome >= p->end.outcome) {
		p->end.outcome = outcome;
		(void)snprintf(p->cause, sizeof p->cause, "%s", e->text);
	}
	(void)snprintf(p->blame_cause, sizeof p->blame_cause, "%s", e->text);
	p->end.blame = code;
	return code;
}

/* Every file that the case has loaded or read up to now. */
static enum err_code name_scripts(struct runner *r, const struct test_case *c, struct err *e)
{
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < c->state.loaded_count && code == ERR_NONE; i++) {
		const struct state_file *file = &c->state.loaded[i];
		const struct sink_input input = {state_role_name(file->role), file->name,
						 file->sha256};
		code = sinks_input(r->sinks, &input, e);
	}
	return code;
}

/* A pen that failed before its first case fails every case, and each test point says why. */
static enum err_code one_case(struct runner *r, struct progress *p, size_t i,
			      const struct err *dead_pen, struct err *e)
{
	struct test_case *c = r->cases[i];
	char cause[ERR_TEXT_SIZE];
	struct sink_case_end end = {
		.which = {.number = i + 1, .path = c->path, .title = c->title},
		.cause = cause,
		.measurements = c->measurements,
		.measurement_count = c->measurement_count,
	};
	enum err_code code = sinks_case_begin(r->sinks, &end.which, e);

	if (code != ERR_NONE)
		return code;
	tape_clear(&p->tape);
	if (dead_pen->code != ERR_NONE && c->error.code == ERR_NONE) {
		struct taper taper;
		(void)taper_open(&taper, &p->world, &p->tape);
		taper_mark(&p->tape, "begin", dead_pen->code, dead_pen);
		end.outcome = OUTCOME_FAIL;
		(void)snprintf(cause, sizeof cause, "%s", dead_pen->text);
		test_case_name_clauses(c, cause);
	} else {
		end.outcome = run_case(r, p, c, cause);
	}
	code = keep_evidence(r, p, end.outcome, e);
	worsen(&end.outcome, cause, code, e);
	end.trace = end.outcome == OUTCOME_SCRIPT ? c->state.trace : "";
	code = name_scripts(r, c, e);
	worsen(&end.outcome, cause, code, e);
	p->end.run++;
	if (end.outcome > p->end.outcome) {
		p->end.outcome = end.outcome;
		p->end.worst_path = c->path;
		(void)snprintf(p->cause, sizeof p->cause, "%s", cause);
	}
	code = sinks_case_end(r->sinks, &end, e);
	p->end.passed += code == ERR_NONE && end.outcome == OUTCOME_PASS;
	if (code == ERR_NONE && end.outcome == OUTCOME_BENCH)
		code = err_set(e, ERR_BENCH, "%s", cause);
	if (code == ERR_NONE && end.outcome == OUTCOME_ABORT)
		code = err_set(e, ERR_ABORT, "%s", cause);
	return code;
}

/* Which captures of the run go to the spool. */
static struct spool *spool_of(struct runner *r, struct progress *p)
{
	if (r->evidence_folder == NULL || r->evidence == STATION_EVIDENCE_NONE)
		return NULL;
	p->spool.folder = r->evidence_folder;
	return &p->spool;
}

/* Pen, lid, zero, image. ERR_PEN: the pen is bad. */
static enum err_code bring_up(struct runner *r, struct progress *p, struct err *e)
{
	char readback[SHA256_HEX_SIZE];
	struct world_image image = {.crc32 = r->image->crc32, .size = (uint32_t)r->image->size};
	struct spool *spool = spool_of(r, p);
	double zero_v;
	enum err_code code = ERR_NONE;

	if (r->evidence_folder != NULL)
		code = evidence_sweep(r->evidence_folder, e);
	if (code == ERR_NONE)
		code = bringup_zero(p->session, spool, &zero_v, e);
	/* Each current of the run stands on it, so it is kept whatever the cases say; one that
	 * failed shows why. */
	if (spool != NULL && code != ERR_ABORT) {
		struct err keep_error;
		enum err_code keep_code = spool_keep(spool, r->sinks, &keep_error);
		if (code == ERR_NONE && keep_code != ERR_NONE) {
			*e = keep_error;
			code = keep_code;
		}
	}
	if (code != ERR_NONE)
		return code;
	(void)snprintf(image.version, sizeof image.version, "%s", r->version);
	p->world = live_open(&p->live, p->session, spool, &image, zero_v);
	code = bringup_pen(p->session, r->image, zero_v, readback, e);
	if (readback[0] == '\0')
		return code;
	const struct sink_input input = {"readback", "flash of the pen", readback};
	struct err input_error;
	enum err_code input_code = sinks_input(r->sinks, &input, &input_error);
	if (outcome_of_err(input_code) > outcome_of_err(code)) {
		*e = input_error;
		code = input_code;
	}
	return code;
}

static enum err_code run_cases(struct runner *r, struct progress *p, struct err *e)
{
	struct err dead_pen = {.code = ERR_NONE};
	enum err_code code = bring_up(r, p, e);

	if (code == ERR_PEN) {
		dead_pen = *e;
		code = session_power(p->session, false, e);
	}
	for (size_t i = 0; i < r->case_count && code == ERR_NONE; i++)
		code = one_case(r, p, i, &dead_pen, e);
	return code;
}

/* The session comes first: only its clock knows the day, and the sinks are told of the day and the
 * calibration at the begin. They see a run that could not be opened, too. */
static enum err_code begin(struct runner *r, struct progress *p, struct err *e)
{
	struct premises premises;
	struct err sink_error;
	enum err_code code = session_open(&p->session, r->station, SESSION_ALL, r->interrupted, e);
	enum err_code known =
		premises_check(&premises, r->about, p->session, code == ERR_NONE ? e : &sink_error);

	if (code == ERR_NONE)
		code = known;
	known = sinks_run_begin(r->sinks, &premises.run, &sink_error);
	if (known != ERR_NONE) {
		*e = sink_error;
		code = known;
	}
	return code;
}

int runner_run(struct runner *r)
{
	struct progress p = {.session = NULL, .end = {.worst_path = "", .planned = r->case_count}};
	struct err e;
	enum err_code code = begin(r, &p, &e);

	if (code == ERR_NONE)
		code = run_cases(r, &p, &e);
	if (code != ERR_NONE)
		(void)stop(&p, code, &e);
	spool_drop(&p.spool);
	tape_deinit(&p.tape);
	r->analyzer_is_stuck = p.session != NULL && analyzer_is_stuck(session_analyzer(p.session));
	code = session_close(p.session, &e);
	if (code != ERR_NONE && p.end.blame == ERR_NONE)
		(void)stop(&p, code, &e);
	p.end.cause = p.cause;
	p.end.blame_cause = p.blame_cause;
	code = sinks_run_end(r->sinks, &p.end, &e);
	if (code != ERR_NONE) {
		(void)stop(&p, code, &e);
		log_line("run", "%s: %s", err_blame(code), e.text);
	}
	/* A setup error is no outcome, and has its own exit code. */
	if (p.end.blame == ERR_CONFIG && p.end.run == 0)
		return err_exit_code(ERR_CONFIG);
	return outcome_exit_code(p.end.outcome);
}
