/*
 * How a case or a run ended. The order of the enum is the precedence of the contract: of two
 * outcomes the larger one stands, so that a bench fault is never shown as a pen's and an error
 * never as a pass.
 */
#ifndef VERDICT_OUTCOME_H
#define VERDICT_OUTCOME_H

#include <stddef.h>

#include "base/err.h"
#include "verdict/measurement.h"

enum outcome {
	OUTCOME_PASS,
	OUTCOME_INCOMPLETE, /* a required clause was skipped */
	OUTCOME_FAIL,	    /* the pen */
	OUTCOME_BENCH,	    /* bench or jig fault */
	OUTCOME_SCRIPT,	    /* the case is wrong */
	OUTCOME_ABORT,
};

enum outcome outcome_worse(enum outcome a, enum outcome b);

/* Static storage. */
const char *outcome_name(enum outcome o);

/* 0 1 2 3 4 5 130 of the contract; a setup error is no outcome and has 2 by err_exit_code. */
int outcome_exit_code(enum outcome o);

/* What an error means for a case that was under way. ERR_NONE is PASS; a setup error met there is
 * the bench's. */
enum outcome outcome_of_err(enum err_code code);

/* Of all measurements of a case that ran to its end. None at all: SCRIPT. cause gets the line that
 * explains the worst one ("" for PASS). */
enum outcome outcome_of_measurements(const struct measurement *list, size_t count, char *cause,
				     size_t cause_size);

#endif
