/* The parts of the page that are lists of rows of the record: budgets, inputs, equipment, events.
 */
#include "page.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "html.h"
#include "record/query.h"

static void cell(GString *page, const struct record_query *q, int column)
{
	html_put(page, "<td>");
	if (record_query_is_number(q, column) && strcmp(record_query_name(q, column), "u") == 0)
		html_uncertainty(page, record_query_number(q, column));
	else if (record_query_is_number(q, column))
		html_number(page, record_query_number(q, column));
	else
		html_text(page, record_query_text(q, column));
	html_put(page, "</td>");
}

/* A table of all rows below its heading; nothing when there are none. */
static enum err_code table(GString *page, struct record *record, const char *sql, int64_t id,
			   const char *heading, const char *columns, const char *end, struct err *e)
{
	struct record_query *q = NULL;
	bool row = false, has_any = false;
	enum err_code code = record_query_open(&q, record, sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, id);
	while ((code = record_query_next(q, &row, e)) == ERR_NONE && row) {
		if (!has_any)
			html_put(page,
				 "%s<div class=wrap><table><thead><tr>%s</tr></thead><tbody>\n",
				 heading, columns);
		has_any = true;
		html_put(page, "<tr>");
		for (int i = 0; i < record_query_columns(q); i++)
			cell(page, q, i);
		html_put(page, "</tr>\n");
	}
	if (has_any)
		html_put(page, "</tbody></table></div>\n%s", end);
	record_query_close(q);
	return code;
}

/* Whose budget it is, and what it adds up to. */
static void budget_summary(GString *page, const struct run_case *c, const struct run_measurement *m)
{
	bool is_spread = strcmp(m->kind, "spread") == 0;

	html_put(page, "<details><summary>");
	html_text(page, m->clause);
	html_put(page, " ");
	html_text(page, m->name);
	html_put(page, " in case %" PRId64 ": ", c->number);
	if (is_spread) {
		html_spread(page, m->value, m->u, m->unit);
		html_put(page, ", one-sided 95 %%, degrees of freedom ");
	} else {
		html_put(page, "U = ");
		html_uncertainty(page, m->u);
		html_unit(page, m->unit);
		html_put(page, ", k = %.3g, effective degrees of freedom ", m->k);
	}
	if (isfinite(m->nu_eff))
		html_put(page, "%.0f", floor(m->nu_eff));
	else
		html_put(page, "\xe2\x88\x9e");
	html_put(page, "</summary>\n");
}

enum err_code page_budgets(GString *page, const struct run *r, struct record *record, struct err *e)
{
	enum err_code code = ERR_NONE;

	html_put(page, "<h2>Uncertainty budgets</h2>\n");
	for (guint i = 0; i < r->cases->len; i++) {
		const struct run_case *c = r->cases->pdata[i];
		for (guint k = 0; k < c->measurements->len && code == ERR_NONE; k++) {
			const struct run_measurement *m =
				&g_array_index(c->measurements, struct run_measurement, k);
			if (!(m->u > 0))
				continue;
			budget_summary(page, c, m);
			code = table(page, record,
				     "SELECT name, type, u, coalesce(nu, '\xe2\x88\x9e'), cause "
				     "FROM budget_line WHERE measurement = ?1 ORDER BY id",
				     m->id, "",
				     "<th scope=col>contribution<th scope=col>type<th "
				     "scope=col>standard uncertainty<th scope=col>degrees "
				     "of freedom<th scope=col>common cause",
				     "", e);
			html_put(page, "</details>\n");
		}
	}
	return code;
}

enum err_code page_provenance(GString *page, const struct run *r, struct record *record,
			      struct err *e)
{
	struct record_head head;
	enum err_code code;

	html_put(page, "<h2>Where this comes from</h2>\n<dl><dt>begun</dt><dd>");
	html_text(page, r->begun);
	html_put(page, "</dd><dt>ended</dt><dd>");
	html_text(page, r->ended);
	html_put(page, "</dd><dt>computer</dt><dd>");
	html_text(page, r->computer);
	html_put(page, "</dd><dt>penbench</dt><dd>");
	html_text(page, r->version);
	html_put(page, ", build <code>");
	html_text(page, r->build);
	html_put(page, "</code></dd><dt>plan</dt><dd>");
	html_text(page, r->plan);
	html_put(page, "</dd></dl>\n");
	code = table(
		page, record,
		"SELECT instrument, asset, revision, certificate, calibrated, due, state "
		"FROM equipment WHERE run = ?1 ORDER BY id",
		r->id, "<h3>Calibration</h3>",
		"<th scope=col>instrument<th scope=col>jig<th scope=col>revision<th "
		"scope=col>certificate<th scope=col>calibrated<th scope=col>due<th scope=col>state",
		"", e);
	if (code == ERR_NONE)
		code = table(page, record,
			     "SELECT role, path, sha256 FROM input WHERE run = ?1 ORDER BY id",
			     r->id, "<details><summary>Files that decided the run</summary>",
			     "<th scope=col>role<th scope=col>file<th scope=col>SHA-256",
			     "</details>\n", e);
	if (code == ERR_NONE)
		code = table(page, record,
			     "SELECT coalesce(case_number, ''), kind, text FROM event "
			     "WHERE run = ?1 ORDER BY id",
			     r->id, "<details><summary>Events</summary>",
			     "<th scope=col>case<th scope=col>kind<th scope=col>text",
			     "</details>\n", e);
	if (code == ERR_NONE)
		code = record_head(record, &head, e);
	if (code == ERR_NONE)
		html_put(page,
			 "<p class=soft>Head of the record's chain when this page was written: "
			 "<code>%" PRId64
			 ":%s</code> (<code>penbench record verify --head</code>)</p>\n",
			 head.link, head.hash);
	return code;
}
