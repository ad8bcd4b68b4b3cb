/* See study_record.h. */
#include "cli/study_record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "record/query.h"
#include "sink/json.h"

/* What of a run may be a factor, and the SQL that gives it as text. */
static const struct {
	const char *name, *sql;
} factors[] = {
	{"station", "r.station"}, {"jig", "r.jig"},   {"operator", "r.operator"},
	{"lot", "r.lot"},         {"date", "r.date"},
};

enum { FACTOR_COUNT = sizeof factors / sizeof *factors, SQL_SIZE = 1024, FIRST_FACTOR = 7 };

/* ", r.lot, r.date": the columns after those that every study has. */
static enum err_code factor_sql(char sql[SQL_SIZE], struct study *s, struct err *e)
{
	char copy[NAME_SIZE], *save = NULL;
	size_t used = 0;

	memcpy(copy, s->op_name, sizeof copy);
	sql[0] = '\0';
	for (char *name = strtok_r(copy, ",", &save); name != NULL;
	     name = strtok_r(NULL, ",", &save)) {
		size_t i = 0;

		while (i < FACTOR_COUNT && strcmp(factors[i].name, name) != 0)
			i++;
		if (i == FACTOR_COUNT)
			return err_set(e, ERR_CONFIG,
				       "--factor \"%.40s\": of a record it is station, jig, "
				       "operator, lot or date",
				       name);
		int more = snprintf(sql + used, SQL_SIZE - used, ", %s", factors[i].sql);
		used += more > 0 ? (size_t)more : 0;
		if (used >= SQL_SIZE)
			return err_set(e, ERR_CONFIG, "--factor: too many columns");
	}
	return study_name_factors(s, e);
}

/* A run need not name its operator or its lot. */
static const char *level_text(const char *text)
{
	return text[0] != '\0' ? text : "(none)";
}

static enum err_code add_row(struct study *s, const struct record_query *q, struct err *e)
{
	struct study_observation o = {.line = (size_t)record_query_integer(q, 2)};
	const char *level[FACTOR_COUNT];
	char number[JSON_NUMBER_SIZE];

	(void)snprintf(o.part, sizeof o.part, "%.*s", (int)NAME_SIZE - 1, record_query_text(q, 0));
	if (record_query_is_null(q, 1))
		return err_set(e, ERR_CONFIG,
			       "run %zu of pen \"%s\" has no number for it (%s); a study wants one "
			       "of each run",
			       o.line, o.part, record_query_text(q, 6));
	json_format_number(record_query_number(q, 1), number);
	s->low = record_query_number(q, 3);
	s->high = record_query_number(q, 4);
	(void)snprintf(s->unit, sizeof s->unit, "%.*s", (int)NAME_SIZE - 1,
		       record_query_text(q, 5));
	for (size_t i = 0; i < s->factors && i < FACTOR_COUNT; i++)
		level[i] = level_text(record_query_text(q, (int)(FIRST_FACTOR + i)));
	enum err_code code = study_set_levels(s, &o, level, s->factors, e);
	if (code == ERR_NONE)
		code = decimal_parse(&o.value, number, e);
	return code == ERR_NONE ? study_add(s, &o, e) : code;
}

static enum err_code read_rows(struct study *s, struct record *r, const char *sql,
			       const struct study_selection *which, struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code = record_query_open(&q, r, sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_text(q, 1, which->measurement);
	record_query_bind_text(q, 2, which->clause != NULL ? which->clause : "");
	record_query_bind_text(q, 3, which->lot != NULL ? which->lot : "");
	do {
		code = record_query_next(q, &row, e);
		if (code == ERR_NONE && row)
			code = add_row(s, q, e);
	} while (code == ERR_NONE && row);
	record_query_close(q);
	return code;
}

enum err_code study_read_record(struct study *s, const char *folder,
				const struct study_selection *which, struct err *e)
{
	char factor[SQL_SIZE], sql[2 * SQL_SIZE];
	struct record *r;
	enum err_code code;

	(void)snprintf(s->source, sizeof s->source, "record %.4000s, %.60s", folder,
		       which->measurement);
	(void)snprintf(s->part_name, sizeof s->part_name, "pen");
	(void)snprintf(s->op_name, sizeof s->op_name, "%.63s", which->factor);
	code = factor_sql(factor, s, e);
	if (code != ERR_NONE)
		return code;
	(void)snprintf(sql, sizeof sql,
		       "SELECT u.serial, m.value, r.id, m.low, m.high, m.unit, m.state%s"
		       " FROM measured m JOIN test_case c ON c.id = m.test_case"
		       " JOIN run r ON r.id = c.run JOIN unit u ON u.id = r.unit"
		       " WHERE m.name = ?1 AND (?2 = '' OR m.clause = ?2)"
		       " AND (?3 = '' OR r.lot = ?3) ORDER BY m.id",
		       factor);
	code = record_open(&r, folder, RECORD_READ, e);
	if (code != ERR_NONE)
		return code;
	code = read_rows(s, r, sql, which, e);
	record_close(r);
	if (code == ERR_NONE && s->count == 0)
		code = err_set(e, ERR_CONFIG,
			       "the record in %s has no measurement \"%.60s\"%s%.60s of a pen with "
			       "a serial number",
			       folder, which->measurement, which->clause != NULL ? " of " : "",
			       which->clause != NULL ? which->clause : "");
	return code;
}
