/* See msa_process.h. */
#include "cli/msa_process.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/records.h"
#include "verdict/control.h"

enum { SERIES_MAX = 1000 }; /* measurements of one record */

enum {
	RECORD = 1,
	CLAUSE,
	MEASUREMENT,
	SERIAL,
	ATTEMPTS,
	LOW,
	HIGH,
	SUBGROUP,
	WITHIN,
	CPK_MIN,
	JSON,
	HELP,
};

static enum err_code set_option(struct msa_request *r, int option, char **argv, struct err *e)
{
	switch (option) {
	case RECORD:
		r->record = optarg;
		return ERR_NONE;
	case CLAUSE:
		r->clause = optarg;
		return ERR_NONE;
	case MEASUREMENT:
		r->name = optarg;
		return ERR_NONE;
	case SERIAL:
		r->serial = optarg;
		return ERR_NONE;
	case ATTEMPTS:
		return msa_attempts_find(optarg, &r->attempts, e);
	case LOW:
		return msa_number("--low", optarg, &r->low, e);
	case HIGH:
		return msa_number("--high", optarg, &r->high, e);
	case CPK_MIN:
		return msa_number("--cpk-min", optarg, &r->cpk_min, e);
	case SUBGROUP:
		return msa_count("--subgroup", optarg, 1, CONTROL_SUBGROUP_MAX, &r->subgroup, e);
	case WITHIN:
		r->within = strcmp(optarg, "pooled") == 0 ? CAPABILITY_POOLED : CAPABILITY_RANGE;
		return strcmp(optarg, "pooled") == 0 || strcmp(optarg, "range") == 0
			       ? ERR_NONE
			       : err_set(e, ERR_CONFIG, "--within \"%.40s\": want range or pooled",
					 optarg);
	case JSON:
		r->is_json = true;
		return ERR_NONE;
	case HELP:
		r->help = true;
		return ERR_NONE;
	default:
		return cli_option_error(option, argv, "the options are those of --help", e);
	}
}

static enum err_code parse(struct msa_request *r, int argc, char **argv,
			   const struct msa_process *p, struct err *e)
{
	static const struct option options[] = {
		{"record", required_argument, NULL, RECORD},
		{"clause", required_argument, NULL, CLAUSE},
		{"measurement", required_argument, NULL, MEASUREMENT},
		{"serial", required_argument, NULL, SERIAL},
		{"attempts", required_argument, NULL, ATTEMPTS},
		{"low", required_argument, NULL, LOW},
		{"high", required_argument, NULL, HIGH},
		{"subgroup", required_argument, NULL, SUBGROUP},
		{"within", required_argument, NULL, WITHIN},
		{"cpk-min", required_argument, NULL, CPK_MIN},
		{"json", no_argument, NULL, JSON},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	enum err_code code = ERR_NONE;
	int option;

	*r = (struct msa_request){.low = NAN, .high = NAN, .cpk_min = NAN};
	opterr = 0;
	while (code == ERR_NONE && (option = getopt_long(argc, argv, ":", options, NULL)) != -1)
		code = set_option(r, option, argv, e);
	if (code != ERR_NONE || r->help)
		return code;
	if (argc - optind > (p->takes_file ? 1 : 0))
		return err_set(e, ERR_CONFIG, "\"%.80s\" is not expected", argv[argc - 1]);
	r->path = optind < argc ? argv[optind] : NULL;
	if (r->serial != NULL && !p->takes_serial)
		return err_set(e, ERR_CONFIG, "--serial: a yield is one of all pens");
	if (r->path != NULL &&
	    (r->record != NULL || r->clause != NULL || r->name != NULL || r->serial != NULL))
		return err_set(e, ERR_CONFIG, "a file, or a record, not both");
	if (!isnan(r->low) && !isnan(r->high) && !(r->low < r->high))
		return err_set(e, ERR_CONFIG, "--low %g is not below --high %g", r->low, r->high);
	return ERR_NONE;
}

static enum err_code walk_record(struct msa_job *job, msa_step *step, struct err *e)
{
	const struct msa_request *r = job->request;
	char folder[PATH_SIZE];
	struct msa_series s = {.serial = r->serial};
	bool found = true;
	enum err_code code = records_find(r->record, NULL, folder, e);

	if (code == ERR_NONE)
		code = record_open(&job->record, folder, RECORD_READ, e);
	for (size_t i = 0; code == ERR_NONE && found && i < SERIES_MAX; i++) {
		code = msa_series_next(&s, job->record, r->clause, r->name, &found, e);
		if (code == ERR_NONE && found)
			code = step(job, &s, e);
	}
	if (code == ERR_NONE && job->done == 0)
		code = err_set(
			e, ERR_CONFIG,
			"the record in %s has not enough numbers to go by%s%.60s%s%.60s%s%.60s "
			"(%s); --attempts chooses the runs",
			folder, r->clause != NULL ? " of " : "", r->clause != NULL ? r->clause : "",
			r->name != NULL ? ", " : "", r->name != NULL ? r->name : "",
			r->serial != NULL ? ", pen " : "", r->serial != NULL ? r->serial : "",
			msa_attempts_text(r->attempts));
	msa_series_deinit(&s);
	return code;
}

static enum err_code walk(struct msa_job *job, msa_step *step, struct err *e)
{
	struct msa_series s = {.count = 0};
	enum err_code code;

	if (job->request->path == NULL)
		return walk_record(job, step, e);
	code = msa_series_read_csv(&s, job->request->path, e);
	if (code == ERR_NONE)
		code = step(job, &s, e);
	msa_series_deinit(&s);
	return code;
}

int msa_process(int argc, char **argv, const struct msa_process *p)
{
	struct msa_request r;
	struct msa_job job = {.request = &r};
	struct err e;
	enum err_code code = parse(&r, argc, argv, p, &e);

	if (code == ERR_NONE && r.help) {
		(void)fputs(p->usage, stdout);
	} else if (code == ERR_NONE) {
		job.json = r.is_json ? result_array() : NULL;
		code = walk(&job, p->step, &e);
		if (code == ERR_NONE && r.is_json)
			msa_print_json(job.json);
		else
			result_free(job.json);
	}
	record_close(job.record);
	if (code == ERR_NONE)
		code = cli_flush(&e);
	return code == ERR_NONE ? job.status : cli_fail(p->name, &e);
}
