/* The terminal sink: see terminal.h. stderr that is gone is no error: the verdict is on stdout. */
#include "sink/terminal.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"

#define NAME "run"

/* A known-bad pen that fails is what everybody hopes for. That it was by its clause the record has
 * seen: else it is a bench fault by now. */
static bool is_hoped_for(const struct terminal *t, enum outcome o)
{
	return t->is_check && o == (t->pen == SINK_PEN_GOLDEN ? OUTCOME_PASS : OUTCOME_FAIL);
}

static const char *paint(const struct terminal *t, enum outcome o)
{
	if (!t->colour)
		return "";
	switch (is_hoped_for(t, o) ? OUTCOME_PASS : o) {
	case OUTCOME_PASS:
		return "\033[1;37;42m";
	case OUTCOME_FAIL:
		return "\033[1;37;41m";
	case OUTCOME_INCOMPLETE:
	case OUTCOME_BENCH:
	case OUTCOME_SCRIPT:
	case OUTCOME_ABORT:
		break;
	}
	return "\033[1;30;43m";
}

/* Text of others must not drive the terminal. */
static void harmless(char *out, size_t size, const char *text)
{
	size_t used = 0;

	while (*text != '\0') {
		uint32_t point;
		size_t eaten = utf8_decode(text, &point);
		bool good = eaten > 0 && !utf8_is_control(point);
		if (used + (good ? eaten : 1) >= size)
			break;
		if (good)
			memcpy(out + used, text, eaten);
		else
			out[used] = eaten > 0 ? ' ' : '?';
		used += good ? eaten : 1;
		text += eaten > 0 ? eaten : 1;
	}
	out[used] = '\0';
}

static enum err_code run_begin(void *self, const struct sink_run *run, struct err *e)
{
	struct terminal *t = self;
	char image[PATH_SIZE];

	(void)e;
	harmless(t->serial, sizeof t->serial, run->serial);
	t->is_production = run->is_production;
	t->attempt = run->attempt;
	harmless(image, sizeof image, run->image);
	t->pen = run->pen;
	t->is_check = run->is_check;
	harmless(t->marks, sizeof t->marks, run->marks);
	if (t->marks[0] != '\0')
		log_line(NAME, "%s", t->marks);
	if (t->failures_only)
		return ERR_NONE;
	log_line(NAME, "station %s, jig %s, %zu case%s, firmware %s", run->station, run->jig,
		 run->case_count, run->case_count == 1 ? "" : "s", image);
	return ERR_NONE;
}

static enum err_code case_begin(void *self, const struct sink_case *which, struct err *e)
{
	(void)self;
	(void)which;
	(void)e;
	return ERR_NONE;
}

static enum err_code log_note(void *self, const char *text, struct err *e)
{
	char line[LOG_LINE_SIZE];

	(void)self;
	(void)e;
	harmless(line, sizeof line, text);
	log_line("case", "%s", line);
	return ERR_NONE;
}

/* "PASS", or how the value fails, with what makes the judgement weak: no budget, or a conformance
 * probability that is not certain. */
static void judgement_text(const struct measurement *m, char *text, size_t size)
{
	enum judgement j = measurement_judge(m);
	int used = snprintf(text, size, "%s",
			    j == JUDGEMENT_MARGINAL ? "FAIL (marginal)" : judgement_name(j));

	if (m->state != MEASUREMENT_SET || used < 0 || (size_t)used >= size)
		return;
	double conformance = measurement_conformance(m);
	if (m->u > 0 && conformance < 0.9995 && j != JUDGEMENT_FAIL)
		used += snprintf(text + used, size - (size_t)used, ", p_c %.1f %%",
				 conformance * 100);
	if (measurement_lacks_budget(m) && (size_t)used < size)
		(void)snprintf(text + used, size - (size_t)used, ", no budget");
}

static void show_measurement(const struct measurement *m)
{
	const struct limit *l = &m->limit;
	char low[32] = "", high[32] = "", value[MEASUREMENT_TEXT_SIZE] = "-", judgement[64];
	struct interval shown = limit_interval(l);

	if (m->state == MEASUREMENT_SET) {
		measurement_format(m, value);
		shown = measurement_acceptance(m);
	} else if (m->state == MEASUREMENT_OVER_RANGE) {
		(void)snprintf(value, sizeof value, "clipped");
	}
	if (l->has_low)
		(void)snprintf(low, sizeof low, "%.6g", shown.low);
	if (l->has_high)
		(void)snprintf(high, sizeof high, "%.6g", shown.high);
	judgement_text(m, judgement, sizeof judgement);
	log_line(NAME, "    %-10s %-24s %26s  [%s..%s] %s  %s", l->clause, m->name, value, low,
		 high, rule_name(l->rule), judgement);
}

