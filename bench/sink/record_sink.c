/* Events into rows: see record_sink.h. Columns in the order of record/schema.sql. */
#include "sink/record_sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/runs.h"
#include "sink/record_gate.h"
#include "sink/record_measurement.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { TEXT_SIZE = 1024, CHANNEL_TEXT_SIZE = 1024 };

/* What happens between two commits waits here for the next one. */
struct note {
	size_t case_number;
	char kind[NAME_SIZE];
	char text[TEXT_SIZE];
	char stamp[RECORD_STAMP_SIZE];
};

struct kept {
	char kind[NAME_SIZE];
	char sha256[RECORD_HASH_SIZE];
	char file[NAME_SIZE * 2];
	char channels[CHANNEL_TEXT_SIZE];
	uint64_t size, samples;
	double rate_hz;
	size_t case_number, number; /* when it came: what waits may be of an earlier case */
};

struct known {
	char role[NAME_SIZE], path[TEXT_SIZE], sha256[RECORD_HASH_SIZE];
};

/* Invariant: inputs[0..written_inputs) are in the record already. */
struct record_sink {
	struct record *record;
	int64_t run;
	unsigned attempt;   /* 0: an engineering run */
	size_t case_number; /* under way or done last; 0: before the first */
	struct note notes[RECORD_SINK_NOTES_MAX];
	size_t note_count, dropped;
	struct kept captures[RECORD_SINK_CAPTURES_MAX];
	size_t capture_count, captures_of_case;
	struct known inputs[RECORD_SINK_INPUTS_MAX];
	size_t input_count, written_inputs;
	struct record_gate gate;
};

/* Ends the transaction one way or the other. */
static enum err_code finish(struct record *r, enum err_code code, struct err *e)
{
	if (code == ERR_NONE)
		code = record_commit(r, e);
	if (code != ERR_NONE)
		record_rollback(r);
	return code;
}

static void add_input(struct record_sink *s, const struct sink_input *input, bool *is_full)
{
	for (size_t i = 0; i < s->input_count; i++)
		if (strcmp(s->inputs[i].role, input->role) == 0 &&
		    strcmp(s->inputs[i].path, input->path) == 0 &&
		    strcmp(s->inputs[i].sha256, input->sha256) == 0)
			return;
	if (s->input_count == RECORD_SINK_INPUTS_MAX) {
		*is_full = true;
		return;
	}
	struct known *k = &s->inputs[s->input_count++];
	(void)snprintf(k->role, sizeof k->role, "%s", input->role);
	(void)snprintf(k->path, sizeof k->path, "%s", input->path);
	(void)snprintf(k->sha256, sizeof k->sha256, "%s", input->sha256);
}

static enum err_code write_inputs(struct record_sink *s, struct err *e)
{
	enum err_code code = ERR_NONE;

	for (size_t i = s->written_inputs; i < s->input_count && code == ERR_NONE; i++) {
		const struct record_value row[] = {
			record_integer(s->run),
			record_text(s->inputs[i].role),
			record_text(s->inputs[i].path),
			record_text(s->inputs[i].sha256),
		};
		code = record_append(s->record, "input", row, COUNT(row), NULL, e);
	}
	return code;
}

static enum err_code write_equipment(struct record_sink *s, const struct sink_run *run,
				     struct err *e)
{
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < run->equipment_count && code == ERR_NONE; i++) {
		const struct sink_equipment *q = &run->equipment[i];
		const struct record_value row[] = {
			record_integer(s->run),      record_text(q->instrument),
			record_text(q->asset),       record_integer(q->revision),
			record_text(q->certificate), record_text(q->date),
			record_text(q->due),         record_text(q->state),
		};
		code = record_append(s->record, "equipment", row, COUNT(row), NULL, e);
	}
	return code;
}

/* The unit's row, made when its first run is. */
static enum err_code find_unit(struct record_sink *s, const char *serial, struct record_value *unit,
			       struct err *e)
{
	const struct record_value row[] = {record_text(serial)};
	int64_t id = 0;

	*unit = record_null();
	if (serial[0] == '\0')
		return ERR_NONE;
	enum err_code code = runs_find_unit(s->record, serial, &id, e);
	if (code == ERR_NONE && id == 0)
		code = record_append(s->record, "unit", row, COUNT(row), &id, e);
	*unit = record_integer(id);
	return code;
}

static enum err_code write_run(struct record_sink *s, const struct sink_run *run, struct err *e)
{
	char stamp[RECORD_STAMP_SIZE], host[NAME_SIZE] = "";
	struct record_value unit;
	enum err_code code = find_unit(s, run->serial, &unit, e);

