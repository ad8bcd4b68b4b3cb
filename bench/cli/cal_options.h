/*
 * What the command line of `penbench cal` asks for, checked as far as text can be: units, ranges,
 * days of the calendar. Opens nothing.
 */
#ifndef CLI_CAL_OPTIONS_H
#define CLI_CAL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "config/station.h"

enum { CAL_REFERENCES_MAX = 16 };

/* Pointers are into argv. */
struct cal_request {
	enum jig_instrument which;
	double reference[CAL_REFERENCES_MAX]; /* um, Hz or A */
	size_t reference_count;
	double u;       /* of each reference, in its unit */
	double drift_u; /* of the coefficient until it is due; in um/count, ppm, % */
	double wait_s;  /* below 0: for the operator's Enter */
	double seconds; /* of one capture; 0: the instrument's own */
	const char *certificate, *date, *due, *channel;
	const char *station_path, *out_path; /* NULL: default */
	const char *seed;                    /* for the launcher; NULL: none */
	bool help;
};

/* ERR_CONFIG names the option and what it wants. With help nothing else counts. */
enum err_code cal_options_parse(struct cal_request *r, int argc, char **argv, struct err *e);

/* What --help prints. Static storage. */
const char *cal_options_usage(void);

#endif
