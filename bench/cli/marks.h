/*
 * What every reader of a run of a whole plan must know: that it is a check of the bench, or what of
 * it was chosen by hand instead of by the station. It stands in TAP, record and report.
 */
#ifndef CLI_MARKS_H
#define CLI_MARKS_H

#include "cli/gating.h"
#include "config/station.h"
#include "script/spec.h"

enum { MARKS_SIZE = 640 };

/* Borrowed. */
struct marks_source {
	const struct station *station;
	const struct spec *spec;
	const struct gating *gating;
	const char *serial, *lua_root, *image_path;
	const char *const *names; /* of the folders of cases */
	size_t name_count;
};

/* The folder of the record is there by now. No paths: equal runs have equal marks wherever they are
 * kept, and the paths stand among the inputs. "" when there is nothing to say. */
void marks_fill(char marks[MARKS_SIZE], const struct marks_source *source);

#endif
