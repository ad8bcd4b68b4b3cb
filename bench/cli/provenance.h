/*
 * What a run is made of, for its sinks and so for its record: who, where, with what. Files are
 * hashed as they are when the run begins.
 */
#ifndef CLI_PROVENANCE_H
#define CLI_PROVENANCE_H

#include "config/station.h"
#include "inst/image.h"
#include "record/gate.h"
#include "script/plan.h"
#include "script/test_case.h"
#include "sink/sink.h"

enum { PROVENANCE_INPUTS_MAX = 512, PROVENANCE_PLAN_SIZE = 4096 };

/* What the command line and the files say. Borrowed. */
struct provenance_source {
	const struct station *station;
	const struct spec *spec;
	const struct image *image;
	const char *image_path;
	struct test_case *const *cases;
	size_t case_count;
	const char *const *names; /* of cases and folders, as given */
	size_t name_count;
	const char *serial, *operator_name, *lot, *reason;
	unsigned attempt; /* of a production run; 0: an engineering run */
	const char *date; /* of the station's clock; "": not known */
	const char *marks;
	enum gate_pen pen; /* what it is to the shift gate */
	bool is_check;
};

/* run is for sinks_run_begin; it points into the struct and into the source. */
struct provenance {
	struct sink_run run;
	struct sink_input inputs[PROVENANCE_INPUTS_MAX];
	char hashes[PROVENANCE_INPUTS_MAX][RECORD_HASH_SIZE]; /* of those that were hashed here */
	struct sink_equipment equipment[JIG_INSTRUMENTS];
	char plan[PROVENANCE_PLAN_SIZE];
	char build[RECORD_HASH_SIZE];
};

/* A run on a pen with a serial number of whole folders of cases is production, everything else is
 * engineering. */
bool provenance_is_production(const char *serial, const char *const *names, size_t name_count);
/* The station may say which folder of cases production is: another one, or more than it, is
 * ERR_CONFIG. An easy plan must not release a pen. */
enum err_code provenance_check_plan(const struct station *station, const char *const *names,
				    size_t name_count, struct err *e);

/* ERR_CONFIG always: who tests a product does not choose its firmware by an option. That is for the
 * station's file. */
enum err_code provenance_refuse_image(const struct station *station, const struct spec *spec,
				      const char *asked, struct err *e);

/* ERR_CONFIG: a file that decides the run cannot be read, or there are too many. */
enum err_code provenance_fill(struct provenance *p, const struct provenance_source *source,
			      struct err *e);

#endif
