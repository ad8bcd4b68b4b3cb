/*
 * Writes one capture as a sigrok session file, version 2 (a zip of "version", "metadata" and the
 * samples as "logic-1-1", "logic-1-2", ...; https://sigrok.org/wiki/File_format:Sigrok/v2).
 *
 * Equal captures make byte-identical files: fixed chunk size, member order and member times,
 * whatever the blocks were. Memory is constant: samples are deflated as they come, into a nameless
 * file beside the target. The target's name appears, or its old content changes, only in
 * sr_writer_finish.
 */
#ifndef CAPTURE_SR_WRITER_H
#define CAPTURE_SR_WRITER_H

#include <stdint.h>

#include "base/err.h"
#include "capture/block.h"
#include "capture/channels.h"

struct sr_writer;

struct sr_format {
	const struct channels *channels; /* copied; unnamed bits are not listed in the file */
	uint64_t samplerate_hz;          /* nominal, as asked from the analyzer; > 0 */
	unsigned unit_size;              /* bytes per sample: 1, 2, 4 or 8 */
};

/* ERR_CONFIG: path cannot be written, or a channel name that the file cannot carry. The caller owns
 * *out and frees it. */
enum err_code sr_writer_open(struct sr_writer **out, const char *path,
			     const struct sr_format *format, struct err *e);

/* Blocks of one capture in order, from index 0. ERR_CONFIG: no room left beside the target. */
enum err_code sr_writer_feed(struct sr_writer *w, const struct block *block, struct err *e);

/* Optional, once, after the last block: packs what is still open and gives back most of the memory,
 * so that many captures can wait for their finish. Quick, unlike a finish, which copies the whole
 * capture. */
enum err_code sr_writer_seal(struct sr_writer *w, struct err *e);

/* Puts the whole file in place, once, after the last block. ERR_CONFIG: not possible; nothing is
 * left behind then. */
enum err_code sr_writer_finish(struct sr_writer *w, struct err *e);

/* Frees; without a finish before, nothing is left on disk. NULL is fine. */
void sr_writer_free(struct sr_writer *w);

#endif