	if (code != ERR_NONE)
		return code;
	record_stamp(stamp);
	(void)gethostname(host, sizeof host - 1);
	const struct record_value row[] = {
		unit,
		record_text(run->is_production ? "production" : "engineering"),
		run->is_production ? record_integer(run->attempt) : record_null(),
		record_text(run->reason),
		record_text(run->station),
		record_text(run->jig),
		record_text(run->operator_name),
		record_text(run->lot),
		record_text(run->plan),
		record_integer((int64_t)run->case_count),
		record_text(run->version),
		record_text(run->build),
		record_text(run->marks),
		record_text(run->date),
		record_text(stamp),
		record_text(host),
	};
	code = record_append(s->record, "run", row, COUNT(row), &s->run, e);
	return code == ERR_NONE ? runs_hold(s->record, s->run, e) : code;
}

static void add_note(struct record_sink *s, const char *kind, const char *text)
{
	if (s->note_count == RECORD_SINK_NOTES_MAX) {
		s->dropped++;
		return;
	}
	struct note *n = &s->notes[s->note_count++];
	n->case_number = s->case_number;
	(void)snprintf(n->kind, sizeof n->kind, "%s", kind);
	(void)snprintf(n->text, sizeof n->text, "%s", text);
	record_stamp(n->stamp);
}

/* A calibration that has run out is valid again on an earlier day, so such a day is written down.
 */
static enum err_code note_calendar(struct record_sink *s, const struct sink_run *run, struct err *e)
{
	struct runs_day last;
	char text[TEXT_SIZE];
	enum err_code code = runs_last_day(s->record, &last, e);

	if (code != ERR_NONE || run->date[0] == '\0' || strcmp(run->date, last.date) >= 0)
		return code;
	(void)snprintf(text, sizeof text, "the calendar went back: run %lld was of %s, this is %s",
		       (long long)last.run, last.date, run->date);
	add_note(s, "calendar", text);
	return ERR_NONE;
}

static enum err_code run_begin(void *self, const struct sink_run *run, struct err *e)
{
	struct record_sink *s = self;
	bool is_full = false;
	enum err_code code = record_begin(s->record, e);

	if (code != ERR_NONE)
		return code;
	s->attempt = run->is_production ? run->attempt : 0;
	for (size_t i = 0; i < run->input_count; i++)
		add_input(s, &run->inputs[i], &is_full);
	code = is_full ? err_set(e, ERR_CONFIG, "the run has more than %d input files",
				 RECORD_SINK_INPUTS_MAX)
		       : note_calendar(s, run, e);
	/* Opening the session took its time, in which another program may have tested this pen. */
	if (code == ERR_NONE && run->is_production)
		code = runs_confirm(s->record, run->serial, run->attempt, e);
	if (code == ERR_NONE)
		code = write_run(s, run, e);
	if (code == ERR_NONE)
		code = write_inputs(s, e);
	if (code == ERR_NONE)
		code = write_equipment(s, run, e);
	code = finish(s->record, code, e);
	if (code == ERR_NONE)
		s->written_inputs = s->input_count;
	else
		s->run = 0;
	return code;
}

static enum err_code case_begin(void *self, const struct sink_case *which, struct err *e)
{
	struct record_sink *s = self;

	(void)e;
	s->case_number = which->number;
	s->captures_of_case = 0;
	return ERR_NONE;
}

static enum err_code log_note(void *self, const char *text, struct err *e)
{
	(void)e;
	add_note(self, "print", text);
	return ERR_NONE;
}

static enum err_code on_input(void *self, const struct sink_input *input, struct err *e)
{
	bool is_full = false;

	add_input(self, input, &is_full);
	return is_full ? err_set(e, ERR_BENCH, "the run has more than %d input files",
				 RECORD_SINK_INPUTS_MAX)
		       : ERR_NONE;
}

static enum err_code on_capture(void *self, const struct sink_capture *capture, struct err *e)
{
	struct record_sink *s = self;

	if (s->capture_count == RECORD_SINK_CAPTURES_MAX)
		return err_set(e, ERR_BENCH, "the case left more than %d pieces of evidence",
			       RECORD_SINK_CAPTURES_MAX);
	struct kept *k = &s->captures[s->capture_count];
	if ((size_t)snprintf(k->file, sizeof k->file, "%s", capture->file) >= sizeof k->file ||
	    strlen(capture->sha256) + 1 != sizeof k->sha256)
		return err_set(e, ERR_BENCH, "evidence \"%.80s\" has no usable name or hash",
			       capture->file);
	(void)snprintf(k->kind, sizeof k->kind, "%s", capture->kind);
	(void)snprintf(k->sha256, sizeof k->sha256, "%s", capture->sha256);
	(void)snprintf(k->channels, sizeof k->channels, "%s", capture->channels);
	k->size = capture->size;
	k->samples = capture->samples;
	k->rate_hz = capture->rate_hz;
	k->case_number = s->case_number;
	k->number = ++s->captures_of_case;
	s->capture_count++;
	return ERR_NONE;
}

/* What has waited since the last commit. */
static enum err_code write_waiting(struct record_sink *s, struct err *e)
{
	enum err_code code = write_inputs(s, e);

