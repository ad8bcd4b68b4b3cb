/* Rows into structs: see stored.h. Columns as in record/schema.sql. */
#include "script/stored.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "record/query.h"

static enum err_code odd(const char *what, const char *text, struct err *e)
{
	return err_set(e, ERR_BENCH, "record: %s \"%.60s\" is none that this program knows", what,
		       text);
}

static enum err_code find_outcome(const char *name, enum outcome *out, struct err *e)
{
	for (enum outcome o = OUTCOME_PASS; o <= OUTCOME_ABORT; o++)
		if (strcmp(outcome_name(o), name) == 0) {
			*out = o;
			return ERR_NONE;
		}
	return odd("the outcome", name, e);
}

static enum err_code find_name(const char *const *names, size_t count, const char *name,
			       const char *what, unsigned *index, struct err *e)
{
	for (unsigned i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0) {
			*index = i;
			return ERR_NONE;
		}
	return odd(what, name, e);
}

static void copy(char *to, size_t size, const struct record_query *q, int column)
{
	(void)snprintf(to, size, "%s", record_query_text(q, column));
}

static void copy_capture(struct player_capture *c, const struct record_query *q, int column)
{
	copy(c->name, sizeof c->name, q, column);
	copy(c->sha256, sizeof c->sha256, q, column + 1);
}

