/*
 * What the world answers to a case: pen, stimuli, senses, time, captures. The bindings ask through
 * this one table and know nothing of where an answer comes from:
 *
 *	live    the open session (live.h)
 *	taper   another world, and everything it answers is written down (taper.h)
 *	player  a tape and the captures that were kept with it, without instruments (player.h)
 *
 * Everything that a case can learn passes here, which is what makes a case replayable: the Lua
 * state itself has no clock, no files, a fixed seed and one order of the keys of a table.
 */
#ifndef SCRIPT_WORLD_H
#define SCRIPT_WORLD_H

#include <limits.h>

#include "analysis/analysis.h"
#include "base/sha256.h"
#include "script/facts.h"
#include "session/recording.h"
#include "session/session.h"

enum { WORLD_ANSWER_SIZE = SESSION_ANSWER_SIZE };

/* The image that belongs into the pen, for the identity clause. */
struct world_image {
	uint32_t crc32;          /* IEEE, of bytes 0..size-1 */
	uint32_t size;           /* bytes */
	char version[NAME_SIZE]; /* that it must report */
};

/* Fixed while a case runs. */
struct world_facts {
	struct facts jig;
	struct world_image image;
	uint64_t samplerate_hz; /* nominal, of the analyzer */
};

/* One capture: what is asked, what was found. */
struct world_capture {
	double seconds;
	const struct recording_action *actions;
	size_t action_count;
	const char *const *specs; /* one analysis each */
	size_t spec_count;
	bool wants_answers;
	struct analysis **analyses; /* out: spec_count, all NULL before; fed, not finished; freed by
				       the caller, also after an error */
	int64_t start_ns;           /* out: as struct recording has it, like all below */
	uint64_t samples;
	double rate_ratio;
	struct session_answers answers; /* with wants_answers only */
};

/* A file that the case reads: where its bytes lie now, and what they are. */
struct world_file {
	char path[PATH_MAX]; /* to be opened while the case runs; not to be shown */
	char sha256[SHA256_HEX_SIZE];
};

/* No slot is NULL. Errors as the functions of session.h and recording.h have them; a call that the
 * world cannot answer at all (nothing was recorded for it) is ERR_CONFIG. */
struct world_ops {
	bool (*is_powered)(void *self);
	enum err_code (*ask)(void *self, const char *request, int64_t timeout_ns,
			     char answer[WORLD_ANSWER_SIZE], struct err *e);
	enum err_code (*send)(void *self, const char *request, struct err *e);
	enum err_code (*power)(void *self, bool on, struct err *e);
	enum err_code (*stimulus)(void *self, enum session_stimulus which, bool on, struct err *e);
	enum err_code (*sense)(void *self, enum session_sense which, bool *level, struct err *e);
	enum err_code (*wait)(void *self, int64_t ns, struct err *e);
	enum err_code (*capture)(void *self, struct world_capture *c, struct err *e);
	/* The modulator's reading with the supply off, in volt: see bringup_zero. */
	enum err_code (*zero)(void *self, double *volt, struct err *e);
	/* A file by its name, in or below the folder of the case at case_path (see case_file.h).
	 * Copies it: only with the supply off. ERR_SCRIPT: there is none that a case may read. */
	enum err_code (*file)(void *self, const char *case_path, const char *name,
			      struct world_file *out, struct err *e);
};

/* Names as cases and tapes have them, in the order of their enums; NULL-terminated. */
extern const char *const world_stimuli[], *const world_senses[];

struct world {
	const struct world_ops *ops;
	void *self;
	const struct world_facts *facts; /* borrowed */
};

/* For worlds: makes the analyses of c. ERR_SCRIPT names the spec that is wrong (the case wrote it).
 */
enum err_code world_start_analyses(struct world_capture *c, const struct channels *channels,
				   uint64_t samplerate_hz, struct err *e);

#endif