	for (size_t i = 0; i < s->note_count && code == ERR_NONE; i++) {
		const struct record_value row[] = {
			record_integer(s->run),
			record_integer((int64_t)s->notes[i].case_number),
			record_text(s->notes[i].kind),
			record_text(s->notes[i].text),
			record_text(s->notes[i].stamp),
		};
		code = record_append(s->record, "event", row, COUNT(row), NULL, e);
	}
	for (size_t i = 0; i < s->capture_count && code == ERR_NONE; i++) {
		const struct kept *k = &s->captures[i];
		const struct record_value row[] = {
			record_integer(s->run),
			record_integer((int64_t)k->case_number),
			record_integer((int64_t)k->number),
			record_text(k->kind),
			record_text(k->sha256),
			record_text(k->file),
			record_integer((int64_t)k->size),
			k->samples > 0 ? record_integer((int64_t)k->samples) : record_null(),
			k->rate_hz > 0 ? record_number(k->rate_hz) : record_null(),
			record_text(k->channels),
		};
		code = record_append(s->record, "capture", row, COUNT(row), NULL, e);
	}
	return code;
}

static void forget_waiting(struct record_sink *s)
{
	s->note_count = s->capture_count = s->dropped = 0;
	s->written_inputs = s->input_count;
}

static void note_dropped(struct record_sink *s)
{
	if (s->dropped == 0)
		return;
	struct note *last = &s->notes[RECORD_SINK_NOTES_MAX - 1];
	(void)snprintf(last->kind, sizeof last->kind, "dropped");
	(void)snprintf(last->text, sizeof last->text, "%zu more lines were not kept",
		       s->dropped + 1);
}

static enum err_code case_end(void *self, const struct sink_case_end *end, struct err *e)
{
	struct record_sink *s = self;
	char stamp[RECORD_STAMP_SIZE];
	int64_t id = 0;
	enum err_code code = record_begin(s->record, e);

	if (code != ERR_NONE)
		return code;
	record_stamp(stamp);
	note_dropped(s);
	const struct record_value row[] = {
		record_integer(s->run),
		record_integer((int64_t)end->which.number),
		record_text(end->which.path),
		record_text(end->which.title),
		record_text(outcome_name(end->outcome)),
		record_text(end->cause),
		record_text(end->trace),
		record_text(stamp),
	};
	code = record_append(s->record, "test_case", row, COUNT(row), &id, e);
	for (size_t i = 0; i < end->measurement_count && code == ERR_NONE; i++)
		code = record_measurement(s->record, id, s->attempt, &end->measurements[i], e);
	if (code == ERR_NONE)
		code = write_waiting(s, e);
	if (code == ERR_NONE)
		code = record_gate_judge(&s->gate, s->record, s->run, NULL, e);
	code = finish(s->record, code, e);
	if (code == ERR_NONE)
		forget_waiting(s);
	return code;
}

static enum err_code run_end(void *self, const struct sink_run_end *end, struct err *e)
{
	struct record_sink *s = self;
	struct runs_end how = {
		.outcome = end->outcome,
		.cause = end->cause,
		.case_path = end->worst_path,
		.passed = end->passed,
	};

	if (s->run == 0) /* it could not even be begun, which was said then */
		return ERR_NONE;
	enum err_code code = record_begin(s->record, e);
	if (code != ERR_NONE)
		return code;
	note_dropped(s);
	code = write_waiting(s, e);
	if (code == ERR_NONE)
		code = record_gate_judge(&s->gate, s->record, s->run, &how, e);
	if (code == ERR_NONE)
		code = runs_close(s->record, s->run, &how, e);
	code = finish(s->record, code, e);
	if (code != ERR_NONE)
		return code;
	forget_waiting(s);
	runs_release(s->record, s->run);
	if (s->gate.verdict == GATE_LOCKED)
		return err_set(e, ERR_BENCH, "%s: production is LOCKED", s->gate.text);
	return ERR_NONE;
}

static const struct sink_ops ops = {
	.run_begin = run_begin,
	.case_begin = case_begin,
	.log = log_note,
	.capture = on_capture,
	.input = on_input,
	.case_end = case_end,
	.run_end = run_end,
};

enum err_code record_sink_open(struct record_sink **out, struct record *record, struct err *e)
{
	*out = calloc(1, sizeof **out);
	if (*out == NULL)
		return err_set(e, ERR_BENCH, "out of memory");
	(*out)->record = record;
	return ERR_NONE;
}

void record_sink_check(struct record_sink *s, const struct golden *golden, const char *serial)
{
	s->gate.golden = golden;
	(void)snprintf(s->gate.serial, sizeof s->gate.serial, "%s", serial);
}

void record_sink_close(struct record_sink *s)
{
	free(s);
}

struct sink record_sink_of(struct record_sink *s)
{
	return (struct sink){.ops = &ops, .self = s};
}

int64_t record_sink_run(const struct record_sink *s)
{
	return s->run;
}

enum gate_verdict record_sink_verdict(const struct record_sink *s)
{
	return s->gate.verdict;
}
