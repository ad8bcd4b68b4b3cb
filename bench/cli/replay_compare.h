/*
 * For `penbench replay`: prints which measurements of a case are judged otherwise than they were,
 * and why: value, U, limits and rule of then and of now.
 */
#ifndef CLI_REPLAY_COMPARE_H
#define CLI_REPLAY_COMPARE_H

#include "script/rejudge.h"

struct replay_compared {
	size_t values, differing; /* summed over the calls */
	bool is_gone;             /* of the last call: something is not measured any more */
};

/* result is DONE. Says nothing about what is as it was. */
void replay_compare(const struct stored_case *stored, const struct rejudge_result *result,
		    struct replay_compared *compared);

#endif
