/*
 * Runs as the record sees them: open while their process lives, closed once, and the attempts that
 * a pen has had. A process holds a lock on one byte of record.lock while its run is open; the
 * kernel drops it with the process, whatever ended it, so that the next start can tell a run that
 * is under way from one that died.
 */
#ifndef RECORD_RUNS_H
#define RECORD_RUNS_H

#include "record/record.h"
#include "verdict/outcome.h"

/* How a run ended. */
struct runs_end {
	enum outcome outcome;
	bool died;             /* its process ended without saying so */
	const char *cause;     /* "" for PASS */
	const char *case_path; /* of the case that decided, or "" */
	size_t passed;         /* cases */
};

/* Inside the transaction that appends the run: from here on it is under way. */
enum err_code runs_hold(struct record *r, int64_t run, struct err *e);

/* Has a case of the run failed, or a value of a case that was broken off afterwards? A failure that
 * was measured counts whatever became of the run: as an attempt, and at the shift gate. */
enum err_code runs_has_failed(struct record *r, int64_t run, bool *failed, struct err *e);

/* Appends the row that closes the run, inside a transaction. It counts as an attempt when it is a
 * production run that passed or failed, or that ended otherwise after a failure was measured. */
enum err_code runs_close(struct record *r, int64_t run, const struct runs_end *end, struct err *e);
/* After that commit. */
void runs_release(struct record *r, int64_t run);

/* The unit with this serial number, 0 when the record has none. */
enum err_code runs_find_unit(struct record *r, const char *serial, int64_t *unit, struct err *e);

/* What a pen has been through. */
struct runs_attempts {
	int64_t counted;       /* production runs that judged it */
	int64_t last_run;      /* of those; 0: none */
	char last_outcome[16]; /* of that */
	int64_t under_way;     /* a run of this pen that has not ended; 0: none */
};
enum err_code runs_attempts(struct record *r, const char *serial, struct runs_attempts *out,
			    struct err *e);

/* The policy: may a production run of this pen begin? ERR_CONFIG says why not: no reason given for
 * a retest, as many attempts as are allowed, under test elsewhere. *attempt gets the number it has.
 */
enum err_code runs_admit(struct record *r, const char *serial, const char *reason,
			 unsigned attempts_max, unsigned *attempt, struct err *e);

/* Inside the transaction that appends the run: does runs_admit's answer still stand? ERR_CONFIG
 * when another program has begun or judged a production run of this pen since. */
enum err_code runs_confirm(struct record *r, const char *serial, unsigned attempt, struct err *e);

/* The run that began last and knew its day. */
struct runs_day {
	int64_t run;   /* 0: none */
	char date[16]; /* YYYY-MM-DD of the station's clock; "": none */
};
enum err_code runs_last_day(struct record *r, struct runs_day *out, struct err *e);

/* First-pass and final yield over all pens that were judged in production. */
struct runs_yield {
	int64_t units, first_pass, final_pass, attempts;
};
enum err_code runs_yield(struct record *r, struct runs_yield *out, struct err *e);

/* For record_open: the lock file; closing runs that died; the end of opening. */
enum err_code runs_lock_open(struct record *r, struct err *e);
enum err_code runs_close_dead(struct record *r, struct err *e);
void runs_lock_opened(struct record *r);

#endif
