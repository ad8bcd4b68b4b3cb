/*
 * The line assembler: characters in, checked bodies out; and the way back.
 *
 * A line is BODY*HH LF: BODY printable ASCII of at most LINE_BODY_MAX characters, HH its CRC-8 in
 * upper-case hex; a CR before the LF is ignored. Every LF ends exactly one line, whatever came
 * before it. A receiver that lost or misread a character feeds LINE_LOST in its place, which no
 * good line contains. Pure; must not know what a body means.
 */
#ifndef PEN_LINE_H
#define PEN_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

enum {
	LINE_BODY_MAX = 60,
	LINE_SUFFIX = 3,                         /* *HH */
	LINE_SIZE = LINE_BODY_MAX + LINE_SUFFIX, /* without CR and LF */
};

#define LINE_LOST '\0'

enum line_event {
	LINE_NONE,     /* in the middle of a line, or an empty one */
	LINE_COMPLETE, /* a good line: line_body() until the next character */
	LINE_DAMAGED,  /* ended, but checksum, characters or reception are wrong */
	LINE_TOO_LONG, /* ended, more than LINE_SIZE characters */
};

struct line {
	char chars[LINE_SIZE + 2]; /* a CR and a NUL beside the line */
	uint8_t length;
	bool too_long;
};

void line_init(struct line *l);
enum line_event line_feed(struct line *l, char c);
/* Without the checksum, NUL-terminated; owned by l, valid until the next line_feed. */
const char *line_body(const struct line *l);

/* Appends *HH and LF to the body in t. */
void line_seal(struct text *t);

#endif
