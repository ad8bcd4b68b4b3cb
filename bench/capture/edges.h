/*
 * Where a capture changes: an edge stands at the index of the first sample with the new level.
 *
 * The finder compares whole words, or wider where the processor can, under a mask of channels and
 * writes out only the samples at which a masked channel differs from the sample before. Quiet runs
 * cost a compare per 32 or 64 bytes. Where the capture was cut into blocks does not show.
 */
#ifndef CAPTURE_EDGES_H
#define CAPTURE_EDGES_H

#include <stddef.h>
#include <stdint.h>

#include "capture/block.h"

struct edge {
	uint64_t index;	  /* in the capture */
	uint64_t value;	  /* the whole sample */
	uint64_t changed; /* channels that differ from the sample before, under the mask */
};

/* Sample i of a block; i < sample_count. */
uint64_t edges_sample(const struct block *block, size_t i);

/*
 * Writes the edges of block from sample *at on to out, at most capacity (>= EDGES_ROOM_MIN), and
 * returns how many. *at moves to the first sample not looked at; the block is done when it equals
 * sample_count. *last is the sample before *at, and is kept up to date; for the first sample of a
 * capture it is that sample itself, which so has no edge.
 */
enum { EDGES_ROOM_MIN = 65 };
size_t edges_find(const struct block *block, size_t *at, uint64_t *last, uint64_t mask,
		  struct edge *out, size_t capacity);

/* The same in plain C: what edges_find, which takes the widest way this processor has, must agree
 * with. Where either stops for lack of room may differ. */
size_t edges_find_plain(const struct block *block, size_t *at, uint64_t *last, uint64_t mask,
			struct edge *out, size_t capacity);

#endif
