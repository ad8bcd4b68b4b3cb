/*
 * Strokes of a position: its turning points, and when each rise passed the middle.
 *
 * A turning point counts once the position has backed off by at least `hysteresis` counts; it
 * stands at the first sample with the extreme count; sample 0 is none. Tops and bottoms alternate.
 *
 * The middle, (mean top + mean bottom) / 2, is known only at the end. So each rise keeps the sample
 * at which it first reached each count: all of them up to STROKE_TIMES_MAX, from there on only
 * those in a band around the middle so far, which narrows as strokes come, to no less than
 * STROKE_BAND counts either way. A middle that ends outside the band has no crossings: rate_mid_hz
 * is null then, never a guess.
 */
#ifndef ANALYSIS_STROKE_H
#define ANALYSIS_STROKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/result.h"
#include "analysis/store.h"

enum { STROKE_TIMES_MAX = 2000000, STROKE_BAND = 64 };

struct stroke_turn {
	uint64_t sample;
	int64_t count;
};

struct stroke_turns {
	struct stroke_turn *at;
	size_t count, capacity;
};

/* One way up from a bottom: times[start + i] is when count first + i was reached for the first time
 * since, i < size. top is the highest count so far. In the descent behind it dips[dip_start + i] is
 * when count dip_top - i was first come back to from below, i < dip_size, UINT64_MAX: never. */
struct stroke_rise {
	int64_t first, top;
	size_t start, size;
	int64_t dip_top; /* no higher than the bottom */
	size_t dip_start, dip_size;
};

struct stroke {
	int64_t hysteresis;
	int direction;                /* +1 looks for a top, -1 for a bottom, 0 for either */
	struct stroke_turn high, low; /* candidates */
	struct stroke_turns top, bottom;
	bool bottom_first; /* of the two lists, which began */
	struct store_u64 times, dips;
	struct stroke_rise rise;   /* the present one */
	struct stroke_rise *rises; /* those of bottom.at[i] that a top has ended */
	size_t rise_count, rise_capacity;
	bool is_banded, is_narrow; /* narrow: the band is as small as it gets */
	int64_t band_low, band_high;
};

/* hysteresis >= 1. */
void stroke_init(struct stroke *s, int64_t hysteresis);
/* The position has moved by one count, to count, at sample. */
void stroke_feed(struct stroke *s, uint64_t sample, int64_t count);
void stroke_deinit(struct stroke *s);

/* Where a crossing after a bottom may lie. */
enum stroke_part {
	STROKE_RISE,  /* before the next top */
	STROKE_WHOLE, /* before the next bottom: a bottom above the middle may have one in the
			 descent */
};

/* When the position first came up to the middle after each bottom: *crossed gets a malloc'd list,
 * one entry per bottom, of samples, UINT64_MAX where it did not. False: no middle, or it lies
 * outside the band; the list is NULL then. The caller frees it. */
bool stroke_crossings(const struct stroke *s, enum stroke_part part, uint64_t **crossed);

#endif
