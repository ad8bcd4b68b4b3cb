/* Units in names: see unit.h. Pure. */
#include "verdict/unit.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct {
	const char *word, *unit;
} units[] = {
	{"nm", "nm"},   {"um", "um"},     {"mm", "mm"},     {"m", "m"},
	{"ns", "ns"},   {"us", "us"},     {"ms", "ms"},     {"s", "s"},
	{"hz", "Hz"},   {"khz", "kHz"},   {"mhz", "MHz"},   {"ua", "uA"},
	{"ma", "mA"},   {"a", "A"},       {"uv", "uV"},     {"mv", "mV"},
	{"v", "V"},     {"ohm", "ohm"},   {"mohm", "mohm"}, {"w", "W"},
	{"mw", "mW"},   {"degc", "degC"}, {"percent", "%"}, {"permille", "per mille"},
	{"ppm", "ppm"},
};

static bool is_number(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return true;
}

const char *unit_of_name(const char *name)
{
	size_t end = strlen(name);

	for (;;) {
		size_t begin = end;
		while (begin > 0 && name[begin - 1] != '_')
			begin--;
		/* A name of one word says what it is, not in what: "a", "percent". */
		if (begin == 0)
			return NULL;
		size_t size = end - begin;
		for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
			if (strlen(units[i].word) == size &&
			    strncmp(name + begin, units[i].word, size) == 0)
				return units[i].unit;
		if (!is_number(name + begin, size))
			return NULL;
		end = begin - 1;
	}
}

const char *unit_contradicting(const char *name, const char *unit)
{
	const char *said = unit_of_name(name);

	if (said == NULL || strcmp(said, unit) == 0)
		return NULL;
	bool is_letter = strlen(said) == 1 && said[0] != '%';
	bool is_multiple =
		strlen(unit) == 2 && strchr("num", unit[0]) != NULL && unit[1] == said[0];
	return is_letter && !is_multiple ? NULL : said;
}
