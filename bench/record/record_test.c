/* The store: what is committed stays, what is not does not, hostile files are refused. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/tap.h"
#include "record/query.h"
#include "record/record_rig.h"
#include "record/verify.h"

static char folder[] = "/tmp/record-test-XXXXXX";

static int64_t count(struct record *r, const char *sql)
{
	struct record_query *q;
	struct err e;
	bool row = false;

	rig_must(record_query_open(&q, r, sql, &e), &e);
	rig_must(record_query_next(q, &row, &e), &e);
	int64_t n = row ? record_query_integer(q, 0) : -1;
	record_query_close(q);
	return n;
}

static void ignore(void *context, const char *text)
{
	(void)context;
	tap_note("%s", text);
}

static size_t findings(void)
{
	const struct verify_request request = {.found = ignore};
	struct verify_result result;
	struct err e;

	rig_must(verify_record(folder, &request, &result, &e), &e);
	return result.findings;
}

static void test_commit(struct tap *t)
{
	struct record_head before, after;
	struct err e;
	struct record *r = rig_open(folder);

	rig_must(record_head(r, &before, &e), &e);
	tap_is_int(t, before.link, 0, "a new record has the link of its schema");
	rig_must(record_event(r, 0, "test", "Robert'); DROP TABLE run; --\x01\xff", &e), &e);
	rig_must(record_begin(r, &e), &e);
	(void)rig_run(r, "never", 1);
	record_rollback(r);
	rig_must(record_head(r, &after, &e), &e);
	tap_is_int(t, after.link, 1, "a commit is a link, a rollback is none");
	tap_ok(t, strcmp(before.hash, after.hash) != 0, "with a hash of its own");
	tap_is_int(t, count(r, "SELECT count(*) FROM run"), 0, "and leaves no row");
	record_close(r);
	r = rig_open(folder);
	rig_must(record_head(r, &before, &e), &e);
	tap_is_str(t, before.hash, after.hash, "the head is there again after opening");
	tap_is_int(t, count(r, "SELECT count(*) FROM event WHERE text LIKE '%DROP%'"), 1,
		   "hostile text is text");
	record_close(r);
	tap_is_int(t, (int64_t)findings(), 0, "and verify finds nothing");
}

static void test_rows(struct tap *t)
{
	struct err e;
	struct record *r = rig_open(folder);
	struct record_query *q = NULL;
	const struct record_value orphan[] = {
		record_integer(4711),
		record_text("a"),
		record_text("b"),
		record_text("c"),
	};

	rig_must(record_begin(r, &e), &e);
	enum err_code code = record_append(r, "input", orphan, RIG_COUNT(orphan), NULL, &e);
	if (code == ERR_NONE)
		code = record_commit(r, &e);
	tap_is_int(t, code, ERR_BENCH, "a row of a run that is not there is refused");
	record_rollback(r);
	rig_must(record_begin(r, &e), &e);
	int64_t run = rig_run(r, "nan", 0);
	int64_t id = rig_case(r, run, 1, "SCRIPT");
	rig_measurement(r, id, 0, "PEN-999", (double)NAN, "UNSET");
	rig_measurement(r, id, 0, "PEN-998", 1, "PASS");
	rig_measurement(r, id, 0, "PEN-998", 2, "PASS");
	rig_measurement_within(r, id, 0, "PEN-998", (double)INFINITY, 3, "PASS");
	rig_measurement_within(r, id, 0, "PEN-998", (double)INFINITY, 4, "PASS");
	rig_must(record_commit(r, &e), &e);
	tap_is_int(t,
		   count(r, "SELECT value IS NULL AND nu_eff IS NULL FROM measured WHERE clause = "
			    "'PEN-999'"),
		   1, "NaN and infinity are NULL");
	tap_is_int(t, count(r, "SELECT count(*) FROM characteristic WHERE clause = 'PEN-998'"), 2,
		   "measurements of equal limits share a row, open limits too");
	tap_is_int(t,
		   count(r, "SELECT sum(value) FROM measured WHERE clause = 'PEN-998' AND high IS "
			    "NULL"),
		   7, "each has its own");
	tap_is_int(t, record_query_open(&q, r, "DELETE FROM run", &e), ERR_BENCH,
		   "a query that would write is refused");
	tap_is_int(t, record_query_open(&q, r, "SELECT nonsense FROM run", &e), ERR_BENCH,
		   "SQL that does not fit is an error");
	runs_release(r, run);
	record_close(r);
}

static void test_refusals(struct tap *t)
{
	struct record *r = NULL;
	struct err e;
	sqlite3 *db;
	char path[256], place[128];

	tap_is_int(t, record_open(&r, "", RECORD_WRITE, &e), ERR_CONFIG, "a folder without a name");
	tap_is_int(t, record_open(&r, "/dev/null/records", RECORD_WRITE, &e), ERR_CONFIG,
		   "a folder that cannot be");
	(void)snprintf(place, sizeof place, "%s/none", folder);
	tap_is_int(t, record_open(&r, place, RECORD_READ, &e), ERR_CONFIG, "no record to read");
	tap_ok(t, access(place, F_OK) != 0, "and none is made");

	(void)snprintf(place, sizeof place, "%s/newer", folder);
	record_close(rig_open(place));
	(void)snprintf(path, sizeof path, "%s/record.db", place);
	sqlite3_open(path, &db);
	sqlite3_exec(db, "PRAGMA user_version = 4711", NULL, NULL, NULL);
	sqlite3_close(db);
	tap_is_int(t, record_open(&r, place, RECORD_WRITE, &e), ERR_CONFIG, "a newer schema");
	tap_ok(t, strstr(e.text, "schema 4711") != NULL && r == NULL, "is refused by its number");

	(void)snprintf(place, sizeof place, "%s/other", folder);
	(void)mkdir(place, 0777);
	(void)snprintf(path, sizeof path, "%s/record.db", place);
	sqlite3_open(path, &db);
	sqlite3_exec(db, "CREATE TABLE notes (x)", NULL, NULL, NULL);
	sqlite3_close(db);
	tap_is_int(t, record_open(&r, place, RECORD_WRITE, &e), ERR_CONFIG,
		   "a database of somebody else");

	(void)snprintf(place, sizeof place, "%s/junk", folder);
	(void)mkdir(place, 0777);
	(void)snprintf(path, sizeof path, "%s/record.db", place);
	FILE *junk = fopen(path, "w");
	for (int i = 0; i < 5000; i++)
		(void)fputc("this is no database\n"[i % 20], junk);
	(void)fclose(junk);
	tap_is_int(t, record_open(&r, place, RECORD_WRITE, &e), ERR_BENCH, "a file of junk");
	tap_ok(t, strstr(e.text, "damaged") != NULL, "is called damaged: %s", e.text);
}

/* Files that may not grow, as on a full disk. */
static void test_full(struct tap *t)
{
	struct rlimit limit, small;
	struct stat about;
	struct err e;
	char path[256];
	struct record *r = rig_open(folder);
	struct record_head before, after;
	enum err_code code = ERR_NONE;

	rig_must(record_head(r, &before, &e), &e);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)getrlimit(RLIMIT_FSIZE, &limit);
	(void)snprintf(path, sizeof path, "%s/record.db-wal", folder);
	small = limit;
	small.rlim_cur = stat(path, &about) == 0 ? (rlim_t)about.st_size + 100 : 100;
	(void)setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 50 && code == ERR_NONE; i++)
		code = record_event(r, 0, "test", "a line that may not fit", &e);
	(void)setrlimit(RLIMIT_FSIZE, &limit);
	tap_is_int(t, code, ERR_BENCH, "no room to write is a bench fault");
	tap_note("%s", e.text);
	rig_must(record_head(r, &after, &e), &e);
	tap_is_int(t, count(r, "SELECT max(id) FROM link"), after.link,
		   "the chain ends where it did");
	rig_must(record_event(r, 0, "test", "and now it fits", &e), &e);
	record_close(r);
	tap_is_int(t, (int64_t)findings(), 0, "and goes on when there is room");
}

