/*
 * A world that hands every call on to another and writes call and answer to a tape. What does not
 * fit on the tape ends the case (ERR_BENCH): a run whose evidence has holes must not look whole.
 */
#ifndef SCRIPT_TAPER_H
#define SCRIPT_TAPER_H

#include "script/tape.h"
#include "script/world.h"

/* Borrows both; t must outlive the world. */
struct taper {
	struct world inner;
	struct tape *tape;
	unsigned capture_count;
};

/* Writes the head of the tape: the facts and the zero. */
struct world taper_open(struct taper *t, const struct world *inner, struct tape *tape);

/* The lines around the calls: "begin" (the pen was powered for the case), "run" (how the case's own
 * code ended) and "end" (stimuli back, parked, supply off), each with its outcome. */
void taper_mark(struct tape *tape, const char *name, enum err_code code, const struct err *e);

#endif
