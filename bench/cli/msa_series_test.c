/* The series of a measurement over many pens: order of time across changed limits, which runs
 * count, and its yield; compared with counting by hand. */
#include "cli/msa_series.h"

#include "base/tap.h"
#include "record/record_rig.h"

static char folder[] = "/tmp/series-test-XXXXXX";

/* One run of one measurement with limits of +-limit. attempt 0: engineering. */
static void add(struct record *r, const char *serial, unsigned attempt, double limit, double value,
		const char *judgement)
{
	const struct runs_end end = {.outcome = OUTCOME_PASS,
				     .cause = "",
				     .case_path = "",
				     .passed = 1};
	struct err e;

	rig_must(record_begin(r, &e), &e);
	int64_t run = rig_run(r, serial, attempt);
	int64_t id = rig_case(r, run, 1, "PASS");
	rig_measurement_within(r, id, attempt, "PEN-110", limit, value, judgement);
	rig_measurement_within(r, id, attempt, "PEN-111", 1, 4711, "PASS");
	rig_must(runs_close(r, run, &end, &e), &e);
	rig_must(record_commit(r, &e), &e);
	runs_release(r, run);
}

/* Limits go from 50 to 40 and back: two characteristics, and time goes to and fro between them. */
static void fill(struct record *r)
{
	add(r, "A", 1, 50, 1, "PASS");
	add(r, "B", 1, 40, 2, "PASS");
	add(r, "C", 1, 50, -41, "MARGINAL");
	add(r, "C", 2, 50, 3, "PASS");
	add(r, "D", 1, 40, 60, "FAIL");
	add(r, "E", 1, 50, NAN, "SKIPPED");
	add(r, "A", 0, 50, 7, "PASS");
	add(r, "F", 1, 40, 4, "PASS");
}

static void check(struct tap *t, struct record *r, enum msa_attempts attempts, const double *wanted,
		  size_t count, const char *what)
{
	struct msa_series s = {.clause = "PEN-110", .name = "depth_error_um"};
	bool same = true;
	struct err e;

	rig_must(msa_series_load(&s, r, attempts, &e), &e);
	tap_ok(t, s.count == count, "%s: %zu", what, count);
	for (size_t i = 0; i < count && i < s.count; i++)
		same = same && s.value[i] == wanted[i];
	tap_ok(t, same, "%s: in the order of time", what);
	msa_series_deinit(&s);
}

static void test_values(struct tap *t, struct record *r)
{
	static const double first[] = {1, 2, -41, 60, 4}, all[] = {1, 2, -41, 3, 60, 4};
	static const double engineering[] = {7}, of_c[] = {-41, 3};
	struct msa_series s = {.clause = "PEN-110", .name = "depth_error_um", .serial = "C"};
	struct err e;

	check(t, r, MSA_FIRST, first, RIG_COUNT(first), "first runs");
	check(t, r, MSA_ALL, all, RIG_COUNT(all), "all runs");
	check(t, r, MSA_ENGINEERING, engineering, RIG_COUNT(engineering), "engineering runs");
	rig_must(msa_series_load(&s, r, MSA_ALL, &e), &e);
	tap_ok(t, s.count == 2 && s.value[0] == of_c[0] && s.value[1] == of_c[1], "one pen's");
	tap_ok(t, s.limits.high == 50, "with the limits of its latest value");
	s.serial = NULL;
	rig_must(msa_series_load(&s, r, MSA_ALL, &e), &e);
	tap_ok(t, s.limits.low == -40 && s.limits.high == 40, "all pens': the limits of today");
	msa_series_deinit(&s);
}

static void test_yield(struct tap *t, struct record *r)
{
	const struct msa_series s = {.clause = "PEN-110", .name = "depth_error_um"};
	uint64_t passed, tested;
	struct err e;

	rig_must(msa_series_yield(&s, r, MSA_FIRST, &passed, &tested, &e), &e);
	tap_is_int(t, (int64_t)passed, 3, "first runs that passed");
	tap_is_int(t, (int64_t)tested, 5, "of those that were judged, a skipped one is not");
	rig_must(msa_series_yield(&s, r, MSA_ALL, &passed, &tested, &e), &e);
	tap_is_int(t, (int64_t)passed, 4, "all runs that passed");
	tap_is_int(t, (int64_t)tested, 6, "of all that were judged");
}

static void test_next(struct tap *t, struct record *r)
{
	struct msa_series s = {.count = 0};
	bool found = false;
	struct err e;

	rig_must(msa_series_next(&s, r, NULL, NULL, &found, &e), &e);
	tap_is_str(t, s.clause, "PEN-110", "the first clause");
	rig_must(msa_series_next(&s, r, NULL, NULL, &found, &e), &e);
	tap_is_str(t, s.clause, "PEN-111", "the next one, once for both limits");
	rig_must(msa_series_next(&s, r, NULL, NULL, &found, &e), &e);
	tap_ok(t, !found, "and no more");
	s = (struct msa_series){.count = 0};
	rig_must(msa_series_next(&s, r, "PEN-111", NULL, &found, &e), &e);
	tap_ok(t, found && strcmp(s.clause, "PEN-111") == 0, "one clause alone");
	rig_must(msa_series_next(&s, r, "PEN-111", NULL, &found, &e), &e);
	tap_ok(t, !found, "is one");
}

int main(void)
{
	struct tap t = tap_begin();

	if (mkdtemp(folder) == NULL)
		return 1;
	struct record *r = rig_open(folder);
	fill(r);
	test_values(&t, r);
	test_yield(&t, r);
	test_next(&t, r);
	record_close(r);
	rig_sweep(folder);
	return tap_end(&t);
}
