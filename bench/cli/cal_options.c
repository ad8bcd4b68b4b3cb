/* A table of options and what each may be: a slip of the unit must not become a calibration. */
#include "cli/cal_options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "config/calibration.h"

static const char usage[] =
	"usage: penbench cal encoder|clock|shunt --reference VALUE --u U --certificate ID --due "
	"DATE [OPTIONS]\n"
	"  encoder          --reference UM,UM[,...]: gauge blocks under the tip, one after the "
	"other\n"
	"  clock            --reference HZ: a reference clock on a channel of the analyzer\n"
	"  shunt            --reference MA: a constant current instead of the pen\n"
	"  --u U            standard uncertainty (k = 1) of the reference, in its unit\n"
	"  --drift U        what drift until the due date adds, standard, in the unit of the\n"
	"                   coefficient: um per count, ppm, % (default 0)\n"
	"  --certificate ID number of this calibration\n"
	"  --date DATE      day of it, YYYY-MM-DD (default: today by the station's clock)\n"
	"  --due DATE       last day on which it holds\n"
	"  --channel NAME   where the reference clock is (default TACH)\n"
	"  --seconds S      length of a capture (default: encoder 5, clock 1)\n"
	"  --wait S         go on after S seconds, instead of when Enter is pressed\n"
	"  -o FILE          the new jig file (default: beside the old one, NAME-rN.lua)\n"
	"  --station FILE   the station to use\n"
	"  --seed N         handed on to the station's launcher\n"
	"How to do it: fixtures/README.md, \"Calibrating\".\n";

/* A finite number that text begins with; *end is what follows it. */
static bool read_number(double *out, const char *text, const char **end)
{
	char *behind;

	errno = 0;
	*out = strtod(text, &behind);
	*end = behind;
	return behind != text && errno == 0 && isfinite(*out);
}

static enum err_code parse_number(double *out, const char *option, const char *text, double min,
				  double max, struct err *e)
{
	const char *end;

	if (!read_number(out, text, &end) || *end != '\0' || *out < min || *out > max)
		return err_set(e, ERR_CONFIG, "%s \"%.80s\": want a number, %g..%g", option, text,
			       min, max);
	return ERR_NONE;
}

static enum err_code parse_references(struct cal_request *r, const char *text, struct err *e)
{
	const char *at = text;

	for (r->reference_count = 0;; at++) {
		if (r->reference_count == CAL_REFERENCES_MAX)
			return err_set(e, ERR_CONFIG, "--reference: at most %d values",
				       CAL_REFERENCES_MAX);
		if (!read_number(&r->reference[r->reference_count++], at, &at) ||
		    (*at != ',' && *at != '\0'))
			return err_set(e, ERR_CONFIG,
				       "--reference \"%.80s\": want numbers with commas between "
				       "them",
				       text);
		if (*at == '\0')
			return ERR_NONE;
	}
}

static enum err_code parse_instrument(struct cal_request *r, const char *text, struct err *e)
{
	static const struct jig none;

	for (enum jig_instrument i = 0; i < JIG_INSTRUMENTS; i++) {
		const char *name;
		(void)calibration_of(&none, i, &name);
		if (strcmp(name, text) == 0) {
			r->which = i;
			return ERR_NONE;
		}
	}
	return err_set(e, ERR_CONFIG, "cal \"%.80s\": want encoder, clock or shunt", text);
}

/* What each reference may be: a slip of the unit must not become a calibration. */
static enum err_code check_references(struct cal_request *r, struct err *e)
{
	static const struct {
		const char *unit;
		double min, max, to_unit; /* to_unit: of the option to what is kept */
		size_t least, most;
	} rules[] = {
		[JIG_ENCODER] = {"um", 20, 5000, 1, 2, CAL_REFERENCES_MAX},
		[JIG_CLOCK] = {"Hz", 1e3, 1e7, 1, 1, 1},
		[JIG_SHUNT] = {"mA", 50, 2400, 1e-3, 1, 1},
	};

	if (r->reference_count < rules[r->which].least || r->reference_count > rules[r->which].most)
		return err_set(e, ERR_CONFIG, "--reference: %zu values, want %zu%s",
			       r->reference_count, rules[r->which].least,
			       rules[r->which].most > 1 ? " or more (scale and zero)" : "");
	for (size_t i = 0; i < r->reference_count; i++) {
		if (r->reference[i] < rules[r->which].min || r->reference[i] > rules[r->which].max)
			return err_set(e, ERR_CONFIG, "--reference %g: want %g..%g %s",
				       r->reference[i], rules[r->which].min, rules[r->which].max,
				       rules[r->which].unit);
		r->reference[i] *= rules[r->which].to_unit;
	}
	if (!(r->u > 0.0 && r->u * rules[r->which].to_unit < 0.1 * fabs(r->reference[0])))
		return err_set(e, ERR_CONFIG,
			       "--u %g: want the reference's standard uncertainty in %s, above 0 "
			       "and below a tenth of the reference",
			       r->u, rules[r->which].unit);
	r->u *= rules[r->which].to_unit;
	return ERR_NONE;
}

