/*
 * A recorded case judged again, without instruments, in one of two depths: the stored values under
 * other limits or rules (no Lua, no samples), or the case itself over the recorded evidence. With
 * nothing changed both give the recorded judgement, the second one to the last bit.
 *
 * What cannot be judged again says why, and is never taken for unchanged.
 */
#ifndef SCRIPT_REJUDGE_H
#define SCRIPT_REJUDGE_H

#include <signal.h>

#include "script/stored.h"

/* All borrowed. */
struct rejudge {
	struct record *record;
	const struct spec *spec;
	const char *lua_root;
	const struct jig *jig; /* NULL: the certificate of then */
	const char *case_path; /* the case file to run; NULL: the one that the record names */
	bool values_only;      /* the stored values under `spec`; jig and case_path are NULL then */
	const volatile sig_atomic_t *interrupted;
};

enum rejudge_state {
	REJUDGE_DONE,
	REJUDGE_OPEN,    /* the evidence does not reach: not kept, or another question */
	REJUDGE_DAMAGED, /* evidence is missing or not what it was */
};

enum { REJUDGE_OTHERS_MAX = STATE_FILES_MAX };

struct rejudge_result {
	enum rejudge_state state;
	enum outcome outcome;      /* of DONE */
	char cause[ERR_TEXT_SIZE]; /* of the outcome, or why it is not DONE */
	struct measurement measurements[TEST_CASE_MEASUREMENTS_MAX]; /* of DONE; sorted by name */
	size_t measurement_count;
	double seconds; /* captured time that was analysed */
	/* Lua files that the case loaded and that the run does not name: changed since, or new. */
	struct state_file others[REJUDGE_OTHERS_MAX];
	size_t other_count;
};

/* run: of `stored`. ERR_ABORT: interrupted. ERR_BENCH: out of memory, record not readable. What is
 * wrong with evidence or case is in the result. */
enum err_code rejudge_case(const struct rejudge *r, const struct stored_run *run,
			   const struct stored_case *stored, struct rejudge_result *out,
			   struct err *e);

/* Does the run name a file of this content among those that decided it? */
bool rejudge_is_known(const struct stored_run *run, const char *sha256);

/* Does m differ from what is stored: in the judgement; in value or U, to the last bit? */
bool rejudge_verdict_differs(const struct stored_measurement *stored, const struct measurement *m);
bool rejudge_value_differs(const struct stored_measurement *stored, const struct measurement *m);

#endif
