/*
 * A measurement study out of a record: each run of a pen with a serial number is one observation.
 */
#ifndef CLI_STUDY_RECORD_H
#define CLI_STUDY_RECORD_H

#include "base/err.h"
#include "cli/study.h"

struct study_selection {
	const char *measurement; /* name */
	const char *clause;      /* NULL: any */
	const char
		*factor; /* columns of a run: station, jig, operator, lot, date; comma-separated */
	const char *lot; /* only runs of this lot; NULL: all */
};

/* Appends the observations of the record in `folder`, in the order of their runs; limits and unit
 * come from the latest. ERR_CONFIG: no such factor, no value of that name. */
enum err_code study_read_record(struct study *s, const char *folder,
				const struct study_selection *which, struct err *e);

#endif
