/*
 * Reads a sigrok session file (.sr, versions 1 and 2) as a stream of blocks: never unzipped whole,
 * memory constant whatever the file inflates to. Chunks come in numeric order, however the zip has
 * them. Damage is an error that names the member: a wrong CRC, a missing chunk, a member that is
 * none of a session's, bytes left over at the end. What was delivered before an error is not to be
 * used.
 *
 * All errors are ERR_CONFIG: the input is bad, nothing was tested.
 */
#ifndef CAPTURE_SR_READER_H
#define CAPTURE_SR_READER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/block.h"
#include "capture/sessionfile.h"

struct sr_reader;

enum err_code sr_reader_open(struct sr_reader **out, const char *path, struct err *e);
void sr_reader_close(struct sr_reader *r); /* NULL is fine */

/* Borrowed; lives as long as r. */
const struct sessionfile *sr_reader_info(const struct sr_reader *r);

/* The next logic samples; sample_count 0 at the end. The block is valid until the next call on r.
 * Its unit size is 1, 2, 4 or 8: stored samples of 3, 5, 6 or 7 bytes are widened. */
enum err_code sr_reader_next(struct sr_reader *r, struct block *block, struct err *e);

/* The next samples of analog[channel] of the info; *count 0 at its end. Channels are read one after
 * another, in any order, once each, after the logic samples. Valid until the next call on r. */
enum err_code sr_reader_next_analog(struct sr_reader *r, unsigned channel, const float **value,
				    size_t *count, struct err *e);

#endif
