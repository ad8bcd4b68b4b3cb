/* The edge finder against a look at every sample: all unit sizes, masks, densities, cuts and
 * rooms. */
#include "capture/edges.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/tap.h"

enum { SAMPLES = 3000 };

struct capture {
	uint64_t sample[SAMPLES];
	struct edge edge[SAMPLES];
	size_t edge_count;
	unsigned unit;
	uint64_t mask;
};

static void draw(struct capture *c, struct rng *rng)
{
	static const unsigned units[] = {1, 2, 4, 8};
	static const double densities[] = {0, 0.001, 0.04, 0.5, 1};
	double density = densities[rng_below(rng, 5)];
	uint64_t all;

	c->unit = units[rng_below(rng, 4)];
	all = c->unit == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * c->unit) - 1;
	c->mask = rng_below(rng, 4) == 0 ? all : rng_next(rng) & rng_next(rng) & all;
	c->edge_count = 0;
	for (size_t i = 0; i < SAMPLES; i++) {
		uint64_t before = i > 0 ? c->sample[i - 1] : rng_next(rng) & all;

		c->sample[i] = before;
		if (rng_uniform(rng) < density)
			c->sample[i] ^= UINT64_C(1) << rng_below(rng, 8 * c->unit);
		if (rng_uniform(rng) < density / 4)
			c->sample[i] = rng_next(rng) & all;
		if (i > 0 && ((c->sample[i] ^ before) & c->mask) != 0)
			c->edge[c->edge_count++] =
				(struct edge){i, c->sample[i], (c->sample[i] ^ before) & c->mask};
	}
}

static bool same(const struct edge *a, const struct edge *b)
{
	return a->index == b->index && a->value == b->value && a->changed == b->changed;
}

typedef size_t find_edges(const struct block *block, size_t *at, uint64_t *last, uint64_t mask,
			  struct edge *out, size_t capacity);

/* In blocks of 1..most samples, each in memory of its own. */
static bool find(const struct capture *c, struct rng *rng, size_t most, find_edges *finder)
{
	size_t room = EDGES_ROOM_MIN + rng_below(rng, 100), seen = 0;
	struct edge *out = malloc(room * sizeof *out);
	uint64_t last = c->sample[0];
	bool good = true;

	for (size_t at = 0, n; at < SAMPLES; at += n) {
		n = 1 + rng_below(rng, most);
		n = n < SAMPLES - at ? n : SAMPLES - at;

		uint8_t *data = malloc(n * c->unit);
		struct block block = {data, n, c->unit, at};

		for (size_t i = 0; i < n; i++)
			memcpy(data + i * c->unit, &c->sample[at + i], c->unit);
		for (size_t done = 0; done < n;) {
			size_t count = finder(&block, &done, &last, c->mask, out, room);

			for (size_t i = 0; i < count; i++, seen++)
				good &= seen < c->edge_count && same(&out[i], &c->edge[seen]);
		}
		good &= last == c->sample[at + n - 1];
		good &= edges_sample(&block, n - 1) == c->sample[at + n - 1];
		free(data);
	}
	free(out);
	return good && seen == c->edge_count;
}

int main(void)
{
	static const size_t most[] = {1, 5, 40, 400, SAMPLES};
	struct tap t = tap_begin();
	struct capture *c = malloc(sizeof *c);
	struct rng rng;

	rng_seed(&rng, 1);
	for (size_t k = 0; k < sizeof most / sizeof most[0]; k++) {
		size_t good = 0, edges = 0;

		for (int round = 0; round < 300; round++) {
			draw(c, &rng);
			good += find(c, &rng, most[k], edges_find) &&
				find(c, &rng, most[k], edges_find_plain);
			edges += c->edge_count;
		}
		tap_ok(&t, good == 300 && edges > 1000, "%zu edges in blocks of 1..%zu samples",
		       edges, most[k]);
	}
	free(c);
	return tap_end(&t);
}
