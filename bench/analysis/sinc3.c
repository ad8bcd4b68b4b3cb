/* The filter of sinc3.h. */
#include "analysis/sinc3.h"

#include <assert.h>
#include <math.h>

void sinc3_init(struct sinc3 *s, uint64_t osr)
{
	sinc3_init_sliding(s, osr, osr);
}

void sinc3_init_sliding(struct sinc3 *s, uint64_t osr, uint64_t every)
{
	assert(osr >= 1 && osr <= SINC3_OSR_MAX);
	assert(every >= 1 && osr % every == 0 && osr / every <= SINC3_DELAY_MAX);
	*s = (struct sinc3){.osr = osr,
			    .every = every,
			    .left = every,
			    .delay = (unsigned)(osr / every)};
}

/* Outputs of a filter that is not yet full. */
static uint64_t sinc3_dropped(const struct sinc3 *s)
{
	return (uint64_t)SINC3_STAGES * s->delay;
}

static void sinc3_output(struct sinc3 *s)
{
	uint64_t value = s->integrator[2];

	uint64_t *comb = s->comb[s->oldest];

	for (unsigned i = 0; i < SINC3_STAGES; i++) {
		uint64_t before = comb[i];

		comb[i] = value;
		value -= before;
	}
	s->oldest = s->oldest + 1 < s->delay ? s->oldest + 1 : 0;
	s->left = s->every;
	if (s->outputs_all++ < sinc3_dropped(s))
		return;

	int64_t level = 2 * (int64_t)value - (int64_t)(s->osr * s->osr * s->osr);
	bool is_first = s->outputs_all == sinc3_dropped(s) + 1;

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

/*
 * What up to eight bits add to the integrators at once. Bit k of n, once shifted up by 8 - n so
 * that the last one stands at 7, adds 1 to the first, as many as there are steps from its own on to
 * the second (8 - k), and the sum of these to the third ((8 - k)(9 - k) / 2): three bytes of one
 * word.
 */
#define STEP(b, k) (((b) >> (k)&1u) * (1u | (8u - (k)) << 8 | (8u - (k)) * (9u - (k)) / 2u << 16))
#define STEPS(b)                                                                             \
	(STEP(b, 0u) + STEP(b, 1u) + STEP(b, 2u) + STEP(b, 3u) + STEP(b, 4u) + STEP(b, 5u) + \
	 STEP(b, 6u) + STEP(b, 7u))
#define STEPS_4(b)  STEPS(b), STEPS(b + 1u), STEPS(b + 2u), STEPS(b + 3u)
#define STEPS_16(b) STEPS_4(b), STEPS_4(b + 4u), STEPS_4(b + 8u), STEPS_4(b + 12u)
#define STEPS_64(b) STEPS_16(b), STEPS_16(b + 16u), STEPS_16(b + 32u), STEPS_16(b + 48u)
static const uint32_t sinc3_steps[256] = {STEPS_64(0u), STEPS_64(64u), STEPS_64(128u),
					  STEPS_64(192u)};

void sinc3_feed(struct sinc3 *s, uint64_t stream, unsigned count)
{
	assert(count <= 64);
	if (count == 0)
		return;
	sinc3_run(s, stream, count);
	s->bits += count;
	while (count > 0) {
		unsigned n = s->left < count ? (unsigned)s->left : count;
		uint64_t i0 = s->integrator[0], i1 = s->integrator[1], i2 = s->integrator[2];

		n = n < 8 ? n : 8;
		const uint32_t steps = sinc3_steps[stream << (8 - n) & 0xff];
		i2 += n * i1 + n * (n + 1) / 2 * i0 + (steps >> 16);
		i1 += n * i0 + (steps >> 8 & 0xff);
		i0 += steps & 0xff;
		stream >>= n;
		s->ones += steps & 0xff;
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
	uint64_t dropped = sinc3_dropped(s);

	return s->outputs_all > dropped ? s->outputs_all - dropped : 0;
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
	return (output + 1) * s->every - 1;
}

double sinc3_delay(const struct sinc3 *s)
{
	return 1.5 * (double)(s->osr - 1);
}
