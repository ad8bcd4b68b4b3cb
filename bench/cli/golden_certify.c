/* The file of a golden pen, from what recorded runs of it measured. */
#include "cli/golden.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "record/query.h"
#include "verdict/budget.h"
#include "verdict/series.h"

/* One measurement over the certifying runs: their mean, and an uncertainty that covers the next
 * reading of the same pen, its own scatter included. */
struct certified {
	char name[2 * NAME_SIZE];
	double value[GOLDEN_RUNS_MAX], u_c;
	size_t count;
};

/* Writes what is complete; a measurement that a run lacks is none to go by. */
static enum err_code write_value(const struct certified *c, size_t runs, FILE *out, size_t *written,
				 struct err *e)
{
	struct series row = series_of(c->value, c->count);
	struct budget budget = {.count = 0};
	struct budget_sum sum;
	double n = (double)c->count;

	if (c->count != runs || c->count == 0)
		return ERR_NONE;
	enum err_code code = budget_add(&budget, "bench", "", false, c->u_c, INFINITY, e);
	if (code == ERR_NONE && runs > 1 && row.sd > 0)
		code = budget_add(&budget, "pen", "", true, row.sd * sqrt(1 + 1 / n), n - 1, e);
	if (code == ERR_NONE)
		code = budget_combine(&budget, BUDGET_COVERAGE, &sum, e);
	if (code != ERR_NONE)
		return code;
	(void)fprintf(out, "    [\"%s\"] = { value = %.17g, u = %.9g },\n", c->name, row.mean,
		      sum.expanded / 2);
	++*written;
	return ERR_NONE;
}

static enum err_code write_values(struct record *r, const struct golden_request *q, FILE *out,
				  struct err *e)
{
	struct certified c = {.name = ""};
	struct record_query *rows;
	bool row = true;
	size_t written = 0;
	/* What a run measures twice under one name would be two truths: the first stands. */
	enum err_code code = record_query_open(
		&rows, r,
		"SELECT m.clause || ' ' || m.name, m.value, m.u_c, min(m.id) FROM measured m "
		"JOIN test_case c ON c.id = m.test_case WHERE m.state = 'set' AND m.kind = "
		"'quantity' AND m.u_c > 0 AND instr(',' || ?1 || ',', ',' || c.run || ',') > 0 "
		"GROUP BY m.clause, m.name, c.run ORDER BY 1",
		e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_text(rows, 1, q->runs_text);
	while (code == ERR_NONE && row) {
		code = record_query_next(rows, &row, e);
		bool same = row && strcmp(record_query_text(rows, 0), c.name) == 0;
		if (code == ERR_NONE && !same) {
			code = write_value(&c, q->run_count, out, &written, e);
			c = (struct certified){.count = 0};
			(void)snprintf(c.name, sizeof c.name, "%s",
				       row ? record_query_text(rows, 0) : "");
		}
		if (code == ERR_NONE && row && c.count < GOLDEN_RUNS_MAX) {
			c.value[c.count++] = record_query_number(rows, 1);
			c.u_c = fmax(c.u_c, record_query_number(rows, 2));
		}
	}
	record_query_close(rows);
	if (code == ERR_NONE && written == 0)
		code = err_set(e, ERR_CONFIG,
			       "the runs have no measurement with an uncertainty in "
			       "common");
	return code;
}

static enum err_code write_file(struct record *r, const struct golden_request *q, FILE *out,
				const char *serial, struct err *e)
{
	(void)fprintf(out,
		      "-- Golden pen, from runs %s by `penbench golden certify`. `u` is a standard "
		      "uncertainty.\nreturn {\n  serial = \"%s\",\n  valid_hours = %g,\n"
		      "  known_bad = {\n",
		      q->runs_text, serial, q->valid_hours);
	for (size_t i = 0; i < q->bad_count; i++)
		(void)fprintf(out, "    [\"%.*s\"] = { clause = \"%s\" },\n",
			      (int)strcspn(q->bad[i], "="), q->bad[i], strchr(q->bad[i], '=') + 1);
	(void)fprintf(out, "  },\n  values = {\n");
	enum err_code code = write_values(r, q, out, e);
	(void)fprintf(out, "  },\n}\n");
	return code;
}

/* The serial number of a whole run that passed. */
static enum err_code find_serial(struct record *r, int64_t run, char serial[NAME_SIZE],
				 struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT unit.serial, run_end.outcome FROM run JOIN unit ON unit.id = run.unit "
		"JOIN run_end ON run_end.run = run.id WHERE run.id = ?1",
		e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, run);
	code = record_query_next(q, &row, e);
	if (code == ERR_NONE && !row)
		code = err_set(e, ERR_CONFIG,
			       "run %" PRId64 " is none that ended, with a serial number", run);
	if (code == ERR_NONE && strcmp(record_query_text(q, 1), "PASS") != 0)
		code = err_set(e, ERR_CONFIG, "run %" PRId64 " ended as %s: a golden pen passes",
			       run, record_query_text(q, 1));
	if (code == ERR_NONE)
		(void)snprintf(serial, NAME_SIZE, "%s", record_query_text(q, 0));
	record_query_close(q);
	if (code == ERR_NONE && strcspn(serial, "\"\\\n\r") != strlen(serial))
		code = err_set(e, ERR_CONFIG, "the serial number has a quote or backslash in it");
	return code;
}

