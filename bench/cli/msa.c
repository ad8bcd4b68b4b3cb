/* The table of msa's sub-commands, and what they share. */
#include "cli/msa.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sink/json.h"

static const struct {
	const char *name;
	cli_main *run;
	const char *summary;
} commands[] = {
	{"grr", msa_grr, "gauge repeatability and reproducibility: import a study, or run one"},
	{"bias", msa_bias, "bias and linearity against reference values"},
	{"capability", msa_capability, "Cp, Cpk, Pp, Ppk with confidence intervals"},
	{"yield", msa_yield, "first-pass and final yield with confidence intervals"},
	{"chart", msa_chart, "limits of a control chart, and the points beyond them"},
	{"risk", msa_risk, "false accepts and false rejects of a decision rule"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void usage(FILE *out)
{
	(void)fprintf(out, "usage: penbench msa COMMAND [OPTIONS] ARGUMENTS\n\n");
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		(void)fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	(void)fprintf(out, "\npenbench msa COMMAND --help tells more.\n");
}

int cli_msa(int argc, char **argv, const struct cli *cli)
{
	struct err e;

	if (argc < 2) {
		usage(stderr);
		return ERR_CONFIG;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		usage(stdout);
		return cli_flush(&e) == ERR_NONE ? 0 : cli_fail("msa", &e);
	}
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1, cli);
	(void)err_set(&e, ERR_CONFIG, "there is no \"%.40s\"; `penbench msa --help` lists what is",
		      argv[1]);
	return cli_fail("msa", &e);
}

enum err_code msa_number(const char *option, const char *text, double *out, struct err *e)
{
	char *end;

	*out = strtod(text, &end);
	if (end == text || *end != '\0' || !isfinite(*out))
		return err_set(e, ERR_CONFIG, "%s \"%.40s\": want a number", option, text);
	return ERR_NONE;
}

enum err_code msa_count(const char *option, const char *text, size_t low, size_t high, size_t *out,
			struct err *e)
{
	char *end;

	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < low ||
	    value > high)
		return err_set(e, ERR_CONFIG, "%s \"%.40s\": want a whole number %zu..%zu", option,
			       text, low, high);
	*out = (size_t)value;
	return ERR_NONE;
}

void msa_print_json(struct result *r)
{
	json_print(stdout, r);
	(void)fputc('\n', stdout);
	result_free(r);
}

const char *msa_text(double value, int digits, char text[MSA_NUMBER_SIZE])
{
	if (isnan(value))
		(void)snprintf(text, MSA_NUMBER_SIZE, "-");
	else
		(void)snprintf(text, MSA_NUMBER_SIZE, "%.*g", digits, value);
	return text;
}
