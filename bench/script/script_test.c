/*
 * The Lua room without instruments: the sandbox holds, loops and memory end, errors keep their
 * cause, and whatever a case does, only a value set once is a PASS.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "script/case_rig.h"
#include "script/test_case.h"

static uint64_t allocation_count; /* of the last case that was run */

static struct spec test_spec(void)
{
	struct spec spec = {.path = "test spec", .limit_count = 1};

	spec.limits[0] = RIG_COUNT(0, 10);
	return spec;
}

/* Runs `text` as a whole case file. */
static enum outcome run_text(const char *text, const struct state_limits *limits,
			     char cause[ERR_TEXT_SIZE])
{
	const struct test_case_bench bench = {.world = NULL};
	struct spec spec = test_spec();
	struct test_case *c;
	struct err e;
	enum outcome outcome;

	if (test_case_open(&c, rig_write("case.lua", text), "lua", &spec, limits, NULL, &e) !=
	    ERR_NONE) {
		(void)snprintf(cause, ERR_TEXT_SIZE, "%s", e.text);
		return outcome_of_err(e.code);
	}
	(void)test_case_run(c, &bench, &outcome, cause);
	allocation_count = c->state.allocation_count;
	test_case_close(c);
	return outcome;
}

/* `body` inside the run function of a good case. */
static enum outcome run_body(const char *body, const struct state_limits *limits,
			     char cause[ERR_TEXT_SIZE])
{
	char text[4096];

	(void)snprintf(text, sizeof text,
		       "return { title = 't', measures = { value = 'PEN-1' },\n"
		       "run = function(measure) %s end }\n",
		       body);
	return run_text(text, limits, cause);
}

/* A capture with these actions. */
#define ACTIONS(text) \
	"require 'raw.capture'.run { seconds = 1, analyses = {}, actions = {" text "}}"

