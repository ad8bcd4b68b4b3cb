/*
 * `penbench record export`: runs as one JSON object, everything of a run inside it; or as CSV, one
 * line a measurement. The canonical form has no number of a row, no stamp of the host, and no hash
 * that covers them: it is the same for two runs that were the same.
 */
#include <stdio.h>
#include <string.h>

#include "cli/record.h"
#include "sink/json.h"

/* What hangs on a row: a query by the row's id (?1), whose own first column is an id again. */
struct node {
	const char *name, *sql;
	bool is_single; /* at most one: an object, not an array */
	const struct node *below;
	size_t below_count;
};

#define BELOW(array) array, sizeof(array) / sizeof *(array)

static const struct node of_measurement[] = {
	{"budget",
	 "SELECT id, name, cause, type, u, nu FROM budget_line WHERE measurement = ?1 "
	 "ORDER BY id",
	 false, NULL, 0},
};
static const struct node of_case[] = {
	{"measurements",
	 "SELECT id, clause, name, unit, kind, state, value, u, u_c, k, nu_eff, n, rule, low, "
	 "high, "
	 "accept_low, accept_high, p_conform, judgement, has_budget, note FROM measured "
	 "WHERE test_case = ?1 ORDER BY id",
	 false, BELOW(of_measurement)},
};
static const struct node of_run[] = {
	{"end",
	 "SELECT id, outcome, attempt, died, cause, case_path, passed, ended_host FROM run_end "
	 "WHERE run = ?1",
	 true, NULL, 0},
	{"inputs", "SELECT id, role, path, sha256 FROM input WHERE run = ?1 ORDER BY id", false,
	 NULL, 0},
	{"equipment",
	 "SELECT id, instrument, asset, revision, certificate, calibrated, due, state FROM "
	 "equipment "
	 "WHERE run = ?1 ORDER BY id",
	 false, NULL, 0},
	{"cases",
	 "SELECT id, number, path, title, outcome, cause, trace, ended_host FROM test_case "
	 "WHERE run = ?1 ORDER BY id",
	 false, BELOW(of_case)},
	{"captures",
	 "SELECT id, case_number, number, kind, sha256, file, size, samples, rate_hz, channels "
	 "FROM capture WHERE run = ?1 ORDER BY id",
	 false, NULL, 0},
	{"events",
	 "SELECT id, case_number, kind, text, at_host FROM event WHERE run = ?1 ORDER BY id", false,
	 NULL, 0},
};
static const struct node all_runs = {
	"runs",
	"SELECT run.id, run.link AS link_host, serial, mode, attempt, reason, station, jig, "
	"operator, lot, plan, case_count, version, build, marks, date, begun_host, name_host "
	"FROM run LEFT JOIN unit ON unit.id = run.unit WHERE ?1 = 0 OR run.id = ?1 ORDER BY run.id",
	false, BELOW(of_run)};

static void print_value(const struct record_query *q, int column)
{
	char number[JSON_NUMBER_SIZE];

	if (record_query_is_null(q, column)) {
		(void)fputs("null", stdout);
	} else if (record_query_is_integer(q, column)) {
		(void)printf("%lld", (long long)record_query_integer(q, column));
	} else if (record_query_is_number(q, column)) {
		json_format_number(record_query_number(q, column), number);
		(void)fputs(number, stdout);
	} else {
		json_print_text(stdout, record_query_text(q, column));
	}
}

/* A column that a host's stamp, or the order of a record's rows, decides. */
static bool is_of_host(const char *name)
{
	size_t size = strlen(name), suffix = strlen("_host");

	return strcmp(name, "id") == 0 ||
	       (size > suffix && strcmp(name + size - suffix, "_host") == 0);
}

static enum err_code print_node(struct record *r, const struct node *n, int64_t id, bool canonical,
				struct err *e);

/* Members of the current row, then what hangs on it. */
static enum err_code print_row(struct record *r, const struct node *n, struct record_query *q,
			       bool canonical, struct err *e)
{
	enum err_code code = ERR_NONE;
	bool is_first = true;

	(void)putchar('{');
	for (int i = 0; i < record_query_columns(q); i++) {
		const char *name = record_query_name(q, i);
		if (canonical && is_of_host(name))
			continue;
		if (!is_first)
			(void)putchar(',');
		json_print_text(stdout, strcmp(name, "link_host") == 0 ? "link" : name);
		(void)putchar(':');
		print_value(q, i);
		is_first = false;
	}
	for (size_t i = 0; i < n->below_count && code == ERR_NONE; i++) {
		(void)printf(",\"%s\":", n->below[i].name);
		code = print_node(r, &n->below[i], record_query_integer(q, 0), canonical, e);
	}
	(void)putchar('}');
	return code;
}

