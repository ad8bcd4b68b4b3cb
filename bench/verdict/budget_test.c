/* Budgets: the worked example of the GUM, correlations, and lines that are none. */
#include "verdict/budget.h"

#include <math.h>
#include <string.h>

#include "base/tap.h"

#define KNOWN ((double)INFINITY)

static struct budget_sum combine(const struct budget *b, double coverage)
{
	struct budget_sum sum = {.u = -1};

	(void)budget_combine(b, coverage, &sum, NULL);
	return sum;
}

static void add(struct budget *b, const char *cause, double u, double nu)
{
	(void)budget_add(b, "line", cause, false, u, nu, NULL);
}

/* JCGM 100:2008, H.1, in nm: standard, comparison (repeated, random, systematic in one), expansion,
 * temperature difference; H.1.6 gives nu_eff = 16 and U99 = 2.92 * 32 nm = 93 nm. */
static void test_end_gauge(struct tap *t)
{
	struct budget b = {.count = 0};
	struct err e;

	tap_is_int(t, budget_add(&b, "standard", "", false, 25, 18, &e), ERR_NONE, "a line");
	(void)budget_add(&b, "comparison", "", true, 9.7, 25.6, &e);
	(void)budget_add(&b, "expansion", "", false, 2.9, 50, &e);
	(void)budget_add(&b, "temperature difference", "", false, 16.6, 2, &e);
	struct budget_sum sum = combine(&b, 0.99);
	tap_near(t, sum.u, 32, 0.5, "GUM H.1: u_c = 32 nm");
	tap_near(t, floor(sum.nu), 16, 0, "GUM H.1: 16 degrees of freedom");
	b.count = 0;
	add(&b, "", 32, 16);
	tap_near(t, combine(&b, 0.99).expanded, 93, 0.5, "GUM H.1.6: U99 = 93 nm of these two");
	tap_near(t, combine(&b, 0.99).k, 2.921, 0.0005, "t99(16), GUM table G.2");
	tap_near(t, combine(&b, 0.9545).k, 2.169, 0.001, "t95.45(16), GUM table G.2: 2.17");
	tap_near(t, combine(&b, 0.9545).expanded, 2.169 * 32, 0.03, "U is k u_c");
	b.count = 0;
	add(&b, "", 1, 1);
	tap_near(t, combine(&b, 0.9545).k, 13.97, 0.01, "t95.45(1)");
}

static void test_correlation(struct tap *t)
{
	struct budget b = {.count = 0};

	add(&b, "clock", 3, KNOWN);
	add(&b, "clock", 4, KNOWN);
	tap_near(t, combine(&b, BUDGET_COVERAGE).u, 7, 1e-12, "one cause adds linearly");
	b.lines[1].u = -3;
	tap_near(t, combine(&b, BUDGET_COVERAGE).u, 0, 0, "opposite signs cancel");
	add(&b, "scale", 5, KNOWN);
	add(&b, "clock", 12, KNOWN);
	tap_near(t, combine(&b, BUDGET_COVERAGE).u, 13, 1e-12,
		 "causes add in squares, however their lines are mixed");
	b.count = 0;
	add(&b, "", 3, KNOWN);
	add(&b, "", 4, KNOWN);
	tap_near(t, combine(&b, BUDGET_COVERAGE).u, 5, 1e-12, "no cause is not one cause");
	b.count = 0;
	add(&b, "data", 1, 9);
	add(&b, "data", 1, 4);
	add(&b, "", 0, 1);
	tap_near(t, combine(&b, BUDGET_COVERAGE).nu, 4, 1e-12,
		 "a cause has the fewest degrees of freedom; a line of nothing takes none away");
}

static void test_degrees_of_freedom(struct tap *t)
{
	struct budget b = {.count = 0};

	struct budget_sum sum = combine(&b, BUDGET_COVERAGE);
	tap_ok(t, sum.u == 0 && sum.expanded == 0 && isinf(sum.nu), "an empty budget is 0");
	add(&b, "", 2, KNOWN);
	sum = combine(&b, BUDGET_COVERAGE);
	tap_ok(t, isinf(sum.nu), "all known exactly");
	tap_near(t, sum.k, 2, 1e-4, "then 95.45 % is k = 2");
	tap_near(t, combine(&b, 0.95).k, 1.959964, 1e-6, "and 95 % is 1.96");
	add(&b, "", 2, 5);
	tap_near(t, combine(&b, BUDGET_COVERAGE).nu, 20, 1e-9, "Welch and Satterthwaite");
	tap_near(t, budget_sum_of(3, BUDGET_COVERAGE).expanded, 6, 1e-3, "a plain u");
}

static void test_refused(struct tap *t)
{
	static const struct {
		const char *name, *cause;
		double u, nu;
		const char *says;
	} rows[] = {
		{"", "", 1, 1, "name"},
		{"x", "", (double)NAN, 1, "not a number"},
		{"x", "", KNOWN, 1, "infinite"},
		{"x", "", 1, (double)NAN, "nu"},
		{"x", "", 1, 0, "nu"},
		{"x", "", 1, -3, "nu"},
		{"x", "12345678901234567", 1, 1, "cause"},
		{"0123456789012345678901234567890123456789", "", 1, 1, "name"},
	};
	struct budget b = {.count = 0};
	struct budget_sum sum;
	struct err e;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum err_code code = budget_add(&b, rows[i].name, rows[i].cause, false, rows[i].u,
						rows[i].nu, &e);
		tap_ok(t, code == ERR_SCRIPT && strstr(e.text, rows[i].says) != NULL, "refused: %s",
		       e.text);
	}
	tap_is_int(t, (int64_t)b.count, 0, "and nothing of them stays");
	for (int i = 0; i < BUDGET_LINES_MAX; i++)
		add(&b, "", 1, KNOWN);
	tap_near(t, combine(&b, BUDGET_COVERAGE).u, sqrt(BUDGET_LINES_MAX), 1e-12, "a full budget");
	tap_is_int(t, budget_add(&b, "x", "", false, 1, 1, &e), ERR_SCRIPT, "has room for no more");
	b.lines[0].u = b.lines[1].u = 1e200;
	tap_is_int(t, budget_combine(&b, BUDGET_COVERAGE, &sum, &e), ERR_SCRIPT,
		   "a sum beyond all numbers is refused");
}

int main(void)
{
	struct tap t = tap_begin();

	test_end_gauge(&t);
	test_correlation(&t);
	test_degrees_of_freedom(&t);
	test_refused(&t);
	return tap_end(&t);
}
