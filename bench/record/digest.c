/* SHA-256 of fields and files: see digest.h. */
#include "record/digest.h"

#include <assert.h>
#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PIECE_SIZE = 1 << 16 };

void digest_init(struct digest *d)
{
	d->checksum = g_checksum_new(G_CHECKSUM_SHA256);
	assert(d->checksum != NULL); /* GLib knows SHA-256 */
}

void digest_deinit(struct digest *d)
{
	if (d->checksum != NULL)
		g_checksum_free(d->checksum);
	d->checksum = NULL;
}

void digest_raw(struct digest *d, const void *data, size_t size)
{
	const guchar *at = data;

	/* GLib's size is signed, and its -1 means "up to the NUL". */
	for (const size_t most = G_MAXINT; size > 0;) {
		size_t part = size < most ? size : most;
		g_checksum_update(d->checksum, at, (gssize)part);
		at += part;
		size -= part;
	}
}

static void field(struct digest *d, char type, const void *data, size_t size)
{
	char head[32];
	int length = snprintf(head, sizeof head, "%c%zu:", type, size);

	digest_raw(d, head, (size_t)length);
	digest_raw(d, data, size);
}

void digest_null(struct digest *d)
{
	field(d, 'n', "", 0);
}

void digest_integer(struct digest *d, int64_t value)
{
	char digits[32];
	int length = snprintf(digits, sizeof digits, "%" PRId64, value);

	field(d, 'i', digits, (size_t)length);
}

void digest_number(struct digest *d, double value)
{
	uint64_t bits;
	uint8_t bytes[sizeof bits];

	memcpy(&bits, &value, sizeof bits);
	for (unsigned i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(bits >> (8 * (sizeof bytes - 1 - i)));
	field(d, 'f', bytes, sizeof bytes);
}

void digest_text(struct digest *d, const char *text, size_t size)
{
	field(d, 't', text, size);
}

void digest_blob(struct digest *d, const void *data, size_t size)
{
	field(d, 'b', data, size);
}

void digest_finish(struct digest *d, char hex[RECORD_HASH_SIZE])
{
	memcpy(hex, g_checksum_get_string(d->checksum), RECORD_HASH_SIZE);
	digest_deinit(d);
}

enum err_code digest_file(const char *path, char hex[RECORD_HASH_SIZE], uint64_t *size,
			  struct err *e)
{
	char piece[PIECE_SIZE];
	struct digest d;
	uint64_t total = 0;
	size_t got;
	FILE *in = fopen(path, "rb");

	if (in == NULL)
		return err_set(e, ERR_CONFIG, "%s: %s", path, strerror(errno));
	digest_init(&d);
	errno = 0;
	while ((got = fread(piece, 1, sizeof piece, in)) > 0) {
		digest_raw(&d, piece, got);
		total += got;
	}
	int why = errno;
	bool good = ferror(in) == 0;
	(void)fclose(in);
	if (!good) {
		digest_deinit(&d);
		return err_set(e, ERR_CONFIG, "%s: %s", path, strerror(why));
	}
	digest_finish(&d, hex);
	if (size != NULL)
		*size = total;
	return ERR_NONE;
}
