/*
 * `penbench msa`: analysis of the measurement system and of the process that it watches. One file
 * each: msa_grr.c, msa_bias.c, msa_capability.c, msa_yield.c, msa_chart.c, msa_risk.c.
 */
#ifndef CLI_MSA_H
#define CLI_MSA_H

#include <stddef.h>
#include <stdio.h>

#include "analysis/result.h"
#include "base/err.h"
#include "cli/cli.h"

/* argv[0] is the sub-command's name; each returns an exit status. */
cli_main msa_grr, msa_bias, msa_capability, msa_yield, msa_chart, msa_risk;

/* "--low" and the like: a finite number, or ERR_CONFIG naming the option. */
enum err_code msa_number(const char *option, const char *text, double *out, struct err *e);
/* A whole number low..high. */
enum err_code msa_count(const char *option, const char *text, size_t low, size_t high, size_t *out,
			struct err *e);
/* Prints r as JSON on one line, and releases it. */
void msa_print_json(struct result *r);
/* "12.5" or "-": what does not exist has no number. */
enum { MSA_NUMBER_SIZE = 32 };
const char *msa_text(double value, int digits, char text[MSA_NUMBER_SIZE]);

#endif
