/* The text of a tape: what is written reads back to the same bits, and nothing else is taken. */
#include "script/tape.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/tap.h"

static void test_form(struct tap *t)
{
	struct tape tape = {0};
	struct err e;

	tape_word(&tape, "ask");
	tape_integer(&tape, -5);
	tape_number(&tape, 0.1);
	tape_string(&tape, "a \"b\"\\\n\xff");
	(void)err_set(&e, ERR_PEN, "no answer");
	tape_outcome(&tape, ERR_PEN, &e);
	tape_end_line(&tape);
	tape_word(&tape, "wait");
	tape_outcome(&tape, ERR_NONE, NULL);
	tape_end_line(&tape);
	tap_ok(t,
	       strcmp(tape.text, "ask -5 0.10000000000000001 \"a \\x22b\\x22\\x5c\\x0a\\xff\" > "
				 "pen \"no answer\"\n"
				 "wait > ok\n") == 0,
	       "the form of a line");
	tape_clear(&tape);
	tape_word(&tape, "x");
	tap_ok(t, strcmp(tape.text, "x") == 0, "a cleared tape begins anew");
	tape_deinit(&tape);
	tape_deinit(&tape);
	tap_ok(t, tape.text == NULL, "freed once");
}

static void test_numbers(struct tap *t)
{
	static const double special[] = {0.0, -0.0, DBL_MIN, DBL_MAX, -DBL_TRUE_MIN, 1.0 / 3, 1e22};
	struct tape tape = {0};
	struct rng rng;
	unsigned wrong = 0;

	rng_seed(&rng, 1);
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t bits = rng_next(&rng);
		double value, back;
		memcpy(&value, &bits, sizeof value);
		if (i < sizeof special / sizeof *special)
			value = special[i];
		if (!isfinite(value))
			continue;
		tape_clear(&tape);
		tape_number(&tape, value);
		struct tape_reader r = tape_read(tape.text, tape.size);
		wrong += !tape_read_number(&r, &back) || memcmp(&value, &back, sizeof back) != 0;
	}
	tap_ok(t, wrong == 0, "every double comes back to the bit (%u wrong)", wrong);
	tape_deinit(&tape);
}

static void test_reading(struct tap *t)
{
	static const char text[] =
		"capture 12 \"two words\" 3.5 > bench \"no clock\" 1\nend > ok\n";
	struct tape_reader r = tape_read(text, strlen(text));
	char word[32];
	int64_t integer;
	double number;
	enum err_code code;
	struct err e = {.code = ERR_NONE};

	tap_ok(t, !tape_read_word(&r, "cap") && tape_read_word(&r, "capture"), "whole words only");
	tap_ok(t, tape_read_integer(&r, &integer) && integer == 12, "an integer");
	tap_ok(t, !tape_read_number(&r, &number), "a text is no number");
	tap_ok(t,
	       !tape_read_string(&r, word, 9) && tape_read_string(&r, word, 10) &&
		       strcmp(word, "two words") == 0,
	       "a text that fits");
	tap_ok(t, tape_read_number(&r, &number) && number == 3.5, "a number");
	tap_ok(t, !tape_read_end(&r), "not at the end yet");
	tap_ok(t,
	       tape_read_outcome(&r, &code, &e) && code == ERR_BENCH &&
		       strcmp(e.text, "no clock") == 0,
	       "an outcome with its text");
	tap_ok(t, tape_read_integer(&r, &integer) && tape_read_end(&r) && r.line == 2,
	       "a value behind it, and the next line");
	tap_ok(t,
	       tape_read_call(&r, "end", 3) && tape_read_outcome(&r, &code, &e) &&
		       code == ERR_NONE && tape_read_end(&r) && tape_at_end(&r),
	       "a call, and the end");
	r = tape_read("wait 50 > ok\n", 13);
	tap_ok(t, !tape_read_call(&r, "wait 5", 6) && tape_read_call(&r, "wait 50", 7),
	       "a call is compared whole");
}

/* Whatever the bytes: no reader walks past the end or takes what it would not write. */
static void test_hostile(struct tap *t)
{
	static const char *const bad[] = {"\"open",      "\"\\x2\"", "\"\\q00\"", "\"\\x00\"",
					  "\"a\"b",      "\"a\nb\"", "nan",       "inf",
					  "0x10",        "1e",       "--5",       "9-9",
					  "> who \"x\"", "> pen",    "> ",        ""};
	struct rng rng;
	char word[16];
	unsigned taken = 0;

	rng_seed(&rng, 2);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		/* A copy without an end of its own, so that the sanitizers see a step too far. */
		size_t size = strlen(bad[i]);
		char *text = malloc(size + 1);
		memcpy(text, bad[i], size);
		char *exact = realloc(text, size > 0 ? size : 1);
		struct tape_reader r = tape_read(exact, size);
		int64_t integer;
		double number;
		enum err_code code;
		struct err e;
		taken += tape_read_string(&r, word, sizeof word);
		taken += tape_read_outcome(&r, &code, &e);
		taken += tape_read_integer(&r, &integer);
		taken += tape_read_number(&r, &number);
		free(exact);
	}
	tap_ok(t, taken == 0, "%u of the bad words are taken", taken);
	int64_t large;
	struct tape_reader long_word = tape_read("99999999999999999999", 20);
	tap_ok(t, !tape_read_integer(&long_word, &large), "nor an integer that is too large");
	for (unsigned i = 0; i < 20000; i++) {
		char noise[24];
		size_t size = (size_t)(rng_next(&rng) % sizeof noise);
		for (size_t k = 0; k < size; k++)
			noise[k] = "\"\\x0a >\n1.e-pok"[rng_next(&rng) % 15];
		struct tape_reader r = tape_read(noise, size);
		enum err_code code;
		struct err e;
		(void)tape_read_string(&r, word, sizeof word);
		(void)tape_read_outcome(&r, &code, &e);
		(void)tape_read_call(&r, "ok", 2);
		tape_show_line(&r, word, sizeof word);
		tape_skip_call(&r);
		(void)tape_read_end(&r);
		if (r.at > noise + size)
			taken++;
	}
	tap_ok(t, taken == 0, "noise ends where it ends");
}

static void test_bound(struct tap *t)
{
	struct tape tape = {0};
	static const char piece[4096] = {[0 ... 4094] = 'a'};
	unsigned count = 0;

	while (!tape.is_full && count < 10000) {
		tape_word(&tape, piece);
		count++;
	}
	tap_ok(t, tape.is_full && tape.size < TAPE_SIZE_MAX, "a tape is bounded (%zu bytes)",
	       tape.size);
	tape_word(&tape, "x");
	tap_ok(t, tape.is_full, "and stays full");
	tape_deinit(&tape);
}

int main(void)
{
	struct tap t = tap_begin();

	test_form(&t);
	test_numbers(&t);
	test_reading(&t);
	test_hostile(&t);
	test_bound(&t);
	return tap_end(&t);
}
