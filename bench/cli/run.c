/*
 * `penbench run`: a plan of cases on the pen in the jig. Everything is loaded and checked before an
 * instrument is opened; the jig is made safe on every path; stdout carries TAP and nothing else.
 */
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/gating.h"
#include "cli/marks.h"
#include "cli/provenance.h"
#include "cli/records.h"
#include "record/runs.h"
#include "script/plan.h"
#include "script/runner.h"
#include "sink/record_sink.h"
#include "sink/tap_stream.h"
#include "sink/terminal.h"

#define NAME "run"

enum { REASON_MAX = 500 };

/* Pointers are into argv. */
struct request {
	const char *station_path, *image_path, *serial, *operator_name, *lot, *reason;
	int tap_version;
	const char *seed; /* for the launcher; NULL: none */
	bool dry, help;
	const char *const *names;
	size_t name_count;
};

struct run {
	const struct cli *cli;
	struct request request;
	char lua_root[PATH_SIZE];
	struct spec spec;
	struct station station;
	const char *image_path; /* --image, or the station's, or the spec's */
	struct image image;
	struct plan plan;
	struct test_case *cases[PLAN_CASES_MAX];
	struct provenance provenance;
	struct gating gating;
	char marks[MARKS_SIZE];
	bool is_whole; /* whole folders of cases on a pen with a serial number */
	struct record *record;
	struct record_sink *record_sink;
};

static const char usage[] =
	"usage: penbench run [OPTIONS] CASE.lua|DIR...\n"
	"  --station FILE   the station to use\n"
	"  --image FILE     the firmware under test, instead of the station's or the spec's; not "
	"in\n"
	"                   production\n"
	"  --serial SN      serial number of the pen; with whole folders of cases: a production "
	"run\n"
	"  --reason TEXT    why a pen that was judged before is tested again\n"
	"  --operator NAME  who runs it, for the record\n"
	"  --lot NAME       the lot that the pen belongs to, for the record\n"
	"  --tap 13|14      version of TAP on standard output (default 13, which prove reads)\n"
	"  --seed N         handed on to the station's launcher\n"
	"  --dry            load everything, print the plan, open no instrument\n"
	"A folder stands for every *.lua below it, in the order of their names.\n"
	"Exit status: 0 all passed, 1 a pen failed, 2 usage or configuration, 3 bench fault, 4 a "
	"case is\nwrong, 5 incomplete, 130 aborted. How to write a case: lua/README.md.\n";

/* An option's text as it goes into the record: 1..max bytes of UTF-8, nothing that drives a
 * terminal, no blank at an end, which nobody would see. A dash in front is the next option, eaten
 * by one whose value was empty: the run would stand under a wrong name. */
static enum err_code take_text(const char **out, const char *name, unsigned max, struct err *e)
{
	const char *text = optarg;
	size_t size = strlen(text);

	if (size == 0 || size > max)
		return err_set(e, ERR_CONFIG, "%s \"%.80s\": want 1..%u characters", name, text,
			       max);
	if (!utf8_is_plain(text))
		return err_set(e, ERR_CONFIG,
			       "%s has a control character in it, or bytes that are not UTF-8",
			       name);
	if (text[0] == '-')
		return err_set(e, ERR_CONFIG,
			       "%s \"%.80s\" begins with a dash: is its value missing?", name,
			       text);
	if (text[0] == ' ' || text[size - 1] == ' ')
		return err_set(e, ERR_CONFIG, "%s \"%.80s\": a blank at its begin or end", name,
			       text);
	*out = text;
	return ERR_NONE;
}

/* A serial number names one pen: letters that look alike must not make two of it. */
static enum err_code take_serial(const char **out, struct err *e)
{
	enum err_code code = take_text(out, "--serial", NAME_SIZE - 1, e);

	for (const char *at = optarg; code == ERR_NONE && *at != '\0'; at++)
		if ((unsigned char)*at > 0x7E)
			code = err_set(
				e, ERR_CONFIG,
				"--serial \"%.80s\": want letters, digits and signs of ASCII",
				optarg);
	return code;
}

