/* SHA-256 (FIPS 180-4) as a fold over bytes; the arithmetic is GLib's. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

enum { SHA256_HEX_SIZE = 65 }; /* 64 digits and a NUL */

struct sha256 {
	void *checksum; /* NULL: finished or never begun */
};

void sha256_init(struct sha256 *s);
void sha256_feed(struct sha256 *s, const void *data, size_t size);
/* Writes lower-case hex; s is used up. */
void sha256_finish(struct sha256 *s, char hex[SHA256_HEX_SIZE]);
/* For one that may not have been finished; idempotent. */
void sha256_deinit(struct sha256 *s);

#endif
