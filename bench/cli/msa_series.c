/* The queries run within the indexes of `measurement`, one characteristic after the other: a
 * million pens take a fraction of a second. */
#include "cli/msa_series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/csvfile.h"
#include "record/query.h"
#include "verdict/decimal.h"

enum { SQL_SIZE = 768 };

static const struct {
	const char *name, *text, *sql;
} kinds[] = {
	[MSA_FIRST] = {"first", "first production run of each pen", "attempt = 1"},
	[MSA_ALL] = {"all", "all production runs", "attempt >= 1"},
	[MSA_ENGINEERING] = {"engineering", "engineering runs", "attempt IS NULL"},
};

enum err_code msa_attempts_find(const char *name, enum msa_attempts *out, struct err *e)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			*out = (enum msa_attempts)i;
			return ERR_NONE;
		}
	return err_set(e, ERR_CONFIG, "--attempts \"%.40s\": want first, all or engineering", name);
}

const char *msa_attempts_text(enum msa_attempts attempts)
{
	return kinds[attempts].text;
}

void msa_series_deinit(struct msa_series *s)
{
	free(s->value);
	free(s->id);
	s->value = NULL;
	s->id = NULL;
	s->count = s->capacity = 0;
}

static enum err_code grow(struct msa_series *s, bool with_id, struct err *e)
{
	size_t room = s->capacity == 0 ? 1024 : 2 * s->capacity;
	double *value;
	int64_t *id;

	if (s->count < s->capacity)
		return ERR_NONE;
	value = realloc(s->value, room * sizeof *value);
	if (value != NULL)
		s->value = value;
	id = with_id ? realloc(s->id, room * sizeof *id) : NULL;
	if (id != NULL)
		s->id = id;
	if (value == NULL || (with_id && id == NULL))
		return err_set(e, ERR_BENCH, "out of memory");
	s->capacity = room;
	return ERR_NONE;
}

enum err_code msa_series_next(struct msa_series *s, struct record *r, const char *clause,
			      const char *name, bool *found, struct err *e)
{
	struct record_query *q;
	enum err_code code = record_query_open(&q, r,
					       "SELECT clause, name FROM characteristic"
					       " WHERE (clause, name) > (?1, ?2)"
					       " AND (?3 = '' OR clause = ?3)"
					       " AND (?4 = '' OR name = ?4)"
					       " ORDER BY clause, name LIMIT 1",
					       e);

	*found = false;
	if (code != ERR_NONE)
		return code;
	record_query_bind_text(q, 1, s->clause);
	record_query_bind_text(q, 2, s->name);
	record_query_bind_text(q, 3, clause != NULL ? clause : "");
	record_query_bind_text(q, 4, name != NULL ? name : "");
	code = record_query_next(q, found, e);
	if (code == ERR_NONE && *found) {
		(void)snprintf(s->clause, sizeof s->clause, "%.63s", record_query_text(q, 0));
		(void)snprintf(s->name, sizeof s->name, "%.63s", record_query_text(q, 1));
	}
	record_query_close(q);
	return code;
}

/* A changed limit makes another characteristic of the same measurement. */
#define OF_SERIES                                                                            \
	"characteristic IN (SELECT id FROM characteristic WHERE clause = ?1 AND name = ?2) " \
	"AND "

/* Only with a serial number: without, the query stays within its index. */
#define OF_ONE_PEN                                                              \
	"AND test_case IN (SELECT c.id FROM unit u JOIN run r ON r.unit = u.id" \
	" JOIN test_case c ON c.run = r.id WHERE u.serial = ?3)"

