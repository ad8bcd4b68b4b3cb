/* raw.capture.analyze: a case sees the captures beside it, as the command line does, and nothing
 * else of the machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"
#include "capture/sr_writer.h"
#include "script/test_case.h"

static char folder[] = "/tmp/penbench-saved-XXXXXX";

static const char *beside(const char *name)
{
	static char path[sizeof folder + 64];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void write_text(const char *name, const char *text)
{
	FILE *file = fopen(beside(name), "w");

	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
		perror(name);
		exit(1);
	}
}

/* 1000 samples at 1 kHz; channel 0 rises 100 times. */
static void write_capture(const char *name)
{
	static struct channels channels = {.count = 8, .name = {"CLK", "DAT"}};
	struct sr_format format = {.channels = &channels, .samplerate_hz = 1000, .unit_size = 1};
	struct sr_writer *w;
	struct err e;
	uint8_t data[1000];

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = i % 10 >= 5;
	if (sr_writer_open(&w, beside(name), &format, &e) ||
	    sr_writer_feed(w, &(struct block){data, sizeof data, 1, 0}, &e) ||
	    sr_writer_finish(w, &e)) {
		(void)fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	sr_writer_free(w);
}

/* The first lines of a case file, run when it is loaded; then it measures `value`, 100 wanted. */
static enum outcome run_case(const char *text, char cause[ERR_TEXT_SIZE], size_t *files)
{
	const struct test_case_bench bench = {.world = NULL};
	struct spec spec = {.path = "test spec", .limit_count = 1};
	struct test_case *c;
	struct err e;
	enum outcome outcome;
	char whole[2048];

	spec.limits[0] = (struct limit){.clause = "PEN-1",
					.name = "value",
					.unit = "1",
					.kind = LIMIT_COUNT,
					.has_low = true,
					.has_high = true,
					.low = 100,
					.high = 100};
	(void)snprintf(whole, sizeof whole,
		       "local capture, value = require 'raw.capture'\n%s\n"
		       "return { title = 't', measures = { value = 'PEN-1' },\n"
		       "run = function(measure) measure.value(value) end }\n",
		       text);
	write_text("case.lua", whole);
	if (test_case_open(&c, beside("case.lua"), "lua", &spec, NULL, NULL, &e) != ERR_NONE) {
		(void)snprintf(cause, ERR_TEXT_SIZE, "%s", e.text);
		return outcome_of_err(e.code);
	}
	(void)test_case_run(c, &bench, &outcome, cause);
	*files = c->state.loaded_count;
	test_case_close(c);
	return outcome;
}

static void test_rows(struct tap *t)
{
	static const struct {
		const char *text, *cause;
	} rows[] = {
		{"capture.analyze('none.sr', {})", "no file \"none.sr\" beside the case"},
		{"capture.analyze('../good.sr', {})", "in or below the folder"},
		{"capture.analyze('/etc/passwd', {})", "in or below the folder"},
		{"capture.analyze('.hidden', {})", "in or below the folder"},
		{"capture.analyze('sub/../good.sr', {})", "in or below the folder"},
		{"capture.analyze('good.sr\\0.sr', {})", "in or below the folder"},
		{"capture.analyze('', {})", "in or below the folder"},
		{"capture.analyze('link.sr', {})", "a link out of the folder"},
		{"capture.analyze('sub', {})", "sub"},
		{"capture.analyze('case.lua', {})", "case.lua"},
		{"capture.analyze('good.sr', { 'pulse:ch=9' })", "no channel \"9\""},
		{"capture.analyze('good.sr', { 'pluse:ch=0' })", "unknown analysis"},
		{"capture.analyze('good.sr', { 7 })", "wanted a string"},
		{"capture.analyze('good.sr')", "table expected"},
		{"for i = 1, 70 do capture.analyze('good.sr', {}) end", "more than 64 files"},
	};
	char cause[ERR_TEXT_SIZE];
	size_t files;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum outcome outcome = run_case(rows[i].text, cause, &files);

		if (!tap_ok(t, outcome == OUTCOME_SCRIPT && strstr(cause, rows[i].cause) != NULL,
			    "refused: %s", rows[i].text))
			tap_note("%s: %s", outcome_name(outcome), cause);
	}
}

int main(void)
{
	struct tap t = tap_begin();
	char cause[ERR_TEXT_SIZE];
	size_t files = 0;

	if (access("lua/bench/init.lua", R_OK) != 0)
		return tap_skip_all("not started in the folder that holds lua/");
	if (mkdtemp(folder) == NULL || mkdir(beside("sub"), 0700) != 0)
		return 1;
	write_capture("good.sr");
	write_capture("sub/good.sr");
	if (symlink("/etc/passwd", beside("link.sr")) != 0)
		return 1;

	enum outcome outcome = run_case("local found = capture.analyze('sub/good.sr',\n"
					"{ 'pulse:ch=CLK', 'pulse:ch=DAT' })\n"
					"assert(found.samples == 1000 and #found == 2)\n"
					"assert(found.samplerate_hz == 1000)\n"
					"assert(found[2].frequency_hz.mean == nil)\n"
					"value = found[1].frequency_hz.mean\n",
					cause, &files);

	tap_ok(&t, outcome == OUTCOME_PASS && files == 2, "a capture below the case's folder: %s",
	       cause);
	test_rows(&t);
	(void)unlink(beside("sub/good.sr"));
	(void)rmdir(beside("sub"));
	(void)unlink(beside("good.sr"));
	(void)unlink(beside("link.sr"));
	(void)unlink(beside("case.lua"));
	(void)rmdir(folder);
	return tap_end(&t);
}
