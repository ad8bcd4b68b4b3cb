/*
 * `penbench msa grr`: a gauge study, from a CSV file, from a record, or run here and now. What is
 * measured and how it is cut into parts and levels is the caller's; the arithmetic is
 * verdict/gauge.h's.
 */
#include "cli/msa_grr.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/msa.h"
#include "cli/study_record.h"
#include "sink/json.h"

#define NAME "msa grr"

struct request {
	const char *part, *factor, *value; /* columns */
	const char *record;                /* NULL: a CSV file */
	struct study_selection selection;
	struct msa_plan plan;
	double tolerance, low, high, pool_p;
	bool by_anova, by_range, is_nested, is_joined, is_json, runs, help;
	const char *nested; /* of several factors: which in which; NULL: not said */
	const char *const *names;
	size_t name_count;
};

static const char usage[] =
	"usage: penbench msa grr [OPTIONS] FILE.csv\n"
	"       penbench msa grr [OPTIONS] --record DIR --measurement NAME\n"
	"       penbench msa grr [OPTIONS] --run --record DIR --measurement NAME --parts A,B,...\n"
	"                        --levels X,Y,... [--trials N] CASE.lua...\n"
	"Gauge repeatability and reproducibility of a balanced study.\n"
	"  --method WORD      anova (default), range (average and range), both\n"
	"  --nested           each level has parts of its own\n"
	"  --nested=LIST      with several factors: load:station+day,... load is nested in "
	"station\n"
	"                     and day (load 1 of one is not that of another); load alone: in all\n"
	"  --join             several factors as one level, instead of a component for each\n"
	"  --tolerance W      width of the specification, for %tolerance; or\n"
	"  --low L --high H   its limits; a record brings those of the clause\n"
	"  --pool-p P         the interaction is pooled from this p on (default 0.05)\n"
	"  --part COLUMN      column of the parts (default part, else serial)\n"
	"  --factor COLUMNS   of the levels, up to 4 with commas between: station,load,day\n"
	"                     (default operator, appraiser, station, load or day; of a record:\n"
	"                     station, jig, operator, lot, date; lot is the default, which is\n"
	"                     where --run writes its levels)\n"
	"  --value COLUMN     of the numbers (default value)\n"
	"  --clause C         of a record: only this clause\n"
	"  --lot LOT          of a record: only this lot\n"
	"  --json             one JSON object\n"
	"  --run              run the cases on every part with every level, in random order;\n"
	"                     the operator is asked for each pen, a launched station is not\n"
	"  --trials N         runs of each combination (default 2)\n"
	"  --launcher TEXT    options for the station's launcher, {part}, {level}, {load}\n"
	"                     replaced (default \"--seed {part} --load {load}\")\n"
	"  --order N          seed of the random order (default 1)\n"
	"  --station FILE     the station to use\n"
	"Exit status: 0 acceptable or conditional, 1 more than 30 %, 2 usage or a wrong file.\n";

enum {
	METHOD = 1,
	NESTED,
	JOIN,
	TOLERANCE,
	LOW,
	HIGH,
	POOL,
	PART,
	FACTOR,
	VALUE,
	RECORD,
	MEASUREMENT,
	CLAUSE,
	LOT,
	JSON,
	RUN,
	PARTS,
	LEVELS,
	TRIALS,
	LAUNCHER,
	ORDER,
	STATION,
	HELP,
};

static const struct option options[] = {
	{"method", required_argument, NULL, METHOD},
	{"nested", optional_argument, NULL, NESTED},
	{"join", no_argument, NULL, JOIN},
	{"tolerance", required_argument, NULL, TOLERANCE},
	{"low", required_argument, NULL, LOW},
	{"high", required_argument, NULL, HIGH},
	{"pool-p", required_argument, NULL, POOL},
	{"part", required_argument, NULL, PART},
	{"factor", required_argument, NULL, FACTOR},
	{"value", required_argument, NULL, VALUE},
	{"record", required_argument, NULL, RECORD},
	{"measurement", required_argument, NULL, MEASUREMENT},
	{"clause", required_argument, NULL, CLAUSE},
	{"lot", required_argument, NULL, LOT},
	{"json", no_argument, NULL, JSON},
	{"run", no_argument, NULL, RUN},
	{"parts", required_argument, NULL, PARTS},
	{"levels", required_argument, NULL, LEVELS},
	{"trials", required_argument, NULL, TRIALS},
	{"launcher", required_argument, NULL, LAUNCHER},
	{"order", required_argument, NULL, ORDER},
	{"station", required_argument, NULL, STATION},
	{"help", no_argument, NULL, HELP},
	{NULL, 0, NULL, 0},
};

#define VALID "the options are those of `penbench msa grr --help`"

