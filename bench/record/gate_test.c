/* The gate over time, from events alone: opens by both checks, runs out, is locked by drift over
 * restarts, and is opened by no clock that was put back. */
#include "record/gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/tap.h"

static const struct golden golden = {
	.serial = "G1",
	.valid_hours = 8,
	.values = {{"PEN-110 depth", 1.0, 0.1}},
	.value_count = 1,
	.bad = {{"B1", "PEN-110"}, {"B10", "PEN-120"}},
	.bad_count = 2,
};

static const struct gate_bench here = {.station = "desk",
				       .jig_sha256 = "aa",
				       .golden_sha256 = "bb",
				       .station_sha256 = "cc"};

static char folder[] = "/tmp/gate_test.XXXXXX";
static int64_t last_run; /* that events are of */

static struct record *open_record(void)
{
	struct record *r;
	struct err e;

	if (record_open(&r, folder, RECORD_WRITE, &e) != ERR_NONE) {
		tap_note("%s", e.text);
		exit(1);
	}
	return r;
}

/* A run of a bench, with the files that a check depends on. */
static void a_run(struct record *r, const struct gate_bench *bench, const char *begun)
{
	const struct record_value text = record_text("");
	const struct record_value row[] = {
		record_null(),
		record_text("engineering"),
		record_null(),
		text,
		record_text(bench->station),
		text,
		text,
		text,
		text,
		record_integer(1),
		text,
		text,
		text,
		text,
		record_text(begun),
		text,
	};
	struct err e = {.text = ""};
	enum err_code code = record_begin(r, &e);

	if (code == ERR_NONE)
		code = record_append(r, "run", row, sizeof row / sizeof *row, &last_run, &e);
	const struct record_value jig[] = {record_integer(last_run), record_text("jig"), text,
					   record_text(bench->jig_sha256)};
	const struct record_value file[] = {record_integer(last_run), record_text("golden"), text,
					    record_text(bench->golden_sha256)};
	if (code == ERR_NONE)
		code = record_append(r, "input", jig, 4, NULL, &e);
	const struct record_value station[] = {record_integer(last_run), record_text("station"),
					       text, record_text(bench->station_sha256)};
	if (code == ERR_NONE)
		code = record_append(r, "input", file, 4, NULL, &e);
	if (code == ERR_NONE)
		code = record_append(r, "input", station, 4, NULL, &e);
	if (code == ERR_NONE)
		code = record_commit(r, &e);
	if (code != ERR_NONE) {
		tap_note("%s", e.text);
		exit(1);
	}
}

static void event(struct record *r, const char *kind, const char *text)
{
	struct err e;

	if (record_event(r, last_run, kind, text, &e) != ERR_NONE) {
		tap_note("%s", e.text);
		exit(1);
	}
}

static void is_state(struct tap *t, struct record *r, double hours, bool open, const char *words)
{
	struct gate_state state;
	struct err e = {.text = ""};
	int64_t now = (int64_t)time(NULL) + (int64_t)(hours * 3600.0);
	enum err_code code = gate_state(r, &golden, &here, now, &state, &e);

	if (!tap_ok(t, code == ERR_NONE && state.open == open && strstr(state.why, words) != NULL,
		    "%+.2f h: %s, %s", hours, open ? "open" : "locked", words))
		tap_note("code %d %s, open %d: %s", (int)code, e.text, state.open, state.why);
	enum err_code wanted = open ? ERR_NONE : ERR_CONFIG;
	tap_is_int(t, gate_admit(r, &golden, &here, now, &e), wanted, "and so is production");
}

static void test_history(struct tap *t)
{
	struct record *r = open_record();
	struct err e;

	a_run(r, &here, "2026-01-01T00:00:00.000Z");
	is_state(t, r, 0, false, "golden pen G1 has not been checked within 8 h");
	event(r, "gate-golden", "G10: another pen agrees");
	is_state(t, r, 0, false, "golden pen G1 has not been checked");
	event(r, "gate-golden", "G1: agrees");
	is_state(t, r, 0.1, false, "known-bad pen B1 has not failed by PEN-110");
	event(r, "gate-bad", "B10: fails");
	is_state(t, r, 0.1, false, "known-bad pen B1 has not failed by PEN-110");
	event(r, "gate-bad", "B1: fails");
	is_state(t, r, 0.1, true, "open for another 7.9 h");
	is_state(t, r, 7.9, true, "open for another 0.1 h");
	is_state(t, r, 8.1, false, "golden pen G1 has not been checked within 8 h");
	is_state(t, r, -1, false, "golden pen G1 has not been checked");
	tap_is_int(t, gate_release(r, &golden, "x", &e), ERR_CONFIG, "nothing to release");

	event(r, "gate-drift", "G1: worst E_n 1.2");
	is_state(t, r, 0.1, false, "worst E_n 1.2 (run");
	event(r, "gate-golden", "G1: agrees again");
	event(r, "gate-bad", "B1: fails");
	event(r, "gate-missed", "B10: passed");
	is_state(t, r, 0.1, false, "worst E_n 1.2 (run");
	record_close(r);
	r = open_record();
	is_state(t, r, 0.1, false, "worst E_n 1.2 (run");
	tap_is_int(t, gate_release(r, &golden, "Ann: repaired", &e), ERR_NONE, "released");
	is_state(t, r, 0.1, false, "golden pen G1 has not been checked");
	event(r, "gate-golden", "G1: agrees");
	event(r, "gate-bad", "B1: fails");
	event(r, "gate-bad", "B10: fails");
	is_state(t, r, 0.1, true, "open");
	event(r, "gate-missed", "B10: passed");
	is_state(t, r, 0.1, false, "passed (run");
	record_close(r);
}

static void check_all(struct record *r, const struct gate_bench *bench, const char *begun)
{
	a_run(r, bench, begun);
	event(r, "gate-golden", "G1: agrees");
	event(r, "gate-bad", "B1: fails");
	event(r, "gate-bad", "B10: fails");
}

static void test_bench(struct tap *t)
{
	static const char past[] = "2026-01-01T00:00:00.000Z",
			  to_come[] = "2999-01-01T00:00:00.000Z";
	static const struct gate_bench others[] = {{"line-2", "aa", "bb", "cc"},
						   {"desk", "ab", "bb", "cc"},
						   {"desk", "aa", "bc", "cc"},
						   {"desk", "aa", "bb", "cd"}};
	struct record *r = open_record();
	struct err e;

	(void)gate_release(r, &golden, "Ann: repaired", &e);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		check_all(r, &others[i], past);
		is_state(t, r, 0.1, false, "pen G1 was checked in run");
	}
	check_all(r, &here, past);
	is_state(t, r, 0.1, true, "open");
	a_run(r, &others[0], past);
	event(r, "gate-bad", "B10: fails");
	is_state(t, r, 0.1, false, "pen B10 was checked in run");
	check_all(r, &here, past);
	a_run(r, &here, past);
	is_state(t, r, 0.1, true, "open");
	a_run(r, &here, to_come);
	is_state(t, r, 0.1, false, "was put back");
	check_all(r, &here, past);
	is_state(t, r, 0.1, true, "open");
	record_close(r);
}

int main(void)
{
	static const char *const names[] = {"record.db", "record.db-wal", "record.db-shm",
					    "record.lock"};
	struct tap t = tap_begin();
	char path[256];

	if (mkdtemp(folder) == NULL)
		return 1;
	test_history(&t);
	test_bench(&t);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof path, "%s/evidence", folder);
	(void)rmdir(path);
	tap_ok(&t, rmdir(folder) == 0, "nothing else is left");
	return tap_end(&t);
}
