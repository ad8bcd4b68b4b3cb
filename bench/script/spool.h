/*
 * The captures of one case on their way to the evidence folder. While the case runs each goes,
 * packed, into a file without a name, so that nothing has to be swept up however the process ends;
 * at the case's end they get their names or are gone. Memory is a few kilobytes a capture.
 */
#ifndef SCRIPT_SPOOL_H
#define SCRIPT_SPOOL_H

#include "inst/analyzer.h"
#include "capture/sr_writer.h"
#include "record/record.h"
#include "script/tape.h"
#include "script/world.h"
#include "session/recording.h"
#include "sink/sink.h"

/* Of one case; a file descriptor each. */
enum { SPOOL_CAPTURES_MAX = 200, SPOOL_FILES_MAX = 32 };

/* Invariant: items 0..count-1 have a writer, files 0..file_count-1 a descriptor. */
struct spool {
	const char *folder; /* of the evidence; borrowed */
	struct spool_item {
		struct sr_writer *writer;
		uint64_t samples, rate_hz;
		bool is_cut;
	} items[SPOOL_CAPTURES_MAX];
	size_t count;
	struct spool_file {
		int fd; /* nameless copy */
		char sha256[RECORD_HASH_SIZE];
	} files[SPOOL_FILES_MAX]; /* that the case has read; hashes differ */
	size_t file_count;
	char channels[CHANNELS_MAX * NAME_SIZE]; /* names by bit, comma between */
};

/* A writer for the next capture; the spool owns it. ERR_SCRIPT: too many captures in one case;
 * ERR_BENCH: not writable. */
enum err_code spool_capture(struct spool *s, const struct analyzer *analyzer,
			    struct sr_writer **writer, struct err *e);
/* After it: one that is neither whole nor cut is dropped. */
void spool_captured(struct spool *s, const struct recording *recording);

/* Takes a copy of the file at file->path and says where it lies: the bytes that are hashed, read
 * and kept are the same ones. ERR_SCRIPT: it cannot be read, or the case reads too many; `name` is
 * what the case calls it. ERR_BENCH: no room. */
enum err_code spool_file(struct spool *s, const char *name, struct world_file *file, struct err *e);

/* Puts what was captured into the folder and tells the sinks, in order; then the spool is empty,
 * on an error too. Copies whole captures: only with the supply off. ERR_BENCH. */
enum err_code spool_keep(struct spool *s, struct sinks *sinks, struct err *e);
void spool_drop(struct spool *s); /* idempotent */

/* The same for a tape: kept at once. */
enum err_code spool_keep_tape(const char *folder, const struct tape *tape, struct sinks *sinks,
			      struct err *e);

#endif