static void test_outcomes(struct tap *t)
{
	static const struct {
		const char *body, *cause;
		enum outcome outcome;
	} rows[] = {
		{"measure.value(5)", "", OUTCOME_PASS},
		{"measure.value(11)", "PEN-1: value 11 is 1 above the upper limit 10",
		 OUTCOME_FAIL},
		{"measure.value(5) measure.value(5)", "set twice", OUTCOME_SCRIPT},
		{"measure.value(5) pcall(measure.value, 5)", "set twice", OUTCOME_SCRIPT},
		{"measure.value(0/0)", "not a number", OUTCOME_SCRIPT},
		{"pcall(measure.value, 0/0) pcall(measure.value, 5)", "not a number",
		 OUTCOME_SCRIPT},
		{"measure.value(1/0)", "not a number", OUTCOME_SCRIPT},
		{"measure.value('5')", "wanted a number", OUTCOME_SCRIPT},
		{"measure.value()", "wanted a number", OUTCOME_SCRIPT},
		{"pcall(measure.value, nil)", "never set", OUTCOME_SCRIPT},
		{"measure.value(require 'raw.capture'.OVER_RANGE)", "clipped", OUTCOME_FAIL},
		{"measure.value(require 'raw.capture'.OVER_RANGE / 2)", "arithmetic",
		 OUTCOME_SCRIPT},
		{"measure.skip('value', 'no probe')", "no probe", OUTCOME_INCOMPLETE},
		{"measure.skip('other', 'x')", "no measurement 'other'", OUTCOME_SCRIPT},
		{"measure.other(5)", "declared are: value", OUTCOME_SCRIPT},
		{"measure.value = 5", "set by a call", OUTCOME_SCRIPT},
		{"", "never set", OUTCOME_SCRIPT},
		{"error 'boom'", "boom", OUTCOME_SCRIPT},
		{"measure.value(5) error 'boom'", "boom", OUTCOME_SCRIPT},
		{"error()", "a nil value", OUTCOME_SCRIPT},
		{"error({})", "a table value", OUTCOME_SCRIPT},
		{"error(setmetatable({}, {__tostring = function() while true do end end}))",
		 "a table value", OUTCOME_SCRIPT},
		{"local x = nil; x.y = 1", "attempt to index", OUTCOME_SCRIPT},
		{"local function f() return f() + 1 end f()", "o", OUTCOME_SCRIPT},
		{"require 'raw.pen'.fail 'bent needle'", "PEN-1: bent needle", OUTCOME_FAIL},
		{"measure.value(11) require 'raw.pen'.fail 'bent'", "PEN-1: bent", OUTCOME_FAIL},
		{"measure.value(5) pcall(require 'raw.pen'.fail, 'bent')", "bent", OUTCOME_FAIL},
		{"measure.value(5) pcall(require 'raw.jig'.fault, 'no light')", "no light",
		 OUTCOME_BENCH},
		{"measure.value(5) pcall(require 'raw.jig'.fault, 'first') "
		 "pcall(require 'raw.pen'.fail, 'second')",
		 "first", OUTCOME_BENCH},
		{"pcall(require 'raw.pen'.fail, 'first') pcall(require 'raw.jig'.fault, 'second')",
		 "second", OUTCOME_BENCH},
		{"for i = 1, 100 do pcall(require 'raw.jig'.wait, 60) end measure.value(5)",
		 "runs too long", OUTCOME_SCRIPT},
		{"require 'raw.capture'.run { seconds = 1, analyses = {}, acton = {} }",
		 "unknown key 'acton'", OUTCOME_SCRIPT},
		{ACTIONS("{ at_s = 0.2, send = 'x', on = true }"), "unknown key 'on'",
		 OUTCOME_SCRIPT},
		{"require 'raw.capture'.run(setmetatable({ seconds = 1 }, "
		 "{ __index = { analyses = {} } }))",
		 "wanted a list", OUTCOME_SCRIPT},
		{"require 'raw.pen'.ask 'ID?'", "only inside the case's run", OUTCOME_SCRIPT},
		{"require 'raw.jig'.stimulus('laser', true)", "valid are button, load, charger",
		 OUTCOME_SCRIPT},
		{"require 'raw.jig'.wait(0/0)", "wanted", OUTCOME_SCRIPT},
		{"require 'raw.jig'.wait(1e9)", "wanted", OUTCOME_SCRIPT},
		{"require 'raw.capture'.run {}", "number expected", OUTCOME_SCRIPT},
		{"require 'raw.capture'.run { seconds = 1 }", "wanted a list", OUTCOME_SCRIPT},
		{ACTIONS("{ at_s = 2, send = 'x' }"), "inside the capture", OUTCOME_SCRIPT},
		{ACTIONS("{ at_s = 0.2, send = 'x' }, { at_s = 0.1, send = 'x' }"),
		 "before the one above", OUTCOME_SCRIPT},
		{ACTIONS("{ at_s = 0.2, raw = '' }"), "raw has 0 bytes", OUTCOME_SCRIPT},
		{ACTIONS("{ at_s = 0.2, power = 1 }"), "has none of", OUTCOME_SCRIPT},
		{"require 'raw.capture'.run { seconds = 1, analyses = { 1 } }", "wanted a string",
		 OUTCOME_SCRIPT},
	};
	char cause[ERR_TEXT_SIZE];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum outcome got = run_body(rows[i].body, NULL, cause);
		tap_ok(t, got == rows[i].outcome && strstr(cause, rows[i].cause) != NULL,
		       "%s: %s (%s)", rows[i].body[0] == '\0' ? "nothing set" : rows[i].body,
		       outcome_name(got), cause);
	}
}

static void test_files(struct tap *t)
{
	static const char *const wrong[][2] = {
		{"", "the file returns nil"},
		{"return 5", "the file returns number"},
		{"x = = 1", "unexpected symbol"},
		{"\033Lua", "binary chunk"},
		{"return { title = 't', run = function() end }", "measures is nil"},
		{"return { title = 't', measures = {}, run = function() end }", "no measurement"},
		{"return { title = 't', measures = { v = 'PEN-9' }, run = print }",
		 "PEN-9 has no limit"},
		{"return { title = 't', measures = { ['a b'] = 'PEN-1' }, run = print }",
		 "is no name"},
		{"return { title = 't', measures = { skip = 'PEN-1' }, run = print }", "is taken"},
		{"return { title = 't', measures = { 'PEN-1' }, run = print }", "wanted name"},
		{"return { title = '', measures = { v = 'PEN-1' }, run = print }", "title has 0"},
		{"return { measures = { v = 'PEN-1' }, run = print }", "title is nil"},
		{"return { title = 't', measures = { v = 'PEN-1' } }", "run is nil"},
		{"return { title = 't', measures = { v = 'PEN-1' }, run = print, skip = 1 }",
		 "unknown key 'skip'"},
		{"while true do end", "runs too long"},
		{"require 'raw.jig'.wait(1)", "only inside the case's run"},
	};
	char cause[ERR_TEXT_SIZE];

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		enum outcome got = run_text(wrong[i][0], NULL, cause);
		tap_ok(t, got == OUTCOME_SCRIPT && strstr(cause, wrong[i][1]) != NULL,
		       "wrong file %zu: %s", i, cause);
	}
}