static enum err_code parse(struct request *r, int argc, char **argv, struct err *e)
{
	enum { STATION = 1, IMAGE, SERIAL, OPERATOR, LOT, REASON, TAP, SEED, DRY, HELP };
	static const struct option options[] = {
		{"station", required_argument, NULL, STATION},
		{"image", required_argument, NULL, IMAGE},
		{"serial", required_argument, NULL, SERIAL},
		{"operator", required_argument, NULL, OPERATOR},
		{"lot", required_argument, NULL, LOT},
		{"reason", required_argument, NULL, REASON},
		{"tap", required_argument, NULL, TAP},
		{"seed", required_argument, NULL, SEED},
		{"dry", no_argument, NULL, DRY},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	enum err_code code = ERR_NONE;
	int option;

	*r = (struct request){
		.serial = "", .operator_name = "", .lot = "", .reason = "", .tap_version = 13};
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		switch (option) {
		case STATION:
			r->station_path = optarg;
			break;
		case IMAGE:
			r->image_path = optarg;
			break;
		case SERIAL:
			code = take_serial(&r->serial, e);
			break;
		case OPERATOR:
			code = take_text(&r->operator_name, "--operator", NAME_SIZE - 1, e);
			break;
		case LOT:
			code = take_text(&r->lot, "--lot", NAME_SIZE - 1, e);
			break;
		case REASON:
			code = take_text(&r->reason, "--reason", REASON_MAX, e);
			break;
		case TAP:
			if (strcmp(optarg, "13") != 0 && strcmp(optarg, "14") != 0)
				return err_set(e, ERR_CONFIG, "--tap \"%.80s\": want 13 or 14",
					       optarg);
			r->tap_version = atoi(optarg);
			break;
		case SEED:
			r->seed = optarg;
			break;
		case DRY:
			r->dry = true;
			break;
		case HELP:
			r->help = true;
			return ERR_NONE;
		default:
			return cli_option_error(
				option, argv,
				"the options are --station, --image, --serial, --reason, "
				"--operator, --lot, --tap, --seed, --dry",
				e);
		}
		if (code != ERR_NONE)
			return code;
	}
	r->names = (const char *const *)argv + optind;
	r->name_count = (size_t)(argc - optind);
	return ERR_NONE;
}

/* Files of lua/ that cases use are no cases: one failed test point for each would say nothing. */
static enum err_code refuse_libraries(const struct run *run, struct err *e)
{
	static const char *const rooms[] = {"bench", "meta", "spec", "tests"};
	size_t root_size = strlen(run->lua_root);

	for (size_t i = 0; i < run->plan.count; i++) {
		char path[PATH_MAX];
		if (realpath(run->plan.paths[i], path) == NULL ||
		    strncmp(path, run->lua_root, root_size) != 0 || path[root_size] != '/')
			continue;
		for (size_t k = 0; k < sizeof rooms / sizeof *rooms; k++) {
			size_t size = strlen(rooms[k]);
			const char *below = path + root_size + 1;
			if (strncmp(below, rooms[k], size) == 0 && below[size] == '/')
				return err_set(e, ERR_CONFIG,
					       "%.200s is no case: lua/%s/ holds what cases use; "
					       "cases are in lua/cases",
					       run->plan.paths[i], rooms[k]);
		}
	}
	return ERR_NONE;
}

/* Spec, cases, station. A case that is wrong is kept, with its error: one failed test point. */
static enum err_code load(struct run *run, struct err *e)
{
	char path[PATH_SIZE];
	enum err_code code = cli_lua_root(run->lua_root, e);

