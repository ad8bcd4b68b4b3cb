/*
 * The world of a run that is over: calls are answered from the case's tape, captures from the .sr
 * files that were kept, through today's analyses.
 *
 * The calls must come as they came then, argument by argument: what the pen would have answered to
 * another order nobody knows. Analyses are not part of a call, so other ones may be asked. The
 * first call that the evidence cannot answer stops the player for good, and the reason stays in it:
 * a case must then not be judged.
 */
#ifndef SCRIPT_PLAYER_H
#define SCRIPT_PLAYER_H

#include "record/record.h"
#include "script/tape.h"
#include "script/world.h"

enum player_stop {
	PLAYER_GOES,
	PLAYER_UNKNOWN, /* asked for what was not recorded, or what was not kept */
	PLAYER_DAMAGED, /* evidence is not what was recorded, or missing */
};

/* A capture that was kept. */
struct player_capture {
	char name[RECORD_HASH_SIZE + 16]; /* in the evidence folder */
	char sha256[RECORD_HASH_SIZE];
};

/* All borrowed. Captures: those of the case, in order; files: those that it read, in any order;
 * zero: NULL when it was not kept. */
struct player_source {
	const char *folder; /* of the evidence */
	const char *tape;
	size_t tape_size;
	const struct player_capture *captures;
	size_t capture_count;
	const struct player_capture *files;
	size_t file_count;
	const struct player_capture *zero;
};

struct player {
	struct player_source source;
	struct tape_reader at; /* the next call */
	struct tape call;      /* what is asked just now */
	struct world_facts facts;
	unsigned capture_number;
	bool is_powered, has_zero;
	double zero_v;
	double seconds; /* captured time that was played, nominal */
	enum player_stop stop;
	struct err reason; /* of the stop */
};

/* How the case went before its own code ran, when it ended, and after it: the marks of the tape. */
struct player_marks {
	enum err_code begin, run, end;
	struct err begin_error, run_error, end_error;
};

/* Reads the head. jig NULL: the facts of then. ERR_BENCH: this is no tape. p stays at its address;
 * player_close frees. */
enum err_code player_open(struct player *p, const struct player_source *source,
			  const struct jig *jig, struct world *world, struct err *e);
void player_close(struct player *p); /* idempotent */

/* The marks, wherever on the tape; a mark that is missing (the case never got there) is ERR_NONE.
 * ERR_BENCH: this is no tape. */
enum err_code player_read_marks(const char *tape, size_t size, struct player_marks *marks,
				struct err *e);

#endif
