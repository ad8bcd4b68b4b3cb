/* Runs of the pens of the gate, row by row: what locks does so in the commit that shows it, whether
 * or not the run ever ends; what agrees does so at the end only. */
#include "record/gate.h"

#include "base/tap.h"
#include "record/query.h"
#include "record/record_rig.h"

#define VALUE "PEN-110 depth_error_um"

static char folder[] = "/tmp/gate_check_test.XXXXXX";

static struct golden golden(void)
{
	return (struct golden){.serial = "G1",
			       .valid_hours = 8,
			       .values = {{VALUE, 10.0, 2.0}}, /* the rig's u_c is 2.05 */
			       .value_count = 1,
			       .bad = {{"B1", "PEN-110"}},
			       .bad_count = 1};
}

static int64_t answer(struct record *r, const char *sql, int64_t run)
{
	struct record_query *q = NULL;
	struct err e;
	bool row = false;

	rig_must(record_query_open(&q, r, sql, &e), &e);
	record_query_bind_integer(q, 1, run);
	rig_must(record_query_next(q, &row, &e), &e);
	int64_t value = row ? record_query_integer(q, 0) : -1;
	record_query_close(q);
	return value;
}

static int64_t begin(struct record *r, const char *serial)
{
	struct err e;

	rig_must(record_begin(r, &e), &e);
	int64_t run = rig_run(r, serial, 0);
	rig_must(record_commit(r, &e), &e);
	return run;
}

/* One case of the two that a run of the rig has, and what the gate makes of it. NAN: no value. */
static void is_case(struct tap *t, struct record *r, const struct golden *g, int64_t run,
		    const char *serial, int number, const char *outcome, double value,
		    enum gate_verdict wanted, const char *what)
{
	char text[GATE_TEXT_SIZE];
	enum gate_verdict verdict;
	struct err e;

	rig_must(record_begin(r, &e), &e);
	int64_t id = rig_case(r, run, number, outcome);
	if (!isnan(value))
		rig_measurement(r, id, 0, "PEN-110", value, outcome);
	rig_must(gate_check(r, g, serial, run, NULL, &verdict, text, &e), &e);
	rig_must(record_commit(r, &e), &e);
	tap_is_int(t, verdict, wanted, what);
}

/* words: in the text. */
static void is_end(struct tap *t, struct record *r, const struct golden *g, int64_t run,
		   const char *serial, enum outcome outcome, enum gate_verdict wanted,
		   const char *words)
{
	const struct runs_end end = {.outcome = outcome, .cause = "", .case_path = ""};
	char text[GATE_TEXT_SIZE];
	enum gate_verdict verdict;
	struct err e;

	rig_must(record_begin(r, &e), &e);
	rig_must(gate_check(r, g, serial, run, &end, &verdict, text, &e), &e);
	rig_must(runs_close(r, run, &end, &e), &e);
	rig_must(record_commit(r, &e), &e);
	runs_release(r, run);
	if (!tap_ok(t, verdict == wanted && strstr(text, words) != NULL, "%s run of %s: %s",
		    outcome_name(outcome), serial, words))
		tap_note("verdict %d: %s", (int)verdict, text);
}

