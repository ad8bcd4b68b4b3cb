/* A check of the gate whose program is killed: at no moment is drift in the record and the station
 * not locked; and what everybody is told of a check. */
#include "sink/record_sink.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/tap.h"
#include "record/query.h"
#include "record/record_rig.h"

static char folder[] = "/tmp/record_gate_test.XXXXXX";

static const struct golden golden = {
	.serial = "G1",
	.valid_hours = 8,
	.values = {{"PEN-110 depth_um", 10.0, 1.0}},
	.value_count = 1,
	.bad = {{"B1", "PEN-110"}},
	.bad_count = 1,
};

/* A later sink, at whose event the program is killed: the record has committed by then. */
enum moment { AT_CASE, AT_END, NEVER };
struct killer {
	enum moment moment;
	struct sink_run_end end; /* as it was told */
	char cause[ERR_TEXT_SIZE];
};

static enum err_code killer_run(void *self, const struct sink_run *run, struct err *e)
{
	(void)self;
	(void)run;
	(void)e;
	return ERR_NONE;
}

static enum err_code killer_case(void *self, const struct sink_case *which, struct err *e)
{
	(void)self;
	(void)which;
	(void)e;
	return ERR_NONE;
}

static enum err_code killer_log(void *self, const char *text, struct err *e)
{
	(void)self;
	(void)text;
	(void)e;
	return ERR_NONE;
}

static enum err_code killer_case_end(void *self, const struct sink_case_end *end, struct err *e)
{
	(void)end;
	(void)e;
	if (((struct killer *)self)->moment == AT_CASE)
		(void)raise(SIGKILL);
	return ERR_NONE;
}

static enum err_code killer_run_end(void *self, const struct sink_run_end *end, struct err *e)
{
	struct killer *k = self;

	(void)e;
	if (k->moment == AT_END)
		(void)raise(SIGKILL);
	k->end = *end;
	(void)snprintf(k->cause, sizeof k->cause, "%s", end->blame_cause);
	return ERR_NONE;
}

static const struct sink_ops killer_ops = {killer_run,          killer_case,       killer_log,
					   sink_ignore_capture, sink_ignore_input, killer_case_end,
					   killer_run_end};

static struct measurement depth(double value)
{
	const struct limit limit = {.clause = "PEN-110",
				    .name = "depth",
				    .unit = "um",
				    .has_low = true,
				    .has_high = true,
				    .low = -50,
				    .high = 50,
				    .rule = RULE_ISO14253};
	struct budget budget = {.count = 0};
	struct measurement m;
	struct err e;

	rig_must(budget_add(&budget, "scale", "", false, 1, (double)INFINITY, &e), &e);
	rig_must(measurement_declare(&m, "depth_um", &limit, &e), &e);
	rig_must(measurement_set_budget(&m, value, &budget, &e), &e);
	return m;
}

/* A whole check with one case (NAN: it measures nothing); returns what the run ends with. */
static enum err_code check(const char *serial, double value, enum outcome outcome,
			   struct killer *killer, struct err *e)
{
	struct record *r = rig_open(folder);
	struct record_sink *s = NULL;
	struct sinks sinks = {.count = 0};
	struct measurement m = depth(isnan(value) ? 0 : value);
	const struct sink_run run = {.station = "desk",
				     .serial = serial,
				     .jig = "J",
				     .image = "i.hex",
				     .case_count = 1,
				     .is_check = true,
				     .reason = "",
				     .operator_name = "",
				     .lot = "",
				     .plan = "eol",
				     .version = "0",
				     .build = "b",
				     .marks = "",
				     .date = ""};
	const struct sink_case which = {.number = 1, .path = "depth.lua", .title = "depth"};
	const struct sink_case_end case_end = {.which = which,
					       .outcome = outcome,
					       .cause = "",
					       .trace = "",
					       .measurements = &m,
					       .measurement_count = isnan(value) ? 0u : 1u};
	const struct sink_run_end end = {.outcome = outcome,
					 .cause = "",
					 .blame_cause = "",
					 .worst_path = "depth.lua",
					 .run = 1,
					 .planned = 1};

	rig_must(record_sink_open(&s, r, e), e);
	record_sink_check(s, &golden, serial);
	sinks_add(&sinks, record_sink_of(s));
	sinks_add(&sinks, (struct sink){&killer_ops, killer});
	rig_must(sinks_run_begin(&sinks, &run, e), e);
	rig_must(sinks_case_begin(&sinks, &which, e), e);
	rig_must(sinks_case_end(&sinks, &case_end, e), e);
	enum err_code code = sinks_run_end(&sinks, &end, e);
	record_sink_close(s);
	record_close(r);
	return code;
}

