/*
 * Where a turning point really stands, finer than a count and finer than "the first sample with the
 * extreme count", which is early by half of the time that the position rests there.
 *
 * A position with the count c lies between the edges c and c + 1 of the scale. The chord of a top
 * is the time from the edge `chord` counts below its count's upper end, crossed upwards, to the
 * same edge crossed downwards: both are instants of one place, so its middle is free of
 * quantisation. A parabola through that chord and the one of the topmost edge gives the height
 * above it. This helps where the position is smooth there: it halves no noise, and a chattering top
 * has no parabola.
 *
 * Fed with counts as they are for tops, negated for bottoms.
 */
#ifndef ANALYSIS_VERTEX_H
#define ANALYSIS_VERTEX_H

#include <stdbool.h>
#include <stdint.h>

enum { VERTEX_CHORD_MAX = 64 };

/* Invariants: since its restart the value has risen from start to best; came[v % VERTEX_CHORD_MAX]
 * is when v was first reached, for the last values up to best; left is the latest step from best to
 * the value below, until the chord ended, at `fell`, when fell_best == best. */
struct vertex {
	int64_t chord; /* 1..VERTEX_CHORD_MAX */
	int64_t start, best, fell_best;
	uint64_t came[VERTEX_CHORD_MAX];
	uint64_t left, fell;
	bool is_stale; /* the next step up is one from a new start */
};

struct vertex_point {
	double sample;  /* the middle of the chord; NaN: none */
	double value;   /* NaN: none */
	uint64_t dwell; /* samples of the chord; 0: none */
};

static inline void vertex_init(struct vertex *v, int64_t chord)
{
	*v = (struct vertex){.chord = chord, .fell_best = INT64_MIN};
}

/* One count up, to value. */
static inline void vertex_up(struct vertex *v, uint64_t sample, int64_t value)
{
	if (v->is_stale) {
		v->is_stale = false;
		v->start = v->best = value - 1;
		v->fell_best = INT64_MIN;
	}
	if (value > v->best) {
		v->best = value;
		v->came[(uint64_t)value % VERTEX_CHORD_MAX] = sample;
	}
}

/* One count down, to value. */
static inline void vertex_down(struct vertex *v, uint64_t sample, int64_t value)
{
	if (v->is_stale || v->fell_best == v->best)
		return;
	if (value == v->best - 1)
		v->left = sample;
	if (v->best - value >= v->chord) {
		v->fell = sample;
		v->fell_best = v->best;
	}
}

/* The turning point at best, once it has backed off by chord; none when its rise was not seen. */
struct vertex_point vertex_point(const struct vertex *v);

#endif
