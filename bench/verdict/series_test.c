/*
 * NIST StRD univariate sets and Norris: digits that agree with the certified value (LRE), per set
 * at least as many as plain arithmetic on the doubles of the file reaches. NumAcc1..4 are generated
 * by their rule; the others are read from ../shared/data, and skipped where that folder is absent.
 */
#include "verdict/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tap.h"
#include "verdict/decimal.h"

#define FOLDER "../shared/data/"

enum { VALUES_MAX = 5000, NUMACC = 1001, TEXT_SIZE = 32 };

struct certified {
	const char *name, *file;
	double mean, sd, r1;
	double digits; /* of sd */
};

/* Certified to 15 digits: more agreement than that says nothing. */
static double lre(double got, double certified)
{
	if (got == certified)
		return 15;
	return fmin(15, -log10(fabs(got - certified) / fabs(certified)));
}

static void judge(struct tap *t, const struct certified *c, const struct decimal *value, size_t n)
{
	static double off[VALUES_MAX];
	struct decimal shift = n > 0 ? value[0] : (struct decimal){0};

	for (size_t i = 0; i < n; i++)
		off[i] = decimal_difference(value[i], shift);
	struct series s = series_of(off, n);
	double mean = decimal_value(shift) + s.mean;
	tap_ok(t, lre(mean, c->mean) >= 14.5, "%s: mean to %.1f digits", c->name,
	       lre(mean, c->mean));
	tap_ok(t, lre(s.sd, c->sd) >= c->digits, "%s: sd to %.1f digits, wanted %.1f", c->name,
	       lre(s.sd, c->sd), c->digits);
	tap_ok(t, lre(s.r1, c->r1) >= 12, "%s: r1 to %.1f digits", c->name, lre(s.r1, c->r1));
}

static struct decimal parsed(const char *text)
{
	struct decimal d;

	if (decimal_parse(&d, text, NULL) != ERR_NONE)
		d = (struct decimal){-1, 0};
	return d;
}

static void generated(struct tap *t)
{
	static const struct certified sets[] = {
		{"NumAcc1", "", 10000002, 1, -0.5, 15},
		{"NumAcc2", "", 1.2, 0.1, -0.999, 14.6},
		{"NumAcc3", "", 1000000.2, 0.1, -0.999, 14.6},
		{"NumAcc4", "", 10000000.2, 0.1, -0.999, 14.6},
	};
	static const int base[] = {0, 1, 1000000, 10000000};
	static struct decimal value[NUMACC];
	char text[TEXT_SIZE];

	value[0] = parsed("10000001");
	value[1] = parsed("10000003");
	value[2] = parsed("10000002");
	judge(t, &sets[0], value, 3);
	for (size_t k = 1; k < 4; k++) {
		for (size_t i = 0; i < NUMACC; i++) {
			(void)snprintf(text, sizeof text, "%d.%d", base[k],
				       i == 0       ? 2
				       : i % 2 == 1 ? 1
						    : 3);
			value[i] = parsed(text);
		}
		judge(t, &sets[k], value, NUMACC);
	}
}

/* The numbers of a file's column after the last line of dashes, or after the '#' and name = value
 * lines of the re-headed ones. */
static size_t read_column(const char *file, struct decimal *value)
{
	char path[256], line[256];
	size_t n = 0;

	(void)snprintf(path, sizeof path, FOLDER "nist_univariate/%s", file);
	FILE *in = fopen(path, "r");
	if (in == NULL)
		return 0;
	while (n < VALUES_MAX && fgets(line, sizeof line, in) != NULL) {
		if (strncmp(line, "-----", 5) == 0)
			n = 0;
		else if (decimal_parse(&value[n], line, NULL) == ERR_NONE)
			n++;
	}
	(void)fclose(in);
	return n;
}

static void published(struct tap *t)
{
	static const struct certified sets[] = {
		{"Lew", "Lew.txt", -177.435, 277.332168044316, -0.307304800605679, 14.5},
		{"Lottery", "Lottery.txt", 518.958715596330, 291.699727470969, -0.120948622967393,
		 14.5},
		{"Mavro", "Mavro.txt", 2.001856, 0.000429123454003053, 0.937989183438248, 14},
		{"Michelso", "Michelso.txt", 299.8524, 0.0790105478190518, 0.535199668621283, 14},
		{"PiDigits", "PiDigits.txt", 4.5348, 2.86733906028871, -0.00355099287237972, 14.5},
		{"NumAcc4 as shipped", "NumAcc4.txt", 10000000.2, 0.1, -0.999, 14.6},
	};
	static const size_t wanted[] = {200, 218, 50, 100, 5000, 1001};
	static struct decimal value[VALUES_MAX];

	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		size_t n = read_column(sets[i].file, value);

		if (n == 0) {
			tap_skip(t, sets[i].name, "no " FOLDER);
			continue;
		}
		tap_is_int(t, (int64_t)n, (int64_t)wanted[i], sets[i].name);
		judge(t, &sets[i], value, n);
	}
}

