/*
 * A measurement study as a balanced block of numbers: single observations, from a CSV file or from
 * the record, put in order for verdict/gauge.h.
 *
 * Guarantees that every cell has the same number of trials, in the order in which they were taken.
 * Values are differences to the first one, taken as decimals, so that a large offset costs no
 * digits; a spread is what a study is about.
 */
#ifndef CLI_STUDY_H
#define CLI_STUDY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "verdict/decimal.h"
#include "verdict/gauge.h"

enum { STUDY_OBSERVATIONS_MAX = 20000, STUDY_LEVELS_MAX = GAUGE_FACTOR_MAX };

struct study_observation {
	char part[NAME_SIZE], op[NAME_SIZE]; /* levels of the two factors */
	char trial[NAME_SIZE];               /* "": the order counts */
	struct decimal value;
	size_t line; /* of the file, or number of the run: for messages */
};

/* A zeroed struct is an empty study. */
struct study {
	struct study_observation *observation;
	size_t count, capacity;
	bool is_nested;
	char source[PATH_SIZE];                        /* "FILE" or "record FOLDER, NAME" */
	char part_name[NAME_SIZE], op_name[NAME_SIZE]; /* of the factors */
	/* After study_balance: */
	char part[STUDY_LEVELS_MAX][NAME_SIZE]; /* crossed: in order of appearance */
	char op[STUDY_LEVELS_MAX][NAME_SIZE];
	size_t parts, operators, trials;
	double *value; /* in the order of struct gauge_study, less `reference` */
	double reference;
	/* Limits that came with the values (record), NaN: none. */
	double low, high;
	char unit[NAME_SIZE];
};

void study_deinit(struct study *s);

enum err_code study_add(struct study *s, const struct study_observation *o, struct err *e);

/* CSV: columns part_column, one or more factor columns (comma-separated names; their values are
 * joined to one level), value_column; a column "trial", if there is one, must not repeat within a
 * cell. part_column NULL: "part" or "serial"; factor NULL: "operator", "appraiser", "station",
 * "load" or "day", the first that is there. */
enum err_code study_read_csv(struct study *s, const char *path, const char *part_column,
			     const char *factor, const char *value_column, struct err *e);

/* Sorts into cells. ERR_CONFIG naming the cell that has another number of trials, a trial that
 * stands twice (with its line), too many levels. */
enum err_code study_balance(struct study *s, struct err *e);

#endif
