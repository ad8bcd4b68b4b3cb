/* Typed fields and files, hashed: see digest.h. */
#include "record/digest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PIECE_SIZE = 1 << 16 };

static void field(struct sha256 *d, char type, const void *data, size_t size)
{
	char head[32];
	int length = snprintf(head, sizeof head, "%c%zu:", type, size);

	sha256_feed(d, head, (size_t)length);
	sha256_feed(d, data, size);
}

void digest_null(struct sha256 *d)
{
	field(d, 'n', "", 0);
}

void digest_integer(struct sha256 *d, int64_t value)
{
	char digits[32];
	int length = snprintf(digits, sizeof digits, "%" PRId64, value);

	field(d, 'i', digits, (size_t)length);
}

void digest_number(struct sha256 *d, double value)
{
	uint64_t bits;
	uint8_t bytes[sizeof bits];

	memcpy(&bits, &value, sizeof bits);
	for (unsigned i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(bits >> (8 * (sizeof bytes - 1 - i)));
	field(d, 'f', bytes, sizeof bytes);
}

void digest_text(struct sha256 *d, const char *text, size_t size)
{
	field(d, 't', text, size);
}

void digest_blob(struct sha256 *d, const void *data, size_t size)
{
	field(d, 'b', data, size);
}

enum err_code digest_file(const char *path, char hex[RECORD_HASH_SIZE], uint64_t *size,
			  struct err *e)
{
	char piece[PIECE_SIZE];
	struct sha256 d;
	uint64_t total = 0;
	size_t got;
	FILE *in = fopen(path, "rb");

	if (in == NULL)
		return err_set(e, ERR_CONFIG, "%s: %s", path, strerror(errno));
	sha256_init(&d);
	errno = 0;
	while ((got = fread(piece, 1, sizeof piece, in)) > 0) {
		sha256_feed(&d, piece, got);
		total += got;
	}
	int why = errno;
	bool good = ferror(in) == 0;
	(void)fclose(in);
	if (!good) {
		sha256_deinit(&d);
		return err_set(e, ERR_CONFIG, "%s: %s", path, strerror(why));
	}
	sha256_finish(&d, hex);
	if (size != NULL)
		*size = total;
	return ERR_NONE;
}
