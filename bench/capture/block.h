/*
 * A run of logic samples in memory. Blocks of one capture follow each other without a gap: the next
 * block's first_index is this one's first_index + sample_count. Results must not depend on where a
 * capture is cut into blocks.
 */
#ifndef CAPTURE_BLOCK_H
#define CAPTURE_BLOCK_H

#include <stddef.h>
#include <stdint.h>

struct block {
	const uint8_t
		*data; /* sample_count * unit_size bytes, bit i of a sample = channel i; borrowed */
	size_t sample_count;
	unsigned unit_size;   /* bytes per sample: 1, 2, 4 or 8, little endian */
	uint64_t first_index; /* index of data[0] in the capture */
};

#endif
