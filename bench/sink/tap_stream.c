/* The TAP sink: see tap_stream.h. */
#include "sink/tap_stream.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

enum {
	LINE_SIZE = 2048,
	SCALAR_SIZE = 1024,
};

void tap_stream_describe(char *out, size_t size, const char *text)
{
	const char *in = text;
	size_t used = 0;

	assert(size > 0);
	while (*in != '\0') {
		char piece[8];
		uint32_t point = 0;
		size_t eaten = utf8_decode(in, &point), length;

		if (eaten == 0) {
			length = (size_t)snprintf(piece, sizeof piece, "?");
			eaten = 1;
		} else if (utf8_is_control(point)) {
			length = (size_t)snprintf(piece, sizeof piece, " ");
		} else if (point == '#' || point == '\\') {
			length = (size_t)snprintf(piece, sizeof piece, "\\%c", (char)point);
		} else {
			memcpy(piece, in, eaten);
			length = eaten;
		}
		if (used + length >= size)
			break;
		memcpy(out + used, piece, length);
		used += length;
		in += eaten;
	}
	out[used] = '\0';
}

void tap_stream_scalar(char *out, size_t size, const char *text)
{
	const char *in = text;
	size_t used = 0;

	assert(size > 2);
	out[used++] = '"';
	while (*in != '\0') {
		char piece[16];
		uint32_t point = 0;
		size_t eaten = utf8_decode(in, &point), length;

		if (eaten == 0) {
			length = (size_t)snprintf(piece, sizeof piece, "?");
			eaten = 1;
		} else if (point == '"' || point == '\\') {
			length = (size_t)snprintf(piece, sizeof piece, "\\%c", (char)point);
		} else if (point == '\n') {
			length = (size_t)snprintf(piece, sizeof piece, "\\n");
		} else if (point == '\t') {
			length = (size_t)snprintf(piece, sizeof piece, "\\t");
		} else if (point < 0x20 || point == 0x7F) {
			length = (size_t)snprintf(piece, sizeof piece, "\\x%02X", point);
		} else if (point < 0x7F) {
			length = (size_t)snprintf(piece, sizeof piece, "%c", (char)point);
		} else {
			length = (size_t)snprintf(piece, sizeof piece,
						  point > 0xFFFF ? "\\U%08X" : "\\u%04X", point);
		}
		if (used + length + 2 > size)
			break;
		memcpy(out + used, piece, length);
		used += length;
		in += eaten;
	}
	out[used++] = '"';
	out[used] = '\0';
}

/* One line and its flush; the first failure is reported and nothing is written after it. */
static enum err_code put(struct tap_stream *t, struct err *e, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum err_code put(struct tap_stream *t, struct err *e, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list args;

	if (!t->broken) {
		va_start(args, format);
		(void)vsnprintf(line, sizeof line, format, args);
		va_end(args);
		errno = 0;
		t->broken = fputs(line, t->out) < 0 || fputc('\n', t->out) == EOF ||
			    fflush(t->out) != 0;
		t->why = errno;
	}
	if (t->broken)
		return err_set(e, ERR_BENCH,
			       "cannot write the verdict to stdout: %s; nothing after "
			       "this point counts, run again",
			       strerror(t->why));
	return ERR_NONE;
}

static enum err_code put_text(struct tap_stream *t, const char *key, const char *text,
			      struct err *e)
{
	char scalar[SCALAR_SIZE];

	tap_stream_scalar(scalar, sizeof scalar, text);
	return put(t, e, "  %s: %s", key, scalar);
}

static enum err_code run_begin(void *self, const struct sink_run *run, struct err *e)
{
	struct tap_stream *t = self;
	char marks[LINE_SIZE / 2];
	enum err_code code = put(t, e, "TAP version %d", t->version);

	if (code == ERR_NONE)
		code = put(t, e, "1..%zu", run->case_count);
	if (code != ERR_NONE || run->marks[0] == '\0')
		return code;
	tap_stream_describe(marks, sizeof marks, run->marks);
	return put(t, e, "# %s", marks);
}

static enum err_code case_begin(void *self, const struct sink_case *which, struct err *e)
{
	(void)self;
	(void)which;
	(void)e;
	return ERR_NONE;
}

/* Notes of a case are for people: they go to the terminal and the record, not into the stream. */
static enum err_code log_note(void *self, const char *text, struct err *e)
{
	(void)self;
	(void)text;
	(void)e;
	return ERR_NONE;
}

/* One key with a number, nothing where the number is infinite: a side that is not there. */
static enum err_code put_number(struct tap_stream *t, const struct measurement *m, const char *key,
				double value, struct err *e)
{
	return isinf(value) ? ERR_NONE : put(t, e, "  %s_%s: %.9g", m->name, key, value);
}

/* What only a value has: U, the acceptance limits, how sure the verdict is. */
static enum err_code put_uncertainty(struct tap_stream *t, const struct measurement *m,
				     struct err *e)
{
	struct interval zone = measurement_acceptance(m);
	const struct {
		const char *key;
		double value;
	} rows[] = {
		{"u", m->u},
		{"k", m->k},
		{"nu_eff", m->nu_eff},
		{"accept_low", zone.low},
		{"accept_high", zone.high},
		{"conformance", measurement_conformance(m)},
		{"margin", measurement_margin(m)},
	};
	enum err_code code = ERR_NONE;

	if (measurement_lacks_budget(m)) {
		code = put(t, e, "  %s_budget: none", m->name);
		return code != ERR_NONE ? code
					: put_number(t, m, "margin", measurement_margin(m), e);
	}
	if (m->limit.kind == LIMIT_SPREAD && code == ERR_NONE)
		code = put(t, e, "  %s_n: %zu", m->name, m->n);
	if (m->limit.kind == LIMIT_SPREAD && code == ERR_NONE)
		code = put_number(t, m, "upper_bound", m->value + m->u, e);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0] && code == ERR_NONE; i++)
		code = put_number(t, m, rows[i].key, rows[i].value, e);
	return code;
}

