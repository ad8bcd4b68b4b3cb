/*
 * One error: whose fault it is and one line of text for the person who has to act on it.
 *
 * Every fallible function returns an enum err_code and, when that is not ERR_NONE, has filled the
 * caller's struct err. A caller may put context in front (err_prefix); it never drops the text.
 * The text says what failed, on which device, wanted against found, and what to do next.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/limits.h"

/* Who has to act. The values are the exit codes of penbench (see err_exit_code). */
enum err_code {
	ERR_NONE = 0,
	ERR_PEN = 1,     /* the pen is bad */
	ERR_CONFIG = 2,  /* usage, station, jig or spec file, input file: nothing was tested */
	ERR_BENCH = 3,   /* instrument, jig, contact, capture: says nothing about the pen */
	ERR_SCRIPT = 4,  /* the Lua case is wrong */
	ERR_ABORT = 130, /* the operator, or a signal, ended the run */
};

struct err {
	enum err_code code;
	char text[ERR_TEXT_SIZE];
};

/* Fills e (which may be NULL) and returns code, so that `return err_set(e, ...)` reads well. */
enum err_code err_set(struct err *e, enum err_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of what e says and returns its code. */
enum err_code err_prefix(struct err *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "pen", "setup", "bench", "case", "abort": the word a message opens with. Static storage. */
const char *err_blame(enum err_code code);

/* Exit status of a command that ended with code. */
int err_exit_code(enum err_code code);

#endif
