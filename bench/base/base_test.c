/* Errors keep their cause, random streams repeat and are independent. */
#include <string.h>

#include "base/err.h"
#include "base/rng.h"
#include "base/tap.h"
#include "base/utf8.h"

static void test_err(struct tap *t)
{
	struct err e;
	tap_is_int(t, err_set(&e, ERR_BENCH, "no answer after %d ms", 250), ERR_BENCH,
		   "err_set returns the code");
	err_prefix(&e, "PB0001 interface %c", 'C');
	tap_is_str(t, e.text, "PB0001 interface C: no answer after 250 ms", "context in front");

	char flood[400];
	memset(flood, 'x', sizeof flood - 1);
	flood[sizeof flood - 1] = '\0';
	err_prefix(&e, "%s", flood);
	err_prefix(&e, "%s", flood);
	size_t length = strlen(e.text);
	tap_is_int(t, (int64_t)length, ERR_TEXT_SIZE - 1, "a long line is cut to its size");
	tap_is_str(t, e.text + length - 6, "250 ms", "the cause survives a long context");
	tap_is_int(t, err_set(NULL, ERR_PEN, "x"), ERR_PEN, "no struct is no crash");
	tap_is_str(t, err_blame(ERR_PEN), "pen", "blame of a pen fault");
}

static void test_rng(struct tap *t)
{
	struct rng a, b;
	rng_seed(&a, 7);
	rng_seed(&b, 7);
	bool same = true;
	for (int i = 0; i < 1000; i++)
		same = same && rng_next(&a) == rng_next(&b);
	tap_ok(t, same, "same seed, same numbers");
	rng_seed_named(&a, 7, "scale");
	rng_seed_named(&b, 7, "zero");
	tap_ok(t, rng_next(&a) != rng_next(&b), "names part the streams");

	double sum = 0, square = 0;
	enum { N = 100000 };
	for (int i = 0; i < N; i++) {
		double x = rng_normal(&a);
		sum += x;
		square += x * x;
	}
	tap_near(t, sum / N, 0.0, 0.02, "mean of the normal");
	tap_near(t, square / N, 1.0, 0.03, "variance of the normal");
	unsigned hits[3] = {0};
	for (int i = 0; i < 30000; i++)
		hits[rng_below(&a, 3)]++;
	tap_ok(t, hits[0] > 9500 && hits[1] > 9500 && hits[2] > 9500, "rng_below is even");
}

static void test_utf8(struct tap *t)
{
	static const struct {
		const char *text, *what;
		bool plain;
	} rows[] = {
		{"", "nothing", true},
		{"pen 7-B/2", "ASCII", true},
		{"\xC3\x9C\xE2\x82\xAC\xF0\x9F\x98\x80", "two, three and four bytes", true},
		{"a\tb", "a tab", false},
		{"a\x7F", "DEL", false},
		{"a\xC2\x9B"
		 "31m",
		 "a C1 that begins an escape sequence", false},
		{"\xE2\x80\xAE"
		 "CBA",
		 "a turn of direction", false},
		{"\xE2\x80\x8B", "a blank without width", false},
		{"\xFF", "no UTF-8", false},
		{"\xC3", "a cut sequence", false},
		{"\xC0\xAF", "an overlong form", false},
		{"\xED\xA0\x80", "a surrogate", false},
		{"\xF4\x90\x80\x80", "beyond the last code point", false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		tap_ok(t, utf8_is_plain(rows[i].text) == rows[i].plain, "%s is %splain",
		       rows[i].what, rows[i].plain ? "" : "not ");
}

int main(void)
{
	struct tap t = tap_begin();
	test_err(&t);
	test_rng(&t);
	test_utf8(&t);
	return tap_end(&t);
}
