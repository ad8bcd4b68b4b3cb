/*
 * The pen's line protocol, pure: BODY*HH\n, HH the CRC-8 (polynomial 0x07, initial value 0, no
 * reflection) of BODY in upper-case hex. Knows the form of a line, not what the words mean.
 */
#ifndef INST_PENLINE_H
#define INST_PENLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PENLINE_BODY_MAX = 100,              /* printable ASCII */
	PENLINE_SIZE = PENLINE_BODY_MAX + 5, /* a whole line with its NUL */
};

uint8_t penline_crc8(const char *body, size_t size);

/* False when body is empty, too long or not printable ASCII. */
bool penline_encode(char line[PENLINE_SIZE], const char *body);

/* Collects received bytes into lines. */
struct penline {
	char text[PENLINE_SIZE];
	size_t size;
	bool overflow;
};

enum penline_event {
	PENLINE_NOTHING,  /* the line is not complete */
	PENLINE_BODY,     /* a good line: its body was copied out */
	PENLINE_NONSENSE, /* a complete line with a bad checksum, form or length: copied out raw */
};

/* Takes one byte. out gets the text of a complete line, always NUL-terminated. */
enum penline_event penline_take(struct penline *p, uint8_t byte, char out[PENLINE_SIZE]);

/* Nothing more is waited for. PENLINE_NONSENSE: bytes came and no line end, out has them;
 * PENLINE_NOTHING: none came since the last line. */
enum penline_event penline_end(struct penline *p, char out[PENLINE_SIZE]);

#endif
