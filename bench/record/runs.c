/* Runs under way, closed and counted: see runs.h. */
#include "record/runs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "record/inside.h"
#include "record/query.h"

/* Byte 0 of record.lock: a process opens the record. Byte n: run n is under way. */
static struct flock byte_lock(short type, int64_t byte)
{
	return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
}

enum err_code runs_lock_open(struct record *r, struct err *e)
{
	enum { TURN_MS = 5 };
	const struct timespec turn = {.tv_nsec = TURN_MS * 1000000};
	char path[PATH_SIZE + sizeof "/record.lock"];
	struct flock lock = byte_lock(F_WRLCK, 0);

	(void)snprintf(path, sizeof path, "%s/record.lock", r->folder);
	r->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (r->lock < 0)
		return err_set(e, ERR_BENCH,
			       "record %s: %s; the user of the bench must be able to write there",
			       path, strerror(errno));
	for (int waited_ms = 0; fcntl(r->lock, F_OFD_SETLK, &lock) != 0; waited_ms += TURN_MS) {
		if ((errno != EAGAIN && errno != EACCES && errno != EINTR) ||
		    waited_ms >= RECORD_BUSY_MS)
			return err_set(e, ERR_BENCH, "record %s: cannot be locked: %s", path,
				       strerror(errno));
		(void)nanosleep(&turn, NULL);
	}
	return ERR_NONE;
}

void runs_lock_opened(struct record *r)
{
	struct flock lock = byte_lock(F_UNLCK, 0);

	if (r->lock >= 0)
		(void)fcntl(r->lock, F_OFD_SETLK, &lock);
}

enum err_code runs_hold(struct record *r, int64_t run, struct err *e)
{
	struct flock lock = byte_lock(F_WRLCK, run);

	if (fcntl(r->lock, F_OFD_SETLK, &lock) != 0)
		return err_set(e, ERR_BENCH, "record %s: run %lld cannot be locked: %s", r->path,
			       (long long)run, strerror(errno));
	return ERR_NONE;
}

void runs_release(struct record *r, int64_t run)
{
	struct flock lock = byte_lock(F_UNLCK, run);

	(void)fcntl(r->lock, F_OFD_SETLK, &lock);
}

