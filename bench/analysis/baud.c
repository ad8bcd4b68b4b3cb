/*
 * The analysis "baud": how fast a serial line talks, from the times between its edges alone.
 *
 * Each of them is a whole number of bits. The bit is first taken as the shortest time that is no
 * rare accident (at least two, and one in a hundred, are as short), then as the mean over all times
 * of at most ten bits, which weighs an edge's error by the bits between. The same glitches and
 * pauses are left out in both. A text in which no bit stands alone gives a multiple of the bit.
 */
#include <math.h>
#include <stdlib.h>

#include "analysis/kind.h"
#include "analysis/statistics.h"
#include "analysis/store.h"

enum { KEY_RX };

enum { BAUD_BITS_MAX = 10, BAUD_ROUNDS = 4 };
#define BAUD_OFF_MAX 0.25 /* of a bit: what is further from a whole number is no bits */

struct baud {
	double samplerate_hz;
	unsigned rx;
	bool has_edge;
	uint64_t last_edge;
	struct tally widths; /* samples between successive edges */
};

static enum err_code baud_init(void *state, const struct kind_args *args, struct err *e)
{
	struct baud *b = state;

	(void)e;
	b->samplerate_hz = args->samplerate_hz;
	b->rx = args->value[KEY_RX].bit;
	return ERR_NONE;
}

static void baud_start(void *state, uint64_t sample)
{
	(void)state;
	(void)sample;
}

static void baud_edges(void *state, const struct edge *list, size_t count)
{
	struct baud *b = state;

	for (size_t i = 0; i < count; i++) {
		if ((list[i].changed >> b->rx & 1) == 0)
			continue;
		if (b->has_edge)
			tally_add(&b->widths, list[i].index - b->last_edge);
		b->has_edge = true;
		b->last_edge = list[i].index;
	}
}

static int baud_compare(const void *a, const void *b)
{
	const struct tally_slot *left = a, *right = b;

	return (left->value > right->value) - (left->value < right->value);
}

/* The shortest width that enough others are near to; 0 when there is none. */
static double baud_shortest(const struct tally_slot *slot, size_t count, uint64_t wanted)
{
	uint64_t near = 0;
	size_t end = 0; /* near: the times of slots i .. end - 1 */

	for (size_t i = 0; i < count; i++) {
		for (; end < count && slot[end].value <= slot[i].value + slot[i].value / 4 + 1;
		     end++)
			near += slot[end].times;
		if (near >= wanted)
			return (double)slot[i].value;
		near -= slot[i].times;
	}
	return 0;
}

/* Mean samples of a bit, from all widths that are near a whole number of bits; 0: none is. */
static double baud_refine(const struct tally_slot *slot, size_t count, double bit)
{
	double samples = 0, bits = 0;

	for (size_t i = 0; i < count; i++) {
		double whole = round((double)slot[i].value / bit);

		if (whole < 1 || whole > BAUD_BITS_MAX ||
		    fabs((double)slot[i].value / bit - whole) > BAUD_OFF_MAX)
			continue;
		samples += (double)slot[i].value * (double)slot[i].times;
		bits += whole * (double)slot[i].times;
	}
	return bits > 0 ? samples / bits : 0;
}

static void baud_finish(void *state, uint64_t sample_count, struct result *out)
{
	const struct baud *b = state;
	const struct tally *t = &b->widths;
	struct tally_slot *slot = store_resize(NULL, t->used, sizeof *slot);
	size_t count = 0;
	uint64_t wanted = t->count / 100 > 2 ? t->count / 100 : 2;

	(void)sample_count;
	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i].times > 0)
			slot[count++] = t->slot[i];
	if (count > 0)
		qsort(slot, count, sizeof *slot, baud_compare);

	double bit = baud_shortest(slot, count, wanted);

	for (unsigned round = 0; round < BAUD_ROUNDS && bit > 0; round++)
		bit = baud_refine(slot, count, bit);
	free(slot);
	result_set(out, "edges", result_integer((int64_t)(t->count + b->has_edge)));
	result_set(out, "bit_samples", statistics_number(bit, bit > 0));
	result_set(out, "baud",
		   statistics_number(b->samplerate_hz / bit, bit > 0 && b->samplerate_hz > 0));
}

static void baud_deinit(void *state)
{
	struct baud *b = state;

	tally_deinit(&b->widths);
}

const struct kind baud_kind = {
	.name = "baud",
	.keys = {[KEY_RX] = {"rx", KIND_CHANNEL, true}},
	.state_size = sizeof(struct baud),
	.init = baud_init,
	.start = baud_start,
	.edges = baud_edges,
	.samples = kind_no_samples,
	.finish = baud_finish,
	.deinit = baud_deinit,
};
