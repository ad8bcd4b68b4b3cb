/* What `penbench golden` was asked, and the part of it that writes a golden pen's file. */
#ifndef CLI_GOLDEN_H
#define CLI_GOLDEN_H

#include "config/golden.h"
#include "record/record.h"

enum { GOLDEN_RUNS_MIN = 3, GOLDEN_RUNS_MAX = 32 };

/* Pointers are into argv. */
struct golden_request {
	const char *verb, *station_path, *reason, *operator_name, *out_path;
	const char *bad[GOLDEN_BAD_MAX]; /* "SERIAL=CLAUSE" */
	size_t bad_count;
	double valid_hours;
	const char *runs_text; /* "3,5,8" */
	int64_t runs[GOLDEN_RUNS_MAX];
	size_t run_count;
	bool help;
};

/* Writes out_path, which must not be there, from runs of one pen that all passed. ERR_CONFIG: they
 * did not, or have nothing in common; then no file is left. */
enum err_code golden_certify(struct record *r, const struct golden_request *q, struct err *e);

#endif
