/*
 * What the run of a pen of the gate says of the bench. Judged inside the commit that keeps the rows
 * it is judged by, so that no moment lies between a drift in the record and the lock.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "record/gate.h"
#include "record/gate_kinds.h"
#include "record/query.h"
#include "verdict/coefficient.h"

static const struct golden_bad *find_bad(const struct golden *g, const char *serial)
{
	for (size_t i = 0; i < g->bad_count; i++)
		if (strcmp(g->bad[i].serial, serial) == 0)
			return &g->bad[i];
	return NULL;
}

enum gate_pen gate_pen(const struct golden *g, const char *serial)
{
	if (strcmp(g->serial, serial) == 0)
		return GATE_PEN_GOLDEN;
	return find_bad(g, serial) != NULL ? GATE_PEN_KNOWN_BAD : GATE_PEN_OTHER;
}

/* How far a run has come, from its rows. */
struct course {
	bool has_failed;  /* a case has, or a value of one that was broken off afterwards */
	bool is_judged;   /* every case passed or failed */
	bool lock_stands; /* this run has locked the station, and nobody has released it since */
};

static enum err_code read_course(struct record *r, int64_t run, struct course *c, struct err *e)
{
	struct record_query *q;
	bool row = false;

	*c = (struct course){.has_failed = false};
	enum err_code code = runs_has_failed(r, run, &c->has_failed, e);
	if (code != ERR_NONE)
		return code;
	code = record_query_open(
		&q, r,
		"SELECT (SELECT count(*) FROM test_case WHERE run = ?1 AND outcome IN ('PASS', "
		"'FAIL')) = "
		"case_count, EXISTS (SELECT 1 FROM event WHERE run = ?1 AND kind IN "
		"('" KIND_DRIFT "', '" KIND_MISSED
		"') AND id > (SELECT coalesce(max(id), 0) FROM event WHERE kind = '" KIND_RELEASE
		"')) FROM run WHERE id = ?1",
		e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, run);
	code = record_query_next(q, &row, e);
	if (code == ERR_NONE && row) {
		c->is_judged = record_query_integer(q, 0) != 0;
		c->lock_stands = record_query_integer(q, 1) != 0;
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

/* What was certified, against the run as far as it went. */
struct comparison {
	size_t count;
	const char *worst, *lacking; /* "": none */
	double worst_en;
};

static enum err_code compare_all(struct record *r, const struct golden *g, int64_t run,
				 struct comparison *c, struct err *e)
{
	struct record_query *q;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT m.value, coalesce(m.u_c, 0) FROM measured m JOIN test_case c ON c.id = "
		"m.test_case WHERE c.run = ?1 AND m.clause || ' ' || m.name = ?2 AND m.state = "
		"'set' ORDER BY m.id LIMIT 1",
		e);

	*c = (struct comparison){.worst = "", .lacking = ""};
	if (code != ERR_NONE)
		return code;
	for (size_t i = 0; i < g->value_count && code == ERR_NONE; i++) {
		const struct golden_value *v = &g->values[i];
		bool found = false;
		double en = NAN;
		code = compare(q, run, v, &found, &en, e);
		c->count += found;
		if (!found && c->lacking[0] == '\0')
			c->lacking = v->name;
		if (found && !isnan(c->worst_en) && !(fabs(en) <= fabs(c->worst_en))) {
			c->worst_en = en;
			c->worst = v->name;
		}
	}
	record_query_close(q);
	return code;
}

static bool is_judgement(const struct runs_end *end)
{
	return end != NULL && (end->outcome == OUTCOME_PASS || end->outcome == OUTCOME_FAIL);
}

/* Drift that was measured counts whatever becomes of the run; agreement wants a whole one. */
static enum err_code judge_golden(struct record *r, const struct golden *g, int64_t run,
				  const struct course *course, const struct runs_end *end,
				  enum gate_verdict *verdict, char text[GATE_TEXT_SIZE],
				  struct err *e)
{
	struct comparison c;
	enum err_code code = compare_all(r, g, run, &c, e);

