/*
 * Scheduling for a program that has to be on time by the host's clock: a dead-man wants an edge
 * every 100 ms, however busy the machine is.
 */
#ifndef BASE_PRIORITY_H
#define BASE_PRIORITY_H

#include <stdbool.h>

/* Asks for round-robin real-time scheduling of this process and the threads and children it makes
 * from now on. False when the system does not allow it (no CAP_SYS_NICE, no rtprio limit): the
 * process then goes on as it was. */
bool priority_real_time(void);

#endif
