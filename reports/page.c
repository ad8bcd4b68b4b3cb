/* See page.h. */
#include "page.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "html.h"
#include "scale.h"
#include "style.h"

bool page_is_met(const struct run_measurement *m)
{
	return strcmp(m->judgement, "PASS") == 0;
}

/* What the word means to whoever holds the pen. */
static const char *meaning(const char *outcome)
{
	static const struct {
		const char *outcome, *meaning;
	} WORDS[] = {
		{"PASS", "The pen meets every clause that was tested."},
		{"FAIL", "The pen does not meet its spec."},
		{"INCOMPLETE", "Not every required clause was verified. The pen is not released."},
		{"BENCH", "The bench or the jig failed. This says nothing about the pen."},
		{"SCRIPT", "The test case is wrong. This says nothing about the pen."},
		{"ABORT", "The run was ended before its end. The pen is not judged."},
	};

	for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
		if (strcmp(outcome, WORDS[i].outcome) == 0)
			return WORDS[i].meaning;
	return "The run has not ended. The pen is not judged.";
}

static void term(GString *page, const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	html_put(page, "<dt>%s</dt><dd>", name);
	html_text(page, text);
	html_put(page, "</dd>");
}

void page_begin(GString *page, const struct run *r)
{
	html_put(page, "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
		       "<meta name=viewport content=\"width=device-width,initial-scale=1\">\n"
		       "<meta name=color-scheme content=\"light dark\">\n<title>");
	html_text(page, r->outcome);
	html_put(page, " \xc2\xb7 ");
	html_text(page, r->serial[0] != '\0' ? r->serial : r->station);
	html_put(page, " \xc2\xb7 run %" PRId64 "</title>\n<style>\n%s</style>\n</head>\n<body>\n",
		 r->id, report_style);
	html_put(page, "<header class=\"top ");
	html_text(page, r->outcome);
	html_put(page, "\">");
	scale_sign(page, r->outcome, 72);
	html_put(page, "<div><h1>");
	html_text(page, r->outcome);
	html_put(page, "</h1><p>%s</p>", meaning(r->outcome));
	if (r->cause[0] != '\0') {
		html_put(page, "<p class=why>");
		html_text(page, r->cause);
		html_put(page, "</p>");
	}
	html_put(page, "</div></header>\n");
	if (r->marks[0] != '\0') {
		html_put(page, "<p class=marks><b>Note:</b> ");
		html_text(page, r->marks);
		html_put(page, "</p>\n");
	}
	html_put(page, "<dl>");
	term(page, "serial number", r->serial);
	html_put(page, "<dt>run</dt><dd>%" PRId64 ", ", r->id);
	html_text(page, r->mode);
	if (r->attempt > 0)
		html_put(page, ", attempt %" PRId64, r->attempt);
	html_put(page, "</dd>");
	term(page, "retest because", r->reason);
	term(page, "station", r->station);
	term(page, "jig", r->jig);
	term(page, "lot", r->lot);
	term(page, "operator", r->operator_name);
	term(page, "date", r->date);
	html_put(page, "</dl>\n");
}

static void verdict_word(GString *page, const char *judgement)
{
	scale_sign(page, judgement, 18);
	html_put(page, "<span class=word>");
	html_text(page, judgement);
	html_put(page, "</span>");
}

/* "-150 .. 150 um", "at most 20 um", "at least 1". */
static void limits(GString *page, double low, double high, const char *unit)
{
	if (isfinite(low) && isfinite(high) && low == high) {
		html_put(page, "exactly ");
		html_number(page, low);
	} else if (isfinite(low) && isfinite(high)) {
		html_number(page, low);
		html_put(page, " \xe2\x80\xa6 ");
		html_number(page, high);
	} else if (isfinite(high)) {
		html_put(page, "at most ");
		html_number(page, high);
	} else if (isfinite(low)) {
		html_put(page, "at least ");
		html_number(page, low);
	} else {
		html_put(page, "none");
		return;
	}
	html_unit(page, unit);
}

static void value_of(GString *page, const struct run_measurement *m)
{
	if (strcmp(m->state, "set") == 0)
		html_value(page, m->value, m->u, m->unit);
	else
		html_text(page, m->state);
}

static void scale_of(GString *page, const struct run_measurement *m)
{
	const struct scale s = {.low = m->low,
				.high = m->high,
				.accept_low = m->accept_low,
				.accept_high = m->accept_high,
				.value = m->value,
				.u = isfinite(m->u) ? m->u : 0,
				.verdict = m->judgement};
	scale_draw(page, &s);
}

