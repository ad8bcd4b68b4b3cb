/* Two digits a byte, lower case. */
#include "analysis/hex.h"

#include <stdlib.h>

#include "analysis/store.h"
#include "base/sha256.h"

struct result *hex_result(const uint8_t *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char *text = store_resize(NULL, 2 * size, 1);

	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[data[i] >> 4];
		text[2 * i + 1] = digits[data[i] & 15];
	}

	struct result *r = result_string(text, 2 * size);

	free(text);
	return r;
}

struct result *hex_sha256_result(const uint8_t *data, size_t size)
{
	struct sha256 hash;
	char text[SHA256_HEX_SIZE];

	sha256_init(&hash);
	sha256_feed(&hash, data, size);
	sha256_finish(&hash, text);
	return result_string(text, SHA256_HEX_SIZE - 1);
}
