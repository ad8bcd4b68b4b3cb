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

static const struct run_case *case_of_path(const struct run *r, const char *path)
{
	for (guint i = 0; path[0] != '\0' && i < r->cases->len; i++) {
		const struct run_case *c = r->cases->pdata[i];
		if (strcmp(c->path, path) == 0)
			return c;
	}
	return NULL;
}

static void case_link(GString *page, const struct run_case *c)
{
	html_put(page, "<a href=\"#case-%" PRId64 "\">case %" PRId64 "</a>", c->number, c->number);
}

/* "In case 3, needle depth. 9 of 10 cases passed, 2 not run." */
static void header_cases(GString *page, const struct run *r)
{
	const struct run_case *decided = case_of_path(r, r->case_path);
	int64_t passed = 0, ended = 0;

	for (guint i = 0; i < r->cases->len; i++) {
		const struct run_case *c = r->cases->pdata[i];
		passed += strcmp(c->outcome, "PASS") == 0;
		ended += c->outcome[0] != '\0';
	}
	html_put(page, "<p>");
	if (decided != NULL && decided->outcome[0] != '\0') {
		html_put(page, "In ");
		case_link(page, decided);
		html_put(page, ", ");
		html_text(page, decided->title);
		html_put(page, ". ");
	} else if (r->case_path[0] != '\0') {
		html_put(page, "In <code>");
		html_text(page, r->case_path);
		html_put(page, "</code>. ");
	}
	html_put(page, "%" PRId64 " of %" PRId64 " cases passed", passed, r->case_count);
	if (ended < r->case_count)
		html_put(page, ", %" PRId64 " not run to the end", r->case_count - ended);
	html_put(page, ".</p>");
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
	header_cases(page, r);
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
		(strcmp(m->kind, "spread") == 0 ? html_spread : html_value)(page, m->value, m->u,
									    m->unit);
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

/* A probability that is not quite certain is not shown as if it were. */
static void probability(GString *page, double p)
{
	if (p > 0.9999)
		html_put(page, ", p &gt; 0.9999");
	else if (p < 0.0001)
		html_put(page, ", p &lt; 0.0001");
	else
		html_put(page, ", p = %.4f", p);
}

/* c: the case, named below the measurement; NULL where it stands above. */
static void row(GString *page, const struct run_measurement *m, const struct run_case *c)
{
	html_put(page, "<tr%s><td>", page_is_met(m) ? "" : " class=bad");
	html_text(page, m->clause);
	html_put(page, "</td><td>");
	html_text(page, m->name);
	if (c != NULL) {
		html_put(page, "<br><span class=soft>");
		case_link(page, c);
		html_put(page, ", ");
		html_text(page, c->title);
		html_put(page, "</span>");
	}
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
		probability(page, m->p_conform);
	html_put(page, "</span></td><td>");
	scale_of(page, m);
	html_put(page, "</td><td>");
	verdict_word(page, m->judgement);
	html_put(page, "</td></tr>\n");
}

static void table_begin(GString *page)
{
	html_put(page, "<div class=wrap><table class=values><thead><tr><th scope=col>clause<th "
		       "scope=col>measurement"
		       "<th scope=col>value \xc2\xb1 U<th scope=col>limits, rule<th scope=col>to "
		       "scale<th scope=col>verdict</tr></thead><tbody>\n");
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
			row(page, m, c);
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

static bool has_judged_failure(const struct run_case *c)
{
	for (guint k = 0; k < c->measurements->len; k++) {
		const struct run_measurement *m =
			&g_array_index(c->measurements, struct run_measurement, k);
		if (is_judged(m))
			return true;
	}
	return false;
}

/* The cases that ended without a value that tells why. */
static void causes(GString *page, const struct run *r)
{
	bool has_any = false;

	for (guint i = 0; i < r->cases->len; i++) {
		const struct run_case *c = r->cases->pdata[i];
		if (c->cause[0] == '\0' || strcmp(c->outcome, "PASS") == 0 || has_judged_failure(c))
			continue;
		if (!has_any)
			html_put(page, "<h2>Cases that came to no value</h2>\n<ul>\n");
		has_any = true;
		html_put(page, "<li>");
		verdict_word(page, c->outcome);
		html_put(page, " ");
		case_link(page, c);
		html_put(page, ", ");
		html_text(page, c->title);
		html_put(page, ":<br>");
		html_text(page, c->cause);
		html_put(page, "</li>\n");
	}
	if (has_any)
		html_put(page, "</ul>\n");
}

void page_failures(GString *page, const struct run *r)
{
	failing(page, r, true, "<h2>What was not met</h2>\n", "");
	causes(page, r);
	failing(page, r, false,
		"<details><summary>Measurements that no value was reached for</summary>\n",
		"</details>\n");
}

void page_measurements(GString *page, const struct run *r)
{
	html_put(page,
		 "<h2>All measurements</h2>\n<p class=soft>U is the expanded uncertainty at "
		 "95.45 %%; of a standard deviation the upper bound at 95 %% is given. Shaded: "
		 "where a value is accepted; solid: the guard band of the clause's decision "
		 "rule; brackets: the limits of the spec; p: the probability that the true "
		 "value meets them.</p>\n");
	table_begin(page);
	for (guint i = 0; i < r->cases->len; i++) {
		const struct run_case *c = r->cases->pdata[i];
		if (c->measurements->len == 0)
			continue;
		html_put(page, "<tr class=case><th colspan=6 scope=rowgroup>");
		case_link(page, c);
		html_put(page, ", ");
		html_text(page, c->title);
		html_put(page, "</th></tr>\n");
		for (guint k = 0; k < c->measurements->len; k++)
			row(page, &g_array_index(c->measurements, struct run_measurement, k), NULL);
	}
	table_end(page);
}

void page_case_begin(GString *page, const struct run_case *c, bool is_open)
{
	html_put(page, "<details id=case-%" PRId64 "%s><summary>", c->number,
		 is_open ? " open" : "");
	if (c->outcome[0] != '\0')
		verdict_word(page, c->outcome);
	html_put(page, " <h3>");
	if (c->number > 0)
		html_put(page, "%" PRId64 " ", c->number);
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
