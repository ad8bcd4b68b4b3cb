/*
 * Reading the record in SQL, without SQLite's own types: prepared statement, parameters by number,
 * rows one by one. Never changes anything: a statement that would write is refused.
 */
#ifndef RECORD_QUERY_H
#define RECORD_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "record/record.h"

struct record_query;

/* sql: one SELECT with `?1`, `?2`, ... On error *out is NULL. ERR_BENCH: a damaged file, or SQL
 * that does not fit the schema. */
enum err_code record_query_open(struct record_query **out, struct record *r, const char *sql,
				struct err *e);
void record_query_close(struct record_query *q); /* NULL is fine */

/* Before the first row; number from 1. The text is copied. Binding starts the query anew. */
void record_query_bind_integer(struct record_query *q, int number, int64_t value);
void record_query_bind_number(struct record_query *q, int number, double value);
void record_query_bind_text(struct record_query *q, int number, const char *text);

/* *row false: there are no more. */
enum err_code record_query_next(struct record_query *q, bool *row, struct err *e);

/* Of the current row; column from 0, as in the SELECT. */
int record_query_columns(const struct record_query *q);
const char *record_query_name(const struct record_query *q, int column);
bool record_query_is_null(const struct record_query *q, int column);
bool record_query_is_number(const struct record_query *q, int column); /* stored as REAL */
bool record_query_is_integer(const struct record_query *q, int column);
int64_t record_query_integer(const struct record_query *q, int column);
double record_query_number(const struct record_query *q, int column);    /* NAN for NULL */
const char *record_query_text(const struct record_query *q, int column); /* "" for NULL; until the
									     next row */

#endif
