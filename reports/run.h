/*
 * One run as the record has it, in memory: what the page is written from. Text is owned by the
 * run; numbers that are not there are NAN.
 */
#ifndef REPORTS_RUN_H
#define REPORTS_RUN_H

#include <glib.h>
#include <stdint.h>

#include "record/record.h"

struct run_measurement {
	int64_t id;
	char *clause, *name, *unit, *kind, *state, *rule, *judgement, *note;
	double value, u, u_c, k, nu_eff, low, high, accept_low, accept_high, p_conform;
};

struct run_capture {
	char *kind, *file, *sha256;
	int64_t number;
	uint64_t size;
};

struct run_case {
	int64_t id, number; /* number 0: before the first case, holds captures alone */
	char *path, *title, *outcome, *cause, *trace;
	GArray *measurements; /* of struct run_measurement */
	GArray *captures;     /* of struct run_capture */
};

struct run {
	int64_t id;
	char *serial, *mode, *reason, *station, *jig, *operator_name, *lot, *plan, *version, *build,
		*marks, *date, *begun, *computer;
	int64_t attempt, case_count;               /* attempt 0: it is none */
	char *outcome, *cause, *case_path, *ended; /* outcome "OPEN": not closed */
	GPtrArray *cases;                          /* of struct run_case *, by number */
};

/* ERR_CONFIG: there is no such run (says which there are). The caller frees *out with run_free. */
enum err_code run_load(struct run **out, struct record *record, int64_t id, struct err *e);
void run_free(struct run *r); /* NULL is fine */

/* The case with that number, NULL when the run came to none. */
const struct run_case *run_case_at(const struct run *r, int64_t number);

#endif
