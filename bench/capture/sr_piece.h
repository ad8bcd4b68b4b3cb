/*
 * One member of a session file, unpacked at once: three to four times as fast as libzip's stream.
 * It takes only what is sure to be whole and right; everything else is left to libzip, whose word
 * on damaged files stands. For sr_reader.c alone.
 */
#ifndef CAPTURE_SR_PIECE_H
#define CAPTURE_SR_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zip; /* libzip's */

/* All zero at first. data[0..size) belongs to the piece and holds until the next load. */
struct sr_piece {
	uint8_t *data, *packed;
	size_t size, capacity, packed_capacity;
	struct deflate_unpacker *unpacker;
};

/* False: the member is not deflated, longer than DEFLATE_PIECE_MAX, damaged, or there is no memory:
 * read it as a stream, which tells what is wrong. */
bool sr_piece_load(struct sr_piece *p, struct zip *zip, uint64_t index);

void sr_piece_deinit(struct sr_piece *p);

#endif
