/*
 * Is a clock whole? The longest spacing of its edges, and the spacings at which edges are missing:
 * those above 1.5 times the usual one, which is the median of the first CLOCKGAP_LEARN.
 */
#ifndef ANALYSIS_CLOCKGAP_H
#define ANALYSIS_CLOCKGAP_H

#include <stddef.h>
#include <stdint.h>

enum { CLOCKGAP_LEARN = 64, CLOCKGAP_LISTED = 16 };

/* Invariant: usual is 0 while edges <= CLOCKGAP_LEARN, and then learned[0..edges) are all of them;
 * nothing counts as a gap until it is known. */
struct clockgap {
	uint64_t edges, first, last; /* samples of the first and the last edge */
	uint64_t learned[CLOCKGAP_LEARN + 1];
	uint64_t usual;
	uint64_t longest; /* spacing */
	uint64_t gaps;
	uint64_t missing;             /* edges */
	uint64_t at[CLOCKGAP_LISTED]; /* the edges before the first gaps */
};

/* Bit i of edges: an edge at sample index + i. */
void clockgap_feed(struct clockgap *c, uint64_t edges, uint64_t index);
/* After the last feed, before gaps, missing and at are read. */
void clockgap_finish(struct clockgap *c);

#endif
