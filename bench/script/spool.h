/*
 * The captures of one case on their way to the evidence folder. While the case runs each goes,
 * packed, into a file without a name, so that nothing has to be swept up however the process ends;
 * at the case's end they get their names or are gone. Memory is a few kilobytes a capture.
 */
#ifndef SCRIPT_SPOOL_H
#define SCRIPT_SPOOL_H

#include "inst/analyzer.h"
#include "capture/sr_writer.h"
#include "script/tape.h"
#include "sink/sink.h"

enum { SPOOL_CAPTURES_MAX = 200 }; /* of one case; a file descriptor each */

/* Invariant: items 0..count-1 have a writer; all but the last are whole. */
struct spool {
	const char *folder; /* of the evidence; borrowed */
	struct spool_item {
		struct sr_writer *writer;
		uint64_t samples, rate_hz;
		bool is_whole;
	} items[SPOOL_CAPTURES_MAX];
	size_t count;
	char channels[CHANNELS_MAX * NAME_SIZE]; /* names by bit, comma between */
};

/* A writer for the next capture; the spool owns it. ERR_SCRIPT: too many captures in one case;
 * ERR_BENCH: not writable. */
enum err_code spool_capture(struct spool *s, const struct analyzer *analyzer,
			    struct sr_writer **writer, struct err *e);
/* After it: one that is not whole is dropped. */
void spool_captured(struct spool *s, bool is_whole, uint64_t samples);

/* Puts what was captured into the folder and tells the sinks, in order; then the spool is empty,
 * on an error too. Copies whole captures: only with the supply off. ERR_BENCH. */
enum err_code spool_keep(struct spool *s, struct sinks *sinks, struct err *e);
void spool_drop(struct spool *s); /* idempotent */

/* The same for a tape: kept at once. */
enum err_code spool_keep_tape(const char *folder, const struct tape *tape, struct sinks *sinks,
			      struct err *e);

#endif