static enum err_code set_method(struct request *r, struct err *e)
{
	bool both = strcmp(optarg, "both") == 0;

	r->by_anova = both || strcmp(optarg, "anova") == 0;
	r->by_range = both || strcmp(optarg, "range") == 0;
	if (!r->by_anova && !r->by_range)
		return err_set(e, ERR_CONFIG, "--method \"%.40s\": want anova, range or both",
			       optarg);
	return ERR_NONE;
}

static enum err_code set_number(struct request *r, int option, struct err *e)
{
	size_t seed = 0;
	enum err_code code;

	switch (option) {
	case TOLERANCE:
		code = msa_number("--tolerance", optarg, &r->tolerance, e);
		return code == ERR_NONE && !(r->tolerance > 0)
			       ? err_set(e, ERR_CONFIG, "--tolerance is a width, above 0")
			       : code;
	case LOW:
		return msa_number("--low", optarg, &r->low, e);
	case HIGH:
		return msa_number("--high", optarg, &r->high, e);
	case POOL:
		return msa_number("--pool-p", optarg, &r->pool_p, e);
	case TRIALS:
		return msa_count("--trials", optarg, 2, GAUGE_FACTOR_MAX, &r->plan.trials, e);
	default:
		code = msa_count("--order", optarg, 0, SIZE_MAX, &seed, e);
		r->plan.order_seed = seed;
		return code;
	}
}

/* Where an option that is a text goes; NULL: it is none. */
static const char **text_of(struct request *r, int option)
{
	switch (option) {
	case PART:
		return &r->part;
	case FACTOR:
		return &r->factor;
	case VALUE:
		return &r->value;
	case RECORD:
		return &r->record;
	case MEASUREMENT:
		return &r->selection.measurement;
	case CLAUSE:
		return &r->selection.clause;
	case LOT:
		return &r->selection.lot;
	case PARTS:
		return &r->plan.parts;
	case LEVELS:
		return &r->plan.levels;
	case LAUNCHER:
		return &r->plan.launcher;
	case STATION:
		return &r->plan.station_path;
	default:
		return NULL;
	}
}

static enum err_code set_option(struct request *r, int option, char **argv, struct err *e)
{
	const char **text = text_of(r, option);

	if (text != NULL) {
		*text = optarg;
		return ERR_NONE;
	}
	switch (option) {
	case METHOD:
		return set_method(r, e);
	case NESTED:
		r->is_nested = optarg == NULL;
		r->nested = optarg;
		return ERR_NONE;
	case JOIN:
		r->is_joined = true;
		return ERR_NONE;
	case JSON:
		r->is_json = true;
		return ERR_NONE;
	case RUN:
		r->runs = true;
		return ERR_NONE;
	case HELP:
		r->help = true;
		return ERR_NONE;
	case ':':
	case '?':
		return cli_option_error(option, argv, VALID, e);
	default:
		return set_number(r, option, e);
	}
}

static enum err_code check(struct request *r, struct err *e)
{
	if (isnan(r->low) != isnan(r->high))
		return err_set(e, ERR_CONFIG, "a tolerance has two limits: give --low and --high");
	if (!isnan(r->low) && !(r->low < r->high))
		return err_set(e, ERR_CONFIG, "--low %g is not below --high %g", r->low, r->high);
	if (!isnan(r->low) && r->tolerance > 0)
		return err_set(e, ERR_CONFIG, "--tolerance or --low and --high, not both");
	if (r->nested != NULL && r->is_joined)
		return err_set(e, ERR_CONFIG,
			       "--join makes one factor of all: want --nested without names");
	if (r->is_nested && r->by_range)
		return err_set(
			e, ERR_CONFIG,
			"average and range is a method for crossed studies; --nested goes by "
			"ANOVA");
	if (r->runs && (r->name_count == 0 || r->plan.parts == NULL || r->plan.levels == NULL ||
			r->record == NULL || r->is_nested || r->nested != NULL))
		return err_set(e, ERR_CONFIG,
			       "--run wants --record DIR, --parts, --levels and case files, and is "
			       "crossed");
	if (!r->runs && (r->name_count > 0) == (r->record != NULL))
		return err_set(e, ERR_CONFIG,
			       "want one FILE.csv, or --record DIR (with --run both cases and it)");
	if (!r->runs && r->name_count > 1)
		return err_set(e, ERR_CONFIG, "one file, not %zu", r->name_count);
	if (r->record != NULL && r->selection.measurement == NULL)
		return err_set(e, ERR_CONFIG, "--record wants --measurement NAME");
	return ERR_NONE;
}

static enum err_code parse(struct request *r, int argc, char **argv, struct err *e)
{
	enum err_code code = ERR_NONE;
	int option;

