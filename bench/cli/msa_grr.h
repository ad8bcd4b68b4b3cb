/* What `penbench msa grr` is made of: the study to run (msa_grr_run.c), what is printed
 * (msa_grr_print.c), studies with several factors (msa_grr_factors.c). */
#ifndef CLI_MSA_GRR_H
#define CLI_MSA_GRR_H

#include <stdbool.h>

#include "analysis/result.h"
#include "cli/cli.h"
#include "cli/study.h"
#include "verdict/gauge.h"

enum { MSA_GRR_DIGITS = 6 };

/* A study to run: every part with every level, `trials` times. Texts are borrowed. */
struct msa_plan {
	const char *const *cases; /* case files */
	size_t case_count;
	const char *parts, *levels; /* comma-separated: serial numbers; stations, days, ... */
	size_t trials;
	const char *station_path;
	const char *launcher; /* options for the station's launcher, with {part} {level} {load} */
	const char *folder;   /* record of the study */
	uint64_t order_seed;  /* of the order of the runs */
};

/* Runs it, in random order, into the record in plan->folder. A run that does not end with a
 * judgement (bench fault, script error, abort) ends the study with its error. */
enum err_code msa_grr_run(const struct msa_plan *plan, const struct cli *cli, struct err *e);

/* The grade goes by the tolerance where there is one, else by the study. */
enum gauge_grade msa_grr_grade(const struct gauge_component *grr);
void msa_grr_print_row(const char *name, const struct anova_row *row);
void msa_grr_print_judgement(const struct gauge_component *grr, double ndc);
struct result *msa_grr_component_json(const struct gauge_component *c);
void msa_grr_print(const struct study *s, const struct gauge_study *layout, const struct gauge *g);
struct result *msa_grr_json(const struct study *s, const struct gauge_study *layout,
			    const struct gauge *g);

/* Each factor with a component of its own. `nested` as study_factors_balance takes it; tolerance 0:
 * none. Prints it, or appends it to `json` unless that is NULL; *status 1: not acceptable. */
enum err_code msa_grr_factors(const struct study *s, const char *nested, double tolerance,
			      double pool_p, struct result *json, int *status, struct err *e);

#endif
