/* `penbench msa capability`: how the spread of the pens compares with their limits. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/msa_process.h"
#include "verdict/capability.h"

static const char usage[] =
	"usage: penbench msa capability [OPTIONS]\n"
	"       penbench msa capability [OPTIONS] FILE.csv\n"
	"Cp, Cpk (spread within) and Pp, Ppk (spread of all) with 95 % intervals. A file has a\n"
	"column value and perhaps subgroup.\n" MSA_PROCESS_USAGE
	"  --low L, --high H  the limits (default: those of the latest value in the record)\n"
	"  --subgroup N       values of a subgroup (default 1: moving ranges)\n"
	"  --within WORD      range (default) or pooled: spread within subgroups\n"
	"  --cpk-min X        exit status 1 when a Cpk is below it\n"
	"Exit status: 0, 1 by --cpk-min, 2 usage, no values, a wrong file.\n";

static struct result *index_json(const struct capability_index *i)
{
	struct result *r = result_object();

	result_set(r, "value", result_number(i->value));
	result_set(r, "low", result_number(i->low));
	result_set(r, "high", result_number(i->high));
	return r;
}

static struct result *text_json(const char *text)
{
	return result_string(text, strlen(text));
}

static struct result *row_json(const struct msa_series *s, const struct capability *c)
{
	struct result *r = result_object();

	result_set(r, "clause", text_json(s->clause));
	result_set(r, "measurement", text_json(s->name));
	result_set(r, "unit", text_json(s->unit));
	result_set(r, "n", result_integer((int64_t)c->n));
	result_set(r, "mean", result_number(c->mean));
	result_set(r, "low", s->limits.has_low ? result_number(s->limits.low) : result_null());
	result_set(r, "high", s->limits.has_high ? result_number(s->limits.high) : result_null());
	result_set(r, "within_method", text_json(capability_within_text(c->within)));
	result_set(r, "sd_within", result_number(c->potential.sd));
	result_set(r, "sd_overall", result_number(c->overall.sd));
	result_set(r, "cp", index_json(&c->potential.both));
	result_set(r, "cpk", index_json(&c->potential.nearer));
	result_set(r, "pp", index_json(&c->overall.both));
	result_set(r, "ppk", index_json(&c->overall.nearer));
	result_set(r, "confidence", result_number(CAPABILITY_CONFIDENCE));
	result_set(r, "outside_fraction", result_number(c->outside_fraction));
	return r;
}

static void print_index(const char *name, const struct capability_index *i)
{
	char t[3][MSA_NUMBER_SIZE];

	if (!isnan(i->value))
		(void)printf("  %-4s %8s  (%s .. %s)\n", name, msa_text(i->value, 4, t[0]),
			     msa_text(i->low, 4, t[1]), msa_text(i->high, 4, t[2]));
}

static void print_row(const struct msa_series *s, const struct capability *c)
{
	char t[4][MSA_NUMBER_SIZE];
	bool plain = s->unit[0] == '\0' || strcmp(s->unit, "1") == 0;

	(void)printf("%s%s%s: n %llu, mean %s%s%s, limits %s .. %s\n", s->clause,
		     s->clause[0] != '\0' ? " " : "", s->name, (unsigned long long)c->n,
		     msa_text(c->mean, 6, t[0]), plain ? "" : " ", plain ? "" : s->unit,
		     s->limits.has_low ? msa_text(s->limits.low, 6, t[1]) : "-",
		     s->limits.has_high ? msa_text(s->limits.high, 6, t[2]) : "-");
	if (!(c->overall.sd > 0)) {
		(void)printf("  all values are equal: no spread, no index\n");
		return;
	}
	(void)printf("  sd within %s (%s), of all %s; 95 %% intervals\n",
		     msa_text(c->potential.sd, 4, t[0]), capability_within_text(c->within),
		     msa_text(c->overall.sd, 4, t[1]));
	print_index("Cp", &c->potential.both);
	print_index("Cpk", &c->potential.nearer);
	print_index("Pp", &c->overall.both);
	print_index("Ppk", &c->overall.nearer);
	(void)printf("  outside the limits: %s %%\n", msa_text(100 * c->outside_fraction, 4, t[0]));
}

/* Limits of the command line stand over those of the record. */
static void take_limits(struct capability_limits *l, const struct msa_request *r)
{
	if (!isnan(r->low)) {
		l->has_low = true;
		l->low = r->low;
	}
	if (!isnan(r->high)) {
		l->has_high = true;
		l->high = r->high;
	}
}

static enum err_code step(struct msa_job *job, struct msa_series *s, struct err *e)
{
	const struct msa_request *r = job->request;
	struct capability c;
	enum err_code code =
		job->record == NULL ? ERR_NONE : msa_series_load(s, job->record, r->attempts, e);

	if (code != ERR_NONE)
		return code;
	size_t size = r->subgroup > 0 ? r->subgroup : s->subgroup;
	take_limits(&s->limits, r);
	/* A yes/no has no width to compare a spread with; too few values are none yet. */
	if (job->record != NULL &&
	    (s->count / size < 2 ||
	     (s->limits.has_low && s->limits.has_high && s->limits.low >= s->limits.high)))
		return ERR_NONE;
	code = capability_of(&c, s->value, s->count / size, size, r->within, s->limits, e);
	if (code != ERR_NONE)
		return code;
	job->done++;
	if (c.potential.nearer.value < r->cpk_min)
		job->status = 1;
	if (job->json != NULL)
		result_append(job->json, row_json(s, &c));
	else
		print_row(s, &c);
	return ERR_NONE;
}

int msa_capability(int argc, char **argv, const struct cli *cli)
{
	static const struct msa_process process = {"msa capability", usage, step, true, true};

	(void)cli;
	return msa_process(argc, argv, &process);
}
