/*
 * SHA-256 over typed fields, so that no two lists of fields have the same bytes: each field is its
 * type, its length and its content. Also over whole files.
 */
#ifndef RECORD_DIGEST_H
#define RECORD_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "record/record.h"

/* 'n' | 'i' and decimal digits | 'f' and IEEE 754, big end first | 't' and bytes | 'b' and bytes;
 * a colon and the length in decimal digits stand between type and content. */
void digest_null(struct sha256 *d);
void digest_integer(struct sha256 *d, int64_t value);
void digest_number(struct sha256 *d, double value);
void digest_text(struct sha256 *d, const char *text, size_t size);
void digest_blob(struct sha256 *d, const void *data, size_t size);

/* Of a whole file; *size (may be NULL) gets its bytes. ERR_CONFIG: it cannot be read. */
enum err_code digest_file(const char *path, char hex[RECORD_HASH_SIZE], uint64_t *size,
			  struct err *e);

#endif
