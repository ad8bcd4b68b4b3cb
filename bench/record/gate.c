/* The state of the gate, from the events of the record; gate_check.c makes them. */
#include "record/gate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "record/gate_kinds.h"
#include "record/query.h"

/* What time servers may set a clock back by in one step. */
enum { CLOCK_SLACK_S = 120 };

/* Seconds since 1970 of "2026-11-22T17:30:01.123Z"; -1 for anything else. */
static int64_t seconds_of(const char *stamp)
{
	struct tm tm = {0};

	if (sscanf(stamp, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		   &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return (int64_t)timegm(&tm);
}

/* What the events say. */
struct history {
	struct {
		int64_t at;         /* of the last good check since the last lock; -1: none */
		int64_t run;        /* of the last good check at all; 0: none */
	} pens[1 + GOLDEN_BAD_MAX]; /* the golden one first */
	bool is_locked;
	int64_t locked_by, last_good;
	char lock[GATE_TEXT_SIZE];
};

static void forget(struct history *h)
{
	for (size_t i = 0; i < 1 + GOLDEN_BAD_MAX; i++)
		h->pens[i].at = -1;
}

/* Whether the text of an event is of that pen. */
static bool is_of(const char *text, const char *serial)
{
	size_t size = strlen(serial);

	return strncmp(text, serial, size) == 0 && text[size] == ':';
}

/* The pen that an event is of: its place in history, or 1 + bad_count when the golden file does not
 * know it (any more). */
static size_t find_pen(const struct golden *g, const char *text, bool is_golden)
{
	size_t i = is_golden ? 0 : 1;

	if (is_golden && !is_of(text, g->serial))
		return 1 + g->bad_count;
	while (!is_golden && i < 1 + g->bad_count && !is_of(text, g->bad[i - 1].serial))
		i++;
	return i;
}

static void take(struct history *h, const struct golden *g, const struct record_query *q)
{
	const char *kind = record_query_text(q, 0), *text = record_query_text(q, 1);
	int64_t run = record_query_integer(q, 2), at = seconds_of(record_query_text(q, 3));

	if (strcmp(kind, KIND_RELEASE) == 0) {
		forget(h);
		h->locked_by = h->last_good = 0;
		h->is_locked = false;
		h->lock[0] = '\0';
		return;
	}
	bool locks = strcmp(kind, KIND_DRIFT) == 0 || strcmp(kind, KIND_MISSED) == 0;
	size_t pen =
		find_pen(g, text, strcmp(kind, KIND_GOLDEN) == 0 || strcmp(kind, KIND_DRIFT) == 0);
	/* The first cause stands; and a lock is taken off by people, not by another try. */
	if (h->is_locked)
		return;
	if (locks) {
		bool is_known = pen < 1 + g->bad_count;
		const char *serial = pen == 0 ? g->serial : is_known ? g->bad[pen - 1].serial : "";
		forget(h);
		(void)snprintf(h->lock, sizeof h->lock, "%.300s (run %" PRId64 ")",
			       is_known ? text + strlen(serial) + 2 : text, run);
		h->locked_by = run;
		h->last_good = is_known ? h->pens[pen].run : 0;
		h->is_locked = true;
	} else if (pen < 1 + g->bad_count) {
		h->pens[pen].at = at;
		h->pens[pen].run = run;
	}
}

static enum err_code read_history(struct record *r, const struct golden *g, struct history *h,
				  struct err *e)
{
	struct record_query *q;
	bool row = true;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT kind, text, coalesce(run, 0), at_host FROM event WHERE kind IN "
		"('" KIND_GOLDEN "', '" KIND_DRIFT "', '" KIND_BAD "', '" KIND_MISSED
		"', '" KIND_RELEASE "') ORDER BY id",
		e);

	*h = (struct history){.is_locked = false};
	forget(h);
	if (code != ERR_NONE)
		return code;
	while (code == ERR_NONE && row) {
		code = record_query_next(q, &row, e);
		if (code == ERR_NONE && row)
			take(h, g, q);
	}
	record_query_close(q);
	return code;
}

/* Not from the future either: a clock that was put back opens nothing. */
static bool is_fresh(const struct golden *g, int64_t at, int64_t now)
{
	return at >= 0 && at <= now && (double)(now - at) <= g->valid_hours * 3600.0;
}

/* A check whose hours are over is fresh again on a clock that was put back; the stamps of the runs
 * since then give that away. New checks of all pens make it good. Fills why if so. */
static enum err_code check_clock(struct record *r, int64_t first_run, int64_t now_host,
				 struct gate_state *out, struct err *e)
{
	struct record_query *q;
	bool row = false;
	enum err_code code =
		record_query_open(&q, r,
				  "SELECT coalesce(max(begun_host), '') FROM run WHERE id > ?1", e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, first_run);
	code = record_query_next(q, &row, e);
	if (code == ERR_NONE && row &&
	    seconds_of(record_query_text(q, 0)) > now_host + CLOCK_SLACK_S)
		(void)snprintf(
			out->why, sizeof out->why,
			"a run since the last checks began at %.24s, which is still to come: "
			"the clock of this computer was put back; set it, or check all pens "
			"of the gate again",
			record_query_text(q, 0));
	record_query_close(q);
	return code;
}

/* A check speaks of the bench that made it. Fills why when that of the run was another one. */
static enum err_code check_bench(struct record *r, const struct gate_bench *bench, int64_t run,
				 const char *serial, struct gate_state *out, struct err *e)
{
	struct record_query *q;
	bool is_same = false;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT 1 FROM run WHERE id = ?1 AND station = ?2 AND EXISTS (SELECT 1 FROM input "
		"WHERE run = ?1 AND role = 'jig' AND sha256 = ?3) AND EXISTS (SELECT 1 FROM input "
		"WHERE run = ?1 AND role = 'golden' AND sha256 = ?4) AND EXISTS (SELECT 1 FROM "
		"input WHERE run = ?1 AND role = 'station' AND sha256 = ?5)",
		e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, run);
	record_query_bind_text(q, 2, bench->station);
	record_query_bind_text(q, 3, bench->jig_sha256);
	record_query_bind_text(q, 4, bench->golden_sha256);
	record_query_bind_text(q, 5, bench->station_sha256);
	code = record_query_next(q, &is_same, e);
	record_query_close(q);
	if (code == ERR_NONE && !is_same)
		(void)snprintf(
			out->why, sizeof out->why,
			"pen %s was checked in run %" PRId64 " on another station, or the "
			"station's file, the jig's or the golden one was changed since: run the "
			"plan with it and --serial %s",
			serial, run, serial);
	return code;
}

/* The pen is due: what to do about it, unless another one was found first. */
static void say_due(const struct golden *g, const struct gate_last *last, struct gate_state *out)
{
	if (out->why[0] != '\0')
		return;
	if (last->clause == NULL)
		(void)snprintf(out->why, sizeof out->why,
			       "golden pen %s has not been checked within %g h: run the plan with "
			       "it and --serial %s",
			       last->serial, g->valid_hours, last->serial);
	else
		(void)snprintf(out->why, sizeof out->why,
			       "known-bad pen %s has not failed by %s within %g h: run the plan "
			       "with it and --serial %s",
			       last->serial, last->clause, g->valid_hours, last->serial);
}

/* Each pen's last check, and whether it counts. Fills why with the first that does not. */
static enum err_code read_checks(struct record *r, const struct golden *g, const struct history *h,
				 const struct gate_bench *bench, int64_t now_host,
				 struct gate_state *out, struct err *e)
{
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < 1 + g->bad_count && code == ERR_NONE; i++) {
		struct gate_last *last = &out->last[out->last_count++];
		struct gate_state other = {.why = ""};
		*last = (struct gate_last){
			.serial = i == 0 ? g->serial : g->bad[i - 1].serial,
			.clause = i == 0 ? NULL : g->bad[i - 1].clause,
			.run = h->pens[i].run,
		};
		if (!is_fresh(g, h->pens[i].at, now_host)) {
			say_due(g, last, out);
			continue;
		}
		code = check_bench(r, bench, last->run, last->serial, &other, e);
		if (out->why[0] == '\0')
			memcpy(out->why, other.why, sizeof out->why);
		last->is_fresh = code == ERR_NONE && other.why[0] == '\0';
		last->until = h->pens[i].at + (int64_t)(g->valid_hours * 3600.0);
	}
	return code;
}

