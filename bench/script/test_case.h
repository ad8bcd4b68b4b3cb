/*
 * One test case: a Lua file that returns { title, measures, run }. Loading it runs the file without
 * instruments; running it judges one pen. A file that is wrong is a SCRIPT outcome of its own test
 * point, never the end of a plan.
 */
#ifndef SCRIPT_TEST_CASE_H
#define SCRIPT_TEST_CASE_H

#include "script/spec.h"
#include "script/state.h"
#include "script/world.h"
#include "verdict/outcome.h"

enum {
	TEST_CASE_MEASUREMENTS_MAX = 64,
	TEST_CASE_TITLE_SIZE = 256,
};

/* What a case may use while it runs. Borrowed. */
struct test_case_bench {
	const struct world *world; /* NULL: none, the case cannot reach an instrument */
	void (*log)(void *context, const char *text); /* print() of the case */
	void *context;
};

/* Invariant: error.code != ERR_NONE (the file is wrong) or the state holds a checked case. */
struct test_case {
	char path[PATH_SIZE];
	char title[TEST_CASE_TITLE_SIZE]; /* the path when the file gives none */
	struct state state;
	const struct spec *spec;
	struct err error;                                            /* of loading */
	struct measurement measurements[TEST_CASE_MEASUREMENTS_MAX]; /* sorted by name */
	size_t measurement_count;
	const struct test_case_bench *bench; /* NULL outside of run */
};

/* Loads the file. ERR_ABORT and ERR_BENCH (out of memory) only: a case that is wrong is kept in
 * (*out)->error. spec must outlive the case. limits NULL: the default ones. */
enum err_code test_case_open(struct test_case **out, const char *path, const char *lua_root,
			     const struct spec *spec, const struct state_limits *limits,
			     const volatile sig_atomic_t *interrupted, struct err *e);
void test_case_close(struct test_case *c); /* NULL is fine */

/* Runs it once and judges. *outcome is decided by the code of the error or by the measurements;
 * cause has the line that explains it ("" for PASS), trace where in the code ("" for none). Returns
 * the error that ended `run`, ERR_NONE when it came to its end. */
enum err_code test_case_run(struct test_case *c, const struct test_case_bench *bench,
			    enum outcome *outcome, char cause[ERR_TEXT_SIZE]);

/* Puts the clauses of the case that are not met (yet) before the text: what a pen breaks that fails
 * by other ways than a measurement. */
void test_case_name_clauses(const struct test_case *c, char cause[ERR_TEXT_SIZE]);

#endif
