#include "inst/analyzer_units.h"

#include <assert.h>
#include <string.h>

unsigned analyzer_units_for(unsigned channel_count)
{
	unsigned size = 1;

	assert(channel_count > 0 && channel_count <= 8 * ANALYZER_UNIT_MAX);
	while (size * 8 < channel_count)
		size *= 2;
	return size;
}

void analyzer_units_convert(uint8_t *out, unsigned to, const uint8_t *in, unsigned from,
			    size_t count)
{
	unsigned keep = from < to ? from : to;

	for (size_t i = 0; i < count; i++) {
		memcpy(out + i * to, in + i * from, keep);
		memset(out + i * to + keep, 0, to - keep);
	}
}
