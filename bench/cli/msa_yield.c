/* `penbench msa yield`: how many pens passed, at first and in the end. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/msa_process.h"
#include "record/runs.h"
#include "verdict/capability.h"

static const char usage[] =
	"usage: penbench msa yield [OPTIONS]\n"
	"First-pass and final yield of all pens, and the yield of each measurement, with exact\n"
	"(Clopper-Pearson) 95 % intervals.\n" MSA_PROCESS_USAGE
	"Exit status: 0, 2 usage, no values.\n";

/* One line or object: passed of tested. */
static void tell(struct msa_job *job, const char *clause, const char *name, uint64_t passed,
		 uint64_t tested)
{
	struct capability_index y = capability_yield(passed, tested);

	if (job->json == NULL) {
		(void)printf("%-10s %-26s %9llu of %-9llu %8.3f %%  (%.3f .. %.3f)\n", clause, name,
			     (unsigned long long)passed, (unsigned long long)tested, 100 * y.value,
			     100 * y.low, 100 * y.high);
		return;
	}
	struct result *r = result_object();
	result_set(r, "clause", result_string(clause, strlen(clause)));
	result_set(r, "measurement", result_string(name, strlen(name)));
	result_set(r, "passed", result_integer((int64_t)passed));
	result_set(r, "tested", result_integer((int64_t)tested));
	result_set(r, "yield", result_number(y.value));
	result_set(r, "low", result_number(y.low));
	result_set(r, "high", result_number(y.high));
	result_append(job->json, r);
}

/* Of whole pens, before the first measurement. */
static enum err_code tell_pens(struct msa_job *job, struct err *e)
{
	struct runs_yield y;
	enum err_code code = runs_yield(job->record, &y, e);

	if (code != ERR_NONE || y.units == 0)
		return code;
	tell(job, "", "first pass, all pens", (uint64_t)y.first_pass, (uint64_t)y.units);
	tell(job, "", "final, all pens", (uint64_t)y.final_pass, (uint64_t)y.units);
	return ERR_NONE;
}

static enum err_code step(struct msa_job *job, struct msa_series *s, struct err *e)
{
	const struct msa_request *r = job->request;
	uint64_t passed, tested;
	enum err_code code = msa_series_yield(s, job->record, r->attempts, &passed, &tested, e);

	if (code != ERR_NONE || tested == 0)
		return code;
	if (job->done == 0 && job->json == NULL)
		(void)printf("yield with exact (Clopper-Pearson) 95 %% intervals; measurements: "
			     "%s\n",
			     msa_attempts_text(r->attempts));
	if (job->done == 0 && r->clause == NULL && r->name == NULL)
		code = tell_pens(job, e);
	job->done++;
	tell(job, s->clause, s->name, passed, tested);
	return code;
}

int msa_yield(int argc, char **argv, const struct cli *cli)
{
	static const struct msa_process process = {"msa yield", usage, step, false, false};

	(void)cli;
	return msa_process(argc, argv, &process);
}
