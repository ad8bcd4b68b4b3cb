#include "cli/launch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
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

static void become(const struct command *c, pid_t parent, const sigset_t *before)
{
	char *argv[ARGUMENTS_MAX + 1];

	for (size_t i = 0; i <= c->argc; i++) /* execvp wants char *, and changes nothing */
		memcpy(&argv[i], &c->argv[i], sizeof argv[i]);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
		_exit(ERR_BENCH);
	/* Our handlers would swallow a signal that has come meanwhile. */
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, before, NULL);
	if (setenv(LAUNCH_MARK, "1", 1) != 0)
		_exit(ERR_BENCH);
	(void)execvp(c->program, argv);
	(void)fprintf(stderr, "penbench: setup: cannot start %s: %s; run `make` to build it\n",
		      c->program, strerror(errno));
	_exit(ERR_CONFIG);
}

static bool is_ending(int signal_number)
{
	return signal_number == SIGINT || signal_number == SIGTERM || signal_number == SIGHUP;
}

/* Hands every signal that ends a program on, once each time it comes. From a terminal the child,
 * in its foreground group too, gets Ctrl-C twice, which is as good as once. `before` is the mask
 * without the ending signals blocked: they come in ppoll only, so none is missed before it. */
static enum err_code wait_child(pid_t child, const struct cli *cli, const sigset_t *before,
				int *status, struct err *e)
{
	struct pollfd end = {.fd = pidfd_open(child, 0), .events = POLLIN};
	int raw, ready = end.fd < 0 ? -1 : 0;

	while (ready == 0) {
		ready = ppoll(&end, 1, NULL, before);
		if (ready < 0 && errno == EINTR) {
			(void)kill(child, *cli->interrupted);
			ready = 0;
		}
	}
	if (end.fd >= 0)
		(void)close(end.fd);
	if (ready < 0 || waitpid(child, &raw, 0) != child)
		return err_set(e, ERR_BENCH,
			       "waiting for the launcher: %s; look whether it still runs",
			       strerror(errno));
	int signal_number = WIFSIGNALED(raw) ? WTERMSIG(raw) : WEXITSTATUS(raw) - 128;
	if (WIFEXITED(raw) && (WEXITSTATUS(raw) < 128 || WEXITSTATUS(raw) == ERR_ABORT))
		*status = WEXITSTATUS(raw);
	else if (*cli->interrupted && is_ending(signal_number))
		*status = ERR_ABORT; /* of a signal that we handed on, the last one or one before */
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
		sigset_t ending, before;
		(void)sigemptyset(&ending);
		(void)sigaddset(&ending, SIGINT);
		(void)sigaddset(&ending, SIGTERM);
		(void)sigaddset(&ending, SIGHUP);
		(void)sigprocmask(SIG_BLOCK, &ending, &before);
		pid_t child = *cli->interrupted ? 0 : fork();
		if (child < 0)
			code = err_set(e, ERR_BENCH,
				       "the launcher cannot be started: %s; end other programs",
				       strerror(errno));
		else if (*cli->interrupted)
			code = err_set(e, ERR_ABORT, "stopped before the launcher was started");
		else if (child == 0)
			become(c, parent, &before);
		else
			code = wait_child(child, cli, &before, status, e);
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
	}
	free(c);
	return code;
}
