/*
 * What `penbench msa capability`, `yield` and `chart` share: options, and the walk over the
 * measurements of a record, or over the one of a file. Each does its own step with each of them.
 */
#ifndef CLI_MSA_PROCESS_H
#define CLI_MSA_PROCESS_H

#include <stdbool.h>

#include "analysis/result.h"
#include "cli/msa.h"
#include "cli/msa_series.h"

/* Texts are borrowed from the command line; numbers that were not given are NaN. */
struct msa_request {
	const char *record, *clause, *name, *serial, *path; /* path: CSV */
	enum msa_attempts attempts;
	enum capability_within within;
	double low, high, cpk_min;
	size_t subgroup; /* 0: not given */
	bool is_json, help;
};

/* Rows go to `json` unless that is NULL: then they are printed. */
struct msa_job {
	const struct msa_request *request;
	struct record *record; /* NULL: a file, whose values s holds already */
	struct result *json;
	size_t done; /* measurements that had something to tell: the step counts */
	int status;  /* exit status when all goes well: the step sets */
};

/* With each measurement in turn; of a record, s names it and the step loads what it needs. */
typedef enum err_code msa_step(struct msa_job *job, struct msa_series *s, struct err *e);

struct msa_process {
	const char *name, *usage;
	msa_step *step;
	bool takes_file;
	bool takes_serial; /* the values of one pen mean something */
};

int msa_process(int argc, char **argv, const struct msa_process *p);

/* The options of all three. */
#define MSA_PROCESS_USAGE                                                                         \
	"  --record DIR       the record (default: that of the default station)\n"                \
	"  --clause C         only this clause\n"                                                 \
	"  --measurement NAME only this one\n"                                                    \
	"  --serial SN        only this pen (not for yield)\n"                                    \
	"  --attempts WORD    first (default): each pen's first production run; all production\n" \
	"                     runs; engineering runs\n"                                           \
	"  --json             one JSON object\n"

#endif
