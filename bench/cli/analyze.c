/*
 * `penbench analyze`: any number of analyses over a saved capture, in one pass. Opens no
 * instrument. The result goes to stdout as a table or, with --json, as one JSON object; nothing
 * goes there when the file is damaged. Every sample of the file is read, asked for or not, so that
 * no damage is missed.
 */
#include "cli/cli.h"

#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/analog.h"
#include "analysis/analysis.h"
#include "base/log.h"
#include "capture/sr_reader.h"
#include "cli/analyze_image.h"
#include "sink/json.h"
#include "sink/table.h"

#define NAME "analyze"

enum { ANALYSES_MAX = 64, IMAGES_MAX = 4, EXIT_DAMAGED = 1, EXIT_USAGE = 2 };

static const char usage[] =
	"usage: penbench analyze [OPTIONS] FILE.sr ANALYSIS[:key=value,...]...\n"
	"  --json             one JSON object on stdout instead of a table\n"
	"  --rate HZ          sample rate to use instead of the file's (24000000, 24MHz)\n"
	"  --image KIND=FILE  what isp:...,image=1 saw of a memory, as Intel HEX; KIND is\n"
	"                     flash_written, flash_read, eeprom_written or eeprom_read\n"
	"analyses:\n"
	"  quadrature:a=,b=[,z=]                         position, and counts at a mark\n"
	"  stroke:a=,b=,hysteresis=[,harmonics=0..16]    turning points, rates, shape\n"
	"  protrusion:a=,b=,z=,hysteresis=[,um_per_count=1]  zeros and depths of one capture\n"
	"  settling:a=,b=,hysteresis=[,band=1][,over=1][,counts=10][,to=]  start to steady rate\n"
	"  latency:from=,a=,b=[,edge=rising|falling|last][,counts=1]  event to motion\n"
	"  activity:ch=[,from=,to=]                      edges of a line in a window\n"
	"  pulse:ch=                                     periods, widths, duty\n"
	"  step:step=,dir=                               position of a stepper\n"
	"  uart:rx=,baud=[,bits=8][,parity=n|e|o|m|s][,stop=1|2][,invert=0|1]\n"
	"  baud:rx=                                      how fast a serial line talks\n"
	"  spi:clk=,mosi=,miso=[,cs=][,mode=0]           words on the bus\n"
	"  isp:clk=,mosi=,miso=,rst=[,image=0|1]         serial programming of an AVR\n"
	"  sinc3:clk=,dat=,osr=[,every=][,edge=falling][,from=,to=]  a modulator's bitstream, its "
	"clock\n"
	"  analog:ch=                                    an analog channel\n"
	"a channel is a name or a bit; from= and to= are seconds (0.25) or samples (1000sa)\n"
	"exit: 0 done, 1 the file is damaged or unreadable, 2 usage, 3 a result cannot be "
	"written\n";

/* Pointers are into argv. */
struct request {
	const char *path;
	char **specs;
	unsigned count;
	double rate_hz; /* 0: the file's */
	bool is_json, wants_help;
	struct analyze_image image[IMAGES_MAX];
	unsigned image_count;
};

/* One asked analysis: of logic samples, or of an analog channel. */
struct asked {
	struct analysis *logic; /* NULL: analog */
	unsigned channel;       /* index into the session's analog channels */
	struct result *result;
};

struct session_read {
	struct sr_reader *reader;
	double rate_hz;
	struct asked asked[ANALYSES_MAX];
	struct analysis *fed[ANALYSES_MAX]; /* the logic ones */
	unsigned count, fed_count;
	uint64_t samples;
	bool is_damaged; /* what went wrong is the file's fault, not the command line's */
};

enum { OPTION_JSON = 1, OPTION_RATE, OPTION_IMAGE, OPTION_HELP };

static enum err_code parse_option(struct request *r, int option, char *const *argv, struct err *e)
{
	const char *text = optarg;

	switch (option) {
	case OPTION_JSON:
		r->is_json = true;
		return ERR_NONE;
	case OPTION_HELP:
		r->wants_help = true;
		return ERR_NONE;
	case OPTION_IMAGE:
		if (r->image_count == IMAGES_MAX)
			return err_set(e, ERR_CONFIG, "--image stands more than %d times",
				       IMAGES_MAX);
		return analyze_image_parse(&r->image[r->image_count++], text, e);
	case OPTION_RATE:
		if (sessionfile_rate(text, &r->rate_hz))
			return ERR_NONE;
		return err_set(e, ERR_CONFIG,
			       "--rate \"%.40s\": want a rate above 0, like 24000000 or 24MHz",
			       text);
	default:
		return cli_option_error(option, argv,
					"`penbench analyze --help` tells which there are", e);
	}
}

