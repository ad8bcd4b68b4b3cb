/*
 * SHA-256 over typed fields, so that no two lists of fields have the same bytes: each field is its
 * type, its length and its content. Also over whole files. The arithmetic is GLib's.
 */
#ifndef RECORD_DIGEST_H
#define RECORD_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "record/record.h"

struct digest {
	void *checksum; /* NULL: finished or never begun */
};

void digest_init(struct digest *d);
void digest_deinit(struct digest *d); /* idempotent */

/* 'n' | 'i' and decimal digits | 'f' and IEEE 754, big end first | 't' and bytes | 'b' and bytes;
 * a colon and the length in decimal digits stand between type and content. */
void digest_null(struct digest *d);
void digest_integer(struct digest *d, int64_t value);
void digest_number(struct digest *d, double value);
void digest_text(struct digest *d, const char *text, size_t size);
void digest_blob(struct digest *d, const void *data, size_t size);

/* Bytes as they are, without type and length. */
void digest_raw(struct digest *d, const void *data, size_t size);

/* Writes lower-case hex; d is used up. */
void digest_finish(struct digest *d, char hex[RECORD_HASH_SIZE]);

/* Of a whole file; *size (may be NULL) gets its bytes. ERR_CONFIG: it cannot be read. */
enum err_code digest_file(const char *path, char hex[RECORD_HASH_SIZE], uint64_t *size,
			  struct err *e);

#endif