	*r = (struct request){.value = "value",
			      .by_anova = true,
			      .low = NAN,
			      .high = NAN,
			      .pool_p = GAUGE_POOL_P};
	r->plan.trials = 2;
	r->plan.order_seed = 1;
	r->plan.launcher = "--seed {part} --load {load}";
	opterr = 0;
	while (code == ERR_NONE && (option = getopt_long(argc, argv, ":", options, NULL)) != -1)
		code = set_option(r, option, argv, e);
	r->names = (const char *const *)argv + optind;
	r->name_count = (size_t)(argc - optind);
	r->plan.cases = r->names;
	r->plan.case_count = r->name_count;
	r->plan.folder = r->record;
	return code == ERR_NONE && !r->help ? check(r, e) : code;
}

/* Each factor with a component of its own. */
static bool is_factorial(const struct request *r, const struct study *s)
{
	return !r->is_joined && (s->factors > 1 || r->nested != NULL);
}

static enum err_code load(struct study *s, struct request *r, const struct cli *cli, struct err *e)
{
	enum err_code code = r->runs ? msa_grr_run(&r->plan, cli, e) : ERR_NONE;

	s->is_nested = r->is_nested;
	s->is_joined = r->is_joined;
	s->low = s->high = NAN;
	r->selection.factor = r->factor != NULL ? r->factor : "lot";
	if (code == ERR_NONE)
		code = r->record != NULL
			       ? study_read_record(s, r->record, &r->selection, e)
			       : study_read_csv(s, r->names[0], r->part, r->factor, r->value, e);
	if (code == ERR_NONE && is_factorial(r, s) && r->by_range)
		return err_set(e, ERR_CONFIG,
			       "average and range is a method for one factor; several go by ANOVA, "
			       "or --join makes one of them");
	return code == ERR_NONE && !is_factorial(r, s) ? study_balance(s, e) : code;
}

static double tolerance_of(const struct request *r, const struct study *s)
{
	double low = isnan(r->low) ? s->low : r->low, high = isnan(r->high) ? s->high : r->high;

	if (r->tolerance > 0)
		return r->tolerance;
	return high > low ? high - low : 0; /* NaN: none */
}

/* One factor, or several joined; by one method or by both. */
static enum err_code judge_one(const struct request *r, const struct study *s, struct result *json,
			       int *status, struct err *e)
{
	struct gauge_study layout = {
		s->value, s->parts, s->operators, s->trials, tolerance_of(r, s), r->pool_p,
	};
	const struct {
		bool asked;
		enum gauge_method method;
	} methods[] = {{r->by_anova, r->is_nested ? GAUGE_NESTED : GAUGE_ANOVA},
		       {r->by_range, GAUGE_RANGE}};

	for (size_t i = 0; i < 2; i++) {
		struct gauge g;

		if (!methods[i].asked)
			continue;
		if (gauge_study(&g, &layout, methods[i].method, e) != ERR_NONE)
			return err_prefix(e, "%s", s->source);
		if (json != NULL)
			result_append(json, msa_grr_json(s, &layout, &g));
		else
			msa_grr_print(s, &layout, &g);
		if (json == NULL && i == 0 && r->by_range)
			(void)printf("\n");
		if (msa_grr_grade(&g.grr) == GAUGE_UNACCEPTABLE)
			*status = 1;
	}
	return ERR_NONE;
}

static enum err_code judge(const struct request *r, const struct study *s, int *status,
			   struct err *e)
{
	struct result *json = r->is_json ? result_array() : NULL;
	const char *nested = r->is_nested ? "part" : r->nested;
	enum err_code code = is_factorial(r, s) ? msa_grr_factors(s, nested, tolerance_of(r, s),
								  r->pool_p, json, status, e)
						: judge_one(r, s, json, status, e);

	if (code == ERR_NONE && r->is_json) {
		(void)fputs("{\"source\":", stdout);
		json_print_text(stdout, s->source);
		(void)fputs(",\"studies\":", stdout);
		json_print(stdout, json);
		(void)fputs("}\n", stdout);
	}
	result_free(json);
	return code;
}

int msa_grr(int argc, char **argv, const struct cli *cli)
{
	struct request r;
	struct study s = {0};
	struct err e;
	int status = 0;
	enum err_code code = parse(&r, argc, argv, &e);

	if (code == ERR_NONE && r.help) {
		(void)fputs(usage, stdout);
	} else if (code == ERR_NONE) {
		code = load(&s, &r, cli, &e);
		if (code == ERR_NONE)
			code = judge(&r, &s, &status, &e);
	}
	if (code == ERR_NONE)
		code = cli_flush(&e);
	study_deinit(&s);
	return code == ERR_NONE ? status : cli_fail(NAME, &e);
}
