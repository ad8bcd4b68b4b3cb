/*
 * Runs this very command line below another program that a station names (`launch`), for stations
 * whose instruments have to be brought up first.
 */
#ifndef CLI_LAUNCH_H
#define CLI_LAUNCH_H

#include "cli/cli.h"

/* Set in the environment of the child: its options have been handed on. */
#define LAUNCH_MARK "PENBENCH_LAUNCHED"

/* Runs LAUNCH... with `options` (NULL-terminated, may be NULL) before its final "--", then this
 * program with its own arguments; waits. The program is looked for beside this one, then in PATH.
 * *status: its exit status; a child that died of a signal counts as ERR_BENCH. The child gets
 * SIGTERM when this process dies; SIGINT, SIGTERM and SIGHUP are handed on, and a child that dies
 * of one counts as ERR_ABORT. */
enum err_code launch_run(const char (*launch)[NAME_SIZE], const struct cli *cli,
			 const char *const *options, int *status, struct err *e);

#endif
