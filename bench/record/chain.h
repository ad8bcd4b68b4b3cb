/*
 * The hash chain over the record. Room-internal.
 *
 *	hash(0) = H("penbench record", user_version, every entry of sqlite_schema in the order of
 *		    type and name: type, name, table, SQL)
 *	hash(n) = H("link", n, row count, hash(n-1), every row whose link is n, table by table in
 *		    the order of record_tables, within a table by id: name of the table, then each
 *		    column)
 *
 * H is SHA-256 over typed fields (digest.h). A row is hashed as the database gives it back, so that
 * writing and checking are one code path. A chain shows that nothing before a known head has been
 * changed; a whole chain computed anew is found by comparing a head that was kept elsewhere (it is
 * printed after each run, and in the report).
 */
#ifndef RECORD_CHAIN_H
#define RECORD_CHAIN_H

#include "record/digest.h"
#include "record/inside.h"

/* hash(0) of the schema that is in the open database. */
enum err_code chain_schema(struct record *r, char hash[RECORD_HASH_SIZE], struct err *e);

/* One link, row by row. */
struct chain_link {
	struct sha256 digest;
	int64_t rows;
};
/* row_count and the rows must agree, which is up to the caller to see. */
void chain_begin(struct chain_link *l, int64_t number, int64_t row_count, const char *previous);
/* The current row of a `SELECT *` from a table. */
void chain_row(struct chain_link *l, const char *table, sqlite3_stmt *row);
void chain_end(struct chain_link *l, char hash[RECORD_HASH_SIZE]);

#endif
