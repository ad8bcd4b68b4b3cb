/* The TAP stream stays a valid one whatever titles and messages hold, and a write that fails is
 * said. */
#include "sink/tap_stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/tap.h"

static void describe(struct tap *t, const char *in, const char *wanted, const char *what)
{
	char out[256];

	tap_stream_describe(out, sizeof out, in);
	tap_is_str(t, out, wanted, what);
}

static void scalar(struct tap *t, const char *in, const char *wanted, const char *what)
{
	char out[256];

	tap_stream_scalar(out, sizeof out, in);
	tap_is_str(t, out, wanted, what);
}

static void test_texts(struct tap *t)
{
	char small[8];

	describe(t, "depth # SKIP me", "depth \\# SKIP me", "a directive in a title is escaped");
	describe(t, "a\\b", "a\\\\b", "a backslash is escaped");
	describe(t, "one\nnot ok 2\r\x1b[31m\x7f", "one not ok 2  [31m ", "control characters go");
	describe(t, "tiefe \xc2\xb5m", "tiefe \xc2\xb5m", "UTF-8 stays");
	describe(t, "\xc2\x85x\xe2\x80\xa8y", " x y", "line ends of Unicode go");
	describe(t, "\xff\xc0\xaf\xed\xa0\x80\xf5", "???????", "what is not UTF-8 goes");
	describe(t, "cut \xe2\x82", "cut ??", "a sequence cut by the end");
	scalar(t, "a: \"b\" # c\n", "\"a: \\\"b\\\" # c\\n\"", "a scalar is quoted");
	scalar(t, "\xc2\xb5m \xf0\x9f\x98\x80", "\"\\u00B5m \\U0001F600\"", "and ASCII");
	scalar(t, "\x01\x1b\x7f\xff", "\"\\x01\\x1B\\x7F?\"", "and free of controls");
	tap_stream_scalar(small, sizeof small, "abcdefghij");
	tap_is_str(t, small, "\"abcde\"", "a scalar that is cut keeps its quotes");
	tap_stream_describe(small, sizeof small, "abcde#f");
	tap_is_str(t, small, "abcde\\#", "a title is never cut inside an escape");
	tap_stream_describe(small, sizeof small, "abcdef#");
	tap_is_str(t, small, "abcdef", "not even at its end");
}

/* Any bytes at all: the description has no line end and no open escape, the scalar only ASCII. */
static void test_random(struct tap *t)
{
	struct rng r;
	bool good = true;

	rng_seed(&r, 5);
	for (int i = 0; i < 20000; i++) {
		char in[64], out[64];
		size_t size = rng_below(&r, sizeof in - 1);
		for (size_t k = 0; k < size; k++)
			in[k] = (char)(1 + rng_below(&r, 255));
		in[size] = '\0';
		size_t room = 3 + rng_below(&r, sizeof out - 3);
		tap_stream_describe(out, room, in);
		size_t back = 0;
		for (size_t k = 0; out[k] != '\0'; k++) {
			unsigned char c = (unsigned char)out[k];
			back = c == '\\' ? back + 1 : 0;
			good = good && c >= 0x20 && c != 0x7f && strlen(out) < room &&
			       (c != '#' || (k > 0 && out[k - 1] == '\\'));
		}
		good = good && back % 2 == 0;
		tap_stream_scalar(out, room, in);
		size = strlen(out);
		good = good && size < room && size >= 2 && out[0] == '"' && out[size - 1] == '"';
		for (size_t k = 0; k < size; k++)
			good = good && out[k] >= 0x20 && out[k] < 0x7f;
	}
	tap_ok(t, good, "20000 random texts leave a valid stream");
}

static struct measurement measured(const char *name, double value)
{
	struct limit l = {.clause = "PEN-110",
			  .name = "depth",
			  .unit = "um",
			  .has_low = true,
			  .has_high = true,
			  .low = -150,
			  .high = 150,
			  .rule = RULE_ILAC_G8,
			  .u_typical = 4};
	struct budget budget = {.count = 0};
	struct measurement m;

	measurement_declare(&m, name, &l, NULL);
	(void)budget_add(&budget, "data", "", true, 2, 9, NULL);
	if (!isnan(value))
		(void)measurement_set_budget(&m, value, &budget, NULL);
	return m;
}

static void play(struct sinks *sinks, enum outcome second)
{
	struct measurement m[2] = {measured("depth_um", 12.5), measured("spread_um", NAN)};
	struct sink_run run = {.station = "s",
			       .serial = "",
			       .jig = "j",
			       .image = "i",
			       .marks = "",
			       .case_count = 2};
	struct sink_case_end a = {.which = {1, "a.lua", "first # one"},
				  .outcome = OUTCOME_PASS,
				  .cause = "",
				  .trace = "",
				  .measurements = m,
				  .measurement_count = 1};
	struct sink_case_end b = {.which = {2, "b.lua", "second"},
				  .outcome = second,
				  .cause = "why: \"x\"",
				  .trace = "",
				  .measurements = m + 1,
				  .measurement_count = 1};
	bool early = second == OUTCOME_BENCH || second == OUTCOME_ABORT;
	struct sink_run_end end = {.outcome = second,
				   .worst_path = "b.lua",
				   .cause = "of the outcome",
				   .blame_cause = "lid # open",
				   .blame = early ? ERR_BENCH : ERR_NONE,
				   .passed = 1,
				   .run = 2};

	(void)sinks_run_begin(sinks, &run, NULL);
	(void)sinks_case_begin(sinks, &a.which, NULL);
	(void)sinks_case_end(sinks, &a, NULL);
	(void)sinks_case_begin(sinks, &b.which, NULL);
	(void)sinks_log(sinks, "ok 9 - a note is no test point", NULL);
	(void)sinks_case_end(sinks, &b, NULL);
	(void)sinks_run_end(sinks, &end, NULL);
}

