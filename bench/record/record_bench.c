/*
 * A record of a million pens: how long writing one row takes, and how long the questions take that
 * a factory asks of it. `record_bench [UNITS [CLAUSES [FOLDER]]]`, 1000000 and 4 by default; the
 * record is written below $TMPDIR and removed, or to FOLDER and kept, and a FOLDER that is there is
 * only asked. One run a pen, every twentieth a second one; 1000 runs a commit, since only the size
 * matters here. Times are of the wall and, in brackets, of the processor.
 */
#include <time.h>
#include <unistd.h>

#include "base/rng.h"
#include "record/query.h"
#include "record/record_rig.h"

enum { RUNS_PER_COMMIT = 1000 };

struct instant {
	double wall_s, cpu_s;
};

static double read_s(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct instant now(void)
{
	return (struct instant){read_s(CLOCK_MONOTONIC), read_s(CLOCK_PROCESS_CPUTIME_ID)};
}

static void tell_since(struct instant begin)
{
	struct instant end = now();

	printf("  %.3f s (%.3f s)\n", end.wall_s - begin.wall_s, end.cpu_s - begin.cpu_s);
}

static void add_run(struct record *r, struct rng *rng, long unit, unsigned attempt, long clauses)
{
	const bool passes = attempt > 1 || unit % 20 != 0;
	const struct runs_end end = {.outcome = passes ? OUTCOME_PASS : OUTCOME_FAIL,
				     .cause = "",
				     .case_path = "",
				     .passed = 1};
	char serial[32], clause[32];
	struct err e;

	(void)snprintf(serial, sizeof serial, "SN-%08ld", unit);
	int64_t run = rig_run(r, serial, attempt);
	int64_t id = rig_case(r, run, 1, passes ? "PASS" : "FAIL");
	for (long c = 0; c < clauses; c++) {
		(void)snprintf(clause, sizeof clause, "PEN-%ld", 110 + c);
		rig_measurement(r, id, attempt, clause, 10 * rng_normal(rng), "PASS");
	}
	rig_must(runs_close(r, run, &end, &e), &e);
	runs_release(r, run);
}

static void write_all(const char *folder, long units, long clauses)
{
	struct record *r = rig_open(folder);
	struct instant begin = now();
	struct rng rng;
	struct err e;
	long runs = 0;

	rng_seed(&rng, 1);
	for (long unit = 1; unit <= units;) {
		rig_must(record_begin(r, &e), &e);
		for (int i = 0; i < RUNS_PER_COMMIT && unit <= units; i++, unit++, runs++) {
			add_run(r, &rng, unit, 1, clauses);
			if (unit % 20 == 0)
				add_run(r, &rng, unit, 2, clauses), runs++;
		}
		rig_must(record_commit(r, &e), &e);
	}
	printf("wrote %ld runs of %ld pens, %ld measurements", runs, units, runs * clauses);
	tell_since(begin);
	record_close(r);
}

static void ask(struct record *r, const char *what, const char *sql)
{
	struct record_query *q;
	struct err e;
	struct instant begin = now();
	bool row = true;

	rig_must(record_query_open(&q, r, sql, &e), &e);
	printf("%-28s", what);
	while (row) {
		rig_must(record_query_next(q, &row, &e), &e);
		for (int i = 0; row && i < record_query_columns(q); i++)
			printf(" %s", record_query_text(q, i));
	}
	record_query_close(q);
	tell_since(begin);
}

static void ask_all(const char *folder)
{
	struct instant begin = now();
	struct runs_yield y;
	struct record *r;
	struct err e;

	rig_must(record_open(&r, folder, RECORD_WRITE, &e), &e);
	printf("%-28s", "opening it for a run");
	tell_since(begin);
	record_close(r);
	rig_must(record_open(&r, folder, RECORD_READ, &e), &e);
	begin = now();
	rig_must(runs_yield(r, &y, &e), &e);
	printf("%-28s %lld of %lld, %lld", "yield, first pass and final", (long long)y.first_pass,
	       (long long)y.units, (long long)y.final_pass);
	tell_since(begin);
	ask(r, "yield of one clause",
	    "SELECT count(*) - (SELECT count(*) FROM measurement WHERE characteristic = 1 AND "
	    "attempt = 1 AND judgement <> 'PASS') FROM measurement WHERE characteristic = 1 AND "
	    "attempt = 1");
	/* Cpk from mean and standard deviation in one pass, a clause's limits in its row. */
	ask(r, "Cpk of one clause",
	    "SELECT c.name, n, min(high - mean, mean - low) / (3 * sqrt((s2 - n * mean * mean) / "
	    "(n - 1))) FROM (SELECT characteristic, count(value) AS n, avg(value) AS mean, "
	    "sum(value * value) AS s2 FROM measurement WHERE characteristic IN (SELECT id FROM "
	    "characteristic WHERE clause = 'PEN-110') AND attempt = 1 GROUP BY characteristic) "
	    "JOIN characteristic AS c ON c.id = characteristic");
	ask(r, "moving range of one clause",
	    "SELECT count(*), avg(abs(value - before)) FROM (SELECT value, lag(value) OVER (ORDER "
	    "BY id) AS before FROM measurement WHERE characteristic = 1 AND attempt = 1)");
	ask(r, "runs of one pen",
	    "SELECT count(*) FROM run WHERE unit = (SELECT id FROM unit WHERE serial = "
	    "'SN-00000020')");
	record_close(r);
}

int main(int argc, char **argv)
{
	long units = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
	long clauses = argc > 2 ? strtol(argv[2], NULL, 10) : 4;
	const char *place = getenv("TMPDIR");
	char folder[PATH_SIZE];

	if (units < 1 || clauses < 1)
		return 1;
	if (argc > 3) {
		if (access(argv[3], F_OK) != 0)
			write_all(argv[3], units, clauses);
		ask_all(argv[3]);
		return 0;
	}
	(void)snprintf(folder, sizeof folder, "%s/record-bench-XXXXXX",
		       place == NULL ? "/tmp" : place);
	if (mkdtemp(folder) == NULL)
		return 1;
	write_all(folder, units, clauses);
	ask_all(folder);
	rig_sweep(folder);
	return 0;
}