/* A name of a measurement is an identifier (declared so), and can stand as a key. */
static enum err_code put_measurement(struct tap_stream *t, const struct measurement *m,
				     struct err *e)
{
	const struct limit *l = &m->limit;
	struct interval specification = limit_interval(l);
	char unit[2 * NAME_SIZE], clause[2 * NAME_SIZE];
	enum err_code code;

	tap_stream_scalar(unit, sizeof unit, l->unit);
	tap_stream_scalar(clause, sizeof clause, l->clause);
	if (m->state == MEASUREMENT_SET)
		code = put(t, e, "  %s: %.9g", m->name, m->value);
	else
		code = put(t, e, "  %s: ~", m->name);
	if (code == ERR_NONE)
		code = put(t, e, "  %s_judgement: %s", m->name,
			   judgement_name(measurement_judge(m)));
	if (code == ERR_NONE)
		code = put(t, e, "  %s_unit: %s", m->name, unit);
	if (code == ERR_NONE)
		code = put(t, e, "  %s_clause: %s", m->name, clause);
	if (code == ERR_NONE)
		code = put_number(t, m, "low", specification.low, e);
	if (code == ERR_NONE)
		code = put_number(t, m, "high", specification.high, e);
	if (code == ERR_NONE)
		code = put(t, e, "  %s_rule: %s", m->name, rule_name(l->rule));
	if (code != ERR_NONE || m->state != MEASUREMENT_SET || l->kind == LIMIT_COUNT)
		return code;
	return put_uncertainty(t, m, e);
}

static enum err_code case_end(void *self, const struct sink_case_end *end, struct err *e)
{
	struct tap_stream *t = self;
	char title[LINE_SIZE / 2];
	enum err_code code;

	/* Said by run_end as `Bail out!`: such a case has no verdict. */
	if (end->outcome == OUTCOME_BENCH || end->outcome == OUTCOME_ABORT)
		return ERR_NONE;
	tap_stream_describe(title, sizeof title, end->which.title);
	code = put(t, e, "%s %zu - %s", end->outcome == OUTCOME_PASS ? "ok" : "not ok",
		   end->which.number, title);
	if (code == ERR_NONE)
		code = put(t, e, "  ---");
	if (code == ERR_NONE)
		code = put(t, e, "  outcome: %s", outcome_name(end->outcome));
	if (code == ERR_NONE && end->cause[0] != '\0')
		code = put_text(t, "cause", end->cause, e);
	if (code == ERR_NONE && end->trace[0] != '\0')
		code = put_text(t, "trace", end->trace, e);
	if (code == ERR_NONE)
		code = put_text(t, "case", end->which.path, e);
	for (size_t i = 0; i < end->measurement_count && code == ERR_NONE; i++)
		code = put_measurement(t, &end->measurements[i], e);
	return code != ERR_NONE ? code : put(t, e, "  ...");
}

static enum err_code run_end(void *self, const struct sink_run_end *end, struct err *e)
{
	struct tap_stream *t = self;
	char cause[LINE_SIZE / 2];

	if (end->blame == ERR_NONE)
		return t->broken ? put(t, e, "%s", "") : ERR_NONE;
	tap_stream_describe(cause, sizeof cause, end->blame_cause);
	/* The record's word for it. */
	return put(t, e, "Bail out! %s: %s", outcome_name(outcome_of_err(end->blame)), cause);
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

struct sink tap_stream_open(struct tap_stream *t, FILE *out, int version)
{
	assert(version == 13 || version == 14);
	*t = (struct tap_stream){.out = out, .version = version};
	return (struct sink){.ops = &ops, .self = t};
}
