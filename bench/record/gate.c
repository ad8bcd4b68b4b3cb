/* The gate's checks and its state, from the rows of the record. */
#include "record/gate.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "record/query.h"
#include "verdict/coefficient.h"

#define KIND_GOLDEN  "gate-golden"
#define KIND_DRIFT   "gate-drift"
#define KIND_BAD     "gate-bad"
#define KIND_MISSED  "gate-missed"
#define KIND_RELEASE "gate-release"

/* What time servers may set a clock back by in one step. */
enum { CLOCK_SLACK_S = 120 };

static const struct golden_bad *find_bad(const struct golden *g, const char *serial)
{
	for (size_t i = 0; i < g->bad_count; i++)
		if (strcmp(g->bad[i].serial, serial) == 0)
			return &g->bad[i];
	return NULL;
}

bool gate_is_gauge(const struct golden *g, const char *serial)
{
	return strcmp(g->serial, serial) == 0 || find_bad(g, serial) != NULL;
}

/* Serial and outcome of a closed run. *judged: it said something about the pen. */
static enum err_code read_run(struct record *r, int64_t run, char serial[NAME_SIZE], bool *passed,
			      bool *judged, struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT unit.serial, run_end.outcome FROM run JOIN unit ON unit.id = run.unit "
		"JOIN run_end ON run_end.run = run.id WHERE run.id = ?1",
		e);

	serial[0] = '\0';
	*passed = *judged = false;
	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, run);
	code = record_query_next(q, &row, e);
	if (code == ERR_NONE && row) {
		const char *outcome = record_query_text(q, 1);
		(void)snprintf(serial, NAME_SIZE, "%s", record_query_text(q, 0));
		*passed = strcmp(outcome, "PASS") == 0;
		*judged = *passed || strcmp(outcome, "FAIL") == 0;
	}
	record_query_close(q);
	return code;
}

/* E_n of one certified value against the run. *found false: the run has no such measurement. */
static enum err_code compare(struct record_query *q, int64_t run, const struct golden_value *v,
			     bool *found, double *en, struct err *e)
{
	record_query_bind_integer(q, 1, run);
	record_query_bind_text(q, 2, v->name);
	enum err_code code = record_query_next(q, found, e);

	if (code != ERR_NONE || !*found)
		return code;
	struct coefficient now = {record_query_number(q, 0), record_query_number(q, 1)};
	*en = coefficient_en(now, (struct coefficient){v->value, v->u});
	return ERR_NONE;
}

/* Everything that was certified, against the run: the worst, or the first that is not there.
 * *drifts: something that was measured is off, whatever else is missing. */
static enum err_code judge_golden(struct record *r, const struct golden *g, int64_t run,
				  bool passed, bool *agrees, bool *drifts,
				  char text[GATE_TEXT_SIZE], struct err *e)
{
	const char *worst = "", *lacking = NULL;
	double worst_en = 0.0;
	struct record_query *q;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT m.value, coalesce(m.u_c, 0) FROM measured m JOIN test_case c ON c.id = "
		"m.test_case WHERE c.run = ?1 AND m.clause || ' ' || m.name = ?2 AND m.state = "
		"'set' ORDER BY m.id LIMIT 1",
		e);

	if (code != ERR_NONE)
		return code;
	for (size_t i = 0; i < g->value_count && code == ERR_NONE; i++) {
		const struct golden_value *v = &g->values[i];
		bool found = false;
		double en = NAN;
		code = compare(q, run, v, &found, &en, e);
		if (!found && lacking == NULL)
			lacking = v->name;
		if (found && !(fabs(en) <= fabs(worst_en))) {
			worst_en = en;
			worst = v->name;
		}
	}
	record_query_close(q);
	*drifts = !(fabs(worst_en) <= 1.0);
	*agrees = passed && lacking == NULL && !*drifts;
	if (lacking != NULL && !*drifts)
		(void)snprintf(text, GATE_TEXT_SIZE, "golden pen %s: %.100s was not measured",
			       g->serial, lacking);
	else
		(void)snprintf(text, GATE_TEXT_SIZE,
			       "golden pen %s %s: %zu values, worst E_n %+.2f (%.100s)%s",
			       g->serial, *agrees ? "agrees" : "does not agree", g->value_count,
			       worst_en, worst, passed ? "" : ", and it failed the plan");
	return code;
}

/* A marginal value is a failed one. */
static enum err_code judge_bad(struct record *r, const struct golden_bad *bad, int64_t run,
			       bool *agrees, char text[GATE_TEXT_SIZE], struct err *e)
{
	struct record_query *q;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT 1 FROM measured m JOIN test_case c ON c.id = m.test_case WHERE c.run = "
		"?1 AND m.clause = ?2 AND m.judgement IN ('FAIL', 'MARGINAL') LIMIT 1",
		e);

	*agrees = false;
	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, run);
	record_query_bind_text(q, 2, bad->clause);
	code = record_query_next(q, agrees, e);
	record_query_close(q);
	(void)snprintf(text, GATE_TEXT_SIZE, "known-bad pen %s %s %s", bad->serial,
		       *agrees ? "fails, as it should, by" : "did not fail by", bad->clause);
	return code;
}

