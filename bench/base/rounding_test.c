/* What people read of a value and its uncertainty. */
#include "base/rounding.h"

#include <float.h>
#include <string.h>

#include "base/tap.h"

static void test_places(struct tap *t)
{
	static const struct {
		double u;
		int place;
	} list[] = {
		{3.13, -1}, {3.0, -1},    {0.82, -2},   {10.04, 0},  {99.4, 0},       {99.6, 1},
		{1523, 2},  {0.0996, -2}, {0.0994, -3}, {-0.45, -2}, {DBL_MIN, -309},
	};

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		tap_ok(t, rounding_place(list[i].u) == list[i].place, "place of %g: %d (found %d)",
		       list[i].u, list[i].place, rounding_place(list[i].u));
}

static void test_texts(struct tap *t)
{
	static const struct {
		double value;
		int place;
		const char *text;
	} list[] = {
		{292.4312, -1, "292.4"},
		{3.0, -1, "3.0"},
		{12345678, 2, "12345700"},
		{1523, 2, "1500"},
		{-0.0953, -5, "-0.09530"},
		{-0.0004, -2, "0.00"},
		{-4, 1, "0"},
		{0.0996, -2, "0.10"},
		{2.5e300, -9, "2.5e+300"},
		{1.5e9, -13, "1500000000"},
		{1e-12, -13, "1e-12"},
		{-0.0000104, -6, "-0.000010"},
	};

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		char text[ROUNDING_TEXT_SIZE];
		rounding_format(text, list[i].value, list[i].place);
		tap_ok(t, strcmp(text, list[i].text) == 0, "%g to 10^%d: %s (found %s)",
		       list[i].value, list[i].place, list[i].text, text);
	}
}

int main(void)
{
	struct tap t = tap_begin();

	test_places(&t);
	test_texts(&t);
	return tap_end(&t);
}
