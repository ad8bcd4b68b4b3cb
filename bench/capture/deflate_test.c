/* What was packed comes back whole, as zlib sees it too, and nothing else is taken for it. */
#include "capture/deflate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/rng.h"
#include "base/tap.h"

enum { SIZE = 100000 };

static void fill(uint8_t *data, size_t size, unsigned kinds)
{
	struct rng rng;

	rng_seed(&rng, kinds);
	for (size_t i = 0; i < size; i++)
		data[i] = kinds == 0 ? 0x80 : (uint8_t)(rng_next(&rng) % kinds);
}

/* zlib's view of raw deflate. */
static bool zlib_agrees(uint8_t *packed, size_t packed_size, const uint8_t *data, size_t size)
{
	uint8_t *out = malloc(size + 1);
	z_stream z = {.next_in = packed,
		      .avail_in = (uInt)packed_size,
		      .next_out = out,
		      .avail_out = (uInt)size + 1};
	bool same = out != NULL && inflateInit2(&z, -15) == Z_OK;

	same = same && inflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out == size &&
	       z.avail_in == 0 && memcmp(out, data, size) == 0;
	(void)inflateEnd(&z);
	free(out);
	return same;
}

int main(void)
{
	static const unsigned kinds[] = {0, 2, 16, 256};
	static uint8_t data[SIZE], back[SIZE + 1];
	struct deflate_packer *p = deflate_packer_new();
	struct deflate_unpacker *u = deflate_unpacker_new();
	uint8_t *packed = malloc(deflate_bound(SIZE) + 1), *again = malloc(deflate_bound(SIZE));
	struct tap t = tap_begin();
	size_t size = 0;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		fill(data, SIZE, kinds[i]);
		size = deflate_pack(p, data, SIZE, packed);
		tap_ok(&t, size <= deflate_bound(SIZE) && zlib_agrees(packed, size, data, SIZE),
		       "zlib unpacks %zu bytes", size);
		memset(back, 0, sizeof back);
		tap_ok(&t,
		       deflate_unpack(u, packed, size, back, SIZE) && memcmp(back, data, SIZE) == 0,
		       "and so do we");
		tap_ok(&t,
		       deflate_pack(p, data, SIZE, again) == size &&
			       memcmp(packed, again, size) == 0,
		       "the same bytes again");
	}
	tap_ok(&t, !deflate_unpack(u, packed, size, back, SIZE - 1), "more than was said");
	tap_ok(&t, !deflate_unpack(u, packed, size, back, SIZE + 1), "less than was said");
	tap_ok(&t, !deflate_unpack(u, packed, size - 1, back, SIZE), "cut short");
	packed[size] = 0;
	tap_ok(&t, !deflate_unpack(u, packed, size + 1, back, SIZE), "a byte left over");
	memset(packed, 0xff, size);
	tap_ok(&t, !deflate_unpack(u, packed, size, back, SIZE), "no deflate at all");
	tap_ok(&t, deflate_crc("123456789", 9) == 0xcbf43926, "the CRC's check value");
	tap_ok(&t, deflate_pack(p, data, 1, packed) > 0 && deflate_bound(1) > 1, "one byte");
	free(again);
	free(packed);
	deflate_unpacker_free(u);
	deflate_unpacker_free(NULL);
	deflate_packer_free(p);
	deflate_packer_free(NULL);
	return tap_end(&t);
}