static void test_golden(struct tap *t, struct record *r)
{
	static const char count[] = "SELECT count(*) FROM event WHERE run = ?1";
	const struct golden g = golden();
	struct err e;
	int64_t run = begin(r, "G1");

	is_case(t, r, &g, run, "G1", 1, "PASS", 11.0, GATE_NO_CHECK, "a good value is no check");
	tap_is_int(t, answer(r, count, run), 0, "and leaves no event");
	is_case(t, r, &g, run, "G1", 2, "PASS", NAN, GATE_NO_CHECK, "nor are all of them");
	is_end(t, r, &g, run, "G1", OUTCOME_PASS, GATE_AGREES, "agrees: 1 values, worst E_n +0.1");
	tap_is_int(t, answer(r, count, run), 1, "before the end");

	run = begin(r, "G1");
	is_case(t, r, &g, run, "G1", 1, "PASS", 16.0, GATE_LOCKED, "a value that is off locks");
	tap_is_int(t,
		   answer(r,
			  "SELECT count(*) FROM event JOIN test_case USING (link) WHERE event.run "
			  "= ?1 AND kind = 'gate-drift'",
			  run),
		   1, "in the commit of its case");
	is_case(t, r, &g, run, "G1", 2, "PASS", NAN, GATE_LOCKED, "the next case knows");
	is_end(t, r, &g, run, "G1", OUTCOME_PASS, GATE_LOCKED, "does not agree: 1 values, worst");
	tap_is_int(t, answer(r, count, run), 1, "one run locks once");

	rig_must(gate_release(r, &g, "Ann: early", &e), &e);
	run = begin(r, "G1");
	is_case(t, r, &g, run, "G1", 1, "PASS", 4.0, GATE_LOCKED, "off to the other side");
	rig_must(gate_release(r, &g, "Ann: in a hurry", &e), &e);
	is_end(t, r, &g, run, "G1", OUTCOME_ABORT, GATE_LOCKED, "does not agree");
	tap_is_int(t, answer(r, count, run), 2, "a release in between is no way out");

	run = begin(r, "G1");
	is_case(t, r, &g, run, "G1", 1, "FAIL", NAN, GATE_LOCKED, "a case that it fails locks");
	is_end(t, r, &g, run, "G1", OUTCOME_BENCH, GATE_LOCKED, "G1 failed the plan");
	run = begin(r, "G1");
	is_case(t, r, &g, run, "G1", 1, "PASS", NAN, GATE_NO_CHECK, "without its value");
	is_end(t, r, &g, run, "G1", OUTCOME_PASS, GATE_LOCKED, VALUE " was not measured");
	run = begin(r, "G1");
	is_case(t, r, &g, run, "G1", 1, "PASS", 10.0, GATE_NO_CHECK, "a good value");
	is_end(t, r, &g, run, "G1", OUTCOME_BENCH, GATE_NO_CHECK, "");
	run = begin(r, "G1");
	is_end(t, r, &g, run, "G1", OUTCOME_INCOMPLETE, GATE_NO_CHECK, "");
}

/* It failed a clause that was not certified, and then the bench failed: seen is seen. */
static void test_broken(struct tap *t, struct record *r)
{
	static const char *const judgements[] = {"FAIL", "MARGINAL", "PASS"};
	const struct golden g = golden();

	for (size_t i = 0; i < RIG_COUNT(judgements); i++) {
		bool locks = strcmp(judgements[i], "PASS") != 0;
		enum gate_verdict wanted = locks ? GATE_LOCKED : GATE_NO_CHECK;
		char text[GATE_TEXT_SIZE];
		enum gate_verdict verdict;
		struct err e;
		int64_t run = begin(r, "G1");
		rig_must(record_begin(r, &e), &e);
		int64_t id = rig_case(r, run, 1, "BENCH");
		rig_measurement(r, id, 0, "PEN-160", 0, judgements[i]);
		rig_must(gate_check(r, &g, "G1", run, NULL, &verdict, text, &e), &e);
		rig_must(record_commit(r, &e), &e);
		tap_is_int(t, verdict, wanted, judgements[i]);
		is_end(t, r, &g, run, "G1", OUTCOME_BENCH, wanted, locks ? "failed the plan" : "");
	}
}

/* The first value cannot be compared: what follows does not make that good. */
static void test_nan(struct tap *t, struct record *r)
{
	struct golden g = golden();
	int64_t run = begin(r, "G1");

	g.values[0].value = (double)NAN;
	g.values[1] = golden().values[0];
	g.value_count = 2;
	is_case(t, r, &g, run, "G1", 1, "PASS", 10.0, GATE_LOCKED, "E_n that is no number");
	is_end(t, r, &g, run, "G1", OUTCOME_PASS, GATE_LOCKED, "does not agree");
}

