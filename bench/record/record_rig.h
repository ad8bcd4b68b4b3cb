/* For the tests and benchmarks of this room: runs with made-up rows, in a folder of their own. */
#ifndef RECORD_RECORD_RIG_H
#define RECORD_RECORD_RIG_H

#include <assert.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/characteristic.h"
#include "record/digest.h"
#include "record/record.h"
#include "record/runs.h"

#define RIG_COUNT(array) (sizeof(array) / sizeof *(array))

static inline void rig_must(enum err_code code, const struct err *e)
{
	if (code == ERR_NONE)
		return;
	printf("Bail out! %s\n", e->text);
	exit(1);
}

static inline int rig_remove(const char *path, const struct stat *about, int type, struct FTW *ftw)
{
	(void)about;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void rig_sweep(const char *folder)
{
	(void)nftw(folder, rig_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static inline struct record *rig_open(const char *folder)
{
	struct record *r;
	struct err e;

	rig_must(record_open(&r, folder, RECORD_WRITE, &e), &e);
	return r;
}

/* Inside a transaction. attempt 0: engineering. */
static inline int64_t rig_run(struct record *r, const char *serial, unsigned attempt)
{
	struct err e;
	int64_t unit = 0, run = 0;
	const struct record_value unit_row[] = {record_text(serial)};

	rig_must(runs_find_unit(r, serial, &unit, &e), &e);
	if (unit == 0)
		rig_must(record_append(r, "unit", unit_row, RIG_COUNT(unit_row), &unit, &e), &e);
	const struct record_value row[] = {
		record_integer(unit),
		record_text(attempt > 0 ? "production" : "engineering"),
		attempt > 0 ? record_integer(attempt) : record_null(),
		record_text(attempt > 1 ? "it \"looked\" odd" : ""),
		record_text("line"),
		record_text("JIG-1"),
		record_text("eve"),
		record_text("L1"),
		record_text("lua/cases/eol"),
		record_integer(2),
		record_text("0.0.0"),
		record_text("00"),
		record_text(""),
		record_text("2026-11-22"),
		record_text("2026-11-22T00:00:00.000Z"),
		record_text("host"),
	};
	rig_must(record_append(r, "run", row, RIG_COUNT(row), &run, &e), &e);
	rig_must(runs_hold(r, run, &e), &e);
	return run;
}

/* Inside a transaction: one quantity with limits of +-limit. NAN: it was not set. */
static inline void rig_measurement_within(struct record *r, int64_t test_case, unsigned attempt,
					  const char *clause, double limit, double value,
					  const char *judgement)
{
	struct err e;
	int64_t id = 0, what = 0;
	const struct characteristic depth = {
		.clause = clause,
		.name = "depth_error_um",
		.unit = "um",
		.kind = "quantity",
		.rule = "iso14253",
		.low = -limit,
		.high = limit,
	};
	rig_must(characteristic_find(r, &depth, &what, &e), &e);
	const struct record_value row[] = {
		record_integer(test_case),
		record_integer(what),
		attempt > 0 ? record_integer(attempt) : record_null(),
		record_text(isnan(value) ? "unset" : "set"),
		record_number(value),
		record_number(4.1),
		record_number(2.05),
		record_number(2.0),
		record_number((double)INFINITY),
		record_null(),
		record_number(3.4 - limit),
		record_number(limit - 3.4),
		record_number(0.999),
		record_text(judgement),
		record_integer(1),
		record_text(""),
	};
	rig_must(record_append(r, "measurement", row, RIG_COUNT(row), &id, &e), &e);
	const struct record_value line[] = {
		record_integer(id), record_text("encoder scale"), record_text("scale"),
		record_text("B"),   record_number(0.3),           record_null(),
	};
	rig_must(record_append(r, "budget_line", line, RIG_COUNT(line), NULL, &e), &e);
}

static inline void rig_measurement(struct record *r, int64_t test_case, unsigned attempt,
				   const char *clause, double value, const char *judgement)
{
	rig_measurement_within(r, test_case, attempt, clause, 50, value, judgement);
}

/* Inside a transaction. */
static inline int64_t rig_case(struct record *r, int64_t run, int number, const char *outcome)
{
	struct err e;
	int64_t id = 0;
	const struct record_value row[] = {
		record_integer(run),      record_integer(number),
		record_text("depth.lua"), record_text("depth"),
		record_text(outcome),     record_text(""),
		record_text(""),          record_text("2026-11-22T00:00:01.000Z"),
	};
	rig_must(record_append(r, "test_case", row, RIG_COUNT(row), &id, &e), &e);
	return id;
}

/* A whole run of two cases, committed as the sink does it. value NAN: the first case has none. */
static inline int64_t rig_whole_run(struct record *r, const char *serial, unsigned attempt,
				    enum outcome outcome)
{
	const struct runs_end end = {.outcome = outcome, .cause = "", .case_path = "", .passed = 1};
	const char *verdict = outcome == OUTCOME_FAIL ? "FAIL" : "PASS";
	struct err e;

	rig_must(record_begin(r, &e), &e);
	int64_t run = rig_run(r, serial, attempt);
	rig_must(record_commit(r, &e), &e);
	for (int i = 1; i <= 2; i++) {
		rig_must(record_begin(r, &e), &e);
		int64_t id = rig_case(r, run, i, i == 1 ? verdict : "PASS");
		rig_measurement(r, id, attempt, "PEN-110", 1.25 * (double)run + i,
				i == 1 ? verdict : "PASS");
		rig_measurement(r, id, attempt, "PEN-120", -0.001 * (double)run, "PASS");
		rig_must(record_commit(r, &e), &e);
	}
	rig_must(record_begin(r, &e), &e);
	rig_must(runs_close(r, run, &end, &e), &e);
	rig_must(record_commit(r, &e), &e);
	runs_release(r, run);
	return run;
}

#endif
