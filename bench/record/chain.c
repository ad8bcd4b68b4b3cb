/* The hash chain: see chain.h. */
#include "record/chain.h"

#include <string.h>

static void column(struct sha256 *d, sqlite3_stmt *row, int i)
{
	switch (sqlite3_column_type(row, i)) {
	case SQLITE_INTEGER:
		digest_integer(d, sqlite3_column_int64(row, i));
		break;
	case SQLITE_FLOAT:
		digest_number(d, sqlite3_column_double(row, i));
		break;
	case SQLITE_TEXT: {
		const char *text = (const char *)sqlite3_column_text(row, i);
		digest_text(d, text == NULL ? "" : text, (size_t)sqlite3_column_bytes(row, i));
		break;
	}
	case SQLITE_BLOB: {
		const void *blob = sqlite3_column_blob(row, i);
		digest_blob(d, blob == NULL ? "" : blob, (size_t)sqlite3_column_bytes(row, i));
		break;
	}
	default:
		digest_null(d);
		break;
	}
}

static void text(struct sha256 *d, const char *value)
{
	digest_text(d, value, strlen(value));
}

enum err_code chain_schema(struct record *r, char hash[RECORD_HASH_SIZE], struct err *e)
{
	static const char sql[] = "SELECT type, name, tbl_name, sql FROM sqlite_schema "
				  "ORDER BY type, name";
	sqlite3_stmt *row = NULL;
	struct sha256 d;
	int64_t version = 0;
	int status;
	enum err_code code = record_scalar(r, "PRAGMA user_version", &version, e);

	if (code == ERR_NONE)
		code = record_prepare(r, &row, sql, e);
	if (code != ERR_NONE)
		return code;
	sha256_init(&d);
	text(&d, "penbench record");
	digest_integer(&d, version);
	while ((status = sqlite3_step(row)) == SQLITE_ROW)
		for (int i = 0; i < 4; i++)
			column(&d, row, i);
	sha256_finish(&d, hash);
	if (status != SQLITE_DONE)
		code = record_fail(r, e, "reading the schema");
	(void)sqlite3_finalize(row);
	return code;
}

void chain_begin(struct chain_link *l, int64_t number, int64_t row_count, const char *previous)
{
	l->rows = 0;
	sha256_init(&l->digest);
	text(&l->digest, "link");
	digest_integer(&l->digest, number);
	digest_integer(&l->digest, row_count);
	text(&l->digest, previous);
}

void chain_row(struct chain_link *l, const char *table, sqlite3_stmt *row)
{
	int columns = sqlite3_column_count(row);

	l->rows++;
	text(&l->digest, table);
	for (int i = 0; i < columns; i++)
		column(&l->digest, row, i);
}

void chain_end(struct chain_link *l, char hash[RECORD_HASH_SIZE])
{
	sha256_finish(&l->digest, hash);
}