static void test_sandbox(struct tap *t)
{
	static const char *const closed[] = {
		"io",
		"os",
		"debug",
		"package",
		"load",
		"loadfile",
		"dofile",
		"loadstring",
		"collectgarbage",
		"coroutine",
		"xpcall",
		"string.dump",
		"math.randomseed",
		"table.move",
		"arg",
		"_G.io",
		"_ENV.os",
		"getmetatable('').__index.dump",
	};
	static const char *const refused[] = {
		"require 'io'",
		"require 'os'",
		"require '/etc/passwd'",
		"require 'bench.../x'",
		"require 'bench.'",
		"require 'bench.pen.x'",
		"require '../spec/pen'",
		"require 'bench.no_such'",
		"setmetatable({}, { __gc = function() end })",
		"require(nil)",
		"require 'raw.jig\\0x'",
	};
	char cause[ERR_TEXT_SIZE], body[256];

	for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
		(void)snprintf(body, sizeof body, "measure.value(%s == nil and 5 or 99)",
			       closed[i]);
		tap_is_int(t, run_body(body, NULL, cause), OUTCOME_PASS, closed[i]);
	}
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		(void)snprintf(body, sizeof body,
			       "measure.value(pcall(function() %s end) and 99 or 5)", refused[i]);
		tap_is_int(t, run_body(body, NULL, cause), OUTCOME_PASS, refused[i]);
	}
	tap_is_int(t,
		   run_body("measure.value(getmetatable(measure) == false and 5 or 99)", NULL,
			    cause),
		   OUTCOME_PASS, "the metatable of measure is closed");
	tap_is_int(t, run_body("leak = 1 measure.value(5)", NULL, cause), OUTCOME_PASS, "globals");
	tap_is_int(t, run_body("measure.value(leak == nil and 5 or 99)", NULL, cause), OUTCOME_PASS,
		   "do not outlive their case");
	tap_is_int(t,
		   run_body("measure.value(math.random(1, 1000000) == math.random(1, 1000000) "
			    "and 99 or 5)",
			    NULL, cause),
		   OUTCOME_PASS, "random numbers");
	tap_is_int(t,
		   run_body("local b = require 'bench' measure.value(b == require 'bench' and "
			    "5 or 99)",
			    NULL, cause),
		   OUTCOME_PASS, "a module is loaded once");
}

static double seconds_of(const char *body, const struct state_limits *limits, enum outcome *outcome,
			 char cause[ERR_TEXT_SIZE])
{
	struct timespec begin, end;

	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	*outcome = run_body(body, limits, cause);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

static void test_endless(struct tap *t)
{
	static const char *const loops[] = {
		"while true do end",
		"measure.value(5) while true do end",
		"while true do pcall(function() while true do end end) end",
		"while true do pcall(error) end",
		"local x <close> = setmetatable({}, { __close = function() while true do end end })"
		" while true do end",
		"local t = setmetatable({}, { __index = function(t, k) return t[k .. 'x'] end }) "
		"pcall(function() return t.x end) while true do end",
		"local x <close> = setmetatable({}, { __close = function() while true do end end "
		"})",
		"table.sort({3, 2, 1}, function() while true do end end)",
		"(('x'):rep(100)):gsub('x', function() while true do end end)",
	};
	struct state_limits limits = state_default_limits();
	enum outcome outcome;
	char cause[ERR_TEXT_SIZE];

	limits.instructions_max = 2000000;
	for (size_t i = 0; i < sizeof loops / sizeof loops[0]; i++) {
		double s = seconds_of(loops[i], &limits, &outcome, cause);
		tap_ok(t,
		       outcome == OUTCOME_SCRIPT && strstr(cause, "runs too long") != NULL &&
			       s < 3.0,
		       "%s ends (%.2f s): %s", loops[i], s, cause);
	}
}

static void test_memory(struct tap *t)
{
	static const char *const bombs[] = {
		"local t = {} for i = 1, 1e9 do t[i] = i end",
		"local s = 'x' while true do s = s .. s end",
		"local s = ('x'):rep(1e10)",
		("local t = {} while true do pcall(function() t[#t + 1] = ('x'):rep(1e5) .. #t end)"
		 " end"),
		"local t = {} while true do t = { t } end",
	};
	enum outcome outcome;
	char cause[ERR_TEXT_SIZE];

	for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
		double s = seconds_of(bombs[i], NULL, &outcome, cause);
		tap_ok(t, outcome == OUTCOME_SCRIPT && s < 4.0, "%s ends (%.2f s): %s", bombs[i], s,
		       cause);
	}
}

