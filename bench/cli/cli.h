/*
 * The sub-commands of penbench: one file each, listed in one table (cli.c). A command parses its
 * own arguments, does its job, and returns the exit status of section "exit codes" in README.md.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "config/station.h"

struct cli {
	int argc; /* of the whole program, for a launcher that runs it again */
	char **argv;
	const volatile sig_atomic_t *interrupted; /* non-zero after Ctrl-C, SIGTERM, SIGHUP */
};

/* argv[0] is the command's name. Returns an exit status. */
typedef int cli_main(int argc, char **argv, const struct cli *cli);

cli_main cli_run, cli_flash, cli_capture, cli_analyze, cli_record, cli_replay, cli_cal, cli_report,
	cli_msa, cli_golden;

/* Finds the command and runs it; --version and --help too. */
int cli_dispatch(const struct cli *cli);

/* Prints "penbench COMMAND: BLAME: text" on stderr and returns the exit status that goes with e. */
int cli_fail(const char *command, const struct err *e);

/* After getopt_long returned ':' or '?': names the option. `valid` ends the sentence: which options
 * there are, or where they are listed. Returns ERR_CONFIG. */
enum err_code cli_option_error(int option, char *const *argv, const char *valid, struct err *e);

/* Flushes stdout: ERR_BENCH when not all could be written. */
enum err_code cli_flush(struct err *e);

/* Prints the usage on stdout; returns the exit status. */
int cli_help(const char *command, const char *usage);

/* The path of --station, or $PENBENCH_STATION, or the station this build was made for. */
const char *cli_station_path(const char *option);
/* Whether it is the file of the station this build was made for. */
bool cli_is_own_station(const char *path);

/* Whether two paths lead to one file or folder, which is there. */
bool cli_is_same_file(const char *a, const char *b);

/* The folder lua/ that belongs to this build: beside the program, or above it. */
enum err_code cli_lua_root(char root[PATH_SIZE], struct err *e);

/* Loads the station. When it names a launcher and no jig is up (JIG_SESSION unset), runs this very
 * command line again below the launcher, waits for it and sets *status to its exit status and
 * *launched to true: the command then returns *status at once. `seed` (NULL: none) is handed on to
 * the launcher, as its option --seed. */
enum err_code cli_open_station(struct station *out, const char *path, const struct cli *cli,
			       const char *seed, bool *launched, int *status, struct err *e);

#endif
