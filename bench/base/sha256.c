#include "base/sha256.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

void sha256_init(struct sha256 *s)
{
	s->checksum = g_checksum_new(G_CHECKSUM_SHA256);
	assert(s->checksum != NULL); /* GLib knows SHA-256 */
}

void sha256_feed(struct sha256 *s, const void *data, size_t size)
{
	const guchar *at = data;

	/* GLib's size is signed, and its -1 means "up to the NUL". */
	for (const size_t most = G_MAXINT; size > 0;) {
		size_t part = size < most ? size : most;
		g_checksum_update(s->checksum, at, (gssize)part);
		at += part;
		size -= part;
	}
}

void sha256_finish(struct sha256 *s, char hex[SHA256_HEX_SIZE])
{
	memcpy(hex, g_checksum_get_string(s->checksum), SHA256_HEX_SIZE);
	sha256_deinit(s);
}

void sha256_deinit(struct sha256 *s)
{
	if (s->checksum != NULL)
		g_checksum_free(s->checksum);
	s->checksum = NULL;
}