enum err_code gate_state(struct record *r, const struct golden *g, const struct gate_bench *bench,
			 int64_t now_host, struct gate_state *out, struct err *e)
{
	struct history h;
	enum err_code code = read_history(r, g, &h, e);

	*out = (struct gate_state){.open = false};
	if (code != ERR_NONE)
		return code;
	out->locked_by = h.locked_by;
	out->last_good = h.last_good;
	if (h.is_locked)
		memcpy(out->why, h.lock, sizeof out->why);
	code = read_checks(r, g, &h, bench, now_host, out, e);
	int64_t first_run = INT64_MAX;
	out->until = INT64_MAX;
	for (size_t i = 0; i < out->last_count; i++) {
		first_run = out->last[i].run < first_run ? out->last[i].run : first_run;
		out->until = out->last[i].until < out->until ? out->last[i].until : out->until;
	}
	if (code == ERR_NONE && out->why[0] == '\0')
		code = check_clock(r, first_run, now_host, out, e);
	if (code != ERR_NONE || out->why[0] != '\0')
		return code;
	out->open = true;
	(void)snprintf(out->why, sizeof out->why, "open for another %.1f h",
		       (double)(out->until - now_host) / 3600.0);
	return ERR_NONE;
}

enum err_code gate_admit(struct record *r, const struct golden *g, const struct gate_bench *bench,
			 int64_t now_host, struct err *e)
{
	struct gate_state state;
	enum err_code code = gate_state(r, g, bench, now_host, &state, e);

	if (code != ERR_NONE || state.open)
		return code;
	return err_set(e, ERR_CONFIG, "production is locked: %s%s", state.why,
		       state.locked_by == 0 ? "" : "; `penbench golden status` tells what to do");
}

enum err_code gate_release(struct record *r, const struct golden *g, const char *reason,
			   struct err *e)
{
	struct history h;
	enum err_code code = read_history(r, g, &h, e);

	if (code == ERR_NONE && !h.is_locked)
		return err_set(e, ERR_CONFIG, "the gate is not locked; checks alone open it");
	return code == ERR_NONE ? record_event(r, 0, KIND_RELEASE, reason, e) : code;
}
