/*
 * Drivers choose how many bytes a sample has, by the device and not by the channels in use. The
 * bench works in the smallest of 1, 2, 4 and 8 that holds its channels. Pure.
 */
#ifndef INST_ANALYZER_UNITS_H
#define INST_ANALYZER_UNITS_H

#include <stddef.h>
#include <stdint.h>

enum { ANALYZER_UNIT_MAX = 8 };

/* The smallest unit for channels 0..count-1; count 1..64. */
unsigned analyzer_units_for(unsigned channel_count);

/* `count` little-endian samples of `from` bytes each to samples of `to` bytes: upper bits are
 * dropped or zero. The two do not overlap. */
void analyzer_units_convert(uint8_t *out, unsigned to, const uint8_t *in, unsigned from,
			    size_t count);

#endif
