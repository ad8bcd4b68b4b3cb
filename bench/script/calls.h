/*
 * How each call of a world stands on a tape, left of the " > ": one text per call, arguments and
 * all. The taper writes it, the player compares it.
 */
#ifndef SCRIPT_CALLS_H
#define SCRIPT_CALLS_H

#include "script/tape.h"
#include "script/world.h"

void calls_ask(struct tape *t, const char *request, int64_t timeout_ns);
void calls_send(struct tape *t, const char *request);
void calls_power(struct tape *t, bool on);
void calls_stimulus(struct tape *t, enum session_stimulus which, bool on);
void calls_sense(struct tape *t, enum session_sense which);
void calls_wait(struct tape *t, int64_t ns);
/* number: of the capture within its case, from 1. The analyses are no part of it: they ask nothing
 * of the world, and other ones may be asked of the same samples later. */
void calls_capture(struct tape *t, unsigned number, const struct world_capture *c);

/* The file is read where a case lies, but the path of the case is no part of the call. */
void calls_file(struct tape *t, const char *name);

#endif