/* What the next start finds; it closes the run. "locked", "checked" or "". */
static const char *find_state(void)
{
	const struct gate_bench bench = {"desk", "", "", ""};
	struct record *r = rig_open(folder);
	struct record_query *q = NULL;
	struct gate_state state;
	struct err e;
	bool row = false;

	rig_must(gate_state(r, &golden, &bench, 0, &state, &e), &e);
	rig_must(record_query_open(&q, r,
				   "SELECT 1 FROM event WHERE run = (SELECT max(id) FROM run) AND "
				   "kind IN ('gate-golden', 'gate-bad')",
				   &e),
		 &e);
	rig_must(record_query_next(q, &row, &e), &e);
	record_query_close(q);
	if (state.locked_by != 0)
		rig_must(gate_release(r, &golden, "Ann: next test", &e), &e);
	record_close(r);
	return state.locked_by != 0 ? "locked" : row ? "checked" : "";
}

static void test_kill(struct tap *t)
{
	static const struct {
		const char *serial;
		double value;
		enum outcome outcome;
		const char *wanted[3]; /* by moment */
		const char *what;
	} rows[] = {
		{"G1", 10.5, OUTCOME_PASS, {"", "checked", "checked"}, "a golden pen that agrees"},
		{"G1",
		 20.0,
		 OUTCOME_PASS,
		 {"locked", "locked", "locked"},
		 "a golden pen that drifted"},
		{"G1", 99.0, OUTCOME_FAIL, {"locked", "locked", "locked"}, "one that fails"},
		{"G1", NAN, OUTCOME_PASS, {"", "locked", "locked"}, "one without its value"},
		{"B1",
		 99.0,
		 OUTCOME_FAIL,
		 {"", "checked", "checked"},
		 "a known-bad pen that fails"},
		{"B1", 10.0, OUTCOME_PASS, {"locked", "locked", "locked"}, "one that passes"},
	};

	for (size_t i = 0; i < RIG_COUNT(rows); i++) {
		for (enum moment moment = AT_CASE; moment <= NEVER; moment++) {
			struct killer killer = {.moment = moment};
			struct err e;
			int status = 0;
			(void)fflush(stdout);
			pid_t child = fork();
			if (child == 0) {
				(void)check(rows[i].serial, rows[i].value, rows[i].outcome, &killer,
					    &e);
				_exit(0);
			}
			bool ended = waitpid(child, &status, 0) == child;
			bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
			tap_ok(t, ended && killed == (moment != NEVER), "%s, %s", rows[i].what,
			       moment == AT_CASE  ? "killed after its case"
			       : moment == AT_END ? "killed after its end"
						  : "not killed");
			tap_is_str(t, find_state(), rows[i].wanted[moment], "the next start");
		}
	}
}

static void test_words(struct tap *t)
{
	struct killer killer = {.moment = NEVER};
	struct err e = {.text = ""};

	tap_is_int(t, check("G1", 20.0, OUTCOME_PASS, &killer, &e), ERR_BENCH, "drift");
	tap_is_int(t, killer.end.outcome, OUTCOME_BENCH, "is shown as a bench fault");
	tap_is_str(t, killer.cause,
		   "golden pen G1 does not agree: 1 values, worst E_n +3.54 (PEN-110 depth_um): "
		   "production is LOCKED",
		   "with what, how much, and what follows");
	tap_is_int(t, check("B1", 10.0, OUTCOME_PASS, &killer, &e), ERR_BENCH, "a missed pen");
	tap_is_str(t, killer.cause,
		   "known-bad pen B1 did not fail by PEN-110: production is LOCKED", "is one too");
	tap_is_int(t, check("B1", 99.0, OUTCOME_FAIL, &killer, &e), ERR_NONE, "a good fail");
	tap_is_int(t, killer.end.outcome, OUTCOME_FAIL, "stays one");
	tap_is_int(t, check("G1", 20.0, OUTCOME_ABORT, &killer, &e), ERR_BENCH, "drift, Ctrl-C");
	tap_is_int(t, killer.end.outcome, OUTCOME_ABORT, "stays aborted");

	struct record *r = rig_open(folder);
	struct record_query *q = NULL;
	bool row = false;
	rig_must(record_query_open(&q, r,
				   "SELECT group_concat(outcome, ' ') FROM (SELECT outcome FROM "
				   "run_end ORDER BY id DESC LIMIT 4)",
				   &e),
		 &e);
	rig_must(record_query_next(q, &row, &e), &e);
	tap_is_str(t, record_query_text(q, 0), "ABORT FAIL BENCH BENCH", "the record says so");
	record_query_close(q);
	record_close(r);
}

int main(void)
{
	struct tap t = tap_begin();

	if (mkdtemp(folder) == NULL)
		return 1;
	test_kill(&t);
	test_words(&t);
	rig_sweep(folder);
	return tap_end(&t);
}