static enum err_code check(struct cal_request *r, struct err *e)
{
	const struct {
		const char *name, *value;
	} needed[] = {{"--certificate", r->certificate}, {"--due", r->due}};

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (needed[i].value == NULL || needed[i].value[0] == '\0')
			return err_set(e, ERR_CONFIG,
				       "%s is missing; `penbench cal --help` tells what is needed",
				       needed[i].name);
	if (strlen(r->certificate) >= NAME_SIZE)
		return err_set(e, ERR_CONFIG, "--certificate: at most %u characters",
			       NAME_SIZE - 1);
	for (const char *at = r->certificate; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7F)
			return err_set(e, ERR_CONFIG,
				       "--certificate: a control character is in it");
	if (!calibration_is_date(r->due))
		return err_set(e, ERR_CONFIG, "--due \"%.80s\": want a day, YYYY-MM-DD", r->due);
	if (r->date != NULL && !calibration_is_date(r->date))
		return err_set(e, ERR_CONFIG, "--date \"%.80s\": want a day, YYYY-MM-DD", r->date);
	if (r->reference_count == 0 || r->u < 0.0)
		return err_set(e, ERR_CONFIG,
			       "%s is missing; `penbench cal --help` tells what is "
			       "needed",
			       r->reference_count == 0 ? "--reference" : "--u");
	return check_references(r, e);
}

enum {
	REFERENCE = 1,
	U,
	DRIFT,
	CERTIFICATE,
	DATE,
	DUE,
	CHANNEL,
	SECONDS,
	WAIT,
	STATION,
	SEED,
	HELP
};

static enum err_code parse_option(struct cal_request *r, int option, struct err *e)
{
	switch (option) {
	case REFERENCE:
		return parse_references(r, optarg, e);
	case U:
		return parse_number(&r->u, "--u", optarg, 0, 1e6, e);
	case DRIFT:
		return parse_number(&r->drift_u, "--drift", optarg, 0, 1e3, e);
	case SECONDS:
		return parse_number(&r->seconds, "--seconds", optarg, 0.1, 60, e);
	case WAIT:
		return parse_number(&r->wait_s, "--wait", optarg, 0, 3600, e);
	case CERTIFICATE:
		r->certificate = optarg;
		break;
	case DATE:
		r->date = optarg;
		break;
	case DUE:
		r->due = optarg;
		break;
	case CHANNEL:
		r->channel = optarg;
		break;
	case STATION:
		r->station_path = optarg;
		break;
	case SEED:
		r->seed = optarg;
		break;
	default:
		r->out_path = optarg;
		break;
	}
	return ERR_NONE;
}

enum err_code cal_options_parse(struct cal_request *r, int argc, char **argv, struct err *e)
{
	static const struct option options[] = {
		{"reference", required_argument, NULL, REFERENCE},
		{"u", required_argument, NULL, U},
		{"drift", required_argument, NULL, DRIFT},
		{"certificate", required_argument, NULL, CERTIFICATE},
		{"date", required_argument, NULL, DATE},
		{"due", required_argument, NULL, DUE},
		{"channel", required_argument, NULL, CHANNEL},
		{"seconds", required_argument, NULL, SECONDS},
		{"wait", required_argument, NULL, WAIT},
		{"output", required_argument, NULL, 'o'},
		{"station", required_argument, NULL, STATION},
		{"seed", required_argument, NULL, SEED},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	enum err_code code = ERR_NONE;
	int option;

	*r = (struct cal_request){.u = -1, .wait_s = -1, .channel = "TACH"};
	opterr = 0;
	while (code == ERR_NONE && (option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		if (option == HELP) {
			r->help = true;
			return ERR_NONE;
		}
		if (option == ':' || option == '?')
			return cli_option_error(option, argv,
						"`penbench cal --help` lists the options", e);
		code = parse_option(r, option, e);
	}
	if (code == ERR_NONE && argc - optind != 1)
		code = err_set(e, ERR_CONFIG,
			       "want one instrument: penbench cal encoder|clock|shunt ...");
	if (code == ERR_NONE)
		code = parse_instrument(r, argv[optind], e);
	return code == ERR_NONE ? check(r, e) : code;
}

const char *cal_options_usage(void)
{
	return usage;
}
