/* Bytes, a bit each that says whether they are known, and what is told of them. */
#include "analysis/isp_image.h"

#include <assert.h>
#include <string.h>

#include "analysis/hex.h"

bool isp_image_has(const struct isp_image *m, size_t address)
{
	return m->known[address / 8] >> address % 8 & 1;
}

void isp_image_set(struct isp_image *m, size_t address, uint8_t value)
{
	assert(address < ISP_FLASH_SIZE);
	m->data[address] = value;
	m->known[address / 8] |= (uint8_t)(1U << address % 8);
}

void isp_image_forget(struct isp_image *m)
{
	memset(m, 0, sizeof *m);
}

void isp_image_summary(const struct isp_image *m, struct result *out)
{
	uint8_t whole[ISP_FLASH_SIZE];
	size_t first = 0, end = ISP_FLASH_SIZE;

	while (first < ISP_FLASH_SIZE && !isp_image_has(m, first))
		first++;
	while (end > first && !isp_image_has(m, end - 1))
		end--;
	for (size_t i = first; i < end; i++)
		whole[i] = isp_image_has(m, i) ? m->data[i] : 0xff;

	bool any = end > first;

	result_set(out, "first", any ? result_integer((int64_t)first) : result_null());
	result_set(out, "last", any ? result_integer((int64_t)end - 1) : result_null());
	result_set(out, "image_sha256",
		   any ? hex_sha256_result(whole + first, end - first) : result_null());
}

struct result *isp_image_segments(const struct isp_image *m)
{
	struct result *list = result_array();

	for (size_t at = 0; at < ISP_FLASH_SIZE;) {
		size_t end = at;

		while (end < ISP_FLASH_SIZE && isp_image_has(m, end))
			end++;
		if (end > at) {
			struct result *segment = result_object();

			result_set(segment, "address", result_integer((int64_t)at));
			result_set(segment, "hex", hex_result(m->data + at, end - at));
			result_append(list, segment);
		}
		at = end + 1;
	}
	return list;
}
