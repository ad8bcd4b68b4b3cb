#include "base/priority.h"

#include <sched.h>

bool priority_real_time(void)
{
	/* Low among the real-time ones: enough to go before everything ordinary. The kernel keeps
	 * 5 % of each core for the rest, so a runaway program does not lock the machine up. */
	const struct sched_param wanted = {.sched_priority = 10};

	return sched_setscheduler(0, SCHED_RR, &wanted) == 0;
}
