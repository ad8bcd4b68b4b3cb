/* The table of sub-commands, and what they share: how a failure is said, which station, launching.
 */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/launch.h"
#include "cli/version.h"

static const struct {
	const char *name;
	cli_main *run;
	const char *summary;
} commands[] = {
	{"run", cli_run, "run test cases on the pen in the jig, TAP on standard output"},
	{"flash", cli_flash, "write a firmware image into the pen and verify it"},
	{"capture", cli_capture, "record the jig's logic lines into a .sr file"},
	{"analyze", cli_analyze, "measure in a .sr file"},
	{"record", cli_record, "what was kept: list, show, verify, export, yield"},
	{"replay", cli_replay, "judge recorded runs again, from their evidence"},
	{"golden", cli_golden, "the shift gate: state, release, values of the golden pen"},
	{"cal", cli_cal, "measure a reference, write the next revision of the jig's calibration"},
	{"report", cli_report, "write the report of a recorded run, an HTML page"},
	{"msa", cli_msa, "analyse the measurement system: gauge R&R, capability, yield, risk"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static int usage(FILE *out)
{
	(void)fprintf(out, "usage: penbench COMMAND [OPTIONS] ARGUMENTS\n\n");
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		(void)fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	(void)fprintf(out,
		      "\npenbench COMMAND --help tells more. First run: make run. Exit codes: "
		      "0 pass, 1 the pen failed,\n2 usage or configuration, 3 bench fault, 4 the "
		      "case is wrong, 5 incomplete, 130 aborted.\n");
	return out == stdout && (fflush(out) != 0 || ferror(out)) ? ERR_BENCH : 0;
}

int cli_dispatch(const struct cli *cli)
{
	struct err e;

	if (cli->argc < 2) {
		(void)usage(stderr);
		return ERR_CONFIG;
	}
	const char *name = cli->argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
		return usage(stdout);
	if (strcmp(name, "--version") == 0) {
		(void)printf("penbench %s\n", PENBENCH_VERSION);
		return fflush(stdout) == 0 ? 0 : ERR_BENCH;
	}
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(cli->argc - 1, cli->argv + 1, cli);
	(void)err_set(&e, ERR_CONFIG, "there is no command \"%s\"; `penbench --help` lists them",
		      name);
	log_line("penbench", "%s: %s", err_blame(e.code), e.text);
	return err_exit_code(e.code);
}

int cli_fail(const char *command, const struct err *e)
{
	char name[NAME_SIZE];

	(void)snprintf(name, sizeof name, "penbench %s", command);
	log_line(name, "%s: %s", err_blame(e->code), e->text);
	return err_exit_code(e->code);
}

enum err_code cli_option_error(int option, char *const *argv, const char *valid, struct err *e)
{
	/* Within "-abc" getopt is not yet past the word: the letter itself is what it knows. */
	const char letter[] = {'-', (char)optopt, '\0'};
	bool is_letter = option == '?' && optopt > ' ' && optopt < 0x7F;

	return err_set(e, ERR_CONFIG, "%.80s: %s; %s", is_letter ? letter : argv[optind - 1],
		       option == ':' ? "a value is missing" : "unknown option", valid);
}

enum err_code cli_flush(struct err *e)
{
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout))
		return err_set(e, ERR_BENCH,
			       "stdout cannot be written: %s; the result is not whole",
			       errno != 0 ? strerror(errno) : "write error");
	return ERR_NONE;
}

int cli_help(const char *command, const char *usage)
{
	struct err e;

	(void)fputs(usage, stdout);
	return cli_flush(&e) == ERR_NONE ? 0 : cli_fail(command, &e);
}

const char *cli_station_path(const char *option)
{
	if (option != NULL)
		return option;
	const char *path = getenv("PENBENCH_STATION");
	return path != NULL && path[0] != '\0' ? path : PENBENCH_STATION;
}

bool cli_is_own_station(const char *path)
{
	return cli_is_same_file(path, PENBENCH_STATION);
}

bool cli_is_same_file(const char *a, const char *b)
{
	struct stat first, second;

	return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

enum err_code cli_lua_root(char root[PATH_SIZE], struct err *e)
{
	enum { LEVELS_MAX = 4 };
	char folder[PATH_SIZE];
	ssize_t size = readlink("/proc/self/exe", folder, sizeof folder - 1);

	if (size < 0)
		return err_set(e, ERR_BENCH, "/proc/self/exe cannot be read");
	folder[size] = '\0';
	for (int i = 0; i < LEVELS_MAX; i++) {
		char probe[PATH_SIZE];
		char *slash = strrchr(folder, '/');
		if (slash == NULL)
			break;
		*slash = '\0';
		int length = snprintf(probe, sizeof probe, "%s/lua/bench/init.lua", folder);
		if (length > 0 && (size_t)length < sizeof probe && access(probe, R_OK) == 0) {
			probe[(size_t)length - strlen("/bench/init.lua")] = '\0';
			memcpy(root, probe, sizeof probe);
			return ERR_NONE;
		}
	}
	return err_set(e, ERR_CONFIG,
		       "no folder lua/ with bench/init.lua above the program: is this a "
		       "whole copy of penbench?");
}

enum err_code cli_open_station(struct station *out, const char *path, const struct cli *cli,
			       const char *seed, bool *launched, int *status, struct err *e)
{
	const char *const options[] = {seed != NULL ? "--seed" : NULL, seed, NULL};
	const char *session = getenv("JIG_SESSION");
	enum err_code code = station_load(out, path, e);

	*launched = false;
	if (code != ERR_NONE)
		return code;
	if (out->launch[0][0] == '\0' || (session != NULL && session[0] != '\0')) {
		/* Below our own launcher they have had their effect. */
		if (seed != NULL && getenv(LAUNCH_MARK) == NULL)
			return err_set(e, ERR_CONFIG,
				       "--seed is handed on to the station's launcher, and station "
				       "%s %s: give it to that program, or leave it out",
				       out->name,
				       out->launch[0][0] == '\0' ? "names none" : "is already up");
		return ERR_NONE;
	}
	*launched = true;
	return launch_run(out->launch, cli, options, status, e);
}
