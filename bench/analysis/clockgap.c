/* Whole words of a regular clock are passed over with one compare; only a word that holds a spacing
 * longer than any before, or a gap, is looked at edge by edge. */
#include "analysis/clockgap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "capture/bitplane.h"

/* Is there a run of n zeros (n >= 1) between the lowest and the highest one of edges? */
static bool clockgap_has_run(uint64_t edges, uint64_t n)
{
	uint64_t below_high = (UINT64_C(1) << (63 - __builtin_clzll(edges))) - 1;
	uint64_t run = ~edges & below_high & ~(edges ^ (edges - 1));

	/* Bit i of run: zeros at i .. i + length - 1; lengths double. */
	for (uint64_t length = 1; length < n && run != 0;) {
		uint64_t step = length < n - length ? length : n - length;

		if (step >= 64)
			return false;
		run &= run >> step;
		length += step;
	}
	return run != 0;
}

static void clockgap_look(struct clockgap *c, uint64_t before, uint64_t at)
{
	uint64_t spacing = at - before;

	c->longest = spacing > c->longest ? spacing : c->longest;
	if (c->usual == 0 || 2 * spacing <= 3 * c->usual)
		return;
	if (c->gaps < CLOCKGAP_LISTED)
		c->at[c->gaps] = before;
	c->gaps++;
	c->missing += (2 * spacing + c->usual) / (2 * c->usual) - 1;
}

static int clockgap_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The usual spacing, from the edges so far, and the gaps among them. */
static void clockgap_learn(struct clockgap *c)
{
	uint64_t spacing[CLOCKGAP_LEARN];
	size_t count = (size_t)c->edges - 1;

	for (size_t i = 0; i < count; i++)
		spacing[i] = c->learned[i + 1] - c->learned[i];
	qsort(spacing, count, sizeof spacing[0], clockgap_compare);
	c->usual = spacing[count / 2];
	for (size_t i = 0; i < count; i++)
		clockgap_look(c, c->learned[i], c->learned[i + 1]);
}

static void clockgap_edge(struct clockgap *c, uint64_t at)
{
	if (c->edges == 0)
		c->first = at;
	if (c->usual != 0)
		clockgap_look(c, c->last, at);
	else
		c->learned[c->edges] = at;
	c->last = at;
	c->edges++;
	if (c->usual == 0 && c->edges == CLOCKGAP_LEARN + 1)
		clockgap_learn(c);
}

void clockgap_feed(struct clockgap *c, uint64_t edges, uint64_t index)
{
	if (edges == 0)
		return;

	uint64_t limit = 3 * c->usual / 2 < c->longest ? 3 * c->usual / 2 : c->longest;

	if (c->usual != 0 && !clockgap_has_run(edges, limit)) {
		clockgap_look(c, c->last, index + (unsigned)__builtin_ctzll(edges));
		c->last = index + 63 - (unsigned)__builtin_clzll(edges);
		c->edges += bitplane_count(edges);
		return;
	}
	for (; edges != 0; edges &= edges - 1)
		clockgap_edge(c, index + (unsigned)__builtin_ctzll(edges));
}

void clockgap_finish(struct clockgap *c)
{
	if (c->usual == 0 && c->edges > 1)
		clockgap_learn(c);
}
