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

/* How many bits of word are set. The compiler's own is a call on processors that need not have the
 * instruction. */
static inline unsigned bitplane_count(uint64_t word)
{
	word -= word >> 1 & UINT64_C(0x5555555555555555);
	word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
	word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (unsigned)(word * UINT64_C(0x0101010101010101) >> 56);
}

#endif
