/*
 * `penbench msa bias`: readings of known parts against their reference values. One reference is a
 * study of bias; with three or more, linearity is told too.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/msa.h"
#include "config/csvfile.h"
#include "verdict/accuracy.h"
#include "verdict/decimal.h"

#define NAME        "msa bias"
#define SIGNIFICANT 0.05

static const char usage[] =
	"usage: penbench msa bias [--json] FILE.csv\n"
	"Bias of readings against reference values, of each and of all together, and linearity\n"
	"when there are three references or more. The file has the columns reference and value, "
	"one reading a row.\n"
	"Exit status: 0 no bias that shows (p >= 0.05), 1 bias or linearity, 2 usage or file.\n";

enum { LINEARITY_LEVELS = 3 };

struct readings {
	double *reference, *error; /* sorted by reference */
	size_t count;
};

struct reading {
	double reference, error;
};

static int by_reference(const void *a, const void *b)
{
	double x = ((const struct reading *)a)->reference;
	double y = ((const struct reading *)b)->reference;

	return (x > y) - (x < y);
}

static enum err_code read_rows(struct reading *list, const struct csvfile *csv, const char *path,
			       struct err *e)
{
	size_t reference, value;
	enum err_code code = csvfile_want(csv, path, "reference", &reference, e);

	if (code == ERR_NONE)
		code = csvfile_want(csv, path, "value", &value, e);
	for (size_t row = 0; row < csvfile_rows(csv) && code == ERR_NONE; row++) {
		struct decimal r, v;

		code = decimal_parse(&r, csvfile_cell(csv, row, reference), e);
		if (code == ERR_NONE)
			code = decimal_parse(&v, csvfile_cell(csv, row, value), e);
		if (code != ERR_NONE)
			return err_prefix(e, "%s:%zu", path, csvfile_line(csv, row));
		list[row] = (struct reading){decimal_value(r), decimal_difference(v, r)};
	}
	return code;
}

static enum err_code load(struct readings *out, const char *path, struct err *e)
{
	struct csvfile *csv;
	enum err_code code = csvfile_open(&csv, path, e);

	if (code != ERR_NONE)
		return code;
	size_t count = csvfile_rows(csv);
	struct reading *list = calloc(count, sizeof *list);
	out->reference = calloc(count, sizeof *out->reference);
	out->error = calloc(count, sizeof *out->error);
	if (list == NULL || out->reference == NULL || out->error == NULL)
		code = err_set(e, ERR_BENCH, "%s: out of memory", path);
	else
		code = read_rows(list, csv, path, e);
	if (code == ERR_NONE) {
		qsort(list, count, sizeof *list, by_reference);
		for (size_t i = 0; i < count; i++) {
			out->reference[i] = list[i].reference;
			out->error[i] = list[i].error;
		}
		out->count = count;
	}
	free(list);
	csvfile_close(csv);
	return code;
}

static struct result *bias_json(const struct accuracy_bias *b)
{
	struct result *r = result_object();

	result_set(r, "reference", result_number(b->reference));
	result_set(r, "n", result_integer((int64_t)b->n));
	result_set(r, "bias", result_number(b->bias));
	result_set(r, "sd", result_number(b->sd));
	result_set(r, "low", result_number(b->low));
	result_set(r, "high", result_number(b->high));
	result_set(r, "t", result_number(b->t));
	result_set(r, "p", result_number(b->p));
	return r;
}

static void print_bias(const struct accuracy_bias *b)
{
	char t[6][MSA_NUMBER_SIZE];

	/* Of all references together it is NAN. */
	(void)printf("  %12s %5zu %12s %12s %12s %12s %8s%s\n",
		     isnan(b->reference) ? "all" : msa_text(b->reference, 6, t[0]), b->n,
		     msa_text(b->bias, 5, t[1]), msa_text(b->sd, 4, t[2]),
		     msa_text(b->low, 5, t[3]), msa_text(b->high, 5, t[4]), msa_text(b->p, 3, t[5]),
		     b->p < SIGNIFICANT ? "  bias" : "");
}

