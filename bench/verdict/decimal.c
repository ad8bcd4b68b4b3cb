/* Scaled integers; a difference is taken in 128 bits, where two aligned mantissas always fit. */
#include "verdict/decimal.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { EXPONENT_DIGITS_MAX = 4 };

/* Digits with at most one point; false when there is none. */
static bool read_mantissa(const char **text, struct decimal *d)
{
	bool any = false, after_point = false, rounds_up = false, is_full = false;
	int digits = 0;
	const char *at = *text;

	for (;; at++) {
		if (*at == '.' && !after_point) {
			after_point = true;
			continue;
		}
		if (!isdigit((unsigned char)*at))
			break;
		any = true;
		if (digits == DECIMAL_DIGITS_MAX) {
			rounds_up = is_full ? rounds_up : *at >= '5';
			is_full = true;
			d->exponent += after_point ? 0 : 1;
		} else {
			d->mantissa = 10 * d->mantissa + (*at - '0');
			digits += d->mantissa != 0 ? 1 : 0;
			d->exponent -= after_point ? 1 : 0;
		}
		if (d->exponent > DECIMAL_EXPONENT_MAX || d->exponent < -DECIMAL_EXPONENT_MAX)
			return false;
	}
	d->mantissa += rounds_up ? 1 : 0;
	*text = at;
	return any;
}

/* "e-3" or nothing; false when it is begun and wrong. */
static bool read_exponent(const char **text, struct decimal *d)
{
	const char *at = *text;
	int value = 0, digits = 0;

	if (*at != 'e' && *at != 'E')
		return true;
	at++;
	bool is_negative = *at == '-';
	if (*at == '-' || *at == '+')
		at++;
	for (; isdigit((unsigned char)*at) && digits < EXPONENT_DIGITS_MAX; at++, digits++)
		value = 10 * value + (*at - '0');
	*text = at;
	d->exponent += is_negative ? -value : value;
	return digits > 0 && value <= DECIMAL_EXPONENT_MAX;
}

enum err_code decimal_parse(struct decimal *d, const char *text, struct err *e)
{
	const char *at = text + strspn(text, " \t");
	bool is_negative = *at == '-';

	*d = (struct decimal){0};
	if (*at == '-' || *at == '+')
		at++;
	bool ok = read_mantissa(&at, d) && read_exponent(&at, d);
	at += strspn(at, " \t\r\n");
	if (!ok || *at != '\0' || d->exponent > DECIMAL_EXPONENT_MAX - DECIMAL_DIGITS_MAX ||
	    d->exponent < -DECIMAL_EXPONENT_MAX - DECIMAL_DIGITS_MAX)
		return err_set(e, ERR_CONFIG, "\"%.40s\" is no number; want digits like -12.5",
			       text);
	if (d->mantissa == 0)
		d->exponent = 0;
	d->mantissa = is_negative ? -d->mantissa : d->mantissa;
	return ERR_NONE;
}

/* 10^27 is the last power of ten that a long double of 64 bits holds exactly, so for the numbers
 * people write this rounds once here and once to double. */
static double scaled(long double mantissa, int exponent)
{
	long double power = powl(10.0L, fabsl((long double)exponent));

	return (double)(exponent < 0 ? mantissa / power : mantissa * power);
}

double decimal_value(struct decimal d)
{
	return scaled((long double)d.mantissa, d.exponent);
}

double decimal_difference(struct decimal a, struct decimal b)
{
	int low = a.mantissa == 0           ? b.exponent
		  : b.mantissa == 0         ? a.exponent
		  : a.exponent < b.exponent ? a.exponent
					    : b.exponent;
	int shift_a = a.mantissa == 0 ? 0 : a.exponent - low;
	int shift_b = b.mantissa == 0 ? 0 : b.exponent - low;
	__int128 wide_a = a.mantissa, wide_b = b.mantissa;

	/* 10^18 * 10^18 fits 127 bits; further apart, the smaller one is below the last digit. */
	if (shift_a > DECIMAL_DIGITS_MAX || shift_b > DECIMAL_DIGITS_MAX)
		return decimal_value(a) - decimal_value(b);
	for (; shift_a > 0; shift_a--)
		wide_a *= 10;
	for (; shift_b > 0; shift_b--)
		wide_b *= 10;
	return scaled((long double)(wide_a - wide_b), low);
}