/* A process with a run under way, until it is killed. Returns when the run is in the record. */
static pid_t start_run(const char *serial, const char *outcome)
{
	int ready[2];
	char byte;

	if (pipe(ready) != 0)
		exit(1);
	pid_t child = fork();
	if (child == 0) {
		struct err e;
		struct record *r = rig_open(folder);
		rig_must(record_begin(r, &e), &e);
		int64_t run = rig_run(r, serial, 1);
		if (outcome != NULL)
			rig_measurement(r, rig_case(r, run, 1, outcome), 1, "PEN-110", 99, outcome);
		rig_must(record_commit(r, &e), &e);
		ssize_t ignored = write(ready[1], "x", 1);
		(void)ignored;
		for (;;)
			(void)pause();
	}
	ssize_t got = read(ready[0], &byte, 1);
	(void)got;
	(void)close(ready[0]);
	(void)close(ready[1]);
	return child;
}

static void end_process(pid_t child)
{
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
}

static void test_dead(struct tap *t)
{
	static const char open_runs[] = "SELECT count(*) FROM run WHERE NOT EXISTS (SELECT 1 FROM "
					"run_end WHERE run = run.id) AND mode = 'production'";
	unsigned attempt = 0;
	struct err e;
	pid_t alive = start_run("alive", NULL), dead = start_run("dead", NULL);
	pid_t failed = start_run("failed", "FAIL");

	end_process(dead);
	end_process(failed);
	struct record *r = rig_open(folder);
	tap_is_int(t, count(r, open_runs), 1, "of three open runs the one that lives stays open");
	tap_is_int(t, count(r, "SELECT count(*) FROM run_end WHERE died = 1 AND outcome = 'ABORT'"),
		   3, "the others are closed as ABORT (one from a test before)");
	tap_is_int(t, runs_admit(r, "alive", "", 3, &attempt, &e), ERR_CONFIG,
		   "a pen that is under test");
	tap_is_int(t, runs_admit(r, "dead", "", 3, &attempt, &e), ERR_NONE,
		   "nothing was measured: no attempt");
	tap_is_int(t, runs_admit(r, "failed", "", 3, &attempt, &e), ERR_CONFIG,
		   "a failure before the end counts: it wants a reason");
	tap_is_int(t, runs_admit(r, "failed", "new cable", 3, &attempt, &e), ERR_NONE, "with one");
	tap_is_int(t, attempt, 2, "it is the second attempt");
	end_process(alive);
	record_close(r);
	record_close(rig_open(folder));
	tap_is_int(t, (int64_t)findings(), 0, "closing keeps the chain");
}

