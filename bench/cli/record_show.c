/* `penbench record show RUN`: all there is of one run, for people. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rounding.h"
#include "cli/record.h"
#include "verdict/measurement.h"

/* Prints one row of a query by id. */
typedef void show_row(struct record_query *q);

static enum err_code each(struct record *r, const char *sql, int64_t id, const char *heading,
			  show_row *show, size_t *count, struct err *e)
{
	struct record_query *q = NULL;
	bool row = false;
	size_t rows = 0;
	enum err_code code = record_query_open(&q, r, sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, id);
	while ((code = record_query_next(q, &row, e)) == ERR_NONE && row) {
		if (rows++ == 0 && heading[0] != '\0')
			(void)printf("\n%s\n", heading);
		show(q);
	}
	record_query_close(q);
	if (count != NULL)
		*count = rows;
	return code;
}

static void field(const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	(void)printf("  %-10s ", name);
	record_print_text(text);
	(void)putchar('\n');
}

static void show_run(struct record_query *q)
{
	(void)printf("run %lld  ===== %s =====  %s", (long long)record_query_integer(q, 0),
		     record_query_text(q, 1), record_query_text(q, 2));
	if (!record_query_is_null(q, 3))
		(void)printf(", attempt %lld", (long long)record_query_integer(q, 3));
	(void)putchar('\n');
	for (int i = 4; i < record_query_columns(q); i++)
		field(record_query_name(q, i), record_query_text(q, i));
}

static void show_attempt(struct record_query *q)
{
	(void)printf("  run %-6lld %-20.19s %-10s %s", (long long)record_query_integer(q, 0),
		     record_query_text(q, 1), record_query_text(q, 2),
		     record_query_is_null(q, 3) ? "does not count  " : "");
	record_print_text(record_query_text(q, 4));
	(void)putchar('\n');
}

static void show_columns(struct record_query *q)
{
	for (int i = 0; i < record_query_columns(q); i++) {
		(void)fputs("  ", stdout);
		record_print_text(record_query_text(q, i));
	}
	(void)putchar('\n');
}

static void number(const struct record_query *q, int column, const char *missing)
{
	if (record_query_is_null(q, column))
		(void)fputs(missing, stdout);
	else
		(void)printf("%.6g", record_query_number(q, column));
}

/* A standard uncertainty: two significant digits; its sign is that of its cause. */
static void uncertainty(const struct record_query *q, int column, int width)
{
	char text[ROUNDING_TEXT_SIZE] = "-";
	double u = record_query_number(q, column);

	if (isfinite(u) && u != 0)
		rounding_format(text, u, rounding_place(u));
	else if (u == 0)
		(void)snprintf(text, sizeof text, "0");
	(void)printf("%*s", width, text);
}

/* With as many digits as U makes worth showing, as the run showed it. */
static void value(const struct record_query *q, enum limit_kind kind)
{
	char text[MEASUREMENT_TEXT_SIZE];
	struct measurement m = {.state = MEASUREMENT_SET,
				.value = record_query_number(q, 6),
				.u = record_query_number(q, 7)};

	m.limit.kind = kind;
	(void)snprintf(m.limit.unit, sizeof m.limit.unit, "%s", record_query_text(q, 3));
	measurement_format(&m, text);
	(void)fputs(text, stdout);
}

/* id clause name unit kind state value u u_c k nu_eff n rule low high accept_low accept_high
 * p_conform judgement has_budget note */
static void show_measurement(const struct record_query *q)
{
	(void)printf("    %-8s %s %-28s ", record_query_text(q, 18), record_query_text(q, 1),
		     record_query_text(q, 2));
	if (strcmp(record_query_text(q, 5), "set") != 0) {
		(void)printf("%s  ", record_query_text(q, 5));
		record_print_text(record_query_text(q, 20));
		(void)putchar('\n');
		return;
	}
	const char *kind = record_query_text(q, 4);
	bool is_count = strcmp(kind, "count") == 0, is_spread = strcmp(kind, "spread") == 0;
	value(q, is_count ? LIMIT_COUNT : is_spread ? LIMIT_SPREAD : LIMIT_QUANTITY);
	(void)fputs("  in [", stdout);
	number(q, 13, "-");
	(void)fputs(" .. ", stdout);
	number(q, 14, "-");
	(void)fputs("]", stdout);
	if (!is_count) {
		(void)printf(", %s accepts [", record_query_text(q, 12));
		number(q, 15, "-");
		(void)fputs(" .. ", stdout);
		number(q, 16, "-");
		if (record_query_is_null(q, 17))
			(void)fputs("], p_c -", stdout);
		else
			(void)printf("], p_c %.4g", record_query_number(q, 17));
		if (is_spread)
			(void)fputs(", judged by its upper bound", stdout);
		else if (record_query_integer(q, 19) == 0)
			(void)fputs(", no budget", stdout);
		else {
			(void)fputs(", u ", stdout);
			uncertainty(q, 8, 0);
			(void)printf(", k %.3g", record_query_number(q, 9));
		}
		/* Beyond that no table of Student's t tells it from infinite. */
		if (record_query_number(q, 10) < 1e6)
			(void)printf(", nu %.3g", record_query_number(q, 10));
		if (!record_query_is_null(q, 11))
			(void)printf(", n %lld", (long long)record_query_integer(q, 11));
	}
	(void)putchar('\n');
}

