/*
 * `penbench flash`: one image into the pen in the jig, verified; or only compared. Everything on
 * stderr: a bar on a terminal, one line at the end.
 */
#include "cli/cli.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "inst/avrisp.h"
#include "inst/image.h"
#include "session/flashing.h"
#include "session/session.h"

#define NAME "flash"

/* Pointers are into argv. */
struct request {
	const char *station_path; /* NULL: the default one */
	const char *image_path;
	const char *seed; /* for the launcher; NULL: none */
	struct flashing_job job;
	bool help;
};

static const char usage[] =
	"usage: penbench flash [OPTIONS] IMAGE\n"
	"  IMAGE is Intel HEX, ELF, or a raw binary named .bin\n"
	"  --station FILE         the station to use\n"
	"  --verify-only          compare, write nothing\n"
	"  --fuses L:H:E | none   fuses to set, in hex (default FF:D1:FD; with --verify-only: not "
	"compared)\n"
	"  --lock HH              lock bits to set after verifying, in hex (default FF: open)\n"
	"  --sck HZ               SCK at most, for a long cable (1000..30000000; default: what the "
	"chip allows)\n"
	"  --seed N               handed on to the station's launcher\n";

/* "FF", two hex digits and nothing else. */
static bool parse_byte(const char *text, size_t size, uint8_t *value)
{
	char digits[3], *end;

	if (size != 2)
		return false;
	memcpy(digits, text, 2);
	digits[2] = '\0';
	if (strspn(digits, "0123456789abcdefABCDEF") != 2)
		return false;
	*value = (uint8_t)strtoul(digits, &end, 16);
	return true;
}

static enum err_code parse_fuses(struct flashing_job *job, const char *text, struct err *e)
{
	job->has_fuses = strcmp(text, "none") != 0;
	if (!job->has_fuses)
		return ERR_NONE;
	if (strlen(text) == 8 && text[2] == ':' && text[5] == ':' &&
	    parse_byte(text, 2, &job->fuses.low) && parse_byte(text + 3, 2, &job->fuses.high) &&
	    parse_byte(text + 6, 2, &job->fuses.extended))
		return ERR_NONE;
	return err_set(e, ERR_CONFIG,
		       "--fuses \"%s\": want low:high:extended in hex like FF:D1:FD, or "
		       "none",
		       text);
}

static enum err_code parse_sck(struct flashing_job *job, const char *text, struct err *e)
{
	enum { SCK_MIN_HZ = 1000, SCK_MAX_HZ = 30000000 };
	char *end;
	unsigned long hz = strtoul(text, &end, 10);

	if (end == text || *end != '\0' || hz < SCK_MIN_HZ || hz > SCK_MAX_HZ)
		return err_set(e, ERR_CONFIG, "--sck \"%s\": want %d..%d Hz", text, SCK_MIN_HZ,
			       SCK_MAX_HZ);
	job->sck_max_hz = (uint32_t)hz;
	return ERR_NONE;
}

static enum err_code parse(struct request *r, int argc, char **argv, struct err *e)
{
	enum { STATION = 1, VERIFY_ONLY, FUSES, LOCK, SCK, SEED, HELP };
	static const struct option options[] = {
		{"station", required_argument, NULL, STATION},
		{"verify-only", no_argument, NULL, VERIFY_ONLY},
		{"fuses", required_argument, NULL, FUSES},
		{"lock", required_argument, NULL, LOCK},
		{"sck", required_argument, NULL, SCK},
		{"seed", required_argument, NULL, SEED},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	enum err_code code = ERR_NONE;
	bool fuses_given = false;
	int option;

	memset(r, 0, sizeof *r);
	r->job.lock = 0xFF;
	opterr = 0;
	while (code == ERR_NONE && (option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == STATION) {
			r->station_path = optarg;
		} else if (option == VERIFY_ONLY) {
			r->job.verify_only = true;
		} else if (option == FUSES) {
			fuses_given = true;
			code = parse_fuses(&r->job, optarg, e);
		} else if (option == LOCK) {
			if (!parse_byte(optarg, strlen(optarg), &r->job.lock))
				code = err_set(e, ERR_CONFIG, "--lock \"%s\": want two hex digits",
					       optarg);
		} else if (option == SCK) {
			code = parse_sck(&r->job, optarg, e);
		} else if (option == SEED) {
			r->seed = optarg;
		} else if (option == HELP) {
			r->help = true;
			return ERR_NONE;
		} else {
			code = cli_option_error(option, argv,
						"the options are --station, --verify-only, "
						"--fuses, --lock, --sck, --seed",
						e);
		}
	}
	if (code != ERR_NONE)
		return code;
	if (optind + 1 != argc)
		return err_set(e, ERR_CONFIG, "%s; `penbench flash --help` tells how",
			       optind == argc ? "no image given" : "more than one image given");
	r->image_path = argv[optind];
	if (!fuses_given && !r->job.verify_only) {
		r->job.has_fuses = true;
		r->job.fuses = flashing_pen_fuses;
	}
	return ERR_NONE;
}

static void report(const struct flashing_job *job, const struct flashing_result *result)
{
	log_line("penbench " NAME, "%s%zu bytes%s, %.2f s (SCK %.3f MHz, image CRC %08" PRIX32 ")",
		 job->verify_only ? "" : "flashed ", job->image->size,
		 job->verify_only ? " verified, nothing written" : ", verified",
		 (double)result->duration_ns / NS_PER_S, result->sck_hz / 1e6, job->image->crc32);
}

static enum err_code flash(const struct station *station, const struct flashing_job *job,
			   const struct cli *cli, struct err *e)
{
	struct session *session;
	struct flashing_result result;
	struct err close_error;
	enum err_code code = session_open(&session, station, SESSION_ISP, cli->interrupted, e);

	if (code != ERR_NONE)
		return code;
	code = flashing_run(session, job, &result, e);
	enum err_code close_code = session_close(session, &close_error);
	if (code == ERR_NONE && close_code != ERR_NONE) {
		*e = close_error;
		code = close_code;
	}
	if (code == ERR_NONE)
		report(job, &result);
	return code;
}

int cli_flash(int argc, char **argv, const struct cli *cli)
{
	struct request request;
	struct station station;
	struct image image;
	struct err e;
	bool launched;
	int status;
	enum err_code code = parse(&request, argc, argv, &e);

	if (code == ERR_NONE && request.help)
		return cli_help(NAME, usage);
	/* All that can be wrong with the request is found before an instrument is touched. */
	request.job.part = avrisp_part_find("atmega328p");
	request.job.image = &image;
	if (code == ERR_NONE)
		code = image_load(&image, request.image_path, request.job.part, &e);
	if (code == ERR_NONE)
		code = flashing_check(&request.job, &e);
	if (code == ERR_NONE)
		code = cli_open_station(&station, cli_station_path(request.station_path), cli,
					request.seed, &launched, &status, &e);
	if (code == ERR_NONE && launched)
		return status;
	if (code == ERR_NONE)
		code = flash(&station, &request.job, cli, &e);
	return code == ERR_NONE ? 0 : cli_fail(NAME, &e);
}
