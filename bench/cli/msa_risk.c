/*
 * `penbench msa risk`: what a decision rule costs in a given production, by verdict/risk.h. Opens
 * neither instrument nor record. The result goes to stdout, for people or with --json as one
 * object.
 */
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/msa.h"
#include "verdict/risk.h"

#define NAME "msa risk"

static const char usage[] =
	"usage: penbench msa risk [--low L] [--high H] --mean M --sd S --u U --rule RULE\n"
	"  --low, --high   specification limits; one of them or both\n"
	"  --mean, --sd    of the true values of the production, taken as normal\n"
	"  --u             standard uncertainty of one measurement (or --expanded U, k = 2)\n"
	"  --rule          simple, iso14253, ilac-g8 or z540-m6\n"
	"  --value Y       also: the risk of one unit that measured Y\n"
	"  --json          one JSON object\n"
	"Prints the probabilities of a false accept (consumer's risk: bad and accepted) and of a\n"
	"false reject (producer's risk: good and rejected), JCGM 106:2012 clause 9. Exit status: "
	"0\n"
	"done, 2 usage.\n";

struct request {
	struct interval specification;
	struct risk_process process;
	struct budget_sum sum;
	enum rule rule;
	double value; /* NaN: not asked */
	bool has_rule, is_json, wants_help;
};

enum { LOW = 1, HIGH, MEAN, SD, U, EXPANDED, RULE, VALUE, JSON, HELP };

static const struct option options[] = {
	{"low", required_argument, NULL, LOW},
	{"high", required_argument, NULL, HIGH},
	{"mean", required_argument, NULL, MEAN},
	{"sd", required_argument, NULL, SD},
	{"u", required_argument, NULL, U},
	{"expanded", required_argument, NULL, EXPANDED},
	{"rule", required_argument, NULL, RULE},
	{"value", required_argument, NULL, VALUE},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, HELP},
	{NULL, 0, NULL, 0},
};

static enum err_code read_u(struct request *r, const char *text, bool is_expanded, struct err *e)
{
	double u;
	enum err_code code = msa_number(is_expanded ? "--expanded" : "--u", text, &u, e);

	if (code != ERR_NONE)
		return code;
	if (u < 0)
		return err_set(e, ERR_CONFIG, "an uncertainty of %g: wanted 0 or more", u);
	if (is_expanded)
		u /= budget_sum_of(1, BUDGET_COVERAGE).k;
	r->sum = budget_sum_of(u, BUDGET_COVERAGE);
	return ERR_NONE;
}

static enum err_code read_option(struct request *r, int option, const char *text, struct err *e)
{
	switch (option) {
	case LOW:
		return msa_number("--low", text, &r->specification.low, e);
	case HIGH:
		return msa_number("--high", text, &r->specification.high, e);
	case MEAN:
		return msa_number("--mean", text, &r->process.mean, e);
	case SD:
		return msa_number("--sd", text, &r->process.sd, e);
	case VALUE:
		return msa_number("--value", text, &r->value, e);
	case RULE:
		r->has_rule = rule_find(text, &r->rule);
		if (!r->has_rule)
			return err_set(e, ERR_CONFIG, "there is no rule \"%.40s\"; valid are %s",
				       text, rule_names());
		return ERR_NONE;
	case JSON:
		r->is_json = true;
		return ERR_NONE;
	case HELP:
		r->wants_help = true;
		return ERR_NONE;
	default:
		return read_u(r, text, option == EXPANDED, e);
	}
}

static enum err_code parse(struct request *r, int argc, char **argv, struct err *e)
{
	int option;

	*r = (struct request){
		.specification = {-(double)INFINITY, (double)INFINITY},
		.process = {(double)NAN, (double)NAN},
		.sum = {.u = (double)NAN},
		.value = (double)NAN,
	};
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == '?' || option == ':')
			return cli_option_error(option, argv,
						"`penbench msa risk --help` tells which there are",
						e);
		enum err_code code = read_option(r, option, optarg, e);
		if (code != ERR_NONE)
			return code;
	}
	if (r->wants_help)
		return ERR_NONE;
	if (optind < argc)
		return err_set(e, ERR_CONFIG, "\"%.80s\" is no option", argv[optind]);
	if (isnan(r->process.mean) || isnan(r->process.sd) || isnan(r->sum.u) || !r->has_rule)
		return err_set(e, ERR_CONFIG,
			       "--mean, --sd, --u and --rule are needed; `penbench msa risk "
			       "--help` tells what they are");
	return ERR_NONE;
}

