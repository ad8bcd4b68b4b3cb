/* raw.capture.analyze: a case sees the captures beside it, as the command line does, and nothing
 * else of the machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/sr_writer.h"
#include "script/case_rig.h"
#include "script/test_case.h"

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
	if (sr_writer_open(&w, rig_path(name), &format, &e) ||
	    sr_writer_feed(w, &(struct block){data, sizeof data, 1, 0}, &e) ||
	    sr_writer_finish(w, &e)) {
		(void)fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	sr_writer_free(w);
}

/* The first lines of what a case does; then it measures `value`, 100 wanted. */
static enum outcome run_case(const char *text, char cause[ERR_TEXT_SIZE], size_t *files)
{
	const struct test_case_bench bench = {.world = NULL};
	struct spec spec = {.path = "test spec", .limit_count = 1};
	struct test_case *c;
	struct err e;
	enum outcome outcome;
	char whole[2048];

	spec.limits[0] = RIG_COUNT(100, 100);
	(void)snprintf(whole, sizeof whole,
		       "local capture, value = require 'raw.capture'\n"
		       "return { title = 't', measures = { value = 'PEN-1' },\n"
		       "run = function(measure) %s\n measure.value(value) end }\n",
		       text);
	rig_write("case.lua", whole);
	if (test_case_open(&c, rig_path("case.lua"), "lua", &spec, NULL, NULL, &e) != ERR_NONE) {
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
		{"capture.analyze('pipe.sr', {})", "no regular file"},
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

	rig_open();
	if (mkdir(rig_path("sub"), 0700) != 0)
		return 1;
	write_capture("good.sr");
	write_capture("sub/good.sr");
	if (symlink("/etc/passwd", rig_path("link.sr")) != 0 ||
	    mkfifo(rig_path("pipe.sr"), 0600) != 0)
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
	(void)run_case("end, top = capture.analyze('good.sr', {}), last = function(measure)", cause,
		       &files);
	tap_ok(&t, strstr(cause, "only inside the case's run function") != NULL,
	       "not while the case is loaded, where nobody could keep it: %s", cause);
	(void)unlink(rig_path("sub/good.sr"));
	(void)rmdir(rig_path("sub"));
	(void)unlink(rig_path("good.sr"));
	(void)unlink(rig_path("link.sr"));
	(void)unlink(rig_path("pipe.sr"));
	rig_close();
	return tap_end(&t);
}
