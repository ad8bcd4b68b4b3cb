/* See rounding.h. */
#include "base/rounding.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PRINTED_SIZE = 32 };

int rounding_place(double u)
{
	char text[PRINTED_SIZE];
	int exponent = 0;

	assert(isfinite(u) && u != 0);
	/* Rounded before it is asked: 0.0996 has its second digit where 0.10 has it. */
	(void)snprintf(text, sizeof text, "%.1e", u);
	(void)sscanf(strchr(text, 'e') + 1, "%d", &exponent);
	return exponent - 1;
}

void rounding_format(char text[ROUNDING_TEXT_SIZE], double value, int place)
{
	double step = place > 0 ? pow(10, place) : 1;

	if (place < ROUNDING_PLACE_MIN || !isfinite(value) || fabs(value) >= 1e15) {
		(void)snprintf(text, ROUNDING_TEXT_SIZE, "%.12g", value);
		return;
	}
	(void)snprintf(text, ROUNDING_TEXT_SIZE, "%.*f", place < 0 ? -place : 0,
		       place > 0 ? round(value / step) * step : value);
	if (text[0] == '-' && strspn(text, "-0.") == strlen(text))
		memmove(text, text + 1, strlen(text));
}
