/*
 * The record of a station: one SQLite file and a folder of evidence beside it. What a table and a
 * column mean stands in record/schema.sql.
 *
 * Guarantees: what a call has committed survives a crash and a power cut (WAL, synchronous=FULL);
 * a commit is whole or absent; rows are appended, never changed; each commit is one link of a hash
 * chain (record/chain.h). It must not know who runs the cases: run sinks and commands call it.
 *
 * A folder RECORDS holds record.db, evidence/ and record.lock. One process may write while others
 * read; several may write in turn. Reading: record/query.h. Checking: record/verify.h.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sha256.h"

enum {
	RECORD_SCHEMA_VERSION = 2,       /* PRAGMA user_version */
	RECORD_APPLICATION = 0x50454E42, /* PRAGMA application_id: "PENB" */
	RECORD_HASH_SIZE = SHA256_HEX_SIZE,
	RECORD_STAMP_SIZE = 32,
};

struct record;

enum record_access {
	RECORD_READ,  /* the file must exist; nothing is changed, not even the runs that died */
	RECORD_WRITE, /* made when it is not there */
};

/* ERR_CONFIG: the folder cannot be made, there is no record (RECORD_READ), it is no record of
 * penbench or one of a newer penbench. ERR_BENCH: it cannot be read or written, or is damaged. */
enum err_code record_open(struct record **out, const char *folder, enum record_access access,
			  struct err *e);
void record_close(struct record *r); /* NULL is fine; an open transaction is rolled back */

/* Both live as long as r. */
const char *record_folder(const struct record *r);
const char *record_evidence_folder(const struct record *r);

/* Where the chain ends: the number of commits and the hash of the last. */
struct record_head {
	int64_t link;
	char hash[RECORD_HASH_SIZE];
};
enum err_code record_head(struct record *r, struct record_head *head, struct err *e);

/* One commit. All rows between begin and commit become one link; begin waits for another writer at
 * most RECORD_BUSY_MS. After an error call record_rollback. ERR_BENCH: disk full, not writable. */
enum { RECORD_BUSY_MS = 10000 };
enum err_code record_begin(struct record *r, struct err *e);
enum err_code record_commit(struct record *r, struct err *e);
void record_rollback(struct record *r); /* fine without a transaction */

/* One value of a row; NaN and infinity are stored as NULL. */
struct record_value {
	enum { RECORD_NULL, RECORD_INTEGER, RECORD_NUMBER, RECORD_TEXT } type;
	union {
		int64_t integer;
		double number;
		const char *text; /* borrowed for the call */
	};
};
struct record_value record_null(void);
struct record_value record_integer(int64_t value);
struct record_value record_number(double value);
struct record_value record_text(const char *text);

/* Appends a row to a table of the schema inside a transaction: values for every column but `id` and
 * `link`, in the order of the schema. *id (may be NULL) gets its number. */
enum err_code record_append(struct record *r, const char *table, const struct record_value *values,
			    size_t count, int64_t *id, struct err *e);

/* A row of `event` in a commit of its own; run 0: of the station. */
enum err_code record_event(struct record *r, int64_t run, const char *kind, const char *text,
			   struct err *e);

/* Time of the host, UTC: "2026-11-22T17:30:01.123Z". */
void record_stamp(char stamp[RECORD_STAMP_SIZE]);

#endif