static void norris(struct tap *t)
{
	char line[256];
	double x[64], y[64];
	size_t n = 0;
	FILE *in = fopen(FOLDER "nist_linregress/Norris.dat", "r");

	if (in == NULL) {
		tap_skip(t, "Norris", "no " FOLDER);
		return;
	}
	for (int number = 1; n < 64 && fgets(line, sizeof line, in) != NULL; number++) {
		char *end;

		if (number < 61)
			continue;
		y[n] = strtod(line, &end);
		if (end == line)
			break;
		x[n] = strtod(end, NULL);
		n++;
	}
	(void)fclose(in);
	struct series_line f = series_fit(x, y, n);
	tap_is_int(t, (int64_t)n, 36, "Norris has 36 points");
	tap_ok(t, lre(f.slope, 1.00211681802045) >= 13, "Norris: slope");
	tap_ok(t, lre(f.intercept, -0.262323073774029) >= 12, "Norris: intercept");
	tap_ok(t, lre(f.residual_sd, 0.884796396144373) >= 13, "Norris: residual sd");
	tap_ok(t, lre(f.se_slope, 0.429796848199937e-3) >= 13, "Norris: standard error of slope");
	tap_ok(t, lre(f.se_intercept, 0.232818234301152) >= 13, "Norris: of intercept");
}

static void edges(struct tap *t)
{
	const double one[] = {7}, equal[] = {3, 3, 3}, two[] = {1, 2}, x[] = {5, 5};
	struct series s = series_of(one, 0);

	tap_ok(t, isnan(s.mean) && isnan(s.sd) && isnan(s.min), "nothing has no mean");
	s = series_of(one, 1);
	tap_ok(t, s.mean == 7 && s.min == 7 && isnan(s.sd) && isnan(s.r1), "one has no sd");
	s = series_of(equal, 3);
	tap_ok(t, s.sd == 0 && isnan(s.r1), "equal values: sd 0, no r1");
	tap_ok(t, isnan(series_fit(x, two, 2).slope), "no line through equal x");
	struct series_line f = series_fit(two, two, 2);
	tap_ok(t, f.slope == 1 && f.intercept == 0 && isnan(f.se_slope), "a line of two points");
	s = series_of((const double[]){1, 3, 2}, 3);
	tap_near(t, s.moving_range, 1.5, 0, "mean moving range");
}

static void decimals(struct tap *t)
{
	static const char *const bad[] = {
		"",
		" ",
		".",
		"-",
		"e5",
		"1e",
		"1.2.3",
		"0x10",
		"nan",
		"inf",
		"1,2",
		"1 2",
		"1e999",
		"1e-999",
		"--1",
		"12a",
		"1e99999999999999999999",
	};
	struct err e;
	struct decimal d;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		tap_ok(t, decimal_parse(&d, bad[i], &e) == ERR_CONFIG, "\"%s\" is refused", bad[i]);
	tap_near(t, decimal_value(parsed(" -12.50e-1\r\n")), -1.25, 0, "sign, point, exponent");
	tap_near(t, decimal_value(parsed(".5")), 0.5, 0, "no digit before the point");
	tap_near(t, decimal_value(parsed("0.10000000000000000555")), 0.1, 1e-17,
		 "more digits than are kept");
	tap_near(t, decimal_value(parsed("123456789012345678901234")), 1.2345678901234568e23, 1e8,
		 "digits before the point that are dropped count as powers of ten");
	tap_near(t, decimal_difference(parsed("1000000000000.4"), parsed("1000000000000.3")), 0.1,
		 0, "a difference that doubles would get wrong in the 4th digit");
	tap_near(t, decimal_difference(parsed("1e200"), parsed("1")), 1e200, 1e185, "far apart");
	tap_near(t, decimal_difference(parsed("0"), parsed("1e-250")), -1e-250, 1e-260,
		 "zero has no exponent of its own");
	tap_ok(t, decimal_parse(&d, "0e-300", &e) == ERR_NONE && d.exponent == 0, "zero is zero");
}

int main(void)
{
	struct tap t = tap_begin();

	generated(&t);
	published(&t);
	norris(&t);
	edges(&t);
	decimals(&t);
	return tap_end(&t);
}
