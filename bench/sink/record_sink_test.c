/* Events become rows; a sink that fails silences those after it. */
#include "sink/record_sink.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tap.h"
#include "record/query.h"

static char folder[] = "/tmp/record-sink-XXXXXX";

static void is_answer(struct tap *t, struct record *r, const char *sql, const char *wanted,
		      const char *what)
{
	struct record_query *q = NULL;
	char text[512] = "";
	struct err e;
	bool row = true;

	if (record_query_open(&q, r, sql, &e) != ERR_NONE) {
		tap_ok(t, false, "%s: %s", what, e.text);
		return;
	}
	while (record_query_next(q, &row, &e) == ERR_NONE && row)
		for (int i = 0; i < record_query_columns(q); i++)
			(void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s|",
				       record_query_text(q, i));
	record_query_close(q);
	tap_is_str(t, text, wanted, what);
}

static struct measurement depth(void)
{
	struct limit limit = {.clause = "PEN-110",
			      .name = "depth",
			      .unit = "um",
			      .has_low = true,
			      .has_high = true,
			      .low = -150,
			      .high = 150,
			      .rule = RULE_ILAC_G8};
	struct budget budget = {.count = 0};
	struct measurement m;
	struct err e;

	(void)budget_add(&budget, "scale", "encoder", false, 3, (double)INFINITY, &e);
	(void)budget_add(&budget, "repeats", "", true, 4, 9, &e);
	(void)measurement_declare(&m, "depth_um", &limit, &e);
	(void)measurement_set_budget(&m, 12.5, &budget, &e);
	return m;
}

static struct sink_run a_run(void)
{
	static const struct sink_input inputs[] = {{"spec", "pen.lua", "aa"}};

	return (struct sink_run){.station = "desk",
				 .serial = "S'1",
				 .jig = "J",
				 .image = "i.hex",
				 .case_count = 2,
				 .is_production = true,
				 .attempt = 1,
				 .reason = "",
				 .operator_name = "eve",
				 .lot = "",
				 .plan = "eol",
				 .version = "0",
				 .build = "b",
				 .marks = "",
				 .date = "",
				 .inputs = inputs,
				 .input_count = 1};
}

static void test_rows(struct tap *t, struct record *r)
{
	struct record_sink *s = NULL;
	struct sinks sinks = {.count = 0};
	struct err e;
	struct measurement m = depth();
	const struct sink_run run = a_run();
	const struct sink_case which = {.number = 1, .path = "depth.lua", .title = "depth"};
	const struct sink_case_end end = {.which = which,
					  .outcome = OUTCOME_PASS,
					  .cause = "",
					  .trace = "",
					  .measurements = &m,
					  .measurement_count = 1};
	const struct sink_run_end run_end = {.outcome = OUTCOME_PASS,
					     .cause = "",
					     .worst_path = "",
					     .blame_cause = "",
					     .passed = 1,
					     .run = 1,
					     .planned = 2};
	struct sink_capture capture = {.kind = "sr",
				       .sha256 = "short",
				       .file = "f.sr",
				       .size = 9,
				       .samples = 1000,
				       .rate_hz = 25e6,
				       .channels = "A,B"};
	const struct sink_input script = {"script", "depth.lua", "bb"};

	tap_is_int(t, record_sink_open(&s, r, &e), ERR_NONE, "the sink opens");
	sinks_add(&sinks, record_sink_of(s));
	tap_is_int(t, sinks_run_begin(&sinks, &run, &e), ERR_NONE, "a run begins");
	is_answer(t, r, "SELECT serial, mode, attempt FROM run JOIN unit ON unit.id = unit",
		  "S'1|production|1|", "with its pen");
	tap_is_int(t, sinks_capture(&sinks, &capture, &e), ERR_BENCH, "evidence without a hash");
	capture.sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	tap_is_int(t, sinks_capture(&sinks, &capture, &e), ERR_NONE, "evidence of the bring-up");
	(void)sinks_case_begin(&sinks, &which, &e);
	for (int i = 0; i < 1000; i++)
		(void)sinks_log(&sinks, "a line", &e);
	(void)sinks_input(&sinks, &script, &e);
	(void)sinks_input(&sinks, &script, &e);
	(void)sinks_capture(&sinks, &capture, &e);
	is_answer(t, r, "SELECT count(*) FROM event", "0|", "nothing is written inside a case");
	tap_is_int(t, sinks_case_end(&sinks, &end, &e), ERR_NONE, "a case ends");
	is_answer(t, r,
		  "SELECT value, u_c, round(nu_eff, 3), accept_high < 150, has_budget FROM "
		  "measurement",
		  "12.5|5.0|21.973|1|1|", "its measurement");
	is_answer(t, r, "SELECT name, cause, type, u, nu FROM budget_line ORDER BY id",
		  "scale|encoder|B|3.0||repeats||A|4.0|9.0|", "line by line");
	is_answer(t, r, "SELECT case_number, number FROM capture ORDER BY id", "0|1|1|1|",
		  "evidence with the case it is of");
	is_answer(t, r, "SELECT count(*) FROM event WHERE kind = 'print'", "255|",
		  "lines up to the most");
	is_answer(t, r, "SELECT text FROM event WHERE kind = 'dropped'",
		  "745 more lines were not kept|", "and how many were not kept");
	is_answer(t, r, "SELECT role FROM input ORDER BY id", "spec|script|", "each input once");
	tap_is_int(t, sinks_run_end(&sinks, &run_end, &e), ERR_NONE, "the run ends");
	is_answer(t, r, "SELECT outcome, attempt, died FROM run_end", "PASS|1|0|", "as it did");
	record_sink_close(s);
}

