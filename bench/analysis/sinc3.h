/*
 * Third-order sinc decimation of a one-bit stream: H(z) = ((1 - z^-osr) / (1 - z^-1))^3 / osr^3 (E.
 * Hogenauer, "An economical class of digital filters", IEEE Trans. ASSP-29, 1981).
 *
 * Output j ends at bit (j + 1) every - 1, every = osr unless asked for more of them; those of the
 * first 3 osr bits are dropped, for the filter is not yet full. A density d of ones maps to 2 d
 * - 1. The arithmetic is whole numbers throughout, so the result does not depend on how the stream
 * was cut.
 */
#ifndef ANALYSIS_SINC3_H
#define ANALYSIS_SINC3_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SINC3_OSR_MAX = 4096,
	SINC3_STAGES = 3,
	SINC3_DELAY_MAX = 64, /* osr / every */
	SINC3_CLIP_RUN = 127,
};

__extension__ typedef __int128 sinc3_wide;

/* Invariant: integrator[] and comb[] are correct modulo 2^64, which is enough, for an output is at
 * most osr^3 (Hogenauer). left: bits to the next output, 1..every. comb[]: what went in at the last
 * osr / every outputs, the oldest at `oldest`. */
struct sinc3 {
	uint64_t osr, every, left;
	uint64_t integrator[SINC3_STAGES], comb[SINC3_DELAY_MAX][SINC3_STAGES];
	unsigned delay, oldest;
	uint64_t bits, ones, outputs_all;
	int64_t min, max;                /* of 2 y - osr^3, y in 0..osr^3, over the outputs kept */
	uint64_t min_output, max_output; /* the first outputs that had them, dropped ones counted */
	sinc3_wide sum, squares;
	/* The run of equal bits at the end of the stream; a clipped modulator gives one opposite
	 * bit in 128, so 127 equal ones (AMC1306 datasheet SBAS734, fail-safe output). */
	uint64_t run;
	bool run_level, is_clipped;
	uint64_t clip_bit;     /* the first to complete such a run */
	uint64_t clipped_bits; /* in all such runs */
};

void sinc3_init(struct sinc3 *s, uint64_t osr);
/* An output each `every` bits: a window that slides. osr is a multiple of it, at most 64 times. */
void sinc3_init_sliding(struct sinc3 *s, uint64_t osr, uint64_t every);
/* The low `count` (0..64) bits of stream, bit 0 first. */
void sinc3_feed(struct sinc3 *s, uint64_t stream, unsigned count);
uint64_t sinc3_outputs(const struct sinc3 *s); /* kept */
double sinc3_mean(const struct sinc3 *s);      /* NaN of none */
double sinc3_rms(const struct sinc3 *s);       /* about zero */

double sinc3_scale(const struct sinc3 *s); /* of min and max: full scale is +-1 */

/* The bit that ended output j (dropped ones counted), and the filter's group delay in bits: what
 * the output says belongs so many bits before that one, 3 (osr - 1) / 2. */
uint64_t sinc3_end(const struct sinc3 *s, uint64_t output);
double sinc3_delay(const struct sinc3 *s);

#endif