/* Infinite and NaN: null. */
static void set_number(struct result *object, const char *name, double value)
{
	result_set(object, name, result_number(value));
}

static void print_json(const struct request *r, const struct risk *k)
{
	struct result *o = result_object();
	const char *name = rule_name(r->rule);

	result_set(o, "rule", result_string(name, strlen(name)));
	set_number(o, "low", r->specification.low);
	set_number(o, "high", r->specification.high);
	set_number(o, "mean", r->process.mean);
	set_number(o, "sd", r->process.sd);
	set_number(o, "u", r->sum.u);
	set_number(o, "expanded", r->sum.expanded);
	set_number(o, "guard_band", rule_guard_band(r->rule, r->specification, &r->sum));
	set_number(o, "accept_low", k->acceptance.low);
	set_number(o, "accept_high", k->acceptance.high);
	set_number(o, "nonconforming", k->nonconforming);
	set_number(o, "accept", k->accept);
	set_number(o, "false_accept", k->false_accept);
	set_number(o, "false_reject", k->false_reject);
	set_number(o, "false_of_accepted", k->false_of_accepted);
	set_number(o, "false_of_rejected", k->false_of_rejected);
	set_number(o, "at_acceptance_limit", k->at_acceptance_limit);
	if (!isnan(r->value)) {
		set_number(o, "value", r->value);
		set_number(o, "conformance", rule_conformance(r->specification, r->value, &r->sum));
		set_number(o, "specific_risk",
			   risk_specific(r->specification, &r->sum, &r->process, r->value));
	}
	msa_print_json(o);
}

static void print_share(const char *what, double share)
{
	if (isnan(share))
		(void)printf("  %-42s -\n", what);
	else
		(void)printf("  %-42s %10.4f %%  %12.1f ppm\n", what, share * 100, share * 1e6);
}

static void print_side(const char *what, struct interval i)
{
	char low[MSA_NUMBER_SIZE] = "", high[MSA_NUMBER_SIZE] = "";

	if (isfinite(i.low))
		(void)msa_text(i.low, 6, low);
	if (isfinite(i.high))
		(void)msa_text(i.high, 6, high);
	(void)printf("  %-42s [%s..%s]\n", what, low, high);
}

static void print_table(const struct request *r, const struct risk *k)
{
	(void)printf("rule %s, u = %.4g (U = %.4g, k = %.4g), production %.6g with sd %.4g\n",
		     rule_name(r->rule), r->sum.u, r->sum.expanded, r->sum.k, r->process.mean,
		     r->process.sd);
	print_side("specification", r->specification);
	print_side("accepted", k->acceptance);
	print_share("bad units made", k->nonconforming);
	print_share("accepted", k->accept);
	print_share("false accepts (consumer's risk)", k->false_accept);
	print_share("  of the accepted", k->false_of_accepted);
	print_share("false rejects (producer's risk)", k->false_reject);
	print_share("  of the rejected", k->false_of_rejected);
	print_share("bad, if measured on the acceptance limit", k->at_acceptance_limit);
	if (!isnan(r->value)) {
		(void)printf("a unit that measured %.6g\n", r->value);
		print_share("bad, knowing nothing of the production",
			    1 - rule_conformance(r->specification, r->value, &r->sum));
		print_share("bad, knowing the production",
			    risk_specific(r->specification, &r->sum, &r->process, r->value));
	}
}

int msa_risk(int argc, char **argv, const struct cli *cli)
{
	struct request request;
	struct risk risk;
	struct err e;
	enum err_code code = parse(&request, argc, argv, &e);

	(void)cli;
	if (code == ERR_NONE && request.wants_help)
		return cli_help(NAME, usage);
	if (code == ERR_NONE)
		code = risk_of(request.specification, request.rule, &request.sum, &request.process,
			       &risk, &e);
	if (code == ERR_NONE && request.is_json)
		print_json(&request, &risk);
	else if (code == ERR_NONE)
		print_table(&request, &risk);
	if (code == ERR_NONE)
		code = cli_flush(&e);
	return code == ERR_NONE ? 0 : cli_fail(NAME, &e);
}
