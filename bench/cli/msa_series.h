/*
 * The values of one measurement over many pens, in order of time: from the record, or from a CSV
 * file.
 */
#ifndef CLI_MSA_SERIES_H
#define CLI_MSA_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "record/record.h"
#include "verdict/capability.h"

/* Of a longer record the latest are taken. */
enum { MSA_SERIES_MAX = 1 << 22 };

/* Which runs of the record count. */
enum msa_attempts {
	MSA_FIRST,       /* the first production run of each pen */
	MSA_ALL,         /* all production runs */
	MSA_ENGINEERING, /* engineering runs */
};
enum err_code msa_attempts_find(const char *name, enum msa_attempts *out, struct err *e);
const char *msa_attempts_text(enum msa_attempts attempts); /* static storage */

struct msa_series {
	char clause[NAME_SIZE], name[NAME_SIZE], unit[NAME_SIZE];
	const char *serial;              /* of a record: only this pen; NULL: all pens; borrowed */
	struct capability_limits limits; /* of the latest value; both absent: none known */
	double *value;
	int64_t *id; /* of the rows of `measurement`; NULL: from a file */
	size_t count, capacity;
	size_t subgroup; /* CSV with a column of that name: values in each; else 1 */
};
void msa_series_deinit(struct msa_series *s);

/* The next (clause, name) of the record after s->clause, s->name, "" for the first; only of
 * `clause` and `name` unless they are NULL. *found false: there are no more. */
enum err_code msa_series_next(struct msa_series *s, struct record *r, const char *clause,
			      const char *name, bool *found, struct err *e);

/* Values and limits of s->clause, s->name; replaces those it has. */
enum err_code msa_series_load(struct msa_series *s, struct record *r, enum msa_attempts attempts,
			      struct err *e);

/* Judged values of s->clause, s->name: how many, and how many of them passed. */
enum err_code msa_series_yield(const struct msa_series *s, struct record *r,
			       enum msa_attempts attempts, uint64_t *passed, uint64_t *tested,
			       struct err *e);

/* The pen and the run of a row; both are texts. */
enum err_code msa_series_origin(struct record *r, int64_t id, char text[2 * NAME_SIZE],
				struct err *e);

/* CSV: a column value, and perhaps subgroup (rows of one subgroup together, all of one size). */
enum err_code msa_series_read_csv(struct msa_series *s, const char *path, struct err *e);

#endif
