/* Rows, value by value: see record.h. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "record/inside.h"

struct record_value record_null(void)
{
	return (struct record_value){.type = RECORD_NULL};
}

struct record_value record_integer(int64_t value)
{
	return (struct record_value){.type = RECORD_INTEGER, .integer = value};
}

struct record_value record_number(double value)
{
	if (!isfinite(value))
		return record_null();
	return (struct record_value){.type = RECORD_NUMBER, .number = value};
}

struct record_value record_text(const char *text)
{
	return (struct record_value){.type = RECORD_TEXT, .text = text};
}

static enum err_code prepare_insert(struct record *r, size_t table, struct err *e)
{
	char sql[256];
	int size =
		snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?1", record_tables[table].name);

	for (size_t i = 2; i <= record_tables[table].columns; i++)
		size += snprintf(sql + size, sizeof sql - (size_t)size, ", ?%zu", i);
	(void)snprintf(sql + size, sizeof sql - (size_t)size, ")");
	return record_prepare(r, &r->insert[table], sql, e);
}

static void bind(sqlite3_stmt *s, int at, const struct record_value *v)
{
	switch (v->type) {
	case RECORD_NULL:
		(void)sqlite3_bind_null(s, at);
		break;
	case RECORD_INTEGER:
		(void)sqlite3_bind_int64(s, at, v->integer);
		break;
	case RECORD_NUMBER:
		(void)sqlite3_bind_double(s, at, v->number);
		break;
	case RECORD_TEXT:
		(void)sqlite3_bind_text(s, at, v->text, -1, SQLITE_STATIC);
		break;
	}
}

enum err_code record_append(struct record *r, const char *table, const struct record_value *values,
			    size_t count, int64_t *id, struct err *e)
{
	enum err_code code = ERR_NONE;
	size_t t = 0;

	while (t < RECORD_TABLES && strcmp(record_tables[t].name, table) != 0)
		t++;
	assert(t < RECORD_TABLES && count + 2 == record_tables[t].columns && r->in_transaction);
	if (r->insert[t] == NULL)
		code = prepare_insert(r, t, e);
	if (code != ERR_NONE)
		return code;
	sqlite3_stmt *s = r->insert[t];
	(void)sqlite3_bind_int64(s, 1, r->id[t] + 1);
	(void)sqlite3_bind_int64(s, 2, r->next_link);
	for (size_t i = 0; i < count; i++)
		bind(s, (int)i + 3, &values[i]);
	if (sqlite3_step(s) != SQLITE_DONE)
		code = record_fail(r, e, "writing");
	(void)sqlite3_reset(s);
	if (code != ERR_NONE)
		return code;
	r->id[t]++;
	if (id != NULL)
		*id = r->id[t];
	return ERR_NONE;
}

enum err_code record_event(struct record *r, int64_t run, const char *kind, const char *text,
			   struct err *e)
{
	char stamp[RECORD_STAMP_SIZE];

	record_stamp(stamp);
	const struct record_value row[] = {
		run == 0 ? record_null() : record_integer(run),
		record_null(),
		record_text(kind),
		record_text(text),
		record_text(stamp),
	};
	enum err_code code = record_begin(r, e);
	if (code != ERR_NONE)
		return code;
	code = record_append(r, "event", row, sizeof row / sizeof *row, NULL, e);
	if (code == ERR_NONE)
		code = record_commit(r, e);
	if (code != ERR_NONE)
		record_rollback(r);
	return code;
}

void record_stamp(char stamp[RECORD_STAMP_SIZE])
{
	struct timespec now;
	struct tm utc;
	char seconds[24];

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &utc);
	(void)strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
	(void)snprintf(stamp, RECORD_STAMP_SIZE, "%s.%03ldZ", seconds,
		       now.tv_nsec / 1000000 % 1000);
}
