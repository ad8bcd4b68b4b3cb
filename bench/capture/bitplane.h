/*
 * One channel of 64 samples as one word: bit i is the channel's level in sample i.
 *
 * For lines that toggle every few samples, such as a modulator's clock, an edge list would cost
 * more than the samples themselves; on bit planes 64 samples are one operation.
 */
#ifndef CAPTURE_BITPLANE_H
#define CAPTURE_BITPLANE_H

#include <stdbool.h>
#include <stdint.h>

enum { BITPLANE_SAMPLES = 64 };

struct bitplane_pair {
	uint64_t clk, dat;
};

/* data: 64 samples of unit_size bytes; clk, dat: bits, below 8 * unit_size. The fastest way that
 * this processor has. */
typedef struct bitplane_pair bitplane_take(const uint8_t *data, unsigned clk, unsigned dat);
bitplane_take *bitplane_best(unsigned unit_size);

/* The same in plain C: what every other way has to agree with. */
bitplane_take *bitplane_plain(unsigned unit_size);

/* The bits of value under mask, moved together to the low end (parallel extract). */
typedef uint64_t bitplane_pack(uint64_t value, uint64_t mask);
bitplane_pack *bitplane_pack_best(void);
bitplane_pack *bitplane_pack_plain(void);

#endif
