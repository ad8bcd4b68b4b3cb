/*
 * DEFLATE (RFC 1951) of whole pieces in memory, as zip members hold it: the fast way for samples,
 * which come in pieces of a known size. Equal bytes make equal packed bytes. Knows no files.
 */
#ifndef CAPTURE_DEFLATE_H
#define CAPTURE_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What both we and sigrok put into one member of samples, in bytes; longer ones are nobody's. */
enum { DEFLATE_PIECE_MAX = 4 << 20 };

struct deflate_packer;
struct deflate_unpacker;

/* NULL: out of memory. The caller owns it. */
struct deflate_packer *deflate_packer_new(void);
void deflate_packer_free(struct deflate_packer *p); /* NULL is fine */

/* Room that packing `size` bytes may take at most. */
size_t deflate_bound(size_t size);

/* Packs all of data into out, which has the room of deflate_bound(size); bytes written. */
size_t deflate_pack(struct deflate_packer *p, const void *data, size_t size, void *out);

struct deflate_unpacker *deflate_unpacker_new(void);
void deflate_unpacker_free(struct deflate_unpacker *u);

/* True: packed holds one whole stream that gives exactly `size` bytes, now in out. False: anything
 * else; out holds rubbish then. */
bool deflate_unpack(struct deflate_unpacker *u, const void *packed, size_t packed_size, void *out,
		    size_t size);

/* CRC-32 as zip has it. */
uint32_t deflate_crc(const void *data, size_t size);

#endif