/* Level by level; returns how many there are. */
static size_t judge_levels(const struct readings *r, struct result *json, int *status)
{
	size_t levels = 0;

	for (size_t from = 0, to; from < r->count; from = to, levels++) {
		for (to = from; to < r->count && r->reference[to] == r->reference[from];)
			to++;
		struct accuracy_bias b =
			accuracy_bias(r->error + from, to - from, r->reference[from]);
		if (json != NULL)
			result_append(json, bias_json(&b));
		else
			print_bias(&b);
		if (b.p < SIGNIFICANT)
			*status = 1;
	}
	return levels;
}

/* Few readings of each reference show nothing one by one that they may show together. */
static struct result *judge_all(const struct readings *r, bool is_json, int *status)
{
	struct accuracy_bias b = accuracy_bias(r->error, r->count, (double)NAN);

	if (b.p < SIGNIFICANT)
		*status = 1;
	if (is_json)
		return bias_json(&b);
	print_bias(&b);
	return NULL;
}

static struct result *linearity_json(const struct accuracy_linearity *l)
{
	struct result *r = result_object();

	result_set(r, "slope", result_number(l->line.slope));
	result_set(r, "intercept", result_number(l->line.intercept));
	result_set(r, "residual_sd", result_number(l->line.residual_sd));
	result_set(r, "r2", result_number(l->line.r2));
	result_set(r, "p_slope", result_number(l->p_slope));
	result_set(r, "p_intercept", result_number(l->p_intercept));
	return r;
}

static void judge(const struct readings *r, const char *path, bool is_json, int *status)
{
	struct result *levels = is_json ? result_array() : NULL;
	struct accuracy_linearity l = accuracy_linearity(r->reference, r->error, r->count);

	if (!is_json)
		(void)printf("%s: %zu readings; method: AIAG, independent samples; t test, 95 %% "
			     "interval of the bias\n\n  %12s %5s %12s %12s %12s %12s %8s\n",
			     path, r->count, "reference", "n", "bias", "sd", "low", "high", "p");
	size_t count = judge_levels(r, levels, status);
	struct result *all = count > 1 ? judge_all(r, is_json, status) : NULL;
	bool is_line = count >= LINEARITY_LEVELS;
	if (is_line && (l.p_slope < SIGNIFICANT || l.p_intercept < SIGNIFICANT))
		*status = 1;
	if (is_json) {
		struct result *whole = result_object();

		result_set(whole, "levels", levels);
		result_set(whole, "all", all != NULL ? all : result_null());
		result_set(whole, "linearity", is_line ? linearity_json(&l) : result_null());
		msa_print_json(whole);
	} else if (is_line) {
		(void)printf("\n  linearity: bias = %.6g + %.6g x reference, residual sd %.4g, R2 "
			     "%.3f\n  p of the slope %.3g, of the intercept %.3g: %s\n",
			     l.line.intercept, l.line.slope, l.line.residual_sd, l.line.r2,
			     l.p_slope, l.p_intercept,
			     l.p_slope < SIGNIFICANT ? "the bias depends on the size"
						     : "no linearity that shows");
	}
}

int msa_bias(int argc, char **argv, const struct cli *cli)
{
	enum { JSON = 1, HELP };
	static const struct option options[] = {
		{"json", no_argument, NULL, JSON},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	struct readings r = {0};
	struct err e;
	bool is_json = false, help = false;
	int option, status = 0;
	enum err_code code = ERR_NONE;

	(void)cli;
	opterr = 0;
	while (code == ERR_NONE && (option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		is_json = is_json || option == JSON;
		help = help || option == HELP;
		if (option != JSON && option != HELP)
			code = cli_option_error(option, argv, "the options are --json, --help", &e);
	}
	if (code == ERR_NONE && !help && argc - optind != 1)
		code = err_set(&e, ERR_CONFIG, "want one FILE.csv");
	if (code == ERR_NONE && help)
		(void)fputs(usage, stdout);
	else if (code == ERR_NONE)
		code = load(&r, argv[optind], &e);
	if (code == ERR_NONE && !help)
		judge(&r, argv[optind], is_json, &status);
	if (code == ERR_NONE)
		code = cli_flush(&e);
	free(r.reference);
	free(r.error);
	return code == ERR_NONE ? status : cli_fail(NAME, &e);
}