	if (code != ERR_NONE)
		return code;
	bool failed = course->has_failed || (end != NULL && end->outcome == OUTCOME_FAIL);
	bool drifts = failed || !(fabs(c.worst_en) <= 1.0);
	if (drifts || (is_judgement(end) && c.lacking[0] != '\0'))
		*verdict = GATE_LOCKED;
	else if (is_judgement(end))
		*verdict = GATE_AGREES;
	if (!drifts && c.lacking[0] != '\0')
		(void)snprintf(text, GATE_TEXT_SIZE, "golden pen %s: %.100s was not measured",
			       g->serial, c.lacking);
	else if (c.count == 0)
		(void)snprintf(text, GATE_TEXT_SIZE, "golden pen %s failed the plan", g->serial);
	else
		(void)snprintf(text, GATE_TEXT_SIZE,
			       "golden pen %s %s: %zu values, worst E_n %+.2f (%.100s)%s",
			       g->serial, drifts ? "does not agree" : "agrees", c.count, c.worst_en,
			       c.worst, failed ? ", and it failed the plan" : "");
	return ERR_NONE;
}

/* A marginal value is a failed one. */
static enum err_code judge_bad(struct record *r, const struct golden_bad *bad, int64_t run,
			       const struct course *course, const struct runs_end *end,
			       enum gate_verdict *verdict, char text[GATE_TEXT_SIZE], struct err *e)
{
	struct record_query *q;
	bool fails = false;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT 1 FROM measured m JOIN test_case c ON c.id = m.test_case WHERE c.run = "
		"?1 AND m.clause = ?2 AND m.judgement IN ('FAIL', 'MARGINAL') LIMIT 1",
		e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, run);
	record_query_bind_text(q, 2, bad->clause);
	code = record_query_next(q, &fails, e);
	record_query_close(q);
	if (!fails && (course->is_judged || is_judgement(end)))
		*verdict = GATE_LOCKED;
	else if (fails && is_judgement(end))
		*verdict = GATE_AGREES;
	(void)snprintf(text, GATE_TEXT_SIZE, "known-bad pen %s %s %s", bad->serial,
		       fails ? "fails, as it should, by" : "did not fail by", bad->clause);
	return code;
}

static enum err_code append(struct record *r, int64_t run, const char *kind, const char *serial,
			    const char *text, struct err *e)
{
	char stamp[RECORD_STAMP_SIZE], stored[GATE_TEXT_SIZE + NAME_SIZE + 2];

	/* The serial number first: the state is found by it. */
	(void)snprintf(stored, sizeof stored, "%s: %s", serial, text);
	record_stamp(stamp);
	const struct record_value row[] = {
		record_integer(run), record_null(),      record_text(kind),
		record_text(stored), record_text(stamp),
	};
	return record_append(r, "event", row, sizeof row / sizeof *row, NULL, e);
}

enum err_code gate_check(struct record *r, const struct golden *g, const char *serial, int64_t run,
			 const struct runs_end *end, enum gate_verdict *verdict,
			 char text[GATE_TEXT_SIZE], struct err *e)
{
	const struct golden_bad *bad = find_bad(g, serial);
	enum gate_pen pen = gate_pen(g, serial);
	struct course course;

	*verdict = GATE_NO_CHECK;
	text[0] = '\0';
	if (pen == GATE_PEN_OTHER)
		return ERR_NONE;
	enum err_code code = read_course(r, run, &course, e);
	if (code == ERR_NONE && pen == GATE_PEN_GOLDEN)
		code = judge_golden(r, g, run, &course, end, verdict, text, e);
	else if (code == ERR_NONE)
		code = judge_bad(r, bad, run, &course, end, verdict, text, e);
	if (code != ERR_NONE || *verdict == GATE_NO_CHECK) {
		text[0] = '\0';
		return code;
	}
	if (*verdict == GATE_AGREES)
		return append(r, run, pen == GATE_PEN_GOLDEN ? KIND_GOLDEN : KIND_BAD, serial, text,
			      e);
	if (course.lock_stands)
		return ERR_NONE;
	return append(r, run, pen == GATE_PEN_GOLDEN ? KIND_DRIFT : KIND_MISSED, serial, text, e);
}