static enum err_code print_node(struct record *r, const struct node *n, int64_t id, bool canonical,
				struct err *e)
{
	struct record_query *q = NULL;
	bool row = false, is_first = true;
	enum err_code code = record_query_open(&q, r, n->sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, id);
	(void)fputs(n->is_single ? "" : "[", stdout);
	while ((code = record_query_next(q, &row, e)) == ERR_NONE && row) {
		(void)fputs(is_first ? "" : ",\n", stdout);
		is_first = false;
		code = print_row(r, n, q, canonical, e);
		if (code != ERR_NONE)
			break;
	}
	if (n->is_single && is_first)
		(void)fputs("null", stdout);
	(void)fputs(n->is_single ? "" : "]", stdout);
	record_query_close(q);
	return code;
}

static enum err_code export_json(struct record *r, const struct record_request *q, struct err *e)
{
	struct record_head head;
	enum err_code code = ERR_NONE;

	(void)printf("{\"schema\":%d,", RECORD_SCHEMA_VERSION);
	if (!q->canonical) {
		code = record_head(r, &head, e);
		if (code != ERR_NONE)
			return code;
		(void)printf("\"head\":\"%lld:%s\",", (long long)head.link, head.hash);
	}
	(void)fputs("\"runs\":", stdout);
	code = print_node(r, &all_runs, q->run, q->canonical, e);
	(void)fputs("}\n", stdout);
	return code;
}

/* RFC 4180. */
static void print_cell(const struct record_query *q, int column)
{
	if (record_query_is_number(q, column)) {
		print_value(q, column);
		return;
	}
	const char *text = record_query_text(q, column);
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;
	(void)fputs(quoted ? "\"" : "", stdout);
	for (; *text != '\0'; text++) {
		(void)fputs(*text == '"' ? "\"" : "", stdout);
		(void)putchar(*text);
	}
	(void)fputs(quoted ? "\"" : "", stdout);
}

/* A run or a case without a measurement has a line too, with empty cells. */
static enum err_code export_csv(struct record *r, const struct record_request *request,
				struct err *e)
{
	static const char sql[] =
		"SELECT run.id, serial, mode, run.attempt, reason, station, jig, operator, lot, "
		"marks, "
		"date, begun_host, run_end.outcome AS run_outcome, number AS case_number, path AS "
		"case_path, test_case.outcome AS case_outcome, clause, name, c.unit, kind, state, "
		"value, "
		"u, u_c, k, nu_eff, n, rule, low, high, accept_low, accept_high, p_conform, "
		"judgement, "
		"has_budget, note FROM run LEFT JOIN unit ON unit.id = run.unit LEFT JOIN run_end "
		"ON "
		"run_end.run = run.id LEFT JOIN test_case ON test_case.run = run.id LEFT JOIN "
		"measurement AS m ON m.test_case = test_case.id LEFT JOIN characteristic AS c ON "
		"c.id = m.characteristic WHERE ?1 = 0 OR run.id = ?1 "
		"ORDER BY run.id, number, m.id";
	struct record_query *q = NULL;
	bool row = true;
	enum err_code code = record_query_open(&q, r, sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, request->run);
	for (bool is_head = true; row; is_head = false) {
		bool is_first = true;
		if (!is_head)
			code = record_query_next(q, &row, e);
		if (code != ERR_NONE || !row)
			break;
		for (int i = 0; i < record_query_columns(q); i++) {
			const char *name = record_query_name(q, i);
			if (request->canonical && is_of_host(name))
				continue;
			(void)fputs(is_first ? "" : ",", stdout);
			is_first = false;
			if (is_head)
				(void)fputs(strcmp(name, "id") == 0 ? "run" : name, stdout);
			else
				print_cell(q, i);
		}
		(void)fputs("\r\n", stdout);
	}
	record_query_close(q);
	return code;
}

enum err_code record_export(struct record *r, const struct record_request *q, struct err *e)
{
	struct record_query *run = NULL;
	bool row = true;
	enum err_code code = ERR_NONE;

	if (q->run != 0) {
		code = record_query_open(&run, r, "SELECT id FROM run WHERE id = ?1", e);
		if (code != ERR_NONE)
			return code;
		record_query_bind_integer(run, 1, q->run);
		code = record_query_next(run, &row, e);
		record_query_close(run);
	}
	if (code == ERR_NONE && !row)
		code = err_set(e, ERR_CONFIG,
			       "there is no run %lld; `penbench record list` has them",
			       (long long)q->run);
	if (code != ERR_NONE)
		return code;
	return strcmp(q->format, "csv") == 0 ? export_csv(r, q, e) : export_json(r, q, e);
}