/* Opens a query over the rows of s: `what` and `after` stand around its WHERE. */
static enum err_code open_rows(struct record_query **q, struct record *r,
			       const struct msa_series *s, enum msa_attempts attempts,
			       const char *what, const char *after, struct err *e)
{
	char sql[SQL_SIZE];

	(void)snprintf(sql, sizeof sql, "SELECT %s FROM measurement WHERE " OF_SERIES "%s %s %s",
		       what, kinds[attempts].sql, s->serial != NULL ? OF_ONE_PEN : "", after);
	enum err_code code = record_query_open(q, r, sql, e);
	if (code == ERR_NONE) {
		record_query_bind_text(*q, 1, s->clause);
		record_query_bind_text(*q, 2, s->name);
		if (s->serial != NULL)
			record_query_bind_text(*q, 3, s->serial);
	}
	return code;
}

struct point {
	int64_t id;
	double value;
};

static int compare_points(const void *a, const void *b)
{
	int64_t x = ((const struct point *)a)->id, y = ((const struct point *)b)->id;

	return (x > y) - (x < y);
}

/* The numbers of rows are the order of time. Rows of one characteristic came in it; of several they
 * need to be mixed. */
static enum err_code sort(struct msa_series *s, struct err *e)
{
	struct point *points;
	bool is_sorted = true;

	for (size_t i = 1; i < s->count && is_sorted; i++)
		is_sorted = s->id[i - 1] < s->id[i];
	if (is_sorted)
		return ERR_NONE;
	points = calloc(s->count, sizeof *points);
	if (points == NULL)
		return err_set(e, ERR_BENCH, "out of memory");
	for (size_t i = 0; i < s->count; i++)
		points[i] = (struct point){s->id[i], s->value[i]};
	qsort(points, s->count, sizeof *points, compare_points);
	for (size_t i = 0; i < s->count; i++) {
		s->id[i] = points[i].id;
		s->value[i] = points[i].value;
	}
	free(points);
	return ERR_NONE;
}

static enum err_code load_limits(struct msa_series *s, struct record *r, struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code =
		record_query_open(&q, r, "SELECT low, high, unit FROM measured WHERE id = ?1", e);

	s->limits = (struct capability_limits){0};
	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, s->count > 0 ? s->id[s->count - 1] : 0);
	code = record_query_next(q, &row, e);
	if (code == ERR_NONE && row) {
		s->limits.has_low = !record_query_is_null(q, 0);
		s->limits.has_high = !record_query_is_null(q, 1);
		s->limits.low = s->limits.has_low ? record_query_number(q, 0) : 0;
		s->limits.high = s->limits.has_high ? record_query_number(q, 1) : 0;
		(void)snprintf(s->unit, sizeof s->unit, "%.63s", record_query_text(q, 2));
	}
	record_query_close(q);
	return code;
}

/* Of a longer record the latest. */
static void keep_latest(struct msa_series *s)
{
	if (s->count <= MSA_SERIES_MAX)
		return;
	size_t more = s->count - MSA_SERIES_MAX;
	memmove(s->id, s->id + more, MSA_SERIES_MAX * sizeof *s->id);
	memmove(s->value, s->value + more, MSA_SERIES_MAX * sizeof *s->value);
	s->count = MSA_SERIES_MAX;
}

enum err_code msa_series_load(struct msa_series *s, struct record *r, enum msa_attempts attempts,
			      struct err *e)
{
	struct record_query *q;
	bool row = true;
	enum err_code code =
		open_rows(&q, r, s, attempts, "id, value",
			  "AND value IS NOT NULL ORDER BY characteristic, attempt, id", e);

	s->count = 0;
	s->subgroup = 1;
	if (code != ERR_NONE)
		return code;
	while (code == ERR_NONE && row) {
		code = record_query_next(q, &row, e);
		if (code == ERR_NONE && row)
			code = grow(s, true, e);
		if (code == ERR_NONE && row) {
			s->id[s->count] = record_query_integer(q, 0);
			s->value[s->count++] = record_query_number(q, 1);
		}
	}
	record_query_close(q);
	if (code == ERR_NONE)
		code = sort(s, e);
	if (code == ERR_NONE)
		keep_latest(s);
	return code == ERR_NONE ? load_limits(s, r, e) : code;
}