enum err_code gate_check(struct record *r, const struct golden *g, int64_t run,
			 enum gate_verdict *verdict, char text[GATE_TEXT_SIZE], struct err *e)
{
	char serial[NAME_SIZE], stored[GATE_TEXT_SIZE + NAME_SIZE];
	bool passed, judged, agrees = false, drifts = false;
	enum err_code code = read_run(r, run, serial, &passed, &judged, e);

	*verdict = GATE_NO_CHECK;
	text[0] = '\0';
	if (code != ERR_NONE || !gate_is_gauge(g, serial))
		return code;
	const struct golden_bad *bad = find_bad(g, serial);
	/* Drift that was measured stays, though the run was broken off after it. */
	if (bad == NULL)
		code = judge_golden(r, g, run, passed, &agrees, &drifts, text, e);
	else if (judged)
		code = judge_bad(r, bad, run, &agrees, text, e);
	if (code != ERR_NONE || !(judged || drifts)) {
		text[0] = '\0';
		return code;
	}
	*verdict = agrees ? GATE_AGREES : GATE_LOCKED;
	/* The serial number first: the state is found by it. */
	(void)snprintf(stored, sizeof stored, "%s: %s", serial, text);
	if (bad == NULL)
		return record_event(r, run, agrees ? KIND_GOLDEN : KIND_DRIFT, stored, e);
	return record_event(r, run, agrees ? KIND_BAD : KIND_MISSED, stored, e);
}

