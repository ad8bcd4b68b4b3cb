/*
 * Analyses as folds over blocks: new, feed any number of blocks, finish. Constant memory (arrays
 * that the contract asks for, such as stroke's top[], grow with strokes, not with samples). Pure:
 * no I/O, no clock; the result does not depend on how the capture was cut into blocks.
 *
 * A spec is "NAME:key=value,key=value", the text that `penbench analyze` and the Lua cases give. A
 * comma separates only before a known key. What each analysis gives stands in README.md.
 */
#ifndef ANALYSIS_ANALYSIS_H
#define ANALYSIS_ANALYSIS_H

#include "analysis/result.h"
#include "base/err.h"
#include "capture/block.h"
#include "capture/channels.h"

struct analysis;

/* ERR_CONFIG: unknown analysis or key (the valid ones are listed), missing key, bad value, no such
 * channel. samplerate_hz 0: unknown. */
enum err_code analysis_new(struct analysis **out, const char *spec, const struct channels *channels,
			   double samplerate_hz, struct err *e);
void analysis_free(struct analysis *a); /* NULL is fine */

/* Feeds one block to n analyses in one pass. */
void analysis_feed(struct analysis *const *list, size_t n, const struct block *block);

/* The result as an object whose first member is "analysis". Caller owns it. Once per analysis. */
struct result *analysis_finish(struct analysis *a);

#endif