/* A count over the rows of s. */
static enum err_code count(const struct msa_series *s, struct record *r, enum msa_attempts attempts,
			   const char *which, uint64_t *n, struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code = open_rows(&q, r, s, attempts, "count(*)", which, e);

	*n = 0;
	if (code != ERR_NONE)
		return code;
	code = record_query_next(q, &row, e);
	if (code == ERR_NONE && row)
		*n = (uint64_t)record_query_integer(q, 0);
	record_query_close(q);
	return code;
}

/* Those that did not pass are few and have an index of their own. */
enum err_code msa_series_yield(const struct msa_series *s, struct record *r,
			       enum msa_attempts attempts, uint64_t *passed, uint64_t *tested,
			       struct err *e)
{
	uint64_t all = 0, not_passed = 0, failed = 0;
	enum err_code code = count(s, r, attempts, "", &all, e);

	if (code == ERR_NONE)
		code = count(s, r, attempts, "AND judgement <> 'PASS'", &not_passed, e);
	if (code == ERR_NONE)
		code = count(s, r, attempts,
			     "AND judgement <> 'PASS' AND judgement IN ('MARGINAL', 'FAIL')",
			     &failed, e);
	*passed = all - not_passed;
	*tested = *passed + failed;
	return code;
}

enum err_code msa_series_origin(struct record *r, int64_t id, char text[2 * NAME_SIZE],
				struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT coalesce(u.serial, 'without a serial number'), r.id FROM measurement m"
		" JOIN test_case c ON c.id = m.test_case JOIN run r ON r.id = c.run"
		" LEFT JOIN unit u ON u.id = r.unit WHERE m.id = ?1",
		e);

	text[0] = '\0';
	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, id);
	code = record_query_next(q, &row, e);
	if (code == ERR_NONE && row)
		(void)snprintf(text, 2 * NAME_SIZE, "pen %.63s, run %lld", record_query_text(q, 0),
			       (long long)record_query_integer(q, 1));
	record_query_close(q);
	return code;
}

/* Rows of one subgroup stand together and are as many as those of the first. */
static enum err_code check_subgroups(struct msa_series *s, const struct csvfile *csv,
				     const char *path, size_t column, struct err *e)
{
	size_t size = 0, run = 0;

	for (size_t row = 0; row <= s->count; row++) {
		bool ends = row == s->count ||
			    (row > 0 && strcmp(csvfile_cell(csv, row, column),
					       csvfile_cell(csv, row - 1, column)) != 0);
		if (ends && size == 0)
			size = run;
		if (ends && run != size)
			return err_set(e, ERR_CONFIG,
				       "%s:%zu: subgroup \"%.40s\" has %zu values, the first has "
				       "%zu",
				       path, csvfile_line(csv, row - 1),
				       csvfile_cell(csv, row - 1, column), run, size);
		run = ends ? 1 : run + 1;
	}
	s->subgroup = size;
	return ERR_NONE;
}

enum err_code msa_series_read_csv(struct msa_series *s, const char *path, struct err *e)
{
	struct csvfile *csv;
	size_t column = 0;
	enum err_code code = csvfile_open(&csv, path, e);

	if (code != ERR_NONE)
		return code;
	s->subgroup = 1;
	(void)snprintf(s->name, sizeof s->name, "value");
	code = csvfile_want(csv, path, "value", &column, e);
	for (size_t row = 0; code == ERR_NONE && row < csvfile_rows(csv); row++) {
		struct decimal d;

		code = decimal_parse(&d, csvfile_cell(csv, row, column), e);
		if (code != ERR_NONE)
			code = err_prefix(e, "%s:%zu", path, csvfile_line(csv, row));
		else
			code = grow(s, false, e);
		if (code == ERR_NONE)
			s->value[s->count++] = decimal_value(d);
	}
	column = csvfile_find(csv, "subgroup");
	if (code == ERR_NONE && column < csvfile_columns(csv))
		code = check_subgroups(s, csv, path, column, e);
	csvfile_close(csv);
	return code;
}