/* Seconds since 1970 of "2026-11-22T17:30:01.123Z"; -1 for anything else. */
static int64_t seconds_of(const char *stamp)
{
	struct tm tm = {0};

	if (sscanf(stamp, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		   &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return (int64_t)timegm(&tm);
}

/* What the events say: the last good check of each pen since the last lock, and the lock. */
struct history {
	int64_t golden_at, bad_at[GOLDEN_BAD_MAX]; /* -1: none */
	int64_t golden_run, locked_by;
	int64_t bad_run[GOLDEN_BAD_MAX];
	bool is_locked;
	char lock[GATE_TEXT_SIZE];
};

static void forget(struct history *h)
{
	h->golden_at = -1;
	for (size_t i = 0; i < GOLDEN_BAD_MAX; i++)
		h->bad_at[i] = -1;
}

static void take(struct history *h, const struct golden *g, const struct record_query *q)
{
	const char *kind = record_query_text(q, 0), *text = record_query_text(q, 1);
	int64_t run = record_query_integer(q, 2), at = seconds_of(record_query_text(q, 3));

	if (strcmp(kind, KIND_RELEASE) == 0) {
		forget(h);
		h->locked_by = 0;
		h->is_locked = false;
		h->lock[0] = '\0';
	} else if (strcmp(kind, KIND_DRIFT) == 0 || strcmp(kind, KIND_MISSED) == 0) {
		forget(h);
		if (h->is_locked)
			return; /* the first cause stands */
		(void)snprintf(h->lock, sizeof h->lock, "%.300s (run %" PRId64 ")", text, run);
		h->locked_by = run;
		h->is_locked = true;
	} else if (h->is_locked) {
		return; /* a lock is taken off by people, not by another try */
	} else if (strcmp(kind, KIND_GOLDEN) == 0) {
		size_t size = strlen(g->serial);
		if (strncmp(text, g->serial, size) == 0 && text[size] == ':') {
			h->golden_at = at;
			h->golden_run = run;
		}
	} else {
		for (size_t i = 0; i < g->bad_count; i++) {
			size_t size = strlen(g->bad[i].serial);
			if (strncmp(text, g->bad[i].serial, size) == 0 && text[size] == ':')
				h->bad_at[i] = at, h->bad_run[i] = run;
		}
	}
}

static enum err_code read_history(struct record *r, const struct golden *g, struct history *h,
				  struct err *e)
{
	struct record_query *q;
	bool row = true;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT kind, text, coalesce(run, 0), at_host FROM event WHERE kind IN "
		"('" KIND_GOLDEN "', '" KIND_DRIFT "', '" KIND_BAD "', '" KIND_MISSED
		"', '" KIND_RELEASE "') ORDER BY id",
		e);

	*h = (struct history){.golden_at = -1};
	forget(h);
	if (code != ERR_NONE)
		return code;
	while (code == ERR_NONE && row) {
		code = record_query_next(q, &row, e);
		if (code == ERR_NONE && row)
			take(h, g, q);
	}
	record_query_close(q);
	return code;
}

/* Not from the future either: a clock that was put back opens nothing. */
static bool is_fresh(const struct golden *g, int64_t at, int64_t now)
{
	return at >= 0 && at <= now && (double)(now - at) <= g->valid_hours * 3600.0;
}

/* A check whose hours are over is fresh again on a clock that was put back; the stamps of the runs
 * since then give that away. New checks of all pens make it good. Fills why if so. */
static enum err_code check_clock(struct record *r, int64_t first_run, int64_t now_host,
				 struct gate_state *out, struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code =
		record_query_open(&q, r,
				  "SELECT coalesce(max(begun_host), '') FROM run WHERE id > ?1", e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, first_run);
	code = record_query_next(q, &row, e);
	if (code == ERR_NONE && row &&
	    seconds_of(record_query_text(q, 0)) > now_host + CLOCK_SLACK_S)
		(void)snprintf(
			out->why, sizeof out->why,
			"a run since the last checks began at %.24s, which is still to come: "
			"the clock of this computer was put back; set it, or check all pens "
			"of the gate again",
			record_query_text(q, 0));
	record_query_close(q);
	return code;
}

/* A check speaks of the bench that made it. Fills why when that of the run was another one. */
static enum err_code check_bench(struct record *r, const struct gate_bench *bench, int64_t run,
				 const char *serial, struct gate_state *out, struct err *e)
{
	struct record_query *q;
	bool is_same = false;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT 1 FROM run WHERE id = ?1 AND station = ?2 AND EXISTS (SELECT 1 FROM input "
		"WHERE run = ?1 AND role = 'jig' AND sha256 = ?3) AND EXISTS (SELECT 1 FROM input "
		"WHERE run = ?1 AND role = 'golden' AND sha256 = ?4)",
		e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, run);
	record_query_bind_text(q, 2, bench->station);
	record_query_bind_text(q, 3, bench->jig_sha256);
	record_query_bind_text(q, 4, bench->golden_sha256);
	code = record_query_next(q, &is_same, e);
	record_query_close(q);
	if (code == ERR_NONE && !is_same)
		(void)snprintf(
			out->why, sizeof out->why,
			"pen %s was checked in run %" PRId64 " on another station, or the "
			"jig's file or the golden one was changed since: run the plan with it "
			"and --serial %s",
			serial, run, serial);
	return code;
}

enum err_code gate_state(struct record *r, const struct golden *g, const struct gate_bench *bench,
			 int64_t now_host, struct gate_state *out, struct err *e)
{
	struct history h;
	enum err_code code = read_history(r, g, &h, e);

	*out = (struct gate_state){.open = false};
	if (code != ERR_NONE)
		return code;
	out->locked_by = h.locked_by;
	out->last_good = h.golden_run;
	if (h.is_locked) {
		(void)snprintf(out->why, sizeof out->why,
			       "%.300s; `penbench golden status` lists what ran since", h.lock);
		return ERR_NONE;
	}
	if (!is_fresh(g, h.golden_at, now_host)) {
		(void)snprintf(out->why, sizeof out->why,
			       "golden pen %s has not been checked within %g h: run the plan with "
			       "it and --serial %s",
			       g->serial, g->valid_hours, g->serial);
		return ERR_NONE;
	}
	int64_t oldest = h.golden_at, first_run = h.golden_run;
	code = check_bench(r, bench, h.golden_run, g->serial, out, e);
	for (size_t i = 0; i < g->bad_count && code == ERR_NONE && out->why[0] == '\0'; i++) {
		const struct golden_bad *bad = &g->bad[i];
		if (!is_fresh(g, h.bad_at[i], now_host)) {
			(void)snprintf(out->why, sizeof out->why,
				       "known-bad pen %s has not failed by %s within %g h: run the "
				       "plan with it and --serial %s",
				       bad->serial, bad->clause, g->valid_hours, bad->serial);
			return ERR_NONE;
		}
		oldest = h.bad_at[i] < oldest ? h.bad_at[i] : oldest;
		first_run = h.bad_run[i] < first_run ? h.bad_run[i] : first_run;
		code = check_bench(r, bench, h.bad_run[i], bad->serial, out, e);
	}
	if (code == ERR_NONE && out->why[0] == '\0')
		code = check_clock(r, first_run, now_host, out, e);
	if (code != ERR_NONE || out->why[0] != '\0')
		return code;
	out->open = true;
	(void)snprintf(out->why, sizeof out->why, "open for another %.1f h",
		       g->valid_hours - (double)(now_host - oldest) / 3600.0);
	return ERR_NONE;
}

enum err_code gate_admit(struct record *r, const struct golden *g, const struct gate_bench *bench,
			 int64_t now_host, struct err *e)
{
	struct gate_state state;
	enum err_code code = gate_state(r, g, bench, now_host, &state, e);

	if (code != ERR_NONE || state.open)
		return code;
	return err_set(e, ERR_CONFIG, "production is locked: %s", state.why);
}

enum err_code gate_release(struct record *r, const struct golden *g, const char *reason,
			   struct err *e)
{
	struct history h;
	enum err_code code = read_history(r, g, &h, e);

	if (code == ERR_NONE && !h.is_locked)
		return err_set(e, ERR_CONFIG, "the gate is not locked; checks alone open it");
	return code == ERR_NONE ? record_event(r, 0, KIND_RELEASE, reason, e) : code;
}
