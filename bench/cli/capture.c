/*
 * `penbench capture`: what the jig's logic lines show, into a .sr file. Touches no output of the
 * jig: the pen stays unpowered. Nothing on stdout; a bar on a terminal, one line at the end.
 */
#include "cli/cli.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "session/recording.h"
#include "session/session.h"

#define NAME "capture"

/* Pointers are into argv. */
struct request {
	const char *station_path; /* NULL: the default one */
	const char *sr_path;
	const char *seed; /* for the launcher; NULL: none */
	double seconds;
	uint64_t rate_hz; /* 0: the station's */
	bool help;
};

static const char usage[] =
	"usage: penbench capture [OPTIONS] --seconds S -o FILE.sr\n"
	"  --seconds S      how long\n"
	"  -o FILE.sr       sigrok session file to write (PulseView and sigrok-cli open it)\n"
	"  --rate HZ        sample rate; default: the station's\n"
	"  --station FILE   the station to use\n"
	"  --seed N         handed on to the station's launcher\n";

static enum err_code parse_seconds(double *seconds, const char *text, struct err *e)
{
	char *end;

	*seconds = strtod(text, &end);
	if (end == text || *end != '\0' || !(*seconds > 0 && *seconds <= RECORDING_SECONDS_MAX))
		return err_set(e, ERR_CONFIG, "--seconds \"%s\": want a number above 0, at most %d",
			       text, RECORDING_SECONDS_MAX);
	return ERR_NONE;
}

static enum err_code parse_rate(uint64_t *rate_hz, const char *text, struct err *e)
{
	size_t length = strlen(text);

	/* Ten digits cannot overflow. */
	if (length > 0 && length <= 10 && strspn(text, "0123456789") == length)
		*rate_hz = strtoull(text, NULL, 10);
	if (*rate_hz == 0)
		return err_set(e, ERR_CONFIG,
			       "--rate \"%s\": want samples per second, like 25000000", text);
	return ERR_NONE;
}

static enum err_code check(const struct request *r, int left, struct err *e)
{
	if (left > 0)
		return err_set(e, ERR_CONFIG,
			       "arguments without an option; `penbench capture --help` "
			       "tells how");
	if (r->seconds == 0)
		return err_set(e, ERR_CONFIG, "--seconds is missing: how long shall it capture?");
	if (r->sr_path == NULL)
		return err_set(e, ERR_CONFIG, "-o FILE.sr is missing: where shall it go?");
	return ERR_NONE;
}

static enum err_code parse(struct request *r, int argc, char **argv, struct err *e)
{
	enum { STATION = 1, SECONDS, RATE, SEED, HELP };
	static const struct option options[] = {
		{"station", required_argument, NULL, STATION},
		{"seconds", required_argument, NULL, SECONDS},
		{"output", required_argument, NULL, 'o'},
		{"rate", required_argument, NULL, RATE},
		{"seed", required_argument, NULL, SEED},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	enum err_code code = ERR_NONE;
	int option;

	*r = (struct request){0};
	opterr = 0;
	while (code == ERR_NONE && (option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		if (option == STATION) {
			r->station_path = optarg;
		} else if (option == SECONDS) {
			code = parse_seconds(&r->seconds, optarg, e);
		} else if (option == 'o') {
			r->sr_path = optarg;
		} else if (option == RATE) {
			code = parse_rate(&r->rate_hz, optarg, e);
		} else if (option == SEED) {
			r->seed = optarg;
		} else if (option == HELP) {
			r->help = true;
			return ERR_NONE;
		} else {
			code = cli_option_error(
				option, argv,
				"the options are --seconds, -o, --rate, --station, --seed", e);
		}
	}
	return code == ERR_NONE ? check(r, argc - optind, e) : code;
}

static void show_progress(uint64_t done, uint64_t total)
{
	log_progress(NAME, (unsigned long)done, (unsigned long)total);
}

static enum err_code capture(const struct station *station, const struct request *request,
			     const struct cli *cli, struct err *e)
{
	struct recording recording = {
		.seconds = request->seconds,
		.sr_path = request->sr_path,
		.progress = show_progress,
	};
	struct session *session;
	struct err close_error;
	enum err_code code = session_open(&session, station, SESSION_ANALYZER, cli->interrupted, e);

	if (code != ERR_NONE)
		return code;
	code = recording_run(session, &recording, e);
	enum err_code close_code = session_close(session, &close_error);
	if (code == ERR_NONE && close_code != ERR_NONE) {
		*e = close_error;
		code = close_code;
	}
	if (code == ERR_NONE)
		log_line("penbench " NAME,
			 "%" PRIu64 " samples of %u channels at %" PRIu64
			 " Hz, sample clock %+.2f ppm by MOD_CLK, in %s",
			 recording.samples, station->analyzer.channel_count,
			 station->analyzer.sample_rate_hz, (recording.rate_ratio - 1.0) * 1e6,
			 request->sr_path);
	return code;
}

int cli_capture(int argc, char **argv, const struct cli *cli)
{
	struct request request;
	struct station station;
	struct err e;
	bool launched;
	int status;
	enum err_code code = parse(&request, argc, argv, &e);

	if (code == ERR_NONE && request.help)
		return cli_help(NAME, usage);
	if (code == ERR_NONE)
		code = cli_open_station(&station, cli_station_path(request.station_path), cli,
					request.seed, &launched, &status, &e);
	if (code == ERR_NONE && launched)
		return status;
	if (code == ERR_NONE && request.rate_hz != 0)
		station.analyzer.sample_rate_hz = request.rate_hz;
	if (code == ERR_NONE)
		code = capture(&station, &request, cli, &e);
	return code == ERR_NONE ? 0 : cli_fail(NAME, &e);
}
