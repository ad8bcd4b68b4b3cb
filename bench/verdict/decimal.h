/*
 * A number as it was written: digits and a power of ten.
 *
 * Guarantees that differences of two such numbers are exact up to one last rounding. Values like
 * 1000000000000.4 lose their last digits on the way into a double, and no later arithmetic brings
 * them back; subtracted as decimals first, nothing is lost.
 */
#ifndef VERDICT_DECIMAL_H
#define VERDICT_DECIMAL_H

#include <stdint.h>

#include "base/err.h"

enum { DECIMAL_DIGITS_MAX = 18, DECIMAL_EXPONENT_MAX = 300 };

/* value = mantissa * 10^exponent. |mantissa| < 10^18, |exponent| <= 318; zero has exponent 0. */
struct decimal {
	int64_t mantissa;
	int exponent;
};

/* The whole of text, "-12.5e-3" and the like; white space around it is allowed. Digits after the
 * 18th are rounded away. ERR_CONFIG for what is no finite decimal number. */
enum err_code decimal_parse(struct decimal *d, const char *text, struct err *e);

double decimal_value(struct decimal d);

/* a - b, rounded once. */
double decimal_difference(struct decimal a, struct decimal b);

#endif
