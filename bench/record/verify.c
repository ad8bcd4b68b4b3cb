/* Checking a record: see verify.h. */
#include "record/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "record/chain.h"

struct check {
	struct record *r;
	const struct verify_request *request;
	struct verify_result *result;
	sqlite3_stmt *cursor[RECORD_TABLES];
	bool has_row[RECORD_TABLES];
};

static void found(struct check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void found(struct check *c, const char *format, ...)
{
	char text[ERR_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (c->result->findings++ < VERIFY_FINDINGS_MAX)
		c->request->found(c->request->context, text);
}

static void found_fault(struct check *c, const char *what)
{
	found(c, "%s: %s", what, sqlite3_errmsg(c->r->db));
}

/* SQLite's own checks: pages, cells, every index against its table; then the parents of rows. */
static void check_structure(struct check *c)
{
	static const char *const checks[] = {"PRAGMA integrity_check", "PRAGMA foreign_key_check"};

	for (unsigned i = 0; i < 2; i++) {
		sqlite3_stmt *row = NULL;
		int status = sqlite3_prepare_v2(c->r->db, checks[i], -1, &row, NULL);

		while (status == SQLITE_OK && (status = sqlite3_step(row)) == SQLITE_ROW) {
			const char *text = (const char *)sqlite3_column_text(row, 0);
			if (text == NULL || strcmp(text, "ok") != 0)
				found(c, "structure: %s%s",
				      i == 1 ? "a row without its parent in table " : "",
				      text == NULL ? "?" : text);
			status = SQLITE_OK;
		}
		if (status != SQLITE_DONE)
			found_fault(c, "structure");
		(void)sqlite3_finalize(row);
	}
}

/* The schema must be the one of this program, word for word, and the one that link 0 names. */
static void check_schema(struct check *c)
{
	char ours[RECORD_HASH_SIZE] = "", theirs[RECORD_HASH_SIZE] = "";
	struct record fresh = {.lock = -1};
	struct err e;
	char sql[64];

	(void)snprintf(sql, sizeof sql, "PRAGMA user_version = %d", RECORD_SCHEMA_VERSION);
	if (sqlite3_open(":memory:", &fresh.db) != SQLITE_OK ||
	    record_execute(&fresh, record_schema, "the schema", &e) != ERR_NONE ||
	    record_execute(&fresh, sql, "the schema", &e) != ERR_NONE ||
	    chain_schema(&fresh, ours, &e) != ERR_NONE)
		found_fault(c, "schema");
	(void)sqlite3_close(fresh.db);
	if (chain_schema(c->r, theirs, &e) != ERR_NONE)
		found(c, "schema: %s", e.text);
	else if (strcmp(ours, theirs) != 0)
		found(c, "schema: it is not the one that penbench writes");
}

static void step(struct check *c, size_t table)
{
	int status = sqlite3_step(c->cursor[table]);

	c->has_row[table] = status == SQLITE_ROW;
	if (status != SQLITE_ROW && status != SQLITE_DONE)
		found_fault(c, record_tables[table].name);
}

/* All rows of one link, each table going on where the link before left it. */
static void check_link(struct check *c, int64_t number, int64_t rows, const char *previous,
		       const char *hash)
{
	struct chain_link link;
	char computed[RECORD_HASH_SIZE];

	chain_begin(&link, number, rows, previous);
	for (size_t i = 0; i < RECORD_TABLES; i++) {
		while (c->has_row[i] && sqlite3_column_int64(c->cursor[i], 1) == number) {
			chain_row(&link, record_tables[i].name, c->cursor[i]);
			step(c, i);
		}
	}
	chain_end(&link, computed);
	c->result->rows += link.rows;
	if (link.rows != rows)
		found(c, "link %lld: has %lld rows, wrote %lld", (long long)number,
		      (long long)link.rows, (long long)rows);
	else if (strcmp(computed, hash) != 0)
		found(c, "link %lld: a row is not as it was written", (long long)number);
}

static void check_links(struct check *c, sqlite3_stmt *links)
{
	const struct record_head *wanted = c->request->head;
	char previous[RECORD_HASH_SIZE] = "", computed[RECORD_HASH_SIZE] = "";
	bool met = wanted == NULL;
	int64_t number = 0;
	struct err e;
	int status;

	while ((status = sqlite3_step(links)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(links, 0);
		const char *text = (const char *)sqlite3_column_text(links, 2);
		char hash[RECORD_HASH_SIZE];

		(void)snprintf(hash, sizeof hash, "%s", text == NULL ? "" : text);
		if (id != number)
			found(c, "link %lld: missing; the next is %lld", (long long)number,
			      (long long)id);
		if (id == 0 && chain_schema(c->r, computed, &e) == ERR_NONE &&
		    strcmp(hash, computed) != 0)
			found(c, "link 0: the schema is not as it was written");
		if (id != 0 || sqlite3_column_int64(links, 1) != 0)
			check_link(c, id, sqlite3_column_int64(links, 1), previous, hash);
		if (wanted != NULL && id == wanted->link) {
			met = true;
			if (strncmp(hash, wanted->hash, strlen(wanted->hash)) != 0)
				found(c,
				      "link %lld: is not the one of --head: the chain was computed "
				      "anew",
				      (long long)id);
		}
		memcpy(previous, hash, sizeof previous);
		c->result->head.link = id;
		c->result->links++;
		number = id + 1;
	}
	memcpy(c->result->head.hash, previous, sizeof previous);
	if (status != SQLITE_DONE)
		found_fault(c, "link");
	if (!met)
		found(c, "link %lld of --head is not there: the end of the record was cut off",
		      (long long)wanted->link);
}

static void check_chain(struct check *c)
{
	sqlite3_stmt *links = NULL;
	char sql[128];

	for (size_t i = 0; i < RECORD_TABLES; i++) {
		(void)snprintf(sql, sizeof sql, "SELECT * FROM %s NOT INDEXED ORDER BY id",
			       record_tables[i].name);
		if (sqlite3_prepare_v2(c->r->db, sql, -1, &c->cursor[i], NULL) != SQLITE_OK)
			found_fault(c, record_tables[i].name);
		else
			step(c, i);
	}
	if (sqlite3_prepare_v2(c->r->db,
			       "SELECT id, row_count, hash FROM link NOT INDEXED ORDER BY id", -1,
			       &links, NULL) != SQLITE_OK)
		found_fault(c, "link");
	else
		check_links(c, links);
	(void)sqlite3_finalize(links);
	for (size_t i = 0; i < RECORD_TABLES; i++) {
		if (c->has_row[i])
			found(c, "table %s: row %lld belongs to no link", record_tables[i].name,
			      (long long)sqlite3_column_int64(c->cursor[i], 0));
		(void)sqlite3_finalize(c->cursor[i]);
	}
}

static void check_evidence(struct check *c)
{
	sqlite3_stmt *row = NULL;
	int status = sqlite3_prepare_v2(
		c->r->db, "SELECT DISTINCT file, sha256, size FROM capture NOT INDEXED ORDER BY 1",
		-1, &row, NULL);

	while (status == SQLITE_OK && (status = sqlite3_step(row)) == SQLITE_ROW) {
		const char *file = (const char *)sqlite3_column_text(row, 0);
		const char *wanted = (const char *)sqlite3_column_text(row, 1);
		char path[2 * PATH_SIZE], hash[RECORD_HASH_SIZE];
		uint64_t size = 0;
		struct err e;

		status = SQLITE_OK;
		(void)snprintf(path, sizeof path, "%s/%s", c->r->evidence,
			       file == NULL ? "" : file);
		c->result->files++;
		if (file == NULL || wanted == NULL || strchr(file, '/') != NULL)
			found(c, "evidence: a name that is none");
		else if (digest_file(path, hash, &size, &e) != ERR_NONE)
			found(c, "evidence: %s", e.text);
		else if (strcmp(hash, wanted) != 0 ||
			 size != (uint64_t)sqlite3_column_int64(row, 2))
			found(c, "evidence %s: is not as it was written", file);
	}
	if (status != SQLITE_DONE)
		found_fault(c, "capture");
	(void)sqlite3_finalize(row);
}

enum err_code verify_record(const char *folder, const struct verify_request *request,
			    struct verify_result *result, struct err *e)
{
	struct check c = {.request = request, .result = result};
	char path[PATH_SIZE + sizeof "/record.db"];
	struct err error;

	*result = (struct verify_result){.findings = 0};
	(void)snprintf(path, sizeof path, "%s/record.db", folder);
	if (access(path, R_OK) != 0)
		return err_set(e, ERR_CONFIG, "there is no record %s that can be read", path);
	if (record_open(&c.r, folder, RECORD_READ, &error) != ERR_NONE) {
		found(&c, "%s", error.text);
		return ERR_NONE;
	}
	/* One snapshot for everything, while a station goes on writing. */
	if (record_execute(c.r, "BEGIN", "reading", &error) != ERR_NONE)
		found(&c, "%s", error.text);
	check_structure(&c);
	check_schema(&c);
	check_chain(&c);
	if (!request->skip_evidence)
		check_evidence(&c);
	(void)sqlite3_exec(c.r->db, "COMMIT", NULL, NULL, NULL);
	record_close(c.r);
	return ERR_NONE;
}
