/*
 * What the world answered to one case, as text: a head with the facts, one line a call in the order
 * of the calls, and how it ended. Equal runs make equal tapes, byte for byte.
 *
 *	penbench-tape 1
 *	image 1A2B3C4D 5872 "1.1.0"
 *	samplerate 25000000
 *	fact um_per_count 1
 *	zero 1.2e-05
 *	begin > ok
 *	ask 250000000 "RATE 120" > ok "OK RATE 120"
 *	capture 1 ... > ok 1 30000000 62500000 1.0000002 0 1 "OK STROKE 60"
 *	run > ok
 *	end > ok
 *
 * Left of " > " stands what was asked, right of it what came. Words are separated by one blank;
 * a text is quoted, and what is not printable ASCII in it is \xNN. Numbers are written so that they
 * read back to the same bits. The whole is bounded by TAPE_SIZE_MAX.
 */
#ifndef SCRIPT_TAPE_H
#define SCRIPT_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { TAPE_SIZE_MAX = 16 << 20, TAPE_VERSION = 1 };

/* A zeroed struct is an empty tape. is_full: something did not fit, for good. */
struct tape {
	char *text; /* NUL at its end; NULL while empty */
	size_t size, capacity;
	bool is_full;
};

void tape_deinit(struct tape *t); /* idempotent */
void tape_clear(struct tape *t);

/* One word; a blank goes before it unless it begins a line. */
void tape_word(struct tape *t, const char *word);
void tape_integer(struct tape *t, int64_t value);
void tape_number(struct tape *t, double value);
void tape_text(struct tape *t, const char *data, size_t size);
void tape_string(struct tape *t, const char *text);
/* ">", then "ok" or whose fault it is and the error's text. */
void tape_outcome(struct tape *t, enum err_code code, const struct err *e);
void tape_end_line(struct tape *t);

/* Reading: a place in a text that somebody else owns. Every function below returns false, and
 * moves nothing, when the next word of the line is none of that kind. */
struct tape_reader {
	const char *at, *end;
	unsigned line; /* of at, from 1 */
};

struct tape_reader tape_read(const char *text, size_t size);
bool tape_at_end(const struct tape_reader *r);
bool tape_read_word(struct tape_reader *r, const char *word); /* exactly this one */
bool tape_read_name(struct tape_reader *r, char *name, size_t size);
bool tape_read_integer(struct tape_reader *r, int64_t *value);
bool tape_read_number(struct tape_reader *r, double *value); /* finite */
/* A NUL is added; false as well when the text does not fit or holds a NUL. */
bool tape_read_string(struct tape_reader *r, char *text, size_t size);
/* What tape_outcome wrote; *code ERR_NONE leaves e alone. */
bool tape_read_outcome(struct tape_reader *r, enum err_code *code, struct err *e);
bool tape_read_end(struct tape_reader *r); /* of the line */
/* True, and past it, when the line begins with exactly these bytes and " >" follows. */
bool tape_read_call(struct tape_reader *r, const char *call, size_t size);
/* To the end of the line, whatever stands there. */
void tape_skip_call(struct tape_reader *r);
/* What was asked in the line, shortened to fit: for messages. */
void tape_show_line(const struct tape_reader *r, char *text, size_t size);

#endif
