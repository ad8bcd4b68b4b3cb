/*
 * A study with several factors as a balanced block: observations of study.h in the order of
 * verdict/effects.h. Factor 0 is the part, then come the study's factors.
 *
 * Guarantees that every combination of levels has the same number of trials.
 */
#ifndef CLI_STUDY_FACTORS_H
#define CLI_STUDY_FACTORS_H

#include "cli/study.h"
#include "verdict/effects.h"

/* A zeroed struct is an empty one. */
struct study_factors {
	const struct study *study; /* borrowed */
	struct effects_design design;
	double *value;
	size_t *work; /* index of the level, and of the cell it is nested in: of each observation */
};

void study_factors_deinit(struct study_factors *f);

/* `nested`: "load:station+day,...": which factors are nested in which; "load" alone: in all others;
 * the part is named by its column or as "part"; NULL: all are crossed. Levels of a nested factor
 * belong to one combination of the others each: load 1 of one station has nothing in common with
 * load 1 of another. ERR_CONFIG: no such factor, a factor within itself or with one level,
 * combinations without as many trials as the others (the first ones by name), a trial that stands
 * twice. */
enum err_code study_factors_balance(struct study_factors *f, const struct study *s,
				    const char *nested, struct err *e);

/* Name of a factor, and of the level it has in a cell (a combination of levels of all). */
const char *study_factors_name(const struct study_factors *f, size_t factor);
const char *study_factors_level(const struct study_factors *f, size_t cell, size_t factor);

size_t study_factors_cells(const struct study_factors *f);

/* "part", "part x station", "load(part, station)" of a term. */
enum { STUDY_TERM_SIZE = 400 };
const char *study_factors_term(const struct study_factors *f, const struct effects_term *t,
			       char text[STUDY_TERM_SIZE]);

#endif