static void show_line(struct record_query *q)
{
	(void)printf("             %-34s %s  u ", record_query_text(q, 0), record_query_text(q, 2));
	uncertainty(q, 3, 14);
	if (record_query_is_null(q, 4))
		(void)fputs("  nu inf", stdout);
	else
		(void)printf("  nu %.4g", record_query_number(q, 4));
	if (record_query_text(q, 1)[0] != '\0')
		(void)printf("  cause %s", record_query_text(q, 1));
	(void)putchar('\n');
}

static enum err_code show_measurements(struct record *r, int64_t test_case, struct err *e)
{
	static const char sql[] = "SELECT id, clause, name, unit, kind, state, value, u, u_c, k, "
				  "nu_eff, n, rule, low, "
				  "high, accept_low, accept_high, p_conform, judgement, "
				  "has_budget, note FROM measured "
				  "WHERE test_case = ?1 ORDER BY id";
	static const char lines[] = "SELECT name, cause, type, u, nu FROM budget_line WHERE "
				    "measurement = ?1 ORDER BY id";
	struct record_query *q = NULL;
	bool row = false;
	enum err_code code = record_query_open(&q, r, sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, test_case);
	while ((code = record_query_next(q, &row, e)) == ERR_NONE && row) {
		show_measurement(q);
		code = each(r, lines, record_query_integer(q, 0), "", show_line, NULL, e);
		if (code != ERR_NONE)
			break;
	}
	record_query_close(q);
	return code;
}

static enum err_code show_cases(struct record *r, int64_t run, struct err *e)
{
	static const char sql[] = "SELECT id, number, outcome, title, path, cause FROM test_case "
				  "WHERE run = ?1 ORDER BY id";
	struct record_query *q = NULL;
	bool row = false;
	enum err_code code = record_query_open(&q, r, sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, run);
	(void)fputs("\ncases\n", stdout);
	while ((code = record_query_next(q, &row, e)) == ERR_NONE && row) {
		(void)printf("  %-10s %lld ", record_query_text(q, 2),
			     (long long)record_query_integer(q, 1));
		record_print_text(record_query_text(q, 3));
		(void)fputs("  (", stdout);
		record_print_text(record_query_text(q, 4));
		(void)fputs(")\n", stdout);
		field("   why:", record_query_text(q, 5));
		code = show_measurements(r, record_query_integer(q, 0), e);
		if (code != ERR_NONE)
			break;
	}
	record_query_close(q);
	return code;
}

enum err_code record_show(struct record *r, int64_t run, struct err *e)
{
	static const char about[] =
		"SELECT run.id, coalesce(run_end.outcome, 'OPEN'), mode, run.attempt, serial, lot, "
		"reason, operator, station, jig, date, marks, plan, begun_host AS begun, "
		"ended_host AS "
		"ended, cause AS why, case_path AS 'where', version, build, run.link || ' to ' || "
		"coalesce(run_end.link, '?') AS links FROM run LEFT JOIN unit ON unit.id = "
		"run.unit LEFT "
		"JOIN run_end ON run_end.run = run.id WHERE run.id = ?1";
	static const struct {
		const char *sql, *heading;
		show_row *show;
	} before[] =
		{
			{"SELECT other.id, other.begun_host, coalesce(outcome, 'OPEN'), "
			 "run_end.attempt, "
			 "other.reason FROM run AS this, run AS other LEFT JOIN run_end ON "
			 "run_end.run = "
			 "other.id WHERE this.id = ?1 AND other.unit = this.unit AND other.mode = "
			 "'production' ORDER BY other.id",
			 "production runs of this pen", show_attempt},
			{"SELECT substr(instrument || '       ', 1, 7), asset, 'revision ' || "
			 "revision, iif(certificate = '', 'no certificate', certificate), "
			 "iif(calibrated = '', 'no date', calibrated), "
			 "iif(due = '', 'no due date', 'due ' || due), state FROM equipment WHERE "
			 "run = ?1 ORDER BY id",
			 "calibration", show_columns},
			{"SELECT substr(role || '        ', 1, 8), sha256, path FROM input WHERE "
			 "run = ?1 "
			 "ORDER BY id",
			 "files that decided it (SHA-256)", show_columns},
		},
	  after[] = {
		  {"SELECT CASE case_number WHEN 0 THEN 'bring-up' ELSE substr('case ' || "
		   "case_number || '   ', 1, 8) END, substr(kind || '  ', 1, 4), file, size || ' "
		   "bytes', coalesce(samples || ' samples', '') || CASE kind WHEN 'cut' THEN ', "
		   "cut short: an instrument failed' WHEN 'file' THEN 'read by the case' ELSE '' "
		   "END FROM capture WHERE run = ?1 ORDER "
		   "BY id",
		   "evidence", show_columns},
		  {"SELECT coalesce('case ' || case_number, ''), kind, text FROM event WHERE run = "
		   "?1 "
		   "ORDER BY id",
		   "events", show_columns},
	  };
	size_t count = 0;
	enum err_code code = each(r, about, run, "", show_run, &count, e);

	if (code == ERR_NONE && count == 0)
		code = err_set(e, ERR_CONFIG,
			       "there is no run %lld; `penbench record list` has them",
			       (long long)run);
	for (size_t i = 0; i < sizeof before / sizeof *before && code == ERR_NONE; i++)
		code = each(r, before[i].sql, run, before[i].heading, before[i].show, NULL, e);
	if (code == ERR_NONE)
		code = show_cases(r, run, e);
	for (size_t i = 0; i < sizeof after / sizeof *after && code == ERR_NONE; i++)
		code = each(r, after[i].sql, run, after[i].heading, after[i].show, NULL, e);
	return code;
}