	if (code != ERR_NONE)
		return code;
	int size = snprintf(path, sizeof path, "%s/spec/pen.lua", run->lua_root);
	if (size < 0 || (size_t)size >= sizeof path)
		return err_set(e, ERR_CONFIG, "the path of the spec is too long");
	code = spec_load(&run->spec, path, e);
	if (code == ERR_NONE)
		code = plan_collect(&run->plan, run->request.names, run->request.name_count, e);
	if (code == ERR_NONE)
		code = refuse_libraries(run, e);
	for (size_t i = 0; i < run->plan.count && code == ERR_NONE; i++)
		code = test_case_open(&run->cases[i], run->plan.paths[i], run->lua_root, &run->spec,
				      NULL, run->cli->interrupted, e);
	if (code == ERR_NONE)
		code = station_load(&run->station, cli_station_path(run->request.station_path), e);
	run->image_path = run->request.image_path != NULL      ? run->request.image_path
			  : run->station.image_path[0] != '\0' ? run->station.image_path
							       : run->spec.image_path;
	run->is_whole = provenance_is_production(run->request.serial, run->request.names,
						 run->request.name_count);
	if (code == ERR_NONE && run->is_whole && run->request.image_path != NULL)
		code = provenance_refuse_image(&run->station, &run->spec, run->image_path, e);
	return code;
}

/* --dry: what would be done, for people, and what is wrong with it. */
static enum err_code show_plan(struct run *run, struct err *e)
{
	size_t wrong = 0;

	(void)printf("station %s (%s), image %s\n", run->station.name, run->station.path,
		     run->image_path);
	for (size_t i = 0; i < run->plan.count; i++) {
		const struct test_case *c = run->cases[i];
		if (c->error.code != ERR_NONE) {
			wrong++;
			log_line("penbench run", "case: %s", c->error.text);
			continue;
		}
		(void)printf("%zu %s - %s\n", i + 1, c->path, c->title);
		for (size_t k = 0; k < c->measurement_count; k++)
			(void)printf("    %s  %s\n", c->measurements[k].limit.clause,
				     c->measurements[k].name);
	}
	if (cli_flush(e) != ERR_NONE)
		return e->code;
	if (wrong > 0)
		return err_set(e, ERR_SCRIPT, "%zu of %zu cases cannot be run", wrong,
			       run->plan.count);
	return ERR_NONE;
}

/* The record is open and the pen may be tested, or nothing is touched. */
static enum err_code open_record(struct run *run, struct err *e)
{
	const struct request *q = &run->request;
	struct provenance_source source = {
		.station = &run->station,
		.spec = &run->spec,
		.image = &run->image,
		.image_path = run->image_path,
		.cases = run->cases,
		.case_count = run->plan.count,
		.names = q->names,
		.name_count = q->name_count,
		.serial = q->serial,
		.operator_name = q->operator_name,
		.lot = q->lot,
		.reason = q->reason,
		.date = "",
		.marks = run->marks,
	};
	const struct marks_source marks = {
		.station = &run->station,
		.spec = &run->spec,
		.gating = &run->gating,
		.serial = q->serial,
		.lua_root = run->lua_root,
		.image_path = run->image_path,
		.names = q->names,
		.name_count = q->name_count,
	};
	char folder[PATH_SIZE];
	enum err_code code = records_folder(&run->station, folder, e);

	if (code == ERR_NONE)
		code = gating_open(&run->gating, &run->station, q->serial, e);
	if (code == ERR_NONE)
		code = record_open(&run->record, folder, RECORD_WRITE, e);
	/* The pens of the gate are judged again and again, and are no production. */
	source.pen = run->gating.pen;
	source.is_check = run->is_whole && source.pen != GATE_PEN_OTHER;
	bool is_production = run->is_whole && !source.is_check;
	if (code == ERR_NONE && run->is_whole)
		code = provenance_check_plan(&run->station, q->names, q->name_count, e);
	if (code == ERR_NONE && is_production)
		code = gating_admit(&run->gating, run->record, e);
	if (code == ERR_NONE && is_production)
		code = runs_admit(run->record, q->serial, q->reason,
				  (unsigned)run->station.attempts_max, &source.attempt, e);
	if (code == ERR_NONE && run->is_whole)
		marks_fill(run->marks, &marks);
	if (code == ERR_NONE)
		code = provenance_fill(&run->provenance, &source, e);
	if (code == ERR_NONE)
		code = record_sink_open(&run->record_sink, run->record, e);
	if (code == ERR_NONE && source.is_check)
		record_sink_check(run->record_sink, &run->gating.golden, q->serial);
	return code;
}

