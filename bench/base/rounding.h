/*
 * Numbers as people should read them: an uncertainty with two significant digits and its value to
 * the same decimal place (JCGM 100:2008, 7.2.6). For what is shown alone: judgement, record and
 * machine-readable output keep every digit.
 */
#ifndef BASE_ROUNDING_H
#define BASE_ROUNDING_H

#include <stddef.h>

enum {
	ROUNDING_TEXT_SIZE = 64,
	ROUNDING_PLACE_MIN = -9, /* below that zeros hide the number */
};

/* The power of ten that the second significant digit of u stands for, once u is rounded to two:
 * 3.13 -> -1, 0.0996 (shown as 0.10) -> -2, 1523 -> 2. Its sign does not matter. u finite and not
 * 0. */
int rounding_place(double u);

/* value to that power of ten, without an exponent: (292.43, -1) -> "292.4", (1523, 2) -> "1500".
 * What rounds to nothing has no sign. A place below ROUNDING_PLACE_MIN: twelve digits, as %g. */
void rounding_format(char text[ROUNDING_TEXT_SIZE], double value, int place);

#endif