static void row(GString *page, const struct run_measurement *m)
{
	html_put(page, "<tr%s><td>", page_is_met(m) ? "" : " class=bad");
	html_text(page, m->clause);
	html_put(page, "</td><td>");
	html_text(page, m->name);
	if (m->note[0] != '\0') {
		html_put(page, "<br><span class=soft>");
		html_text(page, m->note);
		html_put(page, "</span>");
	}
	html_put(page, "</td><td class=n>");
	value_of(page, m);
	html_put(page, "</td><td class=n>");
	limits(page, m->low, m->high, m->unit);
	html_put(page, "<br><span class=soft>");
	html_text(page, m->rule);
	if (isfinite(m->p_conform) && m->u > 0)
		html_put(page, ", p %.4g", m->p_conform);
	html_put(page, "</span></td><td>");
	scale_of(page, m);
	html_put(page, "</td><td>");
	verdict_word(page, m->judgement);
	html_put(page, "</td></tr>\n");
}

static void table_begin(GString *page)
{
	html_put(page, "<div class=wrap><table><thead><tr><th>clause<th>measurement<th>value "
		       "\xc2\xb1 U<th>limits, rule<th>to scale<th>verdict</tr></thead><tbody>\n");
}

static void table_end(GString *page)
{
	html_put(page, "</tbody></table></div>\n");
}

/* Did the case come to a value, and was it not good enough? */
static bool is_judged(const struct run_measurement *m)
{
	return strcmp(m->judgement, "FAIL") == 0 || strcmp(m->judgement, "MARGINAL") == 0;
}

/* Rows of the failing measurements, or of the ones without a value; returns how many. */
static guint failing_rows(GString *page, const struct run *r, bool judged)
{
	guint count = 0;

	for (guint i = 0; i < r->cases->len; i++) {
		const struct run_case *c = r->cases->pdata[i];
		for (guint k = 0; k < c->measurements->len; k++) {
			const struct run_measurement *m =
				&g_array_index(c->measurements, struct run_measurement, k);
			if (page_is_met(m) || is_judged(m) != judged)
				continue;
			row(page, m);
			count++;
		}
	}
	return count;
}

/* A part of the page that is left out when it has no rows. */
static void failing(GString *page, const struct run *r, bool judged, const char *begin,
		    const char *end)
{
	GString *part = g_string_new(NULL);

	table_begin(part);
	guint count = failing_rows(part, r, judged);
	table_end(part);
	if (count > 0) {
		g_string_append(page, begin);
		g_string_append_len(page, part->str, (gssize)part->len);
		g_string_append(page, end);
	}
	(void)g_string_free(part, TRUE);
}

void page_failures(GString *page, const struct run *r)
{
	failing(page, r, true, "<h2>What was not met</h2>\n", "");
	failing(page, r, false,
		"<details><summary>Measurements that no value was reached for</summary>\n",
		"</details>\n");
}

void page_measurements(GString *page, const struct run *r)
{
	html_put(page, "<h2>All measurements</h2>\n<p class=soft>U is the expanded uncertainty at "
		       "95.45 %%. Shaded: where a value is accepted; solid: the guard band of the "
		       "clause's decision rule; brackets: the limits of the spec; p: "
		       "the probability that the true value meets them.</p>\n");
	table_begin(page);
	for (guint i = 0; i < r->cases->len; i++) {
		const struct run_case *c = r->cases->pdata[i];
		for (guint k = 0; k < c->measurements->len; k++)
			row(page, &g_array_index(c->measurements, struct run_measurement, k));
	}
	table_end(page);
}

void page_case_begin(GString *page, const struct run_case *c, bool is_open)
{
	html_put(page, "<details%s><summary>", is_open ? " open" : "");
	if (c->outcome[0] != '\0')
		verdict_word(page, c->outcome);
	html_put(page, " <h3>");
	html_text(page, c->title);
	html_put(page, "</h3></summary>\n");
	if (c->cause[0] != '\0') {
		html_put(page, "<p class=why>");
		html_text(page, c->cause);
		html_put(page, "</p>\n");
	}
	if (c->trace[0] != '\0') {
		html_put(page, "<pre>");
		html_text(page, c->trace);
		html_put(page, "</pre>\n");
	}
	if (c->path[0] != '\0') {
		html_put(page, "<p class=soft><code>");
		html_text(page, c->path);
		html_put(page, "</code></p>\n");
	}
}

void page_case_end(GString *page)
{
	html_put(page, "</details>\n");
}

void page_end(GString *page)
{
	html_put(page, "</body>\n</html>\n");
}
