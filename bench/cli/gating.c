/* Golden file and host clock for the gate, and its state in words: see gating.h. */
#include "cli/gating.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "cli/cli.h"
#include "record/digest.h"
#include "record/query.h"

enum { LINE_SIZE = 640, RUNS_SHOWN = 10 };

enum err_code gating_open(struct gating *g, const struct station *station, const char *serial,
			  struct err *e)
{
	*g = (struct gating){.is_gated = station->golden_path[0] != '\0', .station = station};
	if (!g->is_gated)
		return ERR_NONE;
	enum err_code code = golden_load(&g->golden, station->golden_path, e);
	if (code == ERR_NONE)
		code = digest_file(station->golden_path, g->golden_sha256, NULL, e);
	if (code == ERR_NONE)
		code = digest_file(station->jig.path, g->jig_sha256, NULL, e);
	if (code == ERR_NONE)
		code = digest_file(station->path, g->station_sha256, NULL, e);
	if (code == ERR_NONE)
		g->pen = gate_pen(&g->golden, serial);
	return code;
}

static struct gate_bench bench_of(const struct gating *g)
{
	return (struct gate_bench){.station = g->station->name,
				   .jig_sha256 = g->jig_sha256,
				   .golden_sha256 = g->golden_sha256,
				   .station_sha256 = g->station_sha256};
}

enum err_code gating_admit(const struct gating *g, struct record *r, struct err *e)
{
	const struct gate_bench bench = bench_of(g);

	return g->is_gated ? gate_admit(r, &g->golden, &bench, (int64_t)time(NULL), e) : ERR_NONE;
}

static void tell(gating_say *say, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(gating_say *say, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	say(line);
}

/* "Mon 14:05", as the clock on the wall has it. */
static void clock_text(int64_t at, char text[NAME_SIZE])
{
	time_t seconds = (time_t)at;
	struct tm local;

	if (localtime_r(&seconds, &local) == NULL ||
	    strftime(text, NAME_SIZE, "%a %H:%M", &local) == 0)
		(void)snprintf(text, NAME_SIZE, "?");
}

static void tell_pen(gating_say *say, const struct gate_last *last)
{
	char until[NAME_SIZE];

	if (last->is_fresh) {
		clock_text(last->until, until);
		tell(say, "  %-13s %-14s good in run %" PRId64 ", holds until %s",
		     last->clause == NULL ? "golden pen" : "known-bad pen", last->serial, last->run,
		     until);
	} else {
		tell(say, "  %-13s %-14s DUE: the whole plan with --serial %s",
		     last->clause == NULL ? "golden pen" : "known-bad pen", last->serial,
		     last->serial);
	}
}

/* Production runs that a wrong bench may have judged: since the last good check. */
static enum err_code tell_doubtful(struct record *r, const struct gate_state *state,
				   size_t runs_max, gating_say *say, struct err *e)
{
	struct record_query *q;
	bool row = true;
	size_t count = 0, passed = 0;
	enum err_code code = record_query_open(
		&q, r,
		"SELECT run.id, unit.serial, coalesce(run_end.outcome, 'open'), run.begun_host "
		"FROM run JOIN unit ON unit.id = run.unit LEFT JOIN run_end ON run_end.run = "
		"run.id WHERE run.mode = 'production' AND run.id > ?1 ORDER BY run.id DESC",
		e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, state->last_good);
	if (state->last_good > 0)
		tell(say, "last good check of that pen: run %" PRId64 "; in doubt since then:",
		     state->last_good);
	else
		tell(say, "that pen was never found good; in doubt are all production runs:");
	while (code == ERR_NONE && row) {
		code = record_query_next(q, &row, e);
		if (code != ERR_NONE || !row)
			continue;
		const char *outcome = record_query_text(q, 2);
		passed += outcome[0] == 'P';
		if (count++ < runs_max)
			tell(say, "  run %" PRId64 "  %-10s %.19sZ  pen %s",
			     record_query_integer(q, 0), outcome, record_query_text(q, 3),
			     record_query_text(q, 1));
	}
	record_query_close(q);
	if (code != ERR_NONE)
		return code;
	if (count > runs_max)
		tell(say, "  and %zu before; `penbench golden status` lists all", count - runs_max);
	tell(say, "%zu production run%s in doubt, %zu of them passed", count, count == 1 ? "" : "s",
	     passed);
	return ERR_NONE;
}

static void tell_steps(const struct gating *g, const struct gate_state *state, gating_say *say)
{
	bool is_own = cli_is_own_station(g->station->path);
	const char *option = is_own ? "" : " --station ", *path = is_own ? "" : g->station->path;

	tell(say, "to do:");
	tell(say, "  1. test no more pens here; hold back those above that passed");
	tell(say,
	     "  2. keep the golden and known-bad pens; find out what is wrong with the bench:");
	tell(say, "     penbench record show %" PRId64 "%s%s", state->locked_by, option, path);
	tell(say, "  3. when it is repaired, or the pen is found to be at fault and replaced:");
	tell(say, "     penbench golden release --operator NAME --reason TEXT%s%s", option, path);
	tell(say, "  4. check every pen of the gate again: the whole plan, with --serial");
}

enum err_code gating_tell(const struct gating *g, struct record *r, size_t runs_max,
			  gating_say *say, bool *open, struct err *e)
{
	const struct gate_bench bench = bench_of(g);
	const int64_t now = (int64_t)time(NULL);
	struct gate_state state;
	char until[NAME_SIZE];
	enum err_code code = gate_state(r, &g->golden, &bench, now, &state, e);

	*open = code == ERR_NONE && state.open;
	if (code != ERR_NONE)
		return code;
	clock_text(state.until, until);
	if (state.open)
		tell(say, "production: OPEN for another %.1f h, until %s",
		     (double)(state.until - now) / 3600.0, until);
	else
		tell(say, "production: LOCKED");
	if (!state.open)
		tell(say, "why: %s", state.why);
	for (size_t i = 0; i < state.last_count && state.locked_by == 0; i++)
		tell_pen(say, &state.last[i]);
	if (state.locked_by == 0)
		return ERR_NONE;
	code = tell_doubtful(r, &state, runs_max, say, e);
	if (code == ERR_NONE)
		tell_steps(g, &state, say);
	return code;
}

static void say_log(const char *line)
{
	log_line("gate", "%s", line);
}

void gating_tell_run(const struct gating *g, struct record *r, enum gate_verdict verdict)
{
	struct err e;
	bool open;

	if (verdict == GATE_NO_CHECK)
		log_line("gate", "this run was no check: do what it says above, then run it again");
	enum err_code code = gating_tell(g, r, RUNS_SHOWN, say_log, &open, &e);
	if (code != ERR_NONE)
		log_line("gate", "%s: %s", err_blame(code), e.text);
}
