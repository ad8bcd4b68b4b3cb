/*
 * The shift gate as `penbench run` meets it: which runs are checks of the bench, whether production
 * may begin, and what comes next. What a gate is: record/gate.h.
 */
#ifndef CLI_GATING_H
#define CLI_GATING_H

#include "config/station.h"
#include "record/gate.h"

struct gating {
	struct golden golden;
	char jig_sha256[RECORD_HASH_SIZE], golden_sha256[RECORD_HASH_SIZE],
		station_sha256[RECORD_HASH_SIZE];
	const struct station *station; /* borrowed */
	bool is_gated;     /* the station names a golden file; else nothing below means anything */
	enum gate_pen pen; /* what the pen is to the gate */
};

/* station stays the caller's, and as long as g. ERR_CONFIG: the golden file is wrong. */
enum err_code gating_open(struct gating *g, const struct station *station, const char *serial,
			  struct err *e);

/* Before a production run. */
enum err_code gating_admit(const struct gating *g, struct record *r, struct err *e);

/* Takes one line for people. */
typedef void gating_say(const char *line);

/* Tells in a few lines whether production may run on this bench, which pens are due, and of a lock
 * what is in doubt (at most runs_max runs of it) and what to do. */
enum err_code gating_tell(const struct gating *g, struct record *r, size_t runs_max,
			  gating_say *say, bool *open, struct err *e);

/* The same on stderr, after a check. */
void gating_tell_run(const struct gating *g, struct record *r, enum gate_verdict verdict);

#endif
