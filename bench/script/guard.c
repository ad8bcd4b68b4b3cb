/* The host-time guard: see guard.h. A SIGALRM handler, since the thread that is stuck is ours. */
#include "script/guard.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

/* Only calls that are safe in a handler. The bail-out tells a harness that the plan has ended. */
static void leave(int signal_number)
{
	static const char verdict[] =
		"Bail out! SCRIPT: the case is stuck inside one library call (host time guard)\n";
	static const char advice[] = "run: case: stuck inside one library call, ended by the host "
				     "time guard; look for a "
				     "pattern or a table function on huge input\n";

	(void)signal_number;
	if (write(STDOUT_FILENO, verdict, sizeof verdict - 1) < 0 ||
	    write(STDERR_FILENO, advice, sizeof advice - 1) < 0)
		_exit(ERR_SCRIPT);
	_exit(ERR_SCRIPT);
}

void guard_arm(unsigned host_s)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_handler = host_s == 0 ? SIG_DFL : leave;
	if (host_s == 0)
		(void)alarm(0);
	(void)sigaction(SIGALRM, &action, NULL);
	if (host_s != 0)
		(void)alarm(host_s);
}
