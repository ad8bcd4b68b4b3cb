/*
 * What a case may hand to measure.NAME beside the value: a budget, { n = } or nothing. Whatever
 * else it hands over is SCRIPT with the author's line, and stays so under pcall.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "script/case_rig.h"
#include "script/test_case.h"

/* PEN-1 counts 0..10, PEN-2 is 0..10 um by ilac-g8, PEN-3 a spread of at most 10 %, PEN-4 at most
 * 10 um by the rule simple. */
static void test_spec(struct spec *spec)
{
	memset(spec, 0, sizeof *spec);
	(void)snprintf(spec->path, sizeof spec->path, "test spec");
	spec->limit_count = 4;
	for (size_t i = 0; i < spec->limit_count; i++) {
		struct limit *l = &spec->limits[i];
		*l = RIG_COUNT(0, 10);
		(void)snprintf(l->clause, sizeof l->clause, "PEN-%zu", i + 1);
		if (i > 0) {
			memcpy(l->unit, i == 2 ? "%" : "um", i == 2 ? 2 : 3);
			l->kind = i == 2 ? LIMIT_SPREAD : LIMIT_QUANTITY;
		}
	}
	spec->limits[1].rule = RULE_ILAC_G8;
	spec->limits[1].u_typical = 1;
	spec->limits[2].rule = RULE_ISO14253;
	spec->limits[2].has_low = false;
}

/* Runs the text as a whole case file. */
static enum outcome run_text(const char *text, char cause[ERR_TEXT_SIZE])
{
	const struct test_case_bench bench = {0};
	struct spec *spec = malloc(sizeof *spec);
	struct test_case *c = NULL;
	enum outcome outcome = OUTCOME_ABORT;
	struct err e;

	if (spec == NULL)
		exit(1);
	test_spec(spec);
	if (test_case_open(&c, rig_write("case.lua", text), "lua", spec, NULL, NULL, &e) ==
	    ERR_NONE)
		(void)test_case_run(c, &bench, &outcome, cause);
	test_case_close(c);
	free(spec);
	return outcome;
}

/* A good case that measures x by the clause. */
#define CASE_OF(clause, body)                                      \
	"return { title = 't', measures = { x = '" clause "' },\n" \
	"run = function(measure)\n" body " end }\n"

