/*
 * One-byte samples, the usual ones, go eight at a time: the channel's bit of each byte of a word,
 * an edge where it is set and was not in the byte before. 25 MS/s cost about 5 ms a second.
 */
#include "session/clock_check.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define TOLERANCE 100e-6

void clock_check_init(struct clock_check *c, unsigned bit)
{
	assert(bit < 64);
	*c = (struct clock_check){.bit = bit};
}

static void add(struct clock_check *c, uint64_t index)
{
	if (c->rising == 0)
		c->first = index;
	c->rising++;
	c->last = index;
}

static void feed_one(struct clock_check *c, const uint8_t *sample, uint64_t index)
{
	bool level = (sample[c->bit / 8] >> (c->bit % 8) & 1) != 0;

	/* A line that is high at sample 0 has not risen there. */
	if (level && !c->level && c->begun)
		add(c, index);
	c->level = level;
	c->begun = true;
}

/* Eight one-byte samples; byte 0 of the word is the first. */
static void feed_word(struct clock_check *c, const uint8_t *data, uint64_t index)
{
	uint64_t word;

	memcpy(&word, data, sizeof word);
	word = word >> c->bit & UINT64_C(0x0101010101010101);
	uint64_t rising = word & ~(word << 8 | (c->level ? 1 : 0));
	if (rising != 0) {
		if (c->rising == 0)
			c->first = index + (unsigned)__builtin_ctzll(rising) / 8;
		c->rising += rising * UINT64_C(0x0101010101010101) >> 56;
		c->last = index + 7 - (unsigned)__builtin_clzll(rising) / 8;
	}
	c->level = word >> 56 != 0;
}

void clock_check_feed(struct clock_check *c, const struct block *block)
{
	assert(c->bit < 8 * block->unit_size);
	size_t i = 0;

	if (block->sample_count > 0 && !c->begun)
		feed_one(c, block->data, block->first_index + i++);
	if (block->unit_size == 1)
		for (; i + 8 <= block->sample_count; i += 8)
			feed_word(c, block->data + i, block->first_index + i);
	for (; i < block->sample_count; i++)
		feed_one(c, block->data + i * block->unit_size, block->first_index + i);
}

enum err_code clock_check_finish(const struct clock_check *c, double clock_hz, double nominal_hz,
				 double *ratio, struct err *e)
{
	if (c->rising < 2)
		return err_set(
			e, ERR_BENCH,
			"MOD_CLK (bit %u) does not run: %s edges; check the modulator's supply "
			"and the analyzer's wiring",
			c->bit, c->rising == 0 ? "no rising" : "one rising");
	double samples = (double)(c->last - c->first);
	*ratio = samples / (double)(c->rising - 1) * clock_hz / nominal_hz;
	double off = *ratio - 1.0;
	if (!(fabs(off) <= TOLERANCE + 1.0 / samples))
		return err_set(
			e, ERR_BENCH,
			"sample clock is %+.1f ppm off by MOD_CLK, 100 ppm are allowed "
			"(%.0f samples over %.0f periods of %.0f Hz); check the analyzer's rate "
			"and the jig's clock",
			off * 1e6, samples, (double)(c->rising - 1), clock_hz);
	return ERR_NONE;
}
