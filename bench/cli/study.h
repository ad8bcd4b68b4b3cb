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
#include "verdict/effects.h"
#include "verdict/gauge.h"

enum {
	STUDY_OBSERVATIONS_MAX = 20000,
	STUDY_LEVELS_MAX = GAUGE_FACTOR_MAX,
	STUDY_FACTORS_MAX = EFFECTS_FACTORS_MAX - 1, /* beside the part */
};

struct study_observation {
	char part[NAME_SIZE];
	char op[NAME_SIZE]; /* level of the one factor, or of several joined */
	char factor[STUDY_FACTORS_MAX][NAME_SIZE]; /* of each; with join: empty */
	char trial[NAME_SIZE];                     /* "": the order counts */
	struct decimal value;
	size_t line; /* of the file, or number of the run: for messages */
};

/* A zeroed struct is an empty study. */
struct study {
	struct study_observation *observation;
	size_t count, capacity;
	bool is_nested;
	bool is_joined; /* several factors count as one; set before reading */
	size_t factors;
	char factor_name[STUDY_FACTORS_MAX][NAME_SIZE];
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

/* One observation's level of each factor, in order; s->is_joined: as one level "ST-1 / monday".
 * ERR_CONFIG when a level is empty or too long. */
enum err_code study_set_levels(const struct study *s, struct study_observation *o,
			       const char *const *level, size_t count, struct err *e);

/* Splits s->op_name, comma-separated. ERR_CONFIG: none, or more than STUDY_FACTORS_MAX that are not
 * to be joined. */
enum err_code study_name_factors(struct study *s, struct err *e);

/* CSV: columns part_column, one or more factor columns (comma-separated names), value_column; a
 * column "trial", if there is one, must not repeat within a cell. part_column NULL: "part" or
 * "serial"; factor NULL: "operator", "appraiser", "station", "load" or "day", the first that is
 * there. */
enum err_code study_read_csv(struct study *s, const char *path, const char *part_column,
			     const char *factor, const char *value_column, struct err *e);

/* Sorts into cells, of one factor or of several joined. ERR_CONFIG naming the cell that has another
 * number of trials, a trial that stands twice (with its line), too many levels. */
enum err_code study_balance(struct study *s, struct err *e);

#endif