/* One query of one or two integers. */
static enum err_code open_query(struct record_query **q, struct record *record, const char *sql,
				int64_t first, int64_t second, struct err *e)
{
	enum err_code code = record_query_open(q, record, sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(*q, 1, first);
	if (second >= 0)
		record_query_bind_integer(*q, 2, second);
	return ERR_NONE;
}

/* ---- run ---- */

static enum err_code read_zero(struct record *record, struct stored_run *out, struct err *e)
{
	struct record_query *q;
	enum err_code code = open_query(&q, record,
					"SELECT file, sha256 FROM capture WHERE run = ?1 AND "
					"case_number = 0 AND kind = 'sr' ORDER BY id LIMIT 1",
					out->id, -1, e);

	if (code == ERR_NONE)
		code = record_query_next(q, &out->has_zero, e);
	if (code == ERR_NONE && out->has_zero)
		copy_capture(&out->zero, q, 0);
	record_query_close(q);
	return code;
}

static enum err_code read_inputs(struct record *record, struct stored_run *out, struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code =
		open_query(&q, record, "SELECT sha256 FROM input WHERE run = ?1 ORDER BY id",
			   out->id, -1, e);

	if (code == ERR_NONE)
		code = record_query_next(q, &row, e);
	while (code == ERR_NONE && row && out->input_count < STORED_INPUTS_MAX) {
		copy(out->inputs[out->input_count++], RECORD_HASH_SIZE, q, 0);
		code = record_query_next(q, &row, e);
	}
	record_query_close(q);
	return code;
}

enum err_code stored_run(struct record *record, int64_t run, struct stored_run *out, struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code = open_query(
		&q, record,
		"SELECT coalesce(unit.serial, ''), coalesce(run_end.outcome, ''), "
		"(SELECT count(*) FROM test_case WHERE test_case.run = run.id), case_count, build "
		"FROM run "
		"LEFT JOIN unit ON unit.id = run.unit LEFT JOIN run_end ON run_end.run = "
		"run.id WHERE run.id = ?1",
		run, -1, e);

	*out = (struct stored_run){.id = run};
	if (code == ERR_NONE)
		code = record_query_next(q, &row, e);
	if (code == ERR_NONE && !row)
		code = err_set(e, ERR_CONFIG,
			       "the record has no run %lld; `penbench record list` shows those it "
			       "has",
			       (long long)run);
	if (code == ERR_NONE) {
		copy(out->serial, sizeof out->serial, q, 0);
		out->has_ended = record_query_text(q, 1)[0] != '\0';
		out->case_count = (size_t)record_query_integer(q, 2);
		out->planned = (size_t)record_query_integer(q, 3);
		copy(out->build, sizeof out->build, q, 4);
		if (out->has_ended)
			code = find_outcome(record_query_text(q, 1), &out->outcome, e);
	}
	record_query_close(q);
	if (code == ERR_NONE)
		code = read_inputs(record, out, e);
	return code == ERR_NONE ? read_zero(record, out, e) : code;
}

enum err_code stored_list(struct record *record, const struct stored_query *query, int64_t *runs,
			  size_t capacity, size_t *count, struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code = record_query_open(
		&q, record,
		"SELECT run.id FROM run LEFT JOIN unit ON unit.id = run.unit WHERE (?1 = '' OR "
		"run.lot = ?1) AND (?2 = '' OR unit.serial = ?2) ORDER BY run.id",
		e);

	*count = 0;
	if (code == ERR_NONE) {
		record_query_bind_text(q, 1, query->lot == NULL ? "" : query->lot);
		record_query_bind_text(q, 2, query->serial == NULL ? "" : query->serial);
		code = record_query_next(q, &row, e);
	}
	for (; code == ERR_NONE && row; code = record_query_next(q, &row, e)) {
		if (*count < capacity)
			runs[*count] = record_query_integer(q, 0);
		++*count;
	}
	record_query_close(q);
	return code;
}

/* ---- case ---- */

static enum err_code read_budget(struct record *record, int64_t id, struct budget *budget,
				 struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code = open_query(&q, record,
					"SELECT name, cause, type, u, nu FROM budget_line WHERE "
					"measurement = ?1 ORDER BY id",
					id, -1, e);

	if (code == ERR_NONE)
		code = record_query_next(q, &row, e);
	while (code == ERR_NONE && row) {
		char name[BUDGET_NAME_SIZE];
		double nu = record_query_is_null(q, 4) ? INFINITY : record_query_number(q, 4);
		copy(name, sizeof name, q, 0);
		code = budget_add(budget, name, record_query_text(q, 1),
				  strcmp(record_query_text(q, 2), "A") == 0,
				  record_query_number(q, 3), nu, e);
		if (code != ERR_NONE)
			e->code = code = ERR_BENCH;
		else
			code = record_query_next(q, &row, e);
	}
	record_query_close(q);
	return code;
}

static enum err_code read_measurement(struct record *record, const struct record_query *q,
				      struct stored_measurement *m, struct err *e)
{
	static const char *const states[] = {
		[MEASUREMENT_UNSET] = "unset",           [MEASUREMENT_SET] = "set",
		[MEASUREMENT_OVER_RANGE] = "over-range", [MEASUREMENT_SKIPPED] = "skipped",
		[MEASUREMENT_INVALID] = "invalid",
	};
	static const char *const kinds[] = {
		[LIMIT_QUANTITY] = "quantity", [LIMIT_COUNT] = "count", [LIMIT_SPREAD] = "spread"};
	unsigned state = 0, kind = 0;
	enum err_code code = find_name(states, sizeof states / sizeof *states,
				       record_query_text(q, 5), "the state", &state, e);

	if (code == ERR_NONE)
		code = find_name(kinds, sizeof kinds / sizeof *kinds, record_query_text(q, 4),
				 "the kind", &kind, e);
	if (code != ERR_NONE)
		return code;
	*m = (struct stored_measurement){
		.state = (enum measurement_state)state,
		.kind = (enum limit_kind)kind,
		.value = record_query_number(q, 6),
		.u = record_query_number(q, 7),
		.n = (size_t)record_query_integer(q, 8),
		.low = record_query_number(q, 9),
		.high = record_query_number(q, 10),
		.has_budget = record_query_integer(q, 12) != 0,
		.accept_low = record_query_number(q, 15),
		.accept_high = record_query_number(q, 16),
	};
	copy(m->clause, sizeof m->clause, q, 1);
	copy(m->name, sizeof m->name, q, 2);
	copy(m->unit, sizeof m->unit, q, 3);
	copy(m->judgement, sizeof m->judgement, q, 11);
	copy(m->reason, sizeof m->reason, q, 13);
	copy(m->rule, sizeof m->rule, q, 14);
	return m->has_budget ? read_budget(record, record_query_integer(q, 0), &m->budget, e)
			     : ERR_NONE;
}

static enum err_code read_measurements(struct record *record, struct stored_case *out,
				       struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code = open_query(&q, record,
					"SELECT id, clause, name, unit, kind, state, value, u, n, "
					"low, high, judgement, has_budget, note, rule, accept_low, "
					"accept_high FROM measured "
					"WHERE test_case = ?1 ORDER BY name",
					out->id, -1, e);

	if (code == ERR_NONE)
		code = record_query_next(q, &row, e);
	while (code == ERR_NONE && row && out->measurement_count < TEST_CASE_MEASUREMENTS_MAX) {
		code = read_measurement(record, q, &out->measurements[out->measurement_count++], e);
		if (code == ERR_NONE)
			code = record_query_next(q, &row, e);
	}
	record_query_close(q);
	return code;
}

static enum err_code read_captures(struct record *record, int64_t run, struct stored_case *out,
				   struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code = open_query(&q, record,
					"SELECT file, sha256, kind FROM capture WHERE run = ?1 AND "
					"case_number = ?2 ORDER BY number",
					run, out->number, e);

	if (code == ERR_NONE)
		code = record_query_next(q, &row, e);
	for (; code == ERR_NONE && row; code = record_query_next(q, &row, e)) {
		if (strcmp(record_query_text(q, 2), "tape") == 0) {
			copy_capture(&out->tape, q, 0);
			out->has_tape = true;
		} else if (strcmp(record_query_text(q, 2), "sr") == 0 &&
			   out->capture_count < SPOOL_CAPTURES_MAX) {
			copy_capture(&out->captures[out->capture_count++], q, 0);
		} else if (strcmp(record_query_text(q, 2), "file") == 0 &&
			   out->file_count < SPOOL_FILES_MAX) {
			copy_capture(&out->files[out->file_count++], q, 0);
		}
	}
	record_query_close(q);
	return code;
}

enum err_code stored_case(struct record *record, int64_t run, size_t index, struct stored_case *out,
			  struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code =
		open_query(&q, record,
			   "SELECT id, number, path, title, outcome, cause FROM "
			   "test_case WHERE run = ?1 ORDER BY number LIMIT 1 OFFSET ?2",
			   run, (int64_t)index, e);

	out->measurement_count = out->capture_count = out->file_count = 0;
	out->has_tape = false;
	if (code == ERR_NONE)
		code = record_query_next(q, &row, e);
	if (code == ERR_NONE && !row)
		code = err_set(e, ERR_BENCH, "record: run %lld has no case %zu", (long long)run,
			       index + 1);
	if (code == ERR_NONE) {
		out->id = record_query_integer(q, 0);
		out->number = record_query_integer(q, 1);
		copy(out->path, sizeof out->path, q, 2);
		copy(out->title, sizeof out->title, q, 3);
		copy(out->cause, sizeof out->cause, q, 5);
		code = find_outcome(record_query_text(q, 4), &out->outcome, e);
	}
	record_query_close(q);
	if (code == ERR_NONE)
		code = read_measurements(record, out, e);
	return code == ERR_NONE ? read_captures(record, run, out, e) : code;
}
