/*
 * The run of a plan: session, bring-up, one case after the other, sinks. Per case: power, run,
 * park, PEN_POWER 0, judge, then the sinks see it. A bench fault or an abort ends the run; the
 * session is closed, and with it the jig made safe, on every path before the run's end is said.
 */
#ifndef SCRIPT_RUNNER_H
#define SCRIPT_RUNNER_H

#include "script/bringup.h"
#include "script/test_case.h"
#include "sink/sink.h"

/* Everything is borrowed. */
struct runner {
	const struct station *station;
	const struct image *image;
	const char *version;          /* that the image must report */
	const struct sink_run *about; /* what the sinks are told at the begin */
	struct test_case *const *cases;
	size_t case_count;
	const volatile sig_atomic_t *interrupted;
	struct sinks *sinks;
	const char *evidence_folder; /* of the record; NULL: nothing is kept */
	enum station_evidence evidence;
	bool analyzer_is_stuck; /* out: the process can only leave by _exit */
};

/* Returns the exit status of the contract; everything was said through the sinks. */
int runner_run(struct runner *r);

#endif
