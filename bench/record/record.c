/* Opening, committing, appending: see record.h. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "record/chain.h"
#include "record/inside.h"
#include "record/runs.h"

/* Lets every writer see committed rows only, and a crash lose none of them. */
static const char settings[] = "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
			       "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON";

enum err_code record_fail(const struct record *r, struct err *e, const char *what)
{
	int status = r->db == NULL ? SQLITE_NOMEM : sqlite3_errcode(r->db);
	const char *why = r->db == NULL ? "out of memory" : sqlite3_errmsg(r->db);

	switch (status) {
	case SQLITE_FULL:
		return err_set(e, ERR_BENCH,
			       "record %s: %s: the disk is full; what is not kept does not count: "
			       "make room and run again",
			       r->path, what);
	case SQLITE_BUSY:
		return err_set(e, ERR_BENCH,
			       "record %s: %s: another program has held it for %d s; end that one",
			       r->path, what, RECORD_BUSY_MS / 1000);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		return err_set(e, ERR_BENCH,
			       "record %s: %s: %s; the user of the bench must be able to write "
			       "there",
			       r->path, what, why);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return err_set(e, ERR_BENCH,
			       "record %s: %s: the file is damaged (%s); keep it for analysis, "
			       "restore the last backup",
			       r->path, what, why);
	default:
		return err_set(e, ERR_BENCH, "record %s: %s: %s", r->path, what, why);
	}
}

enum err_code record_execute(struct record *r, const char *sql, const char *what, struct err *e)
{
	return sqlite3_exec(r->db, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_NONE
								       : record_fail(r, e, what);
}

enum err_code record_prepare(struct record *r, sqlite3_stmt **out, const char *sql, struct err *e)
{
	return sqlite3_prepare_v2(r->db, sql, -1, out, NULL) == SQLITE_OK
		       ? ERR_NONE
		       : record_fail(r, e, "reading");
}

enum err_code record_scalar(struct record *r, const char *sql, int64_t *value, struct err *e)
{
	sqlite3_stmt *row = NULL;
	enum err_code code = record_prepare(r, &row, sql, e);

	if (code != ERR_NONE)
		return code;
	int status = sqlite3_step(row);
	*value = status == SQLITE_ROW ? sqlite3_column_int64(row, 0) : 0;
	if (status != SQLITE_ROW && status != SQLITE_DONE)
		code = record_fail(r, e, "reading");
	(void)sqlite3_finalize(row);
	return code;
}

/* mkdir -p. */
static enum err_code make_folder(const char *path, struct err *e)
{
	char part[PATH_SIZE];

	(void)snprintf(part, sizeof part, "%s", path);
	for (char *at = part + 1;; at++) {
		bool is_end = *at == '\0';
		if (*at != '/' && !is_end)
			continue;
		*at = '\0';
		if (mkdir(part, 0777) != 0 && errno != EEXIST)
			return err_set(e, ERR_CONFIG,
				       "the folder of records %s cannot be made: %s: %s; station "
				       "key records or PENBENCH_RECORDS names another",
				       path, part, strerror(errno));
		if (is_end)
			return ERR_NONE;
		*at = '/';
	}
}

/* Schema and link 0 in one transaction, so that a record is whole or still empty. */
static enum err_code create(struct record *r, struct err *e)
{
	char sql[256], hash[RECORD_HASH_SIZE];
	enum err_code code = record_execute(r, "BEGIN IMMEDIATE", "making it", e);

	if (code != ERR_NONE)
		return code;
	(void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
		       RECORD_APPLICATION, RECORD_SCHEMA_VERSION);
	code = record_execute(r, record_schema, "making it", e);
	if (code == ERR_NONE)
		code = record_execute(r, sql, "making it", e);
	if (code == ERR_NONE)
		code = chain_schema(r, hash, e);
	if (code == ERR_NONE) {
		(void)snprintf(sql, sizeof sql, "INSERT INTO link VALUES (0, 0, '%s'); COMMIT",
			       hash);
		code = record_execute(r, sql, "making it", e);
	}
	if (code != ERR_NONE)
		(void)sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
	return code;
}

static enum err_code check_version(struct record *r, bool *is_empty, struct err *e)
{
	int64_t application = 0, version = 0, entries = 0;
	enum err_code code = record_scalar(r, "PRAGMA application_id", &application, e);

