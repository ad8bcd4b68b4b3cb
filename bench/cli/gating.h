/*
 * The shift gate as `penbench run` meets it: which runs are checks of the bench, whether production
 * may begin, and what a check said. What a gate is: record/gate.h.
 */
#ifndef CLI_GATING_H
#define CLI_GATING_H

#include "config/station.h"
#include "record/gate.h"

struct gating {
	struct golden golden;
	char jig_sha256[RECORD_HASH_SIZE], golden_sha256[RECORD_HASH_SIZE];
	const struct station *station; /* borrowed */
	bool is_gated; /* the station names a golden file; else nothing below means anything */
	bool is_check; /* the pen is the golden or a known-bad one: no production */
};

/* station stays the caller's, and as long as g. ERR_CONFIG: the golden file is wrong. */
enum err_code gating_open(struct gating *g, const struct station *station, const char *serial,
			  struct err *e);

/* Whether production may run on this bench, now. */
enum err_code gating_state(const struct gating *g, struct record *r, struct gate_state *out,
			   struct err *e);

/* Before a production run. */
enum err_code gating_admit(const struct gating *g, struct record *r, struct err *e);

/* After a run of a whole plan has ended with `status`: says on stderr what the check came to and
 * returns the status of the run, a bench fault when a check has locked the station. */
int gating_check(const struct gating *g, struct record *r, int64_t run, int status);

#endif