/* Two programs were admitted with the same pen: the record takes the first. */
static void test_twice(struct tap *t, struct record *r)
{
	struct record_sink *first = NULL, *second = NULL;
	struct sinks one = {.count = 0}, two = {.count = 0};
	const struct sink_run_end end = {.outcome = OUTCOME_FAIL,
					 .cause = "",
					 .worst_path = "",
					 .blame_cause = ""};
	struct sink_run run = a_run();
	struct err e = {.text = ""};

	run.serial = "S2";
	run.date = "2026-11-22";
	(void)record_sink_open(&first, r, &e);
	(void)record_sink_open(&second, r, &e);
	sinks_add(&one, record_sink_of(first));
	sinks_add(&two, record_sink_of(second));
	tap_is_int(t, sinks_run_begin(&one, &run, &e), ERR_NONE, "a pen under test");
	tap_is_int(t, sinks_run_begin(&two, &run, &e), ERR_CONFIG, "is not tested beside it");
	tap_ok(t, strstr(e.text, "pen S2 is under test right now") != NULL, "%s", e.text);
	tap_is_int(t, sinks_run_end(&two, &end, &e), ERR_NONE, "which leaves nothing");
	tap_is_int(t, sinks_run_end(&one, &end, &e), ERR_NONE, "the first one ends");
	tap_is_int(t, sinks_run_begin(&two, &run, &e), ERR_CONFIG, "and was attempt 1");
	tap_ok(t, strstr(e.text, "judged a moment ago (FAIL in run") != NULL, "%s", e.text);
	is_answer(t, r, "SELECT count(*) FROM run JOIN unit ON unit.id = unit WHERE serial = 'S2'",
		  "1|", "one run is in the record");
	run.attempt = 2;
	run.date = "2026-11-20";
	tap_is_int(t, sinks_run_begin(&two, &run, &e), ERR_NONE, "a retest on an earlier day");
	(void)sinks_run_end(&two, &end, &e);
	is_answer(t, r, "SELECT text FROM event WHERE kind = 'calendar'",
		  "the calendar went back: run 2 was of 2026-11-22, this is 2026-11-20|",
		  "says that it is one");
	record_sink_close(first);
	record_sink_close(second);
}

/* A sink that writes down what it hears, and fails when told to. */
struct witness {
	enum err_code answer;
	int cases;
	struct sink_run_end end;
};

static enum err_code hear_run(void *self, const struct sink_run *run, struct err *e)
{
	(void)self;
	(void)run;
	(void)e;
	return ERR_NONE;
}

static enum err_code hear_case(void *self, const struct sink_case *which, struct err *e)
{
	(void)self;
	(void)which;
	(void)e;
	return ERR_NONE;
}

static enum err_code hear_log(void *self, const char *text, struct err *e)
{
	(void)self;
	(void)text;
	(void)e;
	return ERR_NONE;
}

static enum err_code hear_case_end(void *self, const struct sink_case_end *end, struct err *e)
{
	struct witness *w = self;

	(void)end;
	w->cases++;
	return w->answer == ERR_NONE ? ERR_NONE : err_set(e, w->answer, "no room");
}

static enum err_code hear_run_end(void *self, const struct sink_run_end *end, struct err *e)
{
	struct witness *w = self;

	w->end = *end;
	return w->answer == ERR_NONE ? ERR_NONE : err_set(e, w->answer, "no room");
}

static void test_order(struct tap *t)
{
	static const struct sink_ops ops = {hear_run,          hear_case,
					    hear_log,          sink_ignore_capture,
					    sink_ignore_input, hear_case_end,
					    hear_run_end};
	struct witness first = {.answer = ERR_BENCH}, second = {.answer = ERR_NONE};
	struct sinks sinks = {.count = 0};
	const struct sink_case_end end = {.outcome = OUTCOME_PASS};
	struct sink_run_end run_end = {.outcome = OUTCOME_PASS, .cause = "", .blame_cause = ""};
	struct err e;

	sinks_add(&sinks, (struct sink){&ops, &first});
	sinks_add(&sinks, (struct sink){&ops, &second});
	tap_is_int(t, sinks_case_end(&sinks, &end, &e), ERR_BENCH, "a verdict that is not kept");
	tap_is_int(t, second.cases, 0, "is not said");
	tap_is_int(t, sinks_run_end(&sinks, &run_end, &e), ERR_BENCH, "nor is that of the run");
	tap_is_int(t, second.end.outcome, OUTCOME_BENCH, "which others see as a bench fault");
	tap_is_int(t, second.end.blame, ERR_BENCH, "with the blame");
	run_end.outcome = OUTCOME_ABORT;
	(void)sinks_run_end(&sinks, &run_end, &e);
	tap_is_int(t, second.end.outcome, OUTCOME_ABORT, "an abort stays one");
}

int main(void)
{
	struct tap t = tap_begin();
	struct record *r = NULL;
	struct err e;
	char command[128];

	if (mkdtemp(folder) == NULL || record_open(&r, folder, RECORD_WRITE, &e) != ERR_NONE)
		return 1;
	test_rows(&t, r);
	test_twice(&t, r);
	test_order(&t);
	record_close(r);
	(void)snprintf(command, sizeof command, "rm -r %s", folder);
	if (system(command) != 0)
		return 1;
	return tap_end(&t);
}