/* A known-bad pen that can fail by no clause of these runs would keep the gate shut for ever. */
static enum err_code check_clauses(struct record *r, const struct golden_request *q, struct err *e)
{
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < q->bad_count && code == ERR_NONE; i++) {
		const char *clause = strchr(q->bad[i], '=') + 1;
		struct record_query *rows;
		bool row = false;
		code = record_query_open(
			&rows, r,
			"SELECT 1 FROM measured AS m JOIN test_case AS c ON c.id = m.test_case "
			"WHERE m.clause = ?2 AND c.run = ?1 LIMIT 1",
			e);
		if (code != ERR_NONE)
			return code;
		record_query_bind_integer(rows, 1, q->runs[0]);
		record_query_bind_text(rows, 2, clause);
		code = record_query_next(rows, &row, e);
		if (code == ERR_NONE && !row)
			code = err_set(e, ERR_CONFIG,
				       "--known-bad %.80s: run %" PRId64
				       " has no measurement of clause %.40s",
				       q->bad[i], q->runs[0], clause);
		record_query_close(rows);
	}
	return code;
}

enum err_code golden_certify(struct record *r, const struct golden_request *q, struct err *e)
{
	char serial[NAME_SIZE], other[NAME_SIZE];
	struct golden written;
	enum err_code code = find_serial(r, q->runs[0], serial, e);

	for (size_t i = 1; i < q->run_count && code == ERR_NONE; i++) {
		code = find_serial(r, q->runs[i], other, e);
		if (code == ERR_NONE && strcmp(serial, other) != 0)
			code = err_set(e, ERR_CONFIG,
				       "run %" PRId64 " is of pen %s, run %" PRId64 " of %s",
				       q->runs[0], serial, q->runs[i], other);
	}
	if (code == ERR_NONE)
		code = check_clauses(r, q, e);
	if (code != ERR_NONE)
		return code;
	int fd = open(q->out_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	if (out == NULL)
		return err_set(e, ERR_CONFIG, "%s: %s", q->out_path,
			       errno == EEXIST ? "is there already and is not overwritten"
					       : strerror(errno));
	code = write_file(r, q, out, serial, e);
	bool bad = ferror(out) != 0;
	if ((fclose(out) != 0 || bad) && code == ERR_NONE)
		code = err_set(e, ERR_CONFIG, "%s: cannot be written", q->out_path);
	if (code == ERR_NONE)
		code = golden_load(&written, q->out_path, e);
	if (code != ERR_NONE) {
		(void)unlink(q->out_path);
		return code;
	}
	(void)printf("written: %s, golden pen %s, %zu values; name it as `golden` in the station "
		     "file\n",
		     q->out_path, serial, written.value_count);
	return ERR_NONE;
}
