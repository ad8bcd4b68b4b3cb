/*
 * The shift gate: production is locked until the golden pen has measured what it was certified with
 * (|E_n| <= 1 for each value) and each known-bad pen has failed by its clause, both within
 * valid_hours. A check that comes out wrong locks the station until somebody releases it with a
 * reason and the checks are made anew. The lock is in the very commit that keeps what gave the
 * bench away, of a case or of the run, so whatever ends the program there is no drift without it.
 *
 * All state is rows of `event` in the record, so a restart unlocks nothing:
 *	gate-golden	the golden pen agrees		gate-drift	it does not
 *	gate-bad SERIAL	a bad pen failed as it should	gate-missed	one did not
 *	gate-release	the lock was taken off, why
 * The hours are those of the host's clock, as the record's stamps are.
 */
#ifndef RECORD_GATE_H
#define RECORD_GATE_H

#include "config/golden.h"
#include "record/record.h"
#include "record/runs.h"

/* What a pen is to this gate. Runs of the pens of the gate check the bench and are no production.
 */
enum gate_pen { GATE_PEN_OTHER, GATE_PEN_GOLDEN, GATE_PEN_KNOWN_BAD };
enum gate_pen gate_pen(const struct golden *g, const char *serial);

enum gate_verdict {
	GATE_NO_CHECK, /* no pen of the gate; or nothing can be said (yet): the run goes on, or
			  ended early without having shown the bench wrong */
	GATE_AGREES,   /* of a run that has ended only */
	GATE_LOCKED,   /* drift, or a bad pen that passed */
};

/* Judges a run of the whole plan with pen `serial`, as far as it went, inside the transaction that
 * appends its case (end NULL) or its end, and appends the event to it. text gets one line for the
 * operator ("" for GATE_NO_CHECK). One run locks once: a release in between is the exception. */
enum { GATE_TEXT_SIZE = 384 };
enum err_code gate_check(struct record *r, const struct golden *g, const char *serial, int64_t run,
			 const struct runs_end *end, enum gate_verdict *verdict,
			 char text[GATE_TEXT_SIZE], struct err *e);

/* The last good check of a pen. */
struct gate_last {
	const char *serial, *clause; /* of the golden file; clause NULL: the golden pen */
	int64_t run;                 /* 0: there was none, in all the record */
	bool is_fresh; /* it counts: since the last lock, within the hours, on this bench */
	int64_t until; /* of a fresh one: how long it holds, seconds since 1970 */
};

struct gate_state {
	bool open;
	char why[GATE_TEXT_SIZE]; /* open: for how long; closed: what is missing and what to do */
	int64_t locked_by;        /* run that locked the station, 0: none */
	int64_t last_good;        /* of a lock: last good run of the pen that locked, 0: none */
	int64_t until;            /* open: until then */
	struct gate_last last[1 + GOLDEN_BAD_MAX]; /* the golden pen first */
	size_t last_count;
};

/* What a check holds for. */
struct gate_bench {
	const char *station; /* its name */
	/* Of the files, as runs have them among their inputs. The station's names the instruments.
	 */
	const char *jig_sha256, *golden_sha256, *station_sha256;
};

/* now_host: seconds since 1970, of the host. A check of another bench, or one whose hours only a
 * clock that was put back makes good, opens nothing. */
enum err_code gate_state(struct record *r, const struct golden *g, const struct gate_bench *bench,
			 int64_t now_host, struct gate_state *out, struct err *e);

/* ERR_CONFIG when a production run may not begin: gate_state's `why`. */
enum err_code gate_admit(struct record *r, const struct golden *g, const struct gate_bench *bench,
			 int64_t now_host, struct err *e);

/* Takes a lock off; reason not empty. ERR_CONFIG: nothing is locked. */
enum err_code gate_release(struct record *r, const struct golden *g, const char *reason,
			   struct err *e);

#endif
