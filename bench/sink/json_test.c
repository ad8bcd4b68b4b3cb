/* JSON of results: every kind, hostile text, numbers that read back as they were. */
#include "sink/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/tap.h"
#include "sink/table.h"

static void is_json(struct tap *t, struct result *r, const char *wanted, const char *what)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	json_print(out, r);
	(void)fclose(out);
	tap_is_str(t, text, wanted, what);
	free(text);
	result_free(r);
}

static void is_text(struct tap *t, const char *in, const char *wanted, const char *what)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	json_print_text(out, in);
	(void)fclose(out);
	tap_is_str(t, text, wanted, what);
	free(text);
}

static void test_kinds(struct tap *t)
{
	struct result *o = result_object(), *a = result_array();

	result_append(a, result_integer(-5));
	result_append(a, result_null());
	result_append(a, result_number(0.1));
	result_set(o, "a", a);
	result_set(o, "b", result_bool(true));
	result_set(o, "c", result_object());
	is_json(t, o, "{\"a\":[-5,null,0.1],\"b\":true,\"c\":{}}",
		"a tree in the order it was made");
	is_json(t, result_number((double)NAN), "null", "NaN is null");
	is_json(t, result_number(-(double)INFINITY), "null", "infinity is null");
	is_json(t, result_integer(INT64_MIN), "-9223372036854775808", "the smallest integer");
	is_json(t, result_array(), "[]", "an empty array");
	is_json(t, result_string("a\0\"\\\n\x1f\x7f\xe9", 8),
		"\"a\\u0000\\\"\\\\\\n\\u001f\\u007f\\u00e9\"", "bytes are Latin-1, escaped");
}

static void test_text(struct tap *t)
{
	is_text(t, "/tmp/\xc3\xa9\t\"x\"", "\"/tmp/\xc3\xa9\\t\\\"x\\\"\"", "UTF-8 stays");
	is_text(t, "\xff\xc0\xaf\xed\xa0\x80z", "\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffdz\"",
		"what is not UTF-8 is replaced");
	is_text(t, "\xc3", "\"\\ufffd\"", "a cut sequence");
	is_text(t, "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"", "four bytes");
}

static void test_numbers(struct tap *t)
{
	char text[JSON_NUMBER_SIZE];
	struct rng rng;
	bool good = true;

	rng_seed(&rng, 2);
	for (unsigned i = 0; i < 100000; i++) {
		uint64_t bits = rng_next(&rng);
		double value;

		memcpy(&value, &bits, sizeof value);
		if (!isfinite(value))
			continue;
		json_format_number(value, text);
		good &= strtod(text, NULL) == value && strlen(text) < sizeof text;
	}
	tap_ok(t, good, "numbers read back as they were");
	json_format_number(0.3, text);
	tap_is_str(t, text, "0.3", "and are short");
}

static void test_table(struct tap *t)
{
	struct result *o = result_object(), *inner = result_object();
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	result_set(inner, "mean", result_number(120.25));
	result_set(o, "analysis", result_string("pulse", 5));
	result_set(o, "rate_hz", inner);
	result_set(o, "text", result_string("a\x1b[2Jb", 6));
	table_print(out, o);
	(void)fclose(out);
	tap_is_str(t, text,
		   "  rate_hz           \n    mean             120.25\n"
		   "  text               a.[2Jb\n",
		   "a table; control characters removed");
	free(text);
	result_free(o);
}

int main(void)
{
	struct tap t = tap_begin();

	test_kinds(&t);
	test_text(&t);
	test_numbers(&t);
	test_table(&t);
	return tap_end(&t);
}