/* The second argument of a measurement: a budget of a quantity, { n = } of a spread. */
static void test_budgets(struct tap *t)
{
	static const struct {
		const char *text, *cause;
		enum outcome outcome;
	} rows[] = {
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'scale', u = 0.3 }, { name = 'data', u = "
				  "0.4, type = 'A', nu = 9, cause = 'c' }})"),
		 "", OUTCOME_PASS},
		{CASE_OF("PEN-2", "measure.x(9.5, {{ name = 'scale', u = 0.3 }})"),
		 "PEN-2: x 9.50 +- 0.60 um is 0.1 um above the upper acceptance limit 9.4",
		 OUTCOME_FAIL},
		{CASE_OF("PEN-2", "measure.x(9.5, {{ name = 'a', u = 3, cause = 'c' }, "
				  "{ name = 'b', u = -2.9, cause = 'c' }})"),
		 "", OUTCOME_PASS},
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'scale', u = 5 }})"),
		 "the bench cannot decide", OUTCOME_BENCH},
		{CASE_OF("PEN-2", "pcall(measure.x, 5, {{ name = 'scale', u = 5 }})"),
		 "the bench cannot decide", OUTCOME_BENCH},
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'scale', u = 0 }})"), "adds up to U = 0",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, {})"), "it is empty", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, { 3 })"),
		 "case.lua:3: measurement x: line 1 of the budget: it is number, wanted a table",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'a', u = 1 }, { name = 'b' }})"),
		 "line 2 of the budget: u is missing, wanted a number", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, {{ u = 1 }})"), "name is missing", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'a', u = 0/0 }})"),
		 "a: u is not a number", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'a', u = '1' }})"), "u is string",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'a', u = 1, nu = -1 }})"), "nu is -1",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'a', u = 1, k = 2 }})"),
		 "unknown key 'k'; valid are name, u, type, nu, cause", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'a', u = 1, type = 'C' }})"),
		 "type is C, wanted", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'a', u = 1, type = 'A' }})"),
		 "nu is missing, wanted a number (type A", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, {{ name = 'a', u = 1, cause = {} }})"),
		 "cause is table", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, { name = 'a', u = 1 })"), "in a list of lines",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, { [2] = { name = 'a', u = 1 } })"), "a hole",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "local b = {} for i = 1, 25 do b[i] = { name = 'a', u = 1 } end "
				  "measure.x(5, b)"),
		 "more than 24 lines", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, setmetatable({}, { __index = function() error "
				  "'no' end, __len = function() return 1e9 end }))"),
		 "it is empty", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5)"), "x has no budget: PEN-2 is judged by ilac-g8",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "pcall(measure.x, 5) pcall(measure.x, 5, {{ name = 'a', u = 0.1 "
				  "}})"),
		 "x has no budget", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, 0)"), "x has no budget", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, 3)"), "second argument is a number",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, true)"), "second argument is a boolean",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "pcall(measure.x, 5, {}) pcall(measure.x, 5, {{ name = 'a', u = "
				  "0.1 }})"),
		 "it is empty", OUTCOME_SCRIPT},
		{CASE_OF("PEN-2", "measure.x(5, { n = 5 })"), "n is for a clause whose kind",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-4", "measure.x(5)"), "", OUTCOME_PASS},
		{CASE_OF("PEN-4", "measure.x(11)"), "limit 10 um; no budget", OUTCOME_FAIL},
		{CASE_OF("PEN-4", "measure.x(5, {{ name = 'a', u = 50 }})"), "", OUTCOME_PASS},
		{CASE_OF("PEN-1", "measure.x(5, {{ name = 'a', u = 1 }})"), "it has no budget",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-1", "measure.x(5, 0)"), "", OUTCOME_PASS},
		{"return { title = 't', measures = { x_mm = 'PEN-4' },\n"
		 "run = function(measure)\nmeasure.x_mm(5) end }\n",
		 "x_mm: its name says mm, but PEN-4 has the unit um", OUTCOME_SCRIPT},
		{CASE_OF("PEN-1", "measure.x(5, 0/0)"),
		 "second argument is a number, wanted a budget", OUTCOME_SCRIPT},
		{CASE_OF("PEN-1", "measure.x(5, -1)"),
		 "second argument is a number, wanted a budget", OUTCOME_SCRIPT},
		{CASE_OF("PEN-3", "measure.x(5, { n = 37 })"), "", OUTCOME_PASS},
		{CASE_OF("PEN-3", "measure.x(9, { n = 37 })"),
		 "is 0.9604 % above the upper acceptance limit", OUTCOME_FAIL},
		{CASE_OF("PEN-3", "measure.x(5)"), "say of how many values", OUTCOME_SCRIPT},
		{CASE_OF("PEN-3", "measure.x(5, { n = 1 })"), "wants 2 values", OUTCOME_SCRIPT},
		{CASE_OF("PEN-3", "measure.x(5, { n = 2.5 })"), "n is no count", OUTCOME_SCRIPT},
		{CASE_OF("PEN-3", "measure.x(5, { n = -2 })"), "n is no count", OUTCOME_SCRIPT},
		{CASE_OF("PEN-3", "measure.x(5, { n = '9' })"), "n is no count", OUTCOME_SCRIPT},
		{CASE_OF("PEN-3", "measure.x(5, { n = 9, u = 1 })"), "unknown key 'u'",
		 OUTCOME_SCRIPT},
		{CASE_OF("PEN-3", "measure.x(5, {{ name = 'a', u = 1 }})"), "how many values",
		 OUTCOME_SCRIPT},
	};
	char cause[ERR_TEXT_SIZE];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum outcome got = run_text(rows[i].text, cause);
		tap_ok(t, got == rows[i].outcome && strstr(cause, rows[i].cause) != NULL,
		       "budget %zu: %s (%s)", i, outcome_name(got), cause);
	}
}

int main(void)
{
	struct tap t = tap_begin();

	rig_open();
	test_budgets(&t);
	rig_close();
	return tap_end(&t);
}