static enum err_code parse(struct request *r, int argc, char **argv, struct err *e)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, OPTION_JSON},
		{"rate", required_argument, NULL, OPTION_RATE},
		{"image", required_argument, NULL, OPTION_IMAGE},
		{"help", no_argument, NULL, OPTION_HELP},
		{NULL, 0, NULL, 0},
	};
	int option;

	*r = (struct request){0};
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1)
		if (parse_option(r, option, argv, e))
			return e->code;
	if (r->wants_help)
		return ERR_NONE;
	if (argc - optind < 2)
		return err_set(e, ERR_CONFIG,
			       "want FILE.sr and at least one analysis; `penbench "
			       "analyze --help` tells how");
	r->path = argv[optind];
	r->specs = argv + optind + 1;
	r->count = (unsigned)(argc - optind - 1);
	if (r->count > ANALYSES_MAX)
		return err_set(e, ERR_CONFIG, "%u analyses; at most %d at once", r->count,
			       ANALYSES_MAX);
	return ERR_NONE;
}

/* "analog:ch=NAME": NAME is the whole rest. */
static enum err_code find_analog(const struct sessionfile *info, const char *spec,
				 unsigned *channel, struct err *e)
{
	const char *name = spec + strlen("analog:ch=");
	unsigned matches = 0;

	if (strncmp(spec, "analog:ch=", strlen("analog:ch=")) != 0)
		return err_set(e, ERR_CONFIG, "%.40s: its only key is ch=", spec);
	for (unsigned i = 0; i < info->analog_count; i++) {
		if (strcmp(info->analog[i].name, name) != 0)
			continue;
		*channel = i;
		matches++;
	}
	if (matches > 1)
		return err_set(e, ERR_CONFIG, "analog: the name \"%.60s\" stands twice", name);
	if (matches == 0)
		return err_set(e, ERR_CONFIG,
			       "analog: no analog channel \"%.60s\"; there are %u%s%s", name,
			       info->analog_count, info->analog_count > 0 ? ", the first is " : "",
			       info->analog_count > 0 ? info->analog[0].name : "");
	return ERR_NONE;
}

static enum err_code prepare(struct session_read *s, const struct request *r, struct err *e)
{
	const struct sessionfile *info = sr_reader_info(s->reader);

	s->rate_hz = r->rate_hz > 0 ? r->rate_hz : info->samplerate_hz;
	if (s->rate_hz <= 0 && info->samplerate_text[0] != '\0')
		log_line(NAME,
			 "%s: samplerate \"%s\" is not a rate; results come without seconds and "
			 "Hz (give --rate)",
			 r->path, info->samplerate_text);
	for (unsigned i = 0; i < r->count; i++) {
		struct asked *a = &s->asked[s->count];
		const char *spec = r->specs[i];

		if (strncmp(spec, "analog", strcspn(spec, ":")) == 0 && strcspn(spec, ":") == 6) {
			if (find_analog(info, spec, &a->channel, e))
				return e->code;
		} else {
			if (analysis_new(&a->logic, spec, &info->channels, s->rate_hz, e))
				return e->code;
			s->fed[s->fed_count++] = a->logic;
		}
		s->count++;
	}
	return ERR_NONE;
}

static enum err_code read_logic(struct session_read *s, const struct cli *cli, struct err *e)
{
	struct block block;

	do {
		if (*cli->interrupted)
			return err_set(e, ERR_ABORT, "interrupted");
		if (sr_reader_next(s->reader, &block, e)) {
			s->is_damaged = true;
			return e->code;
		}
		analysis_feed(s->fed, s->fed_count, &block);
		s->samples += block.sample_count;
	} while (block.sample_count > 0);
	return ERR_NONE;
}