/* False also for a run of this very process, which nobody asks for. */
static bool is_under_way(const struct record *r, int64_t run)
{
	struct flock lock = byte_lock(F_WRLCK, run);

	if (r->lock < 0)
		return false;
	/* Who cannot tell leaves the run open: the next start looks again. */
	return fcntl(r->lock, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

/* One row of numbers and one text, of a query with one parameter. */
static enum err_code ask(struct record *r, const char *sql, int64_t parameter, int64_t *numbers,
			 int count, char *text, size_t text_size, struct err *e)
{
	struct record_query *q = NULL;
	bool row = false;
	enum err_code code = record_query_open(&q, r, sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, parameter);
	code = record_query_next(q, &row, e);
	for (int i = 0; i < count; i++)
		numbers[i] = row ? record_query_integer(q, i) : 0;
	if (text != NULL)
		(void)snprintf(text, text_size, "%s", row ? record_query_text(q, count) : "");
	record_query_close(q);
	return code;
}

enum err_code runs_has_failed(struct record *r, int64_t run, bool *failed, struct err *e)
{
	static const char sql[] =
		"SELECT EXISTS (SELECT 1 FROM test_case AS c WHERE run = ?1 AND (outcome = 'FAIL' "
		"OR EXISTS (SELECT 1 FROM measurement WHERE test_case = c.id AND judgement IN "
		"('FAIL', 'MARGINAL'))))";
	int64_t found = 0;
	enum err_code code = ask(r, sql, run, &found, 1, NULL, 0, e);

	*failed = found != 0;
	return code;
}

enum err_code runs_close(struct record *r, int64_t run, const struct runs_end *end, struct err *e)
{
	static const char about[] =
		"SELECT coalesce(attempt, 0), coalesce(unit, 0) FROM run WHERE id = ?1";
	int64_t facts[2]; /* attempt, unit */
	bool has_failed = false;
	char stamp[RECORD_STAMP_SIZE];
	enum err_code code = ask(r, about, run, facts, 2, NULL, 0, e);

	if (code == ERR_NONE)
		code = runs_has_failed(r, run, &has_failed, e);
	if (code != ERR_NONE)
		return code;
	bool judged = end->outcome == OUTCOME_PASS || end->outcome == OUTCOME_FAIL || has_failed;
	record_stamp(stamp);
	const struct record_value row[] = {
		record_integer(run),
		facts[1] == 0 ? record_null() : record_integer(facts[1]),
		facts[0] == 0 || !judged ? record_null() : record_integer(facts[0]),
		record_text(outcome_name(end->outcome)),
		record_integer(end->died),
		record_text(end->cause),
		record_text(end->case_path),
		record_integer((int64_t)end->passed),
		record_text(stamp),
	};
	return record_append(r, "run_end", row, sizeof row / sizeof *row, NULL, e);
}

static enum err_code close_one_dead(struct record *r, int64_t run, struct err *e)
{
	static const char passed_sql[] =
		"SELECT count(*) FROM test_case WHERE run = ?1 AND outcome = 'PASS'";
	int64_t passed = 0, ends = 0;
	enum err_code code = record_begin(r, e);

	if (code != ERR_NONE)
		return code;
	/* Another start may have been here in between. */
	code = ask(r, "SELECT count(*) FROM run_end WHERE run = ?1", run, &ends, 1, NULL, 0, e);
	if (code == ERR_NONE)
		code = ask(r, passed_sql, run, &passed, 1, NULL, 0, e);
	const struct runs_end end = {
		.outcome = OUTCOME_ABORT,
		.died = true,
		.cause = "the program ended in the middle of the run",
		.case_path = "",
		.passed = (size_t)passed,
	};
	if (code == ERR_NONE && ends == 0)
		code = runs_close(r, run, &end, e);
	if (code == ERR_NONE && ends == 0)
		code = record_commit(r, e);
	record_rollback(r);
	return code;
}

enum err_code runs_close_dead(struct record *r, struct err *e)
{
	/* Rows are numbered without a gap, so the last numbers count them at no cost; looking for
	 * the open ones is needed only then, and from the newest run on. */
	static const char count_open[] = "SELECT (SELECT coalesce(max(id), 0) FROM run) - (SELECT "
					 "coalesce(max(id), 0) FROM run_end) WHERE ?1 = 0";
	static const char next_open[] = "SELECT max(id) FROM run WHERE id < ?1 AND NOT EXISTS "
					"(SELECT 1 FROM run_end WHERE run_end.run = run.id)";
	int64_t open_runs = 0, run = INT64_MAX;
	enum err_code code = ask(r, count_open, 0, &open_runs, 1, NULL, 0, e);

	for (; code == ERR_NONE && open_runs > 0; open_runs--) {
		code = ask(r, next_open, run, &run, 1, NULL, 0, e);
		if (code != ERR_NONE || run == 0)
			return code;
		if (!is_under_way(r, run))
			code = close_one_dead(r, run, e);
	}
	return code;
}

enum err_code runs_find_unit(struct record *r, const char *serial, int64_t *unit, struct err *e)
{
	struct record_query *q = NULL;
	bool row = false;
	enum err_code code = record_query_open(&q, r, "SELECT id FROM unit WHERE serial = ?1", e);

	*unit = 0;
	if (code != ERR_NONE)
		return code;
	record_query_bind_text(q, 1, serial);
	code = record_query_next(q, &row, e);
	if (code == ERR_NONE && row)
		*unit = record_query_integer(q, 0);
	record_query_close(q);
	return code;
}

enum err_code runs_attempts(struct record *r, const char *serial, struct runs_attempts *out,
			    struct err *e)
{
	static const char counted[] =
		"SELECT count(*), max(run), outcome FROM run_end WHERE unit = ?1 AND attempt > 0";
	static const char open_run[] =
		"SELECT max(id) FROM run WHERE unit = ?1 AND mode = 'production' AND NOT EXISTS "
		"(SELECT 1 FROM run_end WHERE run_end.run = run.id)";
	int64_t unit = 0, numbers[2];
	enum err_code code = runs_find_unit(r, serial, &unit, e);

	*out = (struct runs_attempts){.counted = 0};
	if (code != ERR_NONE || unit == 0)
		return code;
	code = ask(r, counted, unit, numbers, 2, out->last_outcome, sizeof out->last_outcome, e);
	if (code != ERR_NONE)
		return code;
	out->counted = numbers[0];
	out->last_run = numbers[1];
	return ask(r, open_run, unit, &out->under_way, 1, NULL, 0, e);
}

static enum err_code check_free(const struct runs_attempts *a, const char *serial, struct err *e)
{
	return a->under_way == 0
		       ? ERR_NONE
		       : err_set(e, ERR_CONFIG,
				 "pen %s is under test right now, in run %lld: wait for its end",
				 serial, (long long)a->under_way);
}

enum err_code runs_confirm(struct record *r, const char *serial, unsigned attempt, struct err *e)
{
	struct runs_attempts a;
	enum err_code code = runs_attempts(r, serial, &a, e);

	if (code == ERR_NONE)
		code = check_free(&a, serial, e);
	if (code == ERR_NONE && a.counted + 1 != (int64_t)attempt)
		return err_set(e, ERR_CONFIG,
			       "pen %s was judged a moment ago (%s in run %lld): start again",
			       serial, a.last_outcome, (long long)a.last_run);
	return code;
}

enum err_code runs_last_day(struct record *r, struct runs_day *out, struct err *e)
{
	return ask(r,
		   "SELECT id, date FROM run WHERE date > '' AND ?1 = 0 ORDER BY id DESC LIMIT 1",
		   0, &out->run, 1, out->date, sizeof out->date, e);
}

enum err_code runs_admit(struct record *r, const char *serial, const char *reason,
			 unsigned attempts_max, unsigned *attempt, struct err *e)
{
	struct runs_attempts a;
	enum err_code code = runs_attempts(r, serial, &a, e);

	if (code == ERR_NONE)
		code = check_free(&a, serial, e);
	if (code != ERR_NONE)
		return code;
	if (a.counted >= attempts_max)
		return err_set(
			e, ERR_CONFIG,
			"pen %s has had %lld of %u attempts, the last one %s in run %lld: set "
			"it aside; `penbench record list --serial` shows them",
			serial, (long long)a.counted, attempts_max, a.last_outcome,
			(long long)a.last_run);
	if (a.counted > 0 && reason[0] == '\0')
		return err_set(e, ERR_CONFIG,
			       "pen %s was judged before (%s in run %lld): a retest wants "
			       "--reason TEXT",
			       serial, a.last_outcome, (long long)a.last_run);
	*attempt = (unsigned)a.counted + 1;
	return ERR_NONE;
}

enum err_code runs_yield(struct record *r, struct runs_yield *out, struct err *e)
{
	/* Counting a range of an index is several times faster than adding up a comparison. */
	static const char first[] =
		"SELECT (SELECT count(*) FROM run_end WHERE attempt = ?1), (SELECT count(*) FROM "
		"run_end WHERE attempt = ?1 AND outcome = 'PASS')";
	/* Only who was tried again can end otherwise than it began. A bare column beside max() is
	 * of the row that has the maximum (SQLite, "SELECT", 2.5). */
	static const char again[] =
		"SELECT coalesce(sum(n), 0), coalesce(sum(last = 'PASS'), 0), coalesce(sum(first = "
		"'PASS'), 0) FROM (SELECT count(*) AS n, max(attempt), outcome AS last, (SELECT "
		"outcome FROM run_end AS f WHERE f.unit = a.unit AND f.attempt = ?1) AS first FROM "
		"run_end AS a WHERE attempt > ?1 GROUP BY unit)";
	int64_t firsts[2], retests[3];
	enum err_code code = ask(r, first, 1, firsts, 2, NULL, 0, e);

	if (code == ERR_NONE)
		code = ask(r, again, 1, retests, 3, NULL, 0, e);
	if (code != ERR_NONE)
		return code;
	out->units = firsts[0];
	out->first_pass = firsts[1];
	out->attempts = firsts[0] + retests[0];
	out->final_pass = firsts[1] + retests[1] - retests[2];
	return ERR_NONE;
}
