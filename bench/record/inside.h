/*
 * What the files of this room share: the open database. Room-internal; with chain.c,
 * characteristic.c, query.c, runs.c and verify.c the only place where SQLite's types occur.
 */
#ifndef RECORD_INSIDE_H
#define RECORD_INSIDE_H

#include <sqlite3.h>

#include "record/record.h"

/* The tables that the chain covers, in the order in which their rows are hashed. */
enum { RECORD_TABLES = 11 };
struct record_table {
	const char *name;
	size_t columns; /* `id` and `link` included, which are the first two */
};
extern const struct record_table record_tables[RECORD_TABLES];

/*
 * Invariants: between record_begin and record_commit `next_link` is the link under way, `previous`
 * the hash before it, and last_id[i] the last row of table i that belongs to an earlier link.
 */
struct record {
	char folder[PATH_SIZE], path[PATH_SIZE], evidence[PATH_SIZE];
	sqlite3 *db;
	int lock; /* of record.lock; -1 when read-only */
	bool in_transaction;
	int64_t next_link;
	char previous[RECORD_HASH_SIZE];
	int64_t last_id[RECORD_TABLES], id[RECORD_TABLES];
	sqlite3_stmt *insert[RECORD_TABLES], *tail[RECORD_TABLES], *top[RECORD_TABLES];
	sqlite3_stmt *insert_link, *last_link, *find_characteristic;
};

/* The embedded schema.sql. */
extern const char record_schema[];

/* ERR_BENCH with what SQLite says: "record FILE: WHAT: disk is full ...". */
enum err_code record_fail(const struct record *r, struct err *e, const char *what);

/* sqlite3_exec without rows. */
enum err_code record_execute(struct record *r, const char *sql, const char *what, struct err *e);
enum err_code record_prepare(struct record *r, sqlite3_stmt **out, const char *sql, struct err *e);

/* First column of the first row of a statement, 0 when there is none. */
enum err_code record_scalar(struct record *r, const char *sql, int64_t *value, struct err *e);

#endif
