#include "cli/launch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 512 };

struct command {
	char program[PATH_SIZE]; /* the launcher */
	char self[PATH_SIZE];    /* this program */
	const char *argv[ARGUMENTS_MAX + 1];
	size_t argc;
};

static enum err_code add(struct command *c, const char *argument, struct err *e)
{
	if (c->argc == ARGUMENTS_MAX)
		return err_set(e, ERR_CONFIG, "more than %d arguments", ARGUMENTS_MAX);
	c->argv[c->argc++] = argument;
	c->argv[c->argc] = NULL;
	return ERR_NONE;
}

static enum err_code find_programs(struct command *c, const char *name, struct err *e)
{
	ssize_t size = readlink("/proc/self/exe", c->self, sizeof c->self - 1);

	if (size < 0)
		return err_set(e, ERR_BENCH, "/proc/self/exe: %s", strerror(errno));
	c->self[size] = '\0';
	const char *slash = strrchr(c->self, '/');
	int folder_size = slash == NULL ? 0 : (int)(slash - c->self) + 1;
	(void)snprintf(c->program, sizeof c->program, "%.*s%s", folder_size, c->self, name);
	/* execvp looks a name without a slash up in PATH. */
	if (strchr(name, '/') != NULL || access(c->program, X_OK) != 0)
		(void)snprintf(c->program, sizeof c->program, "%s", name);
	return ERR_NONE;
}

static enum err_code build(struct command *c, const char (*launch)[NAME_SIZE],
			   const struct cli *cli, const char *const *options, struct err *e)
{
	enum err_code code = find_programs(c, launch[0], e);
	unsigned count = 0;

	while (count < STATION_LAUNCH_MAX && launch[count][0] != '\0')
		count++;
	bool dashes = count > 1 && strcmp(launch[count - 1], "--") == 0;
	if (code == ERR_NONE)
		code = add(c, c->program, e);
	for (unsigned i = 1; i < count - (dashes ? 1 : 0) && code == ERR_NONE; i++)
		code = add(c, launch[i], e);
	for (; options != NULL && *options != NULL && code == ERR_NONE; options++)
		code = add(c, *options, e);
	if (dashes && code == ERR_NONE)
		code = add(c, "--", e);
	if (code == ERR_NONE)
		code = add(c, c->self, e);
	for (int i = 1; i < cli->argc && code == ERR_NONE; i++)
		code = add(c, cli->argv[i], e);
	return code;
}

static void become(const struct command *c, pid_t parent)
{
	char *argv[ARGUMENTS_MAX + 1];

	for (size_t i = 0; i <= c->argc; i++) /* execvp wants char *, and changes nothing */
		memcpy(&argv[i], &c->argv[i], sizeof argv[i]);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
		_exit(ERR_BENCH);
	(void)execvp(c->program, argv);
	(void)fprintf(stderr, "penbench: setup: cannot start %s: %s; run `make` to build it\n",
		      c->program, strerror(errno));
	_exit(ERR_CONFIG);
}

/* The child is in the terminal's foreground group too and gets Ctrl-C itself; other signals that
 * end a program come to this process alone. */
static enum err_code wait_child(pid_t child, const struct cli *cli, int *status, struct err *e)
{
	int raw;

	for (;;) {
		pid_t got = waitpid(child, &raw, 0);
		if (got == child)
			break;
		if (got < 0 && errno != EINTR)
			return err_set(e, ERR_BENCH, "waitpid: %s", strerror(errno));
		int signal_number = *cli->interrupted;
		if (signal_number == SIGTERM || signal_number == SIGHUP)
			(void)kill(child, signal_number);
	}
	if (WIFEXITED(raw) && (WEXITSTATUS(raw) < 128 || WEXITSTATUS(raw) == ERR_ABORT))
		*status = WEXITSTATUS(raw);
	else
		*status = ERR_BENCH;
	return ERR_NONE;
}

enum err_code launch_run(const char (*launch)[NAME_SIZE], const struct cli *cli,
			 const char *const *options, int *status, struct err *e)
{
	struct command *c = calloc(1, sizeof *c);
	pid_t parent = getpid();

	if (c == NULL)
		return err_set(e, ERR_BENCH, "launch: out of memory");
	enum err_code code = build(c, launch, cli, options, e);
	if (code == ERR_NONE) {
		pid_t child = fork();
		if (child < 0)
			code = err_set(e, ERR_BENCH, "fork: %s", strerror(errno));
		else if (child == 0)
			become(c, parent);
		else
			code = wait_child(child, cli, status, e);
	}
	free(c);
	return code;
}