/* Reads one analog channel to its end and keeps the result where it was asked for. */
static enum err_code read_analog(struct session_read *s, unsigned channel, uint64_t *samples,
				 const struct cli *cli, struct err *e)
{
	struct analog fold;
	const float *value;
	size_t count;

	analog_init(&fold);
	do {
		if (*cli->interrupted)
			return err_set(e, ERR_ABORT, "interrupted");
		if (sr_reader_next_analog(s->reader, channel, &value, &count, e)) {
			s->is_damaged = true;
			return e->code;
		}
		analog_feed(&fold, value, count);
	} while (count > 0);
	*samples = fold.samples;
	for (unsigned i = 0; i < s->count; i++)
		if (s->asked[i].logic == NULL && s->asked[i].channel == channel)
			s->asked[i].result = analog_result(&fold);
	return ERR_NONE;
}

static enum err_code read_all(struct session_read *s, const struct cli *cli, struct err *e)
{
	const struct sessionfile *info = sr_reader_info(s->reader);
	bool has_logic = info->unit_size > 0;
	uint64_t samples = 0;

	if (has_logic && read_logic(s, cli, e))
		return e->code;
	for (unsigned i = 0; i < info->analog_count; i++) {
		if (read_analog(s, i, &samples, cli, e))
			return e->code;
		if (!has_logic && samples > s->samples)
			s->samples = samples;
	}
	for (unsigned i = 0; i < s->count; i++)
		if (s->asked[i].logic != NULL)
			s->asked[i].result = analysis_finish(s->asked[i].logic);
	return ERR_NONE;
}

/* The images that were asked for, of the first isp analysis. Before anything is printed: a result
 * with an image that could not be written is not whole. */
static enum err_code write_images(const struct session_read *s, const struct request *r,
				  struct err *e)
{
	const struct result *isp = NULL;

	for (unsigned i = s->count; i-- > 0;)
		if (result_get(s->asked[i].result, "image") != NULL)
			isp = s->asked[i].result;
	for (unsigned i = 0; i < r->image_count; i++)
		if (analyze_image_write(&r->image[i], isp, e))
			return e->code;
	return ERR_NONE;
}

static void print_json(const struct session_read *s, const char *path)
{
	char rate[JSON_NUMBER_SIZE] = "null";

	if (s->rate_hz > 0)
		json_format_number(s->rate_hz, rate);
	(void)fputs("{\"file\":", stdout);
	json_print_text(stdout, path);
	(void)printf(",\"samplerate_hz\":%s,\"samples\":%" PRIu64 ",\"results\":[", rate,
		     s->samples);
	for (unsigned i = 0; i < s->count; i++) {
		if (i > 0)
			(void)fputc(',', stdout);
		json_print(stdout, s->asked[i].result);
	}
	(void)fputs("]}\n", stdout);
}

static void print_table(const struct session_read *s, const struct request *r)
{
	char rate[JSON_NUMBER_SIZE] = "unknown";

	if (s->rate_hz > 0)
		json_format_number(s->rate_hz, rate);
	(void)printf("%s: %" PRIu64 " samples, rate %s%s\n", r->path, s->samples, rate,
		     s->rate_hz > 0 ? " Hz" : "");
	for (unsigned i = 0; i < s->count; i++) {
		(void)printf("\n%s\n", r->specs[i]);
		table_print(stdout, s->asked[i].result);
	}
}

static enum err_code print(const struct session_read *s, const struct request *r, struct err *e)
{
	if (r->is_json)
		print_json(s, r->path);
	else
		print_table(s, r);
	return cli_flush(e);
}

/* 1 is the file's fault, 2 the command line's; otherwise as everywhere. */
static int fail(const struct session_read *s, const struct err *e)
{
	int status = cli_fail(NAME, e);

	if (e->code != ERR_CONFIG)
		return status;
	return s->is_damaged ? EXIT_DAMAGED : EXIT_USAGE;
}

int cli_analyze(int argc, char **argv, const struct cli *cli)
{
	struct request request;
	struct session_read s = {0};
	struct err e = {0};
	int status = 0;

	if (parse(&request, argc, argv, &e))
		return cli_fail(NAME, &e);
	if (request.wants_help)
		return cli_help(NAME, usage);
	s.is_damaged = sr_reader_open(&s.reader, request.path, &e) != ERR_NONE;
	if (s.is_damaged || prepare(&s, &request, &e) || read_all(&s, cli, &e) ||
	    write_images(&s, &request, &e) || print(&s, &request, &e))
		status = fail(&s, &e);
	for (unsigned i = 0; i < s.count; i++) {
		analysis_free(s.asked[i].logic);
		result_free(s.asked[i].result);
	}
	sr_reader_close(s.reader);
	return status;
}
