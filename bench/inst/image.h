/*
 * The flash image of a firmware file: Intel HEX, AVR ELF, or a raw binary whose name ends in
 * ".bin".
 *
 * Guarantees: what is not a whole, undamaged image for the part is refused with one line; a loaded
 * image holds bytes 0..size-1 of the flash, gaps filled with FF (as erased flash reads). Of an ELF
 * only the flash is taken: EEPROM, fuses and lock in it are left alone, they belong to the pen and
 * to the station. Owns no memory.
 */
#ifndef INST_IMAGE_H
#define INST_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "inst/avrisp.h"

enum {
	IMAGE_SIZE_MAX = 32768, /* no part in avrisp's table has more flash */
	IMAGE_FILE_MAX =
		8 * 1024 * 1024, /* bytes of a firmware file; ELF carries debug information */
};

/* Invariant: 1 <= size <= IMAGE_SIZE_MAX; data past size is FF. */
struct image {
	uint8_t data[IMAGE_SIZE_MAX];
	size_t size;	/* highest address + 1 */
	uint32_t crc32; /* of data[0..size-1]: what the pen answers to "ID?" */
};

/* ERR_CONFIG: unreadable, neither HEX nor ELF, damaged (line or offset is named), empty, too large
 * for the part, made for another part. */
enum err_code image_load(struct image *out, const char *path, const struct avrisp_part *part,
			 struct err *e);

/* The same from memory; name decides about ".bin" and stands in the messages. Borrows bytes. */
enum err_code image_parse(struct image *out, const char *name, const uint8_t *bytes, size_t size,
			  const struct avrisp_part *part, struct err *e);

/* CRC-32 of IEEE 802.3 as zlib computes it: "123456789" -> CBF43926. */
uint32_t image_crc32(const uint8_t *data, size_t size);

#endif