	if (code == ERR_NONE)
		code = record_scalar(r, "PRAGMA user_version", &version, e);
	if (code == ERR_NONE)
		code = record_scalar(r, "SELECT count(*) FROM sqlite_schema", &entries, e);
	if (code != ERR_NONE)
		return code;
	*is_empty = application == 0 && version == 0 && entries == 0;
	if (*is_empty)
		return ERR_NONE;
	if (application != RECORD_APPLICATION)
		return err_set(e, ERR_CONFIG,
			       "%s is no record of penbench; correct the key records of the "
			       "station, or move that file away",
			       r->path);
	if (version != RECORD_SCHEMA_VERSION)
		return err_set(
			e, ERR_CONFIG,
			"record %s has schema %lld, this penbench has %d: read it with the "
			"penbench that wrote it; to go on here, keep that folder as it is and "
			"name another (station key records or PENBENCH_RECORDS)",
			r->path, (long long)version, RECORD_SCHEMA_VERSION);
	return ERR_NONE;
}

static enum err_code open_writable(struct record *r, struct err *e)
{
	bool is_empty = false;
	enum err_code code = make_folder(r->folder, e);

	if (code == ERR_NONE)
		code = make_folder(r->evidence, e);
	if (code == ERR_NONE)
		code = runs_lock_open(r, e);
	if (code != ERR_NONE)
		return code;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(r->path, &r->db, flags, NULL) != SQLITE_OK)
		return record_fail(r, e, "opening it");
	(void)sqlite3_busy_timeout(r->db, RECORD_BUSY_MS);
	code = record_execute(r, settings, "opening it", e);
	if (code == ERR_NONE)
		code = check_version(r, &is_empty, e);
	if (code == ERR_NONE)
		code = record_execute(r, "PRAGMA journal_mode = WAL", "opening it", e);
	if (code == ERR_NONE && is_empty)
		code = create(r, e);
	return code;
}

/* A record on a medium that cannot be written has no use for SQLite's locks, nor can it have them.
 */
static enum err_code open_readable(struct record *r, struct err *e)
{
	bool is_empty = false;
	char uri[3 * PATH_SIZE];

	if (access(r->path, F_OK) != 0)
		return err_set(e, ERR_CONFIG,
			       "there is no record %s yet: a run makes it; station key records or "
			       "PENBENCH_RECORDS names the folder",
			       r->path);
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
	int size = snprintf(uri, sizeof uri, "file:");
	for (const char *at = r->path; *at != '\0'; at++)
		size += snprintf(uri + size, sizeof uri - (size_t)size,
				 strchr("?#%", *at) != NULL ? "%%%02X" : "%c", *at);
	if (access(r->folder, W_OK) != 0)
		(void)snprintf(uri + size, sizeof uri - (size_t)size, "?immutable=1");
	if (sqlite3_open_v2(uri, &r->db, flags | SQLITE_OPEN_URI, NULL) != SQLITE_OK)
		return record_fail(r, e, "opening it");
	(void)sqlite3_busy_timeout(r->db, RECORD_BUSY_MS);
	enum err_code code = record_execute(r, settings, "opening it", e);
	if (code == ERR_NONE)
		code = check_version(r, &is_empty, e);
	if (code == ERR_NONE && is_empty)
		code = err_set(e, ERR_CONFIG, "%s is empty: a run writes it", r->path);
	return code;
}

enum err_code record_open(struct record **out, const char *folder, enum record_access access,
			  struct err *e)
{
	struct record *r = calloc(1, sizeof *r);

	*out = NULL;
	if (r == NULL)
		return err_set(e, ERR_BENCH, "out of memory");
	r->lock = -1;
	size_t length = strlen(folder);
	enum err_code code = ERR_NONE;
	if (length == 0 || length + sizeof "/evidence" > sizeof r->folder)
		code = err_set(e, ERR_CONFIG, "the folder of records \"%.80s\" is no usable name",
			       folder);
	if (code == ERR_NONE) {
		memcpy(r->folder, folder, length + 1);
		(void)snprintf(r->path, sizeof r->path, "%.*s/record.db", (int)length, folder);
		(void)snprintf(r->evidence, sizeof r->evidence, "%.*s/evidence", (int)length,
			       folder);
		code = access == RECORD_WRITE ? open_writable(r, e) : open_readable(r, e);
	}
	if (code == ERR_NONE && access == RECORD_WRITE)
		code = runs_close_dead(r, e);
	if (access == RECORD_WRITE)
		runs_lock_opened(r);
	if (code != ERR_NONE) {
		record_close(r);
		return code;
	}
	*out = r;
	return ERR_NONE;
}

void record_close(struct record *r)
{
	if (r == NULL)
		return;
	record_rollback(r);
	for (size_t i = 0; i < RECORD_TABLES; i++) {
		(void)sqlite3_finalize(r->insert[i]);
		(void)sqlite3_finalize(r->tail[i]);
		(void)sqlite3_finalize(r->top[i]);
	}
	(void)sqlite3_finalize(r->insert_link);
	(void)sqlite3_finalize(r->last_link);
	(void)sqlite3_finalize(r->find_characteristic);
	(void)sqlite3_close(r->db);
	if (r->lock >= 0)
		(void)close(r->lock);
	free(r);
}

const char *record_folder(const struct record *r)
{
	return r->folder;
}

const char *record_evidence_folder(const struct record *r)
{
	return r->evidence;
}

