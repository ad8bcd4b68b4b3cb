/*
 * A run as the record has it: its cases, their measurements with budgets, and where the evidence of
 * each lies. Reading only; nothing here judges.
 */
#ifndef SCRIPT_STORED_H
#define SCRIPT_STORED_H

#include "record/record.h"
#include "script/player.h"
#include "script/spool.h"
#include "script/test_case.h"

struct stored_measurement {
	char name[NAME_SIZE], clause[NAME_SIZE], unit[NAME_SIZE], judgement[NAME_SIZE];
	enum measurement_state state;
	enum limit_kind kind;
	char rule[NAME_SIZE];
	double value, u, low, high, accept_low, accept_high; /* NaN: none */
	size_t n;                                            /* of a spread */
	bool has_budget;
	struct budget budget;
	char reason[MEASUREMENT_REASON_SIZE]; /* of a skip */
};

struct stored_case {
	int64_t id, number;
	char path[PATH_SIZE], title[TEST_CASE_TITLE_SIZE], cause[ERR_TEXT_SIZE];
	enum outcome outcome;
	struct stored_measurement measurements[TEST_CASE_MEASUREMENTS_MAX]; /* sorted by name */
	size_t measurement_count;
	struct player_capture captures[SPOOL_CAPTURES_MAX], files[SPOOL_FILES_MAX], tape;
	size_t capture_count, file_count;
	bool has_tape;
};

enum { STORED_INPUTS_MAX = 512 };

struct stored_run {
	int64_t id;
	char serial[NAME_SIZE]; /* "" when none was given */
	bool has_ended;
	enum outcome outcome;                             /* of a run that has ended */
	size_t case_count;                                /* that were run */
	size_t planned;                                   /* that were to be run */
	char build[RECORD_HASH_SIZE];                     /* of the program that ran */
	char inputs[STORED_INPUTS_MAX][RECORD_HASH_SIZE]; /* of the files that decided it */
	size_t input_count;
	struct player_capture zero;
	bool has_zero;
};

/* ERR_CONFIG: the record has no such run. */
enum err_code stored_run(struct record *record, int64_t run, struct stored_run *out, struct err *e);

/* Case `index` (from 0) of the run, in the order in which they were run. ERR_BENCH: the record does
 * not hold what it should. */
enum err_code stored_case(struct record *record, int64_t run, size_t index, struct stored_case *out,
			  struct err *e);

/* Runs by lot or by serial number, in ascending order: at most `capacity`, and
 * how many there are in all. NULL: any. */
struct stored_query {
	const char *lot, *serial;
};
enum err_code stored_list(struct record *record, const struct stored_query *query, int64_t *runs,
			  size_t capacity, size_t *count, struct err *e);

#endif
