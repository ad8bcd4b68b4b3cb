/*
 * Position from two lines in quadrature: +1 along (B,A) = 00, 01, 11, 10. The count is 0 at sample
 * 0. Both lines changing in one sample is illegal and leaves the count.
 */
#ifndef ANALYSIS_QUADRATURE_H
#define ANALYSIS_QUADRATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/result.h"

struct quadrature_lines {
	unsigned a, b; /* bits */
};

/* The decoder alone: position is all it knows. */
struct quadrature {
	struct quadrature_lines lines;
	unsigned state; /* B << 1 | A */
	int64_t count;
};

enum quadrature_step {
	QUADRATURE_BACK = -1,
	QUADRATURE_NONE = 0,
	QUADRATURE_AHEAD = 1,
	QUADRATURE_ILLEGAL = 2,
};

static inline unsigned quadrature_state(struct quadrature_lines lines, uint64_t sample)
{
	return (unsigned)(sample >> lines.a & 1) | (unsigned)(sample >> lines.b & 1) << 1;
}

static inline void quadrature_init(struct quadrature *q, struct quadrature_lines lines,
				   uint64_t sample)
{
	*q = (struct quadrature){lines, quadrature_state(lines, sample), 0};
}

static inline enum quadrature_step quadrature_feed(struct quadrature *q, uint64_t sample)
{
	/* Indexed by old << 2 | new; 2 marks an illegal step. */
	static const int8_t step[16] = {0, 1, -1, 2, -1, 0, 2, 1, 1, 2, 0, -1, 2, -1, 1, 0};
	unsigned state = quadrature_state(q->lines, sample);
	int moved = step[q->state << 2 | state];

	q->state = state;
	if (moved != QUADRATURE_ILLEGAL)
		q->count += moved;
	return (enum quadrature_step)moved;
}

/* The channel pair as a mask: only edges of these concern the decoder. */
static inline uint64_t quadrature_mask(struct quadrature_lines lines)
{
	return UINT64_C(1) << lines.a | UINT64_C(1) << lines.b;
}

#endif
