/* Reading in SQL: see query.h. */
#include "record/query.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "record/inside.h"

struct record_query {
	struct record *record;
	sqlite3_stmt *row;
};

enum err_code record_query_open(struct record_query **out, struct record *r, const char *sql,
				struct err *e)
{
	struct record_query *q = calloc(1, sizeof *q);

	*out = NULL;
	if (q == NULL)
		return err_set(e, ERR_BENCH, "out of memory");
	q->record = r;
	enum err_code code = record_prepare(r, &q->row, sql, e);
	if (code == ERR_NONE && (q->row == NULL || !sqlite3_stmt_readonly(q->row)))
		code = err_set(e, ERR_BENCH, "record %s: a query that would write", r->path);
	if (code != ERR_NONE) {
		record_query_close(q);
		return code;
	}
	*out = q;
	return ERR_NONE;
}

void record_query_close(struct record_query *q)
{
	if (q == NULL)
		return;
	(void)sqlite3_finalize(q->row);
	free(q);
}

/* Our own SQL and our own numbers: binding fails for want of memory only, and then so does next. */
void record_query_bind_integer(struct record_query *q, int number, int64_t value)
{
	(void)sqlite3_reset(q->row);
	(void)sqlite3_bind_int64(q->row, number, value);
}

void record_query_bind_number(struct record_query *q, int number, double value)
{
	(void)sqlite3_reset(q->row);
	(void)sqlite3_bind_double(q->row, number, value);
}

void record_query_bind_text(struct record_query *q, int number, const char *text)
{
	(void)sqlite3_reset(q->row);
	(void)sqlite3_bind_text(q->row, number, text, -1, SQLITE_TRANSIENT);
}

enum err_code record_query_next(struct record_query *q, bool *row, struct err *e)
{
	int status = sqlite3_step(q->row);

	*row = status == SQLITE_ROW;
	if (status != SQLITE_ROW && status != SQLITE_DONE)
		return record_fail(q->record, e, "reading");
	return ERR_NONE;
}

int record_query_columns(const struct record_query *q)
{
	return sqlite3_column_count(q->row);
}

const char *record_query_name(const struct record_query *q, int column)
{
	return sqlite3_column_name(q->row, column);
}

bool record_query_is_null(const struct record_query *q, int column)
{
	return sqlite3_column_type(q->row, column) == SQLITE_NULL;
}

bool record_query_is_number(const struct record_query *q, int column)
{
	return sqlite3_column_type(q->row, column) == SQLITE_FLOAT;
}

bool record_query_is_integer(const struct record_query *q, int column)
{
	return sqlite3_column_type(q->row, column) == SQLITE_INTEGER;
}

int64_t record_query_integer(const struct record_query *q, int column)
{
	return sqlite3_column_int64(q->row, column);
}

double record_query_number(const struct record_query *q, int column)
{
	return record_query_is_null(q, column) ? (double)NAN
					       : sqlite3_column_double(q->row, column);
}

const char *record_query_text(const struct record_query *q, int column)
{
	const char *text = (const char *)sqlite3_column_text(q->row, column);

	return text == NULL ? "" : text;
}
