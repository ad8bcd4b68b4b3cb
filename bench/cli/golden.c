/*
 * `penbench golden`: the station's shift gate. Shows its state, takes a lock off with a reason, and
 * has the file of a golden pen written (golden_certify.c).
 */
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/cli.h"
#include "cli/gating.h"
#include "cli/golden.h"
#include "cli/records.h"

#define NAME "golden"

enum { REASON_MAX = 200, EXIT_LOCKED = 1 };

static const char usage[] =
	"usage: penbench golden status\n"
	"       penbench golden release --operator NAME --reason TEXT\n"
	"       penbench golden certify RUN,RUN,RUN... --known-bad SERIAL=CLAUSE... [--hours H] -o "
	"FILE\n"
	"  status    whether production may run, until when, and which pens are due; after drift, "
	"the\n"
	"            runs since the last good check, and what to do. Ends with 0 open, 1 locked, 2 "
	"no\n"
	"            gate\n"
	"  release   takes a lock off; then every pen of the gate has to be checked again\n"
	"  certify   writes the values of the golden pen from recorded runs of it, best ten with\n"
	"            the pen taken out and put in between: their scatter becomes part of u\n"
	"  --station FILE  the station\n"
	"  --hours H       how long a check holds (default 8)\n";

static enum err_code check_text(const char *option, const char *text, struct err *e)
{
	if (text == NULL || text[0] == '\0' || strlen(text) > REASON_MAX)
		return err_set(e, ERR_CONFIG, "%s: want 1..%d characters", option, REASON_MAX);
	for (const char *at = text; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7F)
			return err_set(e, ERR_CONFIG, "%s has a control character in it", option);
	return ERR_NONE;
}

/* Serial, one '=', clause; nothing that would have to be escaped. */
static enum err_code check_bad(const char *text, struct err *e)
{
	const char *equals = strchr(text, '=');
	size_t size = strlen(text);

	if (equals == NULL || equals == text || equals[1] == '\0' ||
	    (size_t)(equals - text) >= NAME_SIZE || strlen(equals + 1) >= NAME_SIZE ||
	    strcspn(text, "\"\\\n\r") != size || strchr(equals + 1, '=') != NULL)
		return err_set(e, ERR_CONFIG,
			       "--known-bad \"%.80s\": want SERIAL=CLAUSE, like B1=PEN-110", text);
	return ERR_NONE;
}

static enum err_code take_number(double *out, const char *what, const char *text, double min,
				 double max, struct err *e)
{
	char *end;

	errno = 0;
	*out = strtod(text, &end);
	if (errno != 0 || end == text || *end != '\0' || !(*out >= min && *out <= max))
		return err_set(e, ERR_CONFIG, "%s \"%.40s\": want %g..%g", what, text, min, max);
	return ERR_NONE;
}

/* Digits and single commas; a run that stands twice would look like one without scatter. */
static enum err_code take_runs(struct golden_request *q, const char *text, struct err *e)
{
	const char *at = text;

	q->runs_text = text;
	for (;;) {
		char *end;
		long long run = *at >= '1' && *at <= '9' ? strtoll(at, &end, 10) : 0;
		bool known = false;
		for (size_t i = 0; i < q->run_count; i++)
			known = known || q->runs[i] == run;
		if (run <= 0 || known || q->run_count == GOLDEN_RUNS_MAX ||
		    (*end != ',' && *end != '\0'))
			return err_set(e, ERR_CONFIG,
				       "\"%.80s\": want up to %d different numbers of runs with "
				       "commas between them",
				       text, GOLDEN_RUNS_MAX);
		q->runs[q->run_count++] = run;
		if (*end == '\0')
			return ERR_NONE;
		at = end + 1;
	}
}

static enum err_code check(struct golden_request *q, int argc, char **argv, struct err *e)
{
	bool certifies = argc > 0 && strcmp(argv[0], "certify") == 0;
	enum err_code code = ERR_NONE;

	q->verb = argc > 0 ? argv[0] : "";
	if (!certifies && strcmp(q->verb, "status") != 0 && strcmp(q->verb, "release") != 0)
		return err_set(e, ERR_CONFIG, "want status, release or certify, not \"%.40s\"",
			       q->verb);
	if (argc != (certifies ? 2 : 1))
		return err_set(e, ERR_CONFIG, "golden %s wants %s", q->verb,
			       certifies ? "runs, like 3,5,8" : "no argument");
	if (certifies) {
		code = take_runs(q, argv[1], e);
		/* From two runs nobody knows a scatter: Student's t at one degree is 14. */
		if (code == ERR_NONE && q->run_count < GOLDEN_RUNS_MIN)
			code = err_set(e, ERR_CONFIG,
				       "%zu runs do not show how the pen itself scatters: make %d "
				       "or more, taking the pen out in between",
				       q->run_count, GOLDEN_RUNS_MIN);
		if (code == ERR_NONE && (q->bad_count == 0 || q->out_path == NULL))
			code = err_set(e, ERR_CONFIG, "%s is missing",
				       q->bad_count == 0 ? "--known-bad" : "-o FILE");
		for (size_t i = 0; i < q->bad_count && code == ERR_NONE; i++)
			code = check_bad(q->bad[i], e);
	} else if (strcmp(q->verb, "release") == 0) {
		code = check_text("--reason", q->reason, e);
		if (code == ERR_NONE)
			code = check_text("--operator", q->operator_name, e);
	}
	return code;
}

