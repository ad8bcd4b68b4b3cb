/* The filter of sinc3.h. */
#include "analysis/sinc3.h"

#include <assert.h>
#include <math.h>

void sinc3_init(struct sinc3 *s, uint64_t osr)
{
	assert(osr >= 1 && osr <= SINC3_OSR_MAX);
	*s = (struct sinc3){.osr = osr, .left = osr};
}

static void sinc3_output(struct sinc3 *s)
{
	uint64_t value = s->integrator[2];

	for (unsigned i = 0; i < 3; i++) {
		uint64_t before = s->comb[i];

		s->comb[i] = value;
		value -= before;
	}
	s->left = s->osr;
	if (s->outputs_all++ < SINC3_DROPPED)
		return;

	int64_t level = 2 * (int64_t)value - (int64_t)(s->osr * s->osr * s->osr);
	bool is_first = s->outputs_all == SINC3_DROPPED + 1;

	if (is_first || level < s->min) {
		s->min = level;
		s->min_output = s->outputs_all - 1;
	}
	if (is_first || level > s->max) {
		s->max = level;
		s->max_output = s->outputs_all - 1;
	}
	s->sum += level;
	s->squares += (sinc3_wide)level * level;
}

/* The run has grown by count bits, the first of which was bit number s->bits. */
static void sinc3_run_grow(struct sinc3 *s, uint64_t count)
{
	if (!s->is_clipped && s->run + count >= SINC3_CLIP_RUN) {
		s->is_clipped = true;
		s->clip_bit = s->bits + SINC3_CLIP_RUN - s->run - 1;
	}
	if (s->run + count >= SINC3_CLIP_RUN)
		s->clipped_bits += s->run >= SINC3_CLIP_RUN ? count : s->run + count;
	s->run += count;
}

/* A run of 127 spans at least two words or fills one: runs wholly inside a word cannot be that
 * long, so only the two ends of each word are looked at. */
static void sinc3_run(struct sinc3 *s, uint64_t stream, unsigned count)
{
	uint64_t differs = s->run_level ? ~stream : stream; /* 1: ends the run */
	unsigned leading = differs == 0 ? 64 : (unsigned)__builtin_ctzll(differs);

	sinc3_run_grow(s, leading < count ? leading : count);
	if (leading >= count)
		return;

	uint64_t top = stream << (64 - count);

	s->run_level = top >> 63;
	differs = s->run_level ? ~top : top;
	s->run = differs == 0 ? count : (unsigned)__builtin_clzll(differs);
	s->run = s->run < count ? s->run : count;
}

void sinc3_feed(struct sinc3 *s, uint64_t stream, unsigned count)
{
	assert(count <= 64);
	if (count == 0)
		return;
	sinc3_run(s, stream, count);
	s->bits += count;
	s->ones += (uint64_t)__builtin_popcountll(stream & (UINT64_MAX >> (64 - count)));
	while (count > 0) {
		unsigned n = s->left < count ? (unsigned)s->left : count;
		uint64_t i0 = s->integrator[0], i1 = s->integrator[1], i2 = s->integrator[2];

		for (unsigned i = 0; i < n; i++) {
			i0 += stream & 1;
			i1 += i0;
			i2 += i1;
			stream >>= 1;
		}
		s->integrator[0] = i0;
		s->integrator[1] = i1;
		s->integrator[2] = i2;
		s->left -= n;
		count -= n;
		if (s->left == 0)
			sinc3_output(s);
	}
}

uint64_t sinc3_outputs(const struct sinc3 *s)
{
	return s->outputs_all > SINC3_DROPPED ? s->outputs_all - SINC3_DROPPED : 0;
}

double sinc3_scale(const struct sinc3 *s)
{
	return (double)(s->osr * s->osr * s->osr);
}

double sinc3_mean(const struct sinc3 *s)
{
	return (double)s->sum / (double)sinc3_outputs(s) / sinc3_scale(s);
}

double sinc3_rms(const struct sinc3 *s)
{
	return sqrt((double)s->squares / (double)sinc3_outputs(s)) / sinc3_scale(s);
}

uint64_t sinc3_end(const struct sinc3 *s, uint64_t output)
{
	return (output + 1) * s->osr - 1;
}

double sinc3_delay(const struct sinc3 *s)
{
	return 1.5 * (double)(s->osr - 1);
}
