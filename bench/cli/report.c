/*
 * `penbench report`: one run of the record as an HTML page. Opens no instrument. The path of the
 * page goes to stdout.
 */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/records.h"
#include "record/query.h"
#include "reports/report.h"

#define NAME "report"

static const char usage[] =
	"usage: penbench report [OPTIONS] RUN|last\n"
	"  RUN              number of a run (`penbench record list`), or the last one\n"
	"  --station FILE   the station whose record is meant\n"
	"  --records DIR    the folder of the record itself\n"
	"  -o FILE          where the page goes (default: reports/run-RUN.html in that folder)\n";

struct request {
	const char *station, *records, *output, *run;
	bool wants_help;
};

static enum err_code parse(struct request *r, int argc, char **argv, struct err *e)
{
	enum { STATION = 1, RECORDS, HELP };
	static const struct option options[] = {
		{"station", required_argument, NULL, STATION},
		{"records", required_argument, NULL, RECORDS},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	int option;

	*r = (struct request){0};
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		if (option == STATION)
			r->station = optarg;
		else if (option == RECORDS)
			r->records = optarg;
		else if (option == 'o')
			r->output = optarg;
		else if (option == HELP)
			r->wants_help = true;
		else
			return cli_option_error(option, argv,
						"`penbench report --help` tells which there are",
						e);
	}
	if (!r->wants_help && argc - optind != 1)
		return err_set(e, ERR_CONFIG,
			       "want one run: its number (`penbench record list`), or last");
	r->run = r->wants_help ? NULL : argv[optind];
	return ERR_NONE;
}

static enum err_code find_last(struct record *record, int64_t *id, struct err *e)
{
	struct record_query *q = NULL;
	bool row = false;
	enum err_code code =
		record_query_open(&q, record, "SELECT coalesce(max(id), 0) FROM run", e);

	if (code == ERR_NONE)
		code = record_query_next(q, &row, e);
	*id = code == ERR_NONE && row ? record_query_integer(q, 0) : 0;
	record_query_close(q);
	if (code == ERR_NONE && *id == 0)
		code = err_set(e, ERR_CONFIG, "there is no run in %s yet; `penbench run` makes one",
			       record_folder(record));
	return code;
}

static enum err_code find_run(struct record *record, const char *text, int64_t *id, struct err *e)
{
	char *end = NULL;

	if (strcmp(text, "last") == 0)
		return find_last(record, id, e);
	errno = 0;
	*id = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || *id <= 0)
		return err_set(e, ERR_CONFIG, "\"%.40s\" is no run: want its number, or last",
			       text);
	return ERR_NONE;
}

int cli_report(int argc, char **argv, const struct cli *cli)
{
	char folder[PATH_SIZE], written[PATH_SIZE];
	struct record *record = NULL;
	struct request r;
	struct err e;
	int64_t id = 0;

	(void)cli;
	enum err_code code = parse(&r, argc, argv, &e);
	if (code == ERR_NONE && r.wants_help)
		return cli_help(NAME, usage);
	if (code == ERR_NONE)
		code = records_find(r.records, r.station, folder, &e);
	if (code == ERR_NONE)
		code = record_open(&record, folder, RECORD_READ, &e);
	if (code == ERR_NONE)
		code = find_run(record, r.run, &id, &e);
	if (code == ERR_NONE)
		code = report_write(record, id, r.output, written, &e);
	record_close(record);
	if (code == ERR_NONE) {
		(void)printf("%s\n", written);
		code = cli_flush(&e);
	}
	return code == ERR_NONE ? 0 : cli_fail(NAME, &e);
}