/* One allocation after the other fails: never a crash, never a PASS that skipped something. */
static void test_allocations(struct tap *t)
{
	static const char body[] =
		"local capture, jig = require 'raw.capture', require 'raw.jig'\n"
		"local bench = require 'bench'\n"
		"assert(not pcall(capture.run, { seconds = 1, analyses = { 'a', 'b' }, actions = {"
		"{ at_s = 0.1, send = 'JOG 3' }, { at_s = 0.2, stimulus = 'load', on = true }}}))\n"
		"assert(not pcall(jig.calibration))\n"
		"pcall(jig.wait, {}) local s = measure.other == nil\n";
	struct state_limits limits = state_default_limits();
	char cause[ERR_TEXT_SIZE];
	uint64_t count, memory = 0, n;
	bool scripts = true;

	(void)run_body(body, &limits, cause);
	tap_ok(t, strstr(cause, "no measurement 'other'") != NULL, "unhindered: %s", cause);
	count = allocation_count;
	for (n = 1; n <= count; n++) {
		limits.fail_allocation = n;
		scripts = scripts && run_body(body, &limits, cause) == OUTCOME_SCRIPT;
		memory += strstr(cause, "memory") != NULL;
	}
	tap_ok(t, scripts && memory > count / 2,
	       "each of %d allocations failed in turn: SCRIPT, "
	       "%d times for memory",
	       (int)count, (int)memory);

	bool honest = true;
	limits.fail_allocation = 0;
	(void)run_body("measure.value(99)", &limits, cause);
	count = allocation_count;
	for (n = 1; n <= count; n++) {
		limits.fail_allocation = n;
		enum outcome o = run_body("measure.value(99)", &limits, cause);
		honest = honest && o != OUTCOME_PASS && cause[0] != '\0';
	}
	tap_ok(t, honest, "a bad value with each of %d allocations failing: never a PASS",
	       (int)count);
}

static void test_abort(struct tap *t)
{
	const struct test_case_bench bench = {.world = NULL};
	struct spec spec = test_spec();
	volatile sig_atomic_t interrupted = 0;
	struct test_case *c;
	enum outcome outcome;
	char cause[ERR_TEXT_SIZE];
	struct err e;

	(void)test_case_open(&c,
			     rig_write("case.lua",
				       "return { title = 't', measures = { v = 'PEN-1' }, "
				       "run = function() while true do end end }"),
			     "lua", &spec, NULL, &interrupted, &e);
	interrupted = 2;
	(void)test_case_run(c, &bench, &outcome, cause);
	tap_is_int(t, outcome, OUTCOME_ABORT, "Ctrl-C ends a loop as ABORT");
	test_case_close(c);
	tap_is_int(t,
		   test_case_open(&c, rig_write("case.lua", "while true do end"), "lua", &spec,
				  NULL, &interrupted, &e),
		   ERR_ABORT, "while loading too");
	test_case_close(c);
}

/* Stuck in one call of the C library, where no hook is called: the process itself ends. */
static void test_guard(struct tap *t)
{
	struct state_limits limits = state_default_limits();
	char cause[ERR_TEXT_SIZE];
	int status = 0;

	limits.host_s_max = 1;
	(void)fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		(void)!freopen("/dev/null", "w", stdout);
		(void)!freopen("/dev/null", "w", stderr);
		(void)run_body("(('a'):rep(30000)):find(('.-'):rep(20) .. 'b')", &limits, cause);
		_exit(99);
	}
	(void)waitpid(child, &status, 0);
	tap_ok(t, WIFEXITED(status) && WEXITSTATUS(status) == 4,
	       "a pattern without an end leaves with status 4");
}

static void test_trace(struct tap *t)
{
	const struct test_case_bench bench = {.world = NULL};
	struct spec spec = test_spec();
	struct test_case *c;
	enum outcome outcome;
	char cause[ERR_TEXT_SIZE];
	struct err e;

	(void)test_case_open(&c,
			     rig_write("case.lua",
				       "local function inner() error 'deep' end\n"
				       "return { title = 't', measures = { v = 'PEN-1' },\n"
				       "run = function() inner() end }"),
			     "lua", &spec, NULL, NULL, &e);
	(void)test_case_run(c, &bench, &outcome, cause);
	tap_ok(t, strstr(cause, "case.lua:1: deep") != NULL, "the cause names file and line: %s",
	       cause);
	tap_ok(t, strstr(c->state.trace, "case.lua:3") != NULL, "the trace names the caller");
	test_case_close(c);
}

int main(void)
{
	struct tap t = tap_begin();

	rig_open();
	test_outcomes(&t);
	test_files(&t);
	test_sandbox(&t);
	test_endless(&t);
	test_memory(&t);
	test_allocations(&t);
	test_abort(&t);
	test_guard(&t);
	test_trace(&t);
	rig_close();
	return tap_end(&t);
}