static enum err_code parse(struct golden_request *q, int argc, char **argv, struct err *e)
{
	enum { STATION = 1, REASON, OPERATOR, BAD, HOURS, HELP };
	static const struct option options[] = {
		{"station", required_argument, NULL, STATION},
		{"reason", required_argument, NULL, REASON},
		{"operator", required_argument, NULL, OPERATOR},
		{"known-bad", required_argument, NULL, BAD},
		{"hours", required_argument, NULL, HOURS},
		{"output", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	enum err_code code = ERR_NONE;
	int option;

	*q = (struct golden_request){.valid_hours = 8};
	opterr = 0;
	while (code == ERR_NONE && (option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		if (option == STATION)
			q->station_path = optarg;
		else if (option == REASON)
			q->reason = optarg;
		else if (option == OPERATOR)
			q->operator_name = optarg;
		else if (option == BAD && q->bad_count < GOLDEN_BAD_MAX)
			q->bad[q->bad_count++] = optarg;
		else if (option == HOURS)
			code = take_number(&q->valid_hours, "--hours", optarg, 0.1, 168, e);
		else if (option == 'o')
			q->out_path = optarg;
		else if (option == HELP)
			q->help = true;
		else if (option == BAD)
			code = err_set(e, ERR_CONFIG, "--known-bad stands more than %d times",
				       GOLDEN_BAD_MAX);
		else
			code = cli_option_error(option, argv,
						"`penbench golden --help` lists the options", e);
	}
	return code == ERR_NONE && !q->help ? check(q, argc - optind, argv + optind, e) : code;
}

static void say_line(const char *line)
{
	(void)puts(line);
}

static enum err_code obey(const struct golden_request *q, struct station *station, int *status,
			  struct err *e)
{
	bool writes = strcmp(q->verb, "release") == 0, open = true;
	char folder[PATH_SIZE], text[2 * REASON_MAX + 3];
	struct record *r = NULL;
	struct gating *gating = calloc(1, sizeof *gating);
	enum err_code code = gating == NULL ? err_set(e, ERR_BENCH, "out of memory")
					    : records_folder(station, folder, e);

	if (code == ERR_NONE && strcmp(q->verb, "certify") != 0) {
		code = gating_open(gating, station, "", e);
		if (code == ERR_NONE && !gating->is_gated)
			code = err_set(e, ERR_CONFIG,
				       "%s names no `golden` file: this station has no gate",
				       station->path);
	}
	if (code == ERR_NONE)
		code = record_open(&r, folder, writes ? RECORD_WRITE : RECORD_READ, e);
	if (code == ERR_NONE && writes) {
		(void)snprintf(text, sizeof text, "%s: %s", q->operator_name, q->reason);
		code = gate_release(r, &gating->golden, text, e);
		if (code == ERR_NONE)
			code = gating_tell(gating, r, SIZE_MAX, say_line, &open, e);
		open = true; /* it did what it was asked to */
	} else if (code == ERR_NONE && strcmp(q->verb, "certify") == 0) {
		code = golden_certify(r, q, e);
	} else if (code == ERR_NONE) {
		code = gating_tell(gating, r, SIZE_MAX, say_line, &open, e);
	}
	*status = open ? 0 : EXIT_LOCKED;
	if (code == ERR_NONE)
		code = cli_flush(e);
	record_close(r);
	free(gating);
	return code;
}

int cli_golden(int argc, char **argv, const struct cli *cli)
{
	struct golden_request request;
	struct station station;
	struct err e;
	int status = 0;
	enum err_code code = parse(&request, argc, argv, &e);

	(void)cli;
	if (code == ERR_NONE && request.help)
		return cli_help(NAME, usage);
	if (code == ERR_NONE)
		code = station_load(&station, cli_station_path(request.station_path), &e);
	if (code == ERR_NONE)
		code = obey(&request, &station, &status, &e);
	return code == ERR_NONE ? status : cli_fail(NAME, &e);
}
