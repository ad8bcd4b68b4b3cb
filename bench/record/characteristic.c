/* See characteristic.h. */
#include "record/characteristic.h"

#include <math.h>

#include "record/inside.h"

static enum err_code append(struct record *r, const struct characteristic *c, int64_t *id,
			    struct err *e)
{
	const struct record_value row[] = {
		record_text(c->clause), record_text(c->name), record_text(c->unit),
		record_text(c->kind),   record_text(c->rule), record_number(c->low),
		record_number(c->high),
	};

	return record_append(r, "characteristic", row, sizeof row / sizeof *row, id, e);
}

/* An open limit is NULL in the table, and `IS` finds it. */
static void bind_limit(sqlite3_stmt *s, int at, double limit)
{
	(void)(isfinite(limit) ? sqlite3_bind_double(s, at, limit) : sqlite3_bind_null(s, at));
}

enum err_code characteristic_find(struct record *r, const struct characteristic *c, int64_t *id,
				  struct err *e)
{
	static const char sql[] =
		"SELECT id FROM characteristic WHERE clause = ?1 AND name = ?2 AND unit = ?3 AND "
		"kind = ?4 AND rule = ?5 AND low IS ?6 AND high IS ?7";
	const char *const texts[] = {c->clause, c->name, c->unit, c->kind, c->rule};
	enum err_code code = ERR_NONE;

	if (r->find_characteristic == NULL)
		code = record_prepare(r, &r->find_characteristic, sql, e);
	if (code != ERR_NONE)
		return code;
	sqlite3_stmt *s = r->find_characteristic;
	for (int i = 0; i < 5; i++)
		(void)sqlite3_bind_text(s, i + 1, texts[i], -1, SQLITE_STATIC);
	bind_limit(s, 6, c->low);
	bind_limit(s, 7, c->high);
	int status = sqlite3_step(s);
	*id = status == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
	if (status != SQLITE_ROW && status != SQLITE_DONE)
		code = record_fail(r, e, "reading");
	(void)sqlite3_reset(s);
	return code == ERR_NONE && *id == 0 ? append(r, c, id, e) : code;
}
