/*
 * One line being written: characters in a fixed room. What does not fit is left out and marked, so
 * a too long answer can be seen by a test and never writes past its end.
 */
#ifndef PEN_TEXT_H
#define PEN_TEXT_H

#include <stdbool.h>
#include <stdint.h>

enum { TEXT_SIZE = 96 };

/* chars[0..length-1] is the text, always followed by a NUL; length < TEXT_SIZE. */
struct text {
	char chars[TEXT_SIZE];
	uint8_t length;
	bool cut;
};

void text_init(struct text *t);
void text_put_char(struct text *t, char c);
void text_put(struct text *t, const char *string);
void text_put_u32(struct text *t, uint32_t value);
/* The low `digits` (1..8) hexadecimal digits, upper case. */
void text_put_hex(struct text *t, uint32_t value, uint8_t digits);

#endif