static void test_attempts(struct tap *t)
{
	struct runs_attempts a;
	struct runs_yield before, after;
	unsigned attempt = 0;
	struct err e;
	struct record *r = rig_open(folder);

	rig_must(runs_yield(r, &before, &e), &e);
	(void)rig_whole_run(r, "good", 1, OUTCOME_PASS);
	(void)rig_whole_run(r, "slow", 1, OUTCOME_FAIL);
	(void)rig_whole_run(r, "slow", 2, OUTCOME_PASS);
	(void)rig_whole_run(r, "bad", 1, OUTCOME_BENCH);
	(void)rig_whole_run(r, "bad", 0, OUTCOME_FAIL);
	rig_must(runs_attempts(r, "bad", &a, &e), &e);
	tap_is_int(t, a.counted, 0, "a bench fault and an engineering run do not count");
	for (unsigned i = 1; i <= 3; i++)
		(void)rig_whole_run(r, "bad", i, OUTCOME_FAIL);
	tap_is_int(t, runs_admit(r, "bad", "please", 3, &attempt, &e), ERR_CONFIG,
		   "no fourth attempt, whatever the reason");
	tap_ok(t, strstr(e.text, "3 of 3") != NULL, "%s", e.text);
	tap_is_int(t, runs_admit(r, "good", "", 3, &attempt, &e), ERR_CONFIG,
		   "a pen that passed is retested with a reason only");
	tap_is_int(t, runs_admit(r, "new", "", 3, &attempt, &e), ERR_NONE, "a new pen needs none");
	rig_must(runs_yield(r, &after, &e), &e);
	tap_is_int(t, after.units - before.units, 3, "three pens were judged");
	tap_is_int(t, after.attempts - before.attempts, 6, "in six attempts");
	tap_is_int(t, after.first_pass - before.first_pass, 1, "one passed at first");
	tap_is_int(t, after.final_pass - before.final_pass, 2, "two in the end");
	(void)rig_whole_run(r, "good", 2, OUTCOME_FAIL);
	rig_must(runs_yield(r, &after, &e), &e);
	tap_is_int(t, after.first_pass - before.first_pass, 1, "a retest that fails: one at first");
	tap_is_int(t, after.final_pass - before.final_pass, 1, "and one in the end");
	record_close(r);
}

/* FIPS 180-4 through the typed fields: their bytes are written down in digest.h. */
static void test_digest(struct tap *t)
{
	char one[RECORD_HASH_SIZE], two[RECORD_HASH_SIZE];
	struct sha256 d;

	sha256_init(&d);
	sha256_feed(&d, "abc", 3);
	sha256_finish(&d, one);
	tap_is_str(t, one, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		   "SHA-256 of abc");
	sha256_init(&d);
	digest_text(&d, "ab", 2);
	digest_integer(&d, -12);
	digest_number(&d, 1.0);
	digest_null(&d);
	sha256_finish(&d, one);
	sha256_init(&d);
	sha256_feed(&d, "t2:abi3:-12f8:\x3f\xf0\0\0\0\0\0\0n0:", 25);
	sha256_finish(&d, two);
	tap_is_str(t, one, two, "typed fields");
}

int main(void)
{
	struct tap t = tap_begin();

	if (mkdtemp(folder) == NULL)
		return 1;
	test_digest(&t);
	test_commit(&t);
	test_rows(&t);
	test_refusals(&t);
	test_full(&t);
	test_dead(&t);
	test_attempts(&t);
	rig_sweep(folder);
	return tap_end(&t);
}