static char *text_of(int version, enum outcome second)
{
	char *text = NULL;
	size_t size = 0;
	struct tap_stream stream;
	struct sinks sinks = {.count = 0};
	FILE *out = open_memstream(&text, &size);

	sinks_add(&sinks, tap_stream_open(&stream, out, version));
	play(&sinks, second);
	(void)fclose(out);
	return text;
}

static void test_stream(struct tap *t)
{
	static const char first[] = "1..2\n"
				    "ok 1 - first \\# one\n"
				    "  ---\n"
				    "  outcome: PASS\n"
				    "  case: \"a.lua\"\n"
				    "  depth_um: 12.5\n"
				    "  depth_um_judgement: PASS\n"
				    "  depth_um_unit: \"um\"\n"
				    "  depth_um_clause: \"PEN-110\"\n"
				    "  depth_um_low: -150\n"
				    "  depth_um_high: 150\n"
				    "  depth_um_rule: ilac-g8\n"
				    "  depth_um_u: 4.63961888\n"
				    "  depth_um_k: 2.31980944\n"
				    "  depth_um_nu_eff: 9\n"
				    "  depth_um_accept_low: -145.360381\n"
				    "  depth_um_accept_high: 145.360381\n"
				    "  depth_um_conformance: 1\n"
				    "  depth_um_margin: 132.860381\n"
				    "  ...\n";
	char wanted[2048];
	char *got = text_of(14, OUTCOME_SCRIPT);

	(void)snprintf(wanted, sizeof wanted,
		       "TAP version 14\n%snot ok 2 - second\n  ---\n  outcome: SCRIPT\n"
		       "  cause: \"why: \\\"x\\\"\"\n  case: \"b.lua\"\n  spread_um: ~\n"
		       "  spread_um_judgement: UNSET\n  spread_um_unit: \"um\"\n"
		       "  spread_um_clause: \"PEN-110\"\n  spread_um_low: -150\n"
		       "  spread_um_high: 150\n  spread_um_rule: ilac-g8\n  ...\n",
		       first);
	tap_is_str(t, got, wanted, "a passed and a wrong case, version 14");
	free(got);
	got = text_of(13, OUTCOME_BENCH);
	(void)snprintf(wanted, sizeof wanted, "TAP version 13\n%sBail out! BENCH: lid \\# open\n",
		       first);
	tap_is_str(t, got, wanted, "a bench fault is a bail-out and no test point");
	free(got);
}

/* A mark is a comment behind the plan, and no text of a mark becomes a test point. */
static void test_marks(struct tap *t)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct tap_stream stream;
	struct sinks sinks = {.count = 0};
	struct sink_run run = {.station = "s",
			       .serial = "",
			       .jig = "j",
			       .image = "i",
			       .marks = "expired\nok 1",
			       .case_count = 1};
	struct err e;

	if (out == NULL)
		abort();
	sinks_add(&sinks, tap_stream_open(&stream, out, 13));
	tap_is_int(t, sinks_run_begin(&sinks, &run, &e), ERR_NONE, "a marked run begins");
	(void)fclose(out);
	tap_is_str(t, text, "TAP version 13\n1..1\n# expired ok 1\n", "with a comment");
	free(text);
}

static void test_unwritable(struct tap *t)
{
	struct tap_stream stream;
	struct sinks sinks = {.count = 0};
	struct sink_run run = {.station = "s",
			       .serial = "",
			       .jig = "j",
			       .image = "i",
			       .marks = "",
			       .case_count = 1};
	struct sink_run_end end = {.outcome = OUTCOME_PASS,
				   .cause = "",
				   .blame_cause = "",
				   .worst_path = ""};
	struct err e = {.code = ERR_NONE};
	FILE *full = fopen("/dev/full", "w");

	if (full == NULL) {
		tap_skip(t, "an output that cannot be written", "no /dev/full");
		return;
	}
	sinks_add(&sinks, tap_stream_open(&stream, full, 13));
	tap_is_int(t, sinks_run_begin(&sinks, &run, &e), ERR_BENCH, "a full disk is a bench fault");
	tap_ok(t, strstr(e.text, "stdout: No space left") != NULL, "and says so: %s", e.text);
	tap_is_int(t, sinks_run_end(&sinks, &end, &e), ERR_BENCH, "which no later event forgets");
	(void)fclose(full);
}

int main(void)
{
	struct tap t = tap_begin();

	test_texts(&t);
	test_random(&t);
	test_stream(&t);
	test_marks(&t);
	test_unwritable(&t);
	return tap_end(&t);
}
