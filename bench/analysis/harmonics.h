/*
 * Amplitudes of the harmonics of a position, per stroke from one instant to another (its tops), as
 * means over the strokes.
 *
 * The position is a staircase, so that its Fourier integral over a stroke of period P is a sum over
 * its steps, exact: |a_k| = |sum of step (1 - exp(-2 pi i k t / P))| / (pi k), t from the start of
 * the stroke (integration by parts). The steps of one stroke are kept, at most
 * HARMONICS_STEPS_MAX; a stroke with more is left out.
 */
#ifndef ANALYSIS_HARMONICS_H
#define ANALYSIS_HARMONICS_H

#include <stdint.h>

#include "analysis/result.h"
#include "analysis/store.h"

enum { HARMONICS_MAX = 16, HARMONICS_STEPS_MAX = 1 << 18 };

/* Invariant: step has, in order, all steps after the sample lost_until: sample << 1 | up. */
struct harmonics {
	unsigned number; /* 0..HARMONICS_MAX; 0: nothing is kept */
	struct store_u64 step;
	uint64_t lost_until;
	uint64_t strokes;
	double sum[HARMONICS_MAX]; /* of amplitudes */
};

void harmonics_step(struct harmonics *h, uint64_t sample, int direction);
/* A stroke ended at `end` (samples); it began at `start`, NaN when nobody knows. Steps before end
 * are forgotten. */
void harmonics_stroke(struct harmonics *h, double start, double end);
/* {strokes, amplitude[]}, in counts; null where there was no stroke. */
struct result *harmonics_result(const struct harmonics *h);
void harmonics_deinit(struct harmonics *h);

#endif
