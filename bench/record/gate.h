/*
 * The shift gate: production is locked until the golden pen has measured what it was certified with
 * (|E_n| <= 1 for each value) and each known-bad pen has failed by its clause, both within
 * valid_hours. A check that comes out wrong locks the station until somebody releases it with a
 * reason and the checks are made anew.
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

/* Whether a pen is the station's golden or a known-bad one: its runs check the bench, and are no
 * production. */
bool gate_is_gauge(const struct golden *g, const char *serial);

enum gate_verdict {
	GATE_NO_CHECK, /* not a pen of the gate, or the run ended early (bench fault, abort) without
			  having measured drift */
	GATE_AGREES,
	GATE_LOCKED, /* drift, or a bad pen that passed */
};

/* After a run of a whole plan has ended: judges it and appends the event, in a commit of its own.
 * text gets one line for the operator ("" for GATE_NO_CHECK). */
enum { GATE_TEXT_SIZE = 384 };
enum err_code gate_check(struct record *r, const struct golden *g, int64_t run,
			 enum gate_verdict *verdict, char text[GATE_TEXT_SIZE], struct err *e);

struct gate_state {
	bool open;
	char why[GATE_TEXT_SIZE]; /* open: until when; closed: what is missing and what to do */
	int64_t locked_by;        /* run that locked the station, 0: none */
	int64_t last_good;        /* last run of the golden pen that agreed before now, 0: none */
};

/* What a check holds for. */
struct gate_bench {
	const char *station; /* its name */
	const char *jig_sha256,
		*golden_sha256; /* of the files, as runs have them among their inputs */
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