/* The end of the chain, to be kept elsewhere: `penbench record verify --head` asks for it. */
static void show_head(struct run *run)
{
	struct record_head head;
	struct err e;

	if (getenv("HARNESS_ACTIVE") != NULL || record_sink_run(run->record_sink) == 0)
		return;
	if (record_head(run->record, &head, &e) != ERR_NONE)
		log_line(NAME, "%s: %s", err_blame(e.code), e.text);
	else
		log_line(NAME, "run %lld in %s, record %lld:%s",
			 (long long)record_sink_run(run->record_sink), record_folder(run->record),
			 (long long)head.link, head.hash);
}

/* Before the pen is flashed, so that who wrote the case need not wait for its turn. */
static void say_wrong_cases(const struct run *run)
{
	if (getenv("HARNESS_ACTIVE") != NULL)
		return; /* its test point says it */
	for (size_t i = 0; i < run->plan.count; i++)
		if (run->cases[i]->error.code != ERR_NONE)
			log_line(NAME, "case %zu cannot be run: %s", i + 1,
				 run->cases[i]->error.text);
}

/* Below the launcher, if there is one: the run itself. Returns the exit status. */
static int execute(struct run *run)
{
	struct tap_stream tap;
	struct terminal terminal;
	struct sinks sinks = {.count = 0};
	struct runner runner = {
		.station = &run->station,
		.image = &run->image,
		.version = run->spec.version,
		.about = &run->provenance.run,
		.cases = run->cases,
		.case_count = run->plan.count,
		.interrupted = run->cli->interrupted,
		.sinks = &sinks,
		.evidence_folder = record_evidence_folder(run->record),
		.evidence = run->station.evidence,
	};

	/* First: what is not kept is not shown. */
	sinks_add(&sinks, record_sink_of(run->record_sink));
	sinks_add(&sinks, tap_stream_open(&tap, stdout, run->request.tap_version));
	sinks_add(&sinks,
		  terminal_open(&terminal, log_is_terminal(), getenv("HARNESS_ACTIVE") != NULL));
	say_wrong_cases(run);
	int status = runner_run(&runner);
	if (run->provenance.run.is_check)
		gating_tell_run(&run->gating, run->record, record_sink_verdict(run->record_sink));
	show_head(run);
	/* A thread of the analyzer's driver that never comes back: everything else is closed, made
	 * safe and said, and leaving is all that is left. */
	if (runner.analyzer_is_stuck)
		_exit(status == ERR_ABORT || status == ERR_SCRIPT ? status : ERR_BENCH);
	return status;
}

int cli_run(int argc, char **argv, const struct cli *cli)
{
	struct err e;
	bool launched = false;
	int status = 0;
	struct run *run = calloc(1, sizeof *run);

	if (run == NULL) {
		(void)err_set(&e, ERR_BENCH, "out of memory");
		return cli_fail(NAME, &e);
	}
	run->cli = cli;
	enum err_code code = parse(&run->request, argc, argv, &e);
	if (code == ERR_NONE && run->request.help) {
		status = cli_help(NAME, usage);
		goto out;
	}
	/* A file that is opened from here on would take the place of a closed stdout. */
	if (code == ERR_NONE && fcntl(STDOUT_FILENO, F_GETFD) < 0)
		code = err_set(&e, ERR_BENCH, "stdout is closed: nobody could read the verdict");
	if (code == ERR_NONE)
		code = load(run, &e);
	if (code == ERR_NONE && run->request.dry) {
		code = show_plan(run, &e);
		goto out;
	}
	if (code == ERR_NONE)
		code = image_load(&run->image, run->image_path, avrisp_part_find(BRINGUP_PART), &e);
	if (code == ERR_NONE)
		code = cli_open_station(&run->station, cli_station_path(run->request.station_path),
					cli, run->request.seed, &launched, &status, &e);
	if (code == ERR_NONE && !launched)
		code = open_record(run, &e);
	if (code == ERR_NONE && !launched)
		status = execute(run);
out:
	if (code != ERR_NONE)
		status = cli_fail(NAME, &e);
	for (size_t i = 0; i < run->plan.count; i++)
		test_case_close(run->cases[i]);
	plan_deinit(&run->plan);
	record_sink_close(run->record_sink);
	record_close(run->record);
	free(run);
	return status;
}