enum err_code record_head(struct record *r, struct record_head *head, struct err *e)
{
	static const char sql[] = "SELECT id, hash FROM link ORDER BY id DESC LIMIT 1";
	enum err_code code = ERR_NONE;

	if (r->last_link == NULL)
		code = record_prepare(r, &r->last_link, sql, e);
	if (code != ERR_NONE)
		return code;
	if (sqlite3_step(r->last_link) == SQLITE_ROW) {
		head->link = sqlite3_column_int64(r->last_link, 0);
		(void)snprintf(head->hash, sizeof head->hash, "%s",
			       (const char *)sqlite3_column_text(r->last_link, 1));
	} else {
		code = record_fail(r, e, "reading the end of the chain");
	}
	(void)sqlite3_reset(r->last_link);
	return code;
}

/* The number of the last row of a table. */
static enum err_code find_top(struct record *r, size_t table, struct err *e)
{
	char sql[128];
	enum err_code code = ERR_NONE;

	(void)snprintf(sql, sizeof sql, "SELECT max(id) FROM %s", record_tables[table].name);
	if (r->top[table] == NULL)
		code = record_prepare(r, &r->top[table], sql, e);
	if (code != ERR_NONE)
		return code;
	if (sqlite3_step(r->top[table]) == SQLITE_ROW)
		r->last_id[table] = r->id[table] = sqlite3_column_int64(r->top[table], 0);
	else
		code = record_fail(r, e, "reading");
	(void)sqlite3_reset(r->top[table]);
	return code;
}

enum err_code record_begin(struct record *r, struct err *e)
{
	struct record_head head;

	assert(!r->in_transaction && r->lock >= 0);
	enum err_code code = record_execute(r, "BEGIN IMMEDIATE", "beginning to write", e);
	if (code != ERR_NONE)
		return code;
	r->in_transaction = true;
	code = record_head(r, &head, e);
	for (size_t i = 0; i < RECORD_TABLES && code == ERR_NONE; i++)
		code = find_top(r, i, e);
	if (code != ERR_NONE) {
		record_rollback(r);
		return code;
	}
	r->next_link = head.link + 1;
	memcpy(r->previous, head.hash, sizeof r->previous);
	return ERR_NONE;
}

/* The rows of this transaction, as the database gives them back. */
static enum err_code hash_rows(struct record *r, struct chain_link *link, struct err *e)
{
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < RECORD_TABLES && code == ERR_NONE; i++) {
		const char *table = record_tables[i].name;
		char sql[128];
		int status;

		if (r->id[i] == r->last_id[i])
			continue;
		(void)snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE id > ?1 ORDER BY id",
			       table);
		if (r->tail[i] == NULL)
			code = record_prepare(r, &r->tail[i], sql, e);
		if (code != ERR_NONE)
			return code;
		(void)sqlite3_bind_int64(r->tail[i], 1, r->last_id[i]);
		while ((status = sqlite3_step(r->tail[i])) == SQLITE_ROW)
			chain_row(link, table, r->tail[i]);
		if (status != SQLITE_DONE)
			code = record_fail(r, e, "reading back");
		(void)sqlite3_reset(r->tail[i]);
	}
	return code;
}

enum err_code record_commit(struct record *r, struct err *e)
{
	struct chain_link link;
	char hash[RECORD_HASH_SIZE];
	int64_t rows = 0;
	enum err_code code = ERR_NONE;

	assert(r->in_transaction);
	for (size_t i = 0; i < RECORD_TABLES; i++)
		rows += r->id[i] - r->last_id[i];
	chain_begin(&link, r->next_link, rows, r->previous);
	code = hash_rows(r, &link, e);
	assert(code != ERR_NONE || link.rows == rows);
	chain_end(&link, hash);
	if (code == ERR_NONE && r->insert_link == NULL)
		code = record_prepare(r, &r->insert_link, "INSERT INTO link VALUES (?1, ?2, ?3)",
				      e);
	if (code != ERR_NONE)
		return code;
	(void)sqlite3_bind_int64(r->insert_link, 1, r->next_link);
	(void)sqlite3_bind_int64(r->insert_link, 2, rows);
	(void)sqlite3_bind_text(r->insert_link, 3, hash, -1, SQLITE_STATIC);
	if (sqlite3_step(r->insert_link) != SQLITE_DONE)
		code = record_fail(r, e, "writing");
	(void)sqlite3_reset(r->insert_link);
	if (code == ERR_NONE)
		code = record_execute(r, "COMMIT", "committing", e);
	if (code == ERR_NONE)
		r->in_transaction = false;
	return code;
}

void record_rollback(struct record *r)
{
	if (!r->in_transaction)
		return;
	/* SQLite has rolled back by itself after some errors: then this one says so, and is right.
	 */
	(void)sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
	r->in_transaction = false;
}
