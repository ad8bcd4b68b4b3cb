/*
 * penbench: the program. Signals become a flag that every wait looks at, whatever the caller made
 * of them: who is started in the background of a script inherits SIGINT ignored, others a blocked
 * one, and a bench that nobody can stop keeps a pen under power. Only SIGHUP stays ignored when the
 * caller, nohup, wants it so. An end that main did not decide on
 * (a library's exit, abort or trap, a crash) comes out as a bench fault. The jig itself goes safe
 * without us: its dead-man needs our heartbeat.
 */
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/cli.h"

/* Handlers can reach nothing but globals: the only two of the program. */
static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t leaving;

static void on_interrupt(int signal_number)
{
	interrupted = signal_number;
}

static void say(const char *text)
{
	ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
	(void)ignored; /* nothing is left to do about it */
}

static void on_crash(int signal_number)
{
	(void)signal_number;
	say("penbench: bench: crashed; the dead-man cuts the pen's supply within 250 ms; "
	    "please report what you did\n");
	_exit(ERR_BENCH);
}

static void on_exit_of_library(void)
{
	if (leaving)
		return;
	say("penbench: bench: a library ended the program; the dead-man cuts the pen's supply "
	    "within 250 ms\n");
	_exit(ERR_BENCH);
}

static int install_handlers(void)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
#ifdef __SANITIZE_ADDRESS__ /* it has a better report of the other crashes */
	static const int crashing[] = {SIGABRT, SIGTRAP};
#else
	static const int crashing[] = {SIGABRT, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
#endif
	struct sigaction action, inherited;
	sigset_t stopping;

	(void)sigemptyset(&stopping);
	memset(&action, 0, sizeof action);
	(void)sigemptyset(&action.sa_mask);
	action.sa_handler = on_interrupt; /* without SA_RESTART: waits end early and look */
	for (unsigned i = 0; i < sizeof ending / sizeof *ending; i++) {
		if (sigaction(ending[i], NULL, &inherited) != 0)
			return -1;
		if (ending[i] == SIGHUP && inherited.sa_handler == SIG_IGN)
			continue;
		if (sigaction(ending[i], &action, NULL) != 0 ||
		    sigaddset(&stopping, ending[i]) != 0)
			return -1;
	}
	/* After the handlers: one that was blocked and has come already must find its own. */
	if (sigprocmask(SIG_UNBLOCK, &stopping, NULL) != 0)
		return -1;
	action.sa_handler = SIG_DFL; /* ignored by the caller, a launcher could not be waited for */
	if (sigaction(SIGCHLD, &action, NULL) != 0)
		return -1;
	action.sa_handler = on_crash;
	action.sa_flags = (int)SA_RESETHAND;
	for (unsigned i = 0; i < sizeof crashing / sizeof *crashing; i++)
		if (sigaction(crashing[i], &action, NULL) != 0)
			return -1;
	/* A closed pipe, or a file at its limit, is an error of the write, said there. */
	action.sa_handler = SIG_IGN;
	action.sa_flags = 0;
	return sigaction(SIGPIPE, &action, NULL) != 0 ? -1 : sigaction(SIGXFSZ, &action, NULL);
}

/* A closed stdin or stderr is taken by the next file that is opened, and every line of the log then
 * goes into an instrument. stdout is different: `run` refuses to go on without one. */
static int fill_descriptors(void)
{
	static const int wanted[] = {STDIN_FILENO, STDERR_FILENO};

	for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		if (fcntl(wanted[i], F_GETFD) >= 0)
			continue;
		int null = open("/dev/null", O_RDWR);
		if (null < 0 || (null != wanted[i] && dup2(null, wanted[i]) < 0))
			return -1;
		if (null != wanted[i])
			(void)close(null);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct cli cli = {.argc = argc, .argv = argv, .interrupted = &interrupted};

	if (install_handlers() != 0 || fill_descriptors() != 0 || atexit(on_exit_of_library) != 0) {
		say("penbench: bench: cannot set up its signals and descriptors; start it again\n");
		_exit(ERR_BENCH);
	}
	/* GSL would end the program; without its handler it returns NaN, which passes nowhere. */
	(void)gsl_set_error_handler_off();
	int status = cli_dispatch(&cli);
	leaving = 1;
	return status;
}