static enum err_code case_end(void *self, const struct sink_case_end *end, struct err *e)
{
	const struct terminal *t = self;
	char title[LOG_LINE_SIZE / 2], cause[ERR_TEXT_SIZE];

	(void)e;
	if (t->failures_only && end->outcome == OUTCOME_PASS)
		return ERR_NONE;
	harmless(title, sizeof title, end->which.title);
	log_line(NAME, "%-10s %zu %s", outcome_name(end->outcome), end->which.number, title);
	for (size_t i = 0; i < end->measurement_count; i++)
		show_measurement(&end->measurements[i]);
	if (end->cause[0] != '\0') {
		harmless(cause, sizeof cause, end->cause);
		log_line(NAME, "    %s", cause);
	}
	return ERR_NONE;
}

/* What the verdict means for the person in front of it. */
static const char *advice(const struct terminal *t, enum outcome o)
{
	if (is_hoped_for(t, o))
		return t->pen == SINK_PEN_GOLDEN
			       ? "the golden pen agrees with its certificate: put it back in its "
				 "place"
			       : "the known-bad pen fails as it should, the bench sees it: put it "
				 "back in its place";
	if (t->pen != SINK_PEN_PRODUCT && (o == OUTCOME_PASS || o == OUTCOME_FAIL))
		return "no check of the bench: that takes the whole plan; put the pen back in its "
		       "place";
	if (t->is_check && o == OUTCOME_BENCH)
		return "the bench is at fault, not the pen: keep it, and do what is said below";
	switch (o) {
	case OUTCOME_PASS:
		return "the pen meets every clause that was tested";
	case OUTCOME_FAIL:
		return "the pen is bad: set it aside";
	case OUTCOME_INCOMPLETE:
		return "a required clause was not tested: this is no pass";
	case OUTCOME_BENCH:
		return "the bench is at fault, not the pen: put it right and run again";
	case OUTCOME_SCRIPT:
		return "the test case is wrong, the pen is not judged: see the file below";
	case OUTCOME_ABORT:
		return "ended before its end: the pen is not judged";
	}
	return "";
}

/* Whose verdict it is, and what for. */
static void show_pen(const struct terminal *t, bool is_refused)
{
	if (t->serial[0] == '\0')
		return;
	if (t->pen != SINK_PEN_PRODUCT)
		log_line(NAME, "pen %s is %s: this run %s, and judges no product", t->serial,
			 t->pen == SINK_PEN_GOLDEN ? "the GOLDEN pen" : "a KNOWN-BAD pen",
			 t->is_check ? "checks the bench" : "is no check");
	else if (!t->is_production)
		log_line(NAME, "pen %s, engineering run: no verdict of production", t->serial);
	else if (is_refused)
		log_line(NAME, "pen %s, production run refused: it counts as no attempt",
			 t->serial);
	else
		log_line(NAME, "pen %s, production run, attempt %u", t->serial, t->attempt);
}

static enum err_code run_end(void *self, const struct sink_run_end *end, struct err *e)
{
	const struct terminal *t = self;
	/* Refused before its first case: no attempt. */
	bool is_refused = end->blame == ERR_CONFIG && end->run == 0;
	char cause[ERR_TEXT_SIZE], path[PATH_SIZE];

	(void)e;
	if (t->failures_only)
		return ERR_NONE;
	harmless(cause, sizeof cause, end->cause);
	harmless(path, sizeof path, end->worst_path);
	show_pen(t, is_refused);
	log_line(NAME, "%s  ===== %s%s =====  %s", paint(t, end->outcome),
		 outcome_name(end->outcome),
		 end->outcome == OUTCOME_FAIL && is_hoped_for(t, OUTCOME_FAIL) ? ", AS IT SHOULD"
									       : "",
		 t->colour ? "\033[0m" : "");
	if (t->marks[0] != '\0' && t->is_production)
		log_line(NAME, "%s", t->marks);
	char rest[32] = "";
	if (end->run < end->planned)
		(void)snprintf(rest, sizeof rest, ", %zu not run", end->planned - end->run);
	log_line(NAME, "%zu of %zu cases passed%s; %s", end->passed, end->planned, rest,
		 is_refused ? "nothing was tested: correct the set-up" : advice(t, end->outcome));
	if (cause[0] != '\0')
		log_line(NAME, "why:   %s", cause);
	if (path[0] != '\0')
		log_line(NAME, "where: %s", path);
	return ERR_NONE;
}

static const struct sink_ops ops = {
	.run_begin = run_begin,
	.case_begin = case_begin,
	.log = log_note,
	.capture = sink_ignore_capture,
	.input = sink_ignore_input,
	.case_end = case_end,
	.run_end = run_end,
};

struct sink terminal_open(struct terminal *t, bool colour, bool failures_only)
{
	*t = (struct terminal){.colour = colour, .failures_only = failures_only};
	return (struct sink){.ops = &ops, .self = t};
}