static void test_bad(struct tap *t, struct record *r)
{
	const struct golden g = golden();
	int64_t run = begin(r, "B1");

	is_case(t, r, &g, run, "B1", 1, "FAIL", 99.0, GATE_NO_CHECK, "a known-bad pen fails");
	is_case(t, r, &g, run, "B1", 2, "PASS", NAN, GATE_NO_CHECK, "and the rest passes");
	is_end(t, r, &g, run, "B1", OUTCOME_FAIL, GATE_AGREES, "fails, as it should, by PEN-110");
	run = begin(r, "B1");
	is_case(t, r, &g, run, "B1", 1, "FAIL", 99.0, GATE_NO_CHECK, "it fails again");
	is_end(t, r, &g, run, "B1", OUTCOME_BENCH, GATE_NO_CHECK, "");

	run = begin(r, "B1");
	is_case(t, r, &g, run, "B1", 1, "PASS", 1.0, GATE_NO_CHECK, "a pass may be made good");
	is_case(t, r, &g, run, "B1", 2, "PASS", NAN, GATE_LOCKED, "not after the last case");
	is_end(t, r, &g, run, "B1", OUTCOME_ABORT, GATE_LOCKED, "did not fail by PEN-110");
	run = begin(r, "B1");
	is_case(t, r, &g, run, "B1", 1, "PASS", 1.0, GATE_NO_CHECK, "a pass");
	is_case(t, r, &g, run, "B1", 2, "INCOMPLETE", NAN, GATE_NO_CHECK, "and a case left out");
	is_end(t, r, &g, run, "B1", OUTCOME_INCOMPLETE, GATE_NO_CHECK, "");
	run = begin(r, "B1");
	is_case(t, r, &g, run, "B1", 1, "FAIL", NAN, GATE_NO_CHECK, "it fails by something else");
	is_end(t, r, &g, run, "B1", OUTCOME_FAIL, GATE_LOCKED, "did not fail by PEN-110");
}

/* What is in doubt goes back to the last good check of the pen that locked. */
static void test_doubt(struct tap *t)
{
	struct golden g = golden();
	const struct gate_bench here = {"line", "", "", ""};
	struct gate_state state;
	struct record *r = rig_open(folder);
	struct err e;

	rig_must(gate_release(r, &g, "Ann: repaired", &e), &e);
	int64_t bad = begin(r, "B1");
	is_case(t, r, &g, bad, "B1", 1, "FAIL", 99.0, GATE_NO_CHECK, "a known-bad pen");
	is_end(t, r, &g, bad, "B1", OUTCOME_FAIL, GATE_AGREES, "fails");
	int64_t run = begin(r, "G1");
	is_case(t, r, &g, run, "G1", 1, "PASS", 10.0, GATE_NO_CHECK, "the golden pen later");
	is_end(t, r, &g, run, "G1", OUTCOME_PASS, GATE_AGREES, "agrees");
	run = begin(r, "B1");
	is_end(t, r, &g, run, "B1", OUTCOME_PASS, GATE_LOCKED, "did not fail");
	rig_must(gate_state(r, &g, &here, 0, &state, &e), &e);
	tap_is_int(t, state.locked_by, run, "the known-bad pen that passed has locked");
	tap_is_int(t, state.last_good, bad, "and its own last check counts");
	(void)snprintf(g.bad[0].serial, sizeof g.bad[0].serial, "B2");
	rig_must(gate_state(r, &g, &here, 0, &state, &e), &e);
	tap_is_int(t, state.locked_by, run, "another golden file unlocks nothing");
	tap_is_int(t, state.last_good, 0, "and does not know since when");
	record_close(r);
}

int main(void)
{
	struct tap t = tap_begin();
	const struct golden g = golden();

	if (mkdtemp(folder) == NULL)
		return 1;
	tap_is_int(&t, gate_pen(&g, "G1"), GATE_PEN_GOLDEN, "the golden pen");
	tap_is_int(&t, gate_pen(&g, "B1"), GATE_PEN_KNOWN_BAD, "a known-bad pen");
	tap_is_int(&t, gate_pen(&g, "B"), GATE_PEN_OTHER, "any other");
	tap_is_int(&t, gate_pen(&g, ""), GATE_PEN_OTHER, "a pen without a number");
	struct record *r = rig_open(folder);
	test_golden(&t, r);
	test_broken(&t, r);
	test_nan(&t, r);
	test_bad(&t, r);
	record_close(r);
	test_doubt(&t);
	rig_sweep(folder);
	return tap_end(&t);
}
