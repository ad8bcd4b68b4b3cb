/* One run from open to closed: see runner.h. */
#include "script/runner.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"

enum {
	PARK_POLLS_MAX = 150, /* of 20 ms: the softest stop, the slowest park, and a reserve */
	ANSWER_SIZE = 128,
};

#define ASK_TIMEOUT_NS (250 * NS_PER_MS)

/* What is known so far; end.outcome and its cause follow the precedence of outcomes. */
struct progress {
	struct session *session;
	double zero_v; /* see bringup_zero */
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
 * which finds a supply that had gone. After a bench fault or an abort closing does it. */
static enum err_code end_case(struct session *session, enum outcome outcome, struct err *e)
{
	struct err off_error;

	if (outcome == OUTCOME_BENCH || outcome == OUTCOME_ABORT)
		return ERR_NONE;
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
	const struct test_case_image image = {r->image->crc32, (uint32_t)r->image->size,
					      r->version};
	struct session *session = p->session;
	const struct test_case_bench bench = {.session = session,
					      .image = &image,
					      .zero_v = p->zero_v,
					      .log = log_note,
					      .context = r->sinks};
	enum outcome outcome = OUTCOME_PASS;
	enum err_code code = ERR_NONE;
	struct err e;

	cause[0] = '\0';
	if (c->error.code == ERR_NONE)
		code = bringup_power(session, &e);
	if (code == ERR_NONE)
		(void)test_case_run(c, &bench, &outcome, cause);
	else
		worsen(&outcome, cause, code, &e);
	code = end_case(session, outcome, &e);
	worsen(&outcome, cause, code, &e);
	return outcome;
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
	if (dead_pen->code != ERR_NONE && c->error.code == ERR_NONE) {
		end.outcome = OUTCOME_FAIL;
		(void)snprintf(cause, sizeof cause, "%s", dead_pen->text);
		test_case_name_clauses(c, cause);
	} else {
		end.outcome = run_case(r, p, c, cause);
	}
	end.trace = end.outcome == OUTCOME_SCRIPT ? c->state.trace : "";
	p->end.run++;
	p->end.passed += end.outcome == OUTCOME_PASS;
	if (end.outcome > p->end.outcome) {
		p->end.outcome = end.outcome;
		p->end.worst_path = c->path;
		(void)snprintf(p->cause, sizeof p->cause, "%s", cause);
	}
	code = sinks_case_end(r->sinks, &end, e);
	if (code == ERR_NONE && end.outcome == OUTCOME_BENCH)
		code = err_set(e, ERR_BENCH, "%s", cause);
	if (code == ERR_NONE && end.outcome == OUTCOME_ABORT)
		code = err_set(e, ERR_ABORT, "%s", cause);
	return code;
}

static enum err_code run_cases(struct runner *r, struct progress *p, struct err *e)
{
	struct err dead_pen = {.code = ERR_NONE};
	enum err_code code = session_open(&p->session, r->station, SESSION_ALL, r->interrupted, e);

	if (code != ERR_NONE)
		return code;
	code = bringup_zero(p->session, &p->zero_v, e);
	if (code == ERR_NONE)
		code = bringup_pen(p->session, r->image, p->zero_v, e);
	if (code == ERR_PEN) {
		dead_pen = *e;
		code = session_power(p->session, false, e);
	}
	for (size_t i = 0; i < r->case_count && code == ERR_NONE; i++)
		code = one_case(r, p, i, &dead_pen, e);
	return code;
}

int runner_run(struct runner *r)
{
	const struct sink_run begin = {
		.station = r->station->name,
		.serial = r->serial,
		.jig = r->station->jig.id,
		.image = r->image_path,
		.case_count = r->case_count,
	};
	struct progress p = {.session = NULL, .end = {.worst_path = "", .planned = r->case_count}};
	struct err e;
	enum err_code code = sinks_run_begin(r->sinks, &begin, &e);

	if (code == ERR_NONE)
		code = run_cases(r, &p, &e);
	if (code != ERR_NONE)
		(void)stop(&p, code, &e);
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
