/* sinc3 against a plain convolution with the filter's own weights, and bit planes way against
 * way. */
#include "analysis/wave_test.h"
#include "capture/bitplane.h"

/* Clock of 5 samples a period (2 high, 3 low); the bit is there from the falling edge on. */
static void stream(struct wave *w, const uint8_t *bit, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		wave_set(w, 0, true);
		wave_run(w, 1);
		wave_set(w, 1, i % 3 == 0); /* nobody looks here */
		wave_run(w, 1);
		wave_set(w, 0, false);
		wave_set(w, 1, bit[i]);
		wave_run(w, 1);
		wave_set(w, 1, i % 2 == 0);
		wave_run(w, 2);
	}
}

struct naive {
	double sum, squares, min, max;
	size_t outputs, ones;
};

/* sinc3 as what it is: three boxcars of length osr in a row. */
static struct naive naive_sinc3(const uint8_t *bit, size_t count, size_t osr, size_t every)
{
	double *weight = calloc(3 * osr, sizeof *weight);
	struct naive n = {.min = INFINITY, .max = -INFINITY};

	for (size_t i = 0; i < osr; i++)
		for (size_t j = 0; j < osr; j++)
			for (size_t k = 0; k < osr; k++)
				weight[i + j + k] += 1 / ((double)osr * (double)osr * (double)osr);
	for (size_t i = 0; i < count; i++)
		n.ones += bit[i];
	for (size_t end = 3 * osr + every - 1; end < count; end += every) {
		double density = 0;

		for (size_t i = 0; i <= 3 * (osr - 1); i++)
			density += weight[i] * bit[end - i];

		double y = 2 * density - 1;

		n.sum += y;
		n.squares += y * y;
		n.min = fmin(n.min, y);
		n.max = fmax(n.max, y);
		n.outputs++;
	}
	free(weight);
	return n;
}

static bool near_to(const struct result *r, const char *name, double wanted)
{
	const struct result *at = result_get(r, name);

	return result_kind(at) == RESULT_NUMBER && fabs(result_as_number(at) - wanted) < 1e-11;
}

static void test_filter(struct tap *t)
{
	static const struct {
		size_t osr, every;
	} filter[] = {{1, 1},  {2, 2},   {5, 5},   {32, 32}, {33, 33}, {100, 100},
		      {32, 1}, {32, 16}, {33, 11}, {64, 1},  {100, 2}};
	enum { BITS = 1700 };
	uint8_t bit[BITS];
	struct rng rng;
	char spec[80];

	rng_seed(&rng, 3);
	for (size_t i = 0; i < BITS; i++)
		bit[i] = rng_uniform(&rng) < 0.3 + 0.4 * (double)i / BITS;
	for (size_t k = 0; k < sizeof filter / sizeof filter[0]; k++) {
		struct naive n = naive_sinc3(bit, BITS, filter[k].osr, filter[k].every);
		struct wave w = {0};

		wave_run(&w, 7);
		stream(&w, bit, BITS);
		(void)snprintf(spec, sizeof spec, "sinc3:clk=c0,dat=c1,osr=%zu,every=%zu",
			       filter[k].osr, filter[k].every);

		struct result *r = wave_analyse(&w, spec, 0);

		tap_ok(t,
		       wave_is(r, "bits", BITS) && wave_is(r, "ones", (double)n.ones) &&
			       wave_is(r, "outputs", (double)n.outputs) &&
			       near_to(r, "mean", n.sum / (double)n.outputs) &&
			       near_to(r, "rms", sqrt(n.squares / (double)n.outputs)) &&
			       near_to(r, "min", n.min) && near_to(r, "max", n.max),
		       "osr %zu, every %zu bits, against convolution", filter[k].osr,
		       filter[k].every);
		result_free(r);
		wave_free(&w);
	}
}

static void test_members(struct tap *t)
{
	uint8_t bit[2000];
	struct wave w = {0};
	struct result *r;

	memset(bit, 1, sizeof bit);
	stream(&w, bit, 30);
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10", 0);
	tap_ok(t, wave_all(r, "bits 30 outputs 0 mean null rms null min null max null"),
	       "the first three outputs are dropped");
	result_free(r);
	stream(&w, bit, 1970);
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10", 0);
	tap_ok(t,
	       wave_all(r, "outputs 197 mean 1 rms 1 min 1 max 1") &&
		       result_as_bool(result_get(r, "clipped")),
	       "all ones is +1, and clipped");
	result_free(r);
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10,edge=rising", 0);
	tap_ok(t, wave_all(r, "bits 1999"), "sample 0 high is no rising edge");
	result_free(r);
	wave_free(&w);

	for (size_t run = 126; run <= 127; run++) {
		for (size_t i = 0; i < sizeof bit; i++)
			bit[i] = i % (run + 1) == run;
		stream(&w, bit, sizeof bit);
		r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10", 0);
		tap_ok(t, result_as_bool(result_get(r, "clipped")) == (run == 127),
		       "a run of %zu zeros", run);
		result_free(r);
		wave_free(&w);
	}
}

static void test_window(struct tap *t)
{
	uint8_t bit[1000];
	struct wave w = {0};
	struct result *r;

	for (size_t i = 0; i < sizeof bit; i++)
		bit[i] = i >= 300 && i < 700;
	stream(&w, bit, sizeof bit); /* bit i at sample 5 i + 2 */
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10,from=1502sa,to=3498sa", 0);
	tap_ok(t, wave_all(r, "bits 400 ones 400 outputs 37 mean 1"), "window in samples");
	result_free(r);
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10,from=1.503,to=3.4975s", 1000);
	tap_ok(t, wave_all(r, "bits 399 ones 399"), "window in seconds");
	result_free(r);
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10,from=1502sa,to=5001sa", 0);
	tap_ok(t, wave_all(r, "bits null mean null clipped null"),
	       "a window beyond the end has no value");
	result_free(r);
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10,to=5000sa", 0);
	tap_ok(t, wave_all(r, "bits 1000"), "the end itself is inside");
	result_free(r);
	wave_free(&w);
}

/* A burst of ones is found where it was, not where the filter had it. */
static void test_instant(struct tap *t)
{
	uint8_t bit[1000];
	struct wave w = {0};
	struct result *r;

	for (size_t i = 0; i < sizeof bit; i++)
		bit[i] = i >= 491 && i <= 500; /* its middle, 495.5, is that of output 50 */
	stream(&w, bit, sizeof bit);           /* bit i at sample 5 i + 2 */
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10", 0);
	tap_ok(t, wave_all(r, "max_at_sample 2479.5 min_at_sample 129.5 clock_gap_samples 5"),
	       "instants without the filter's delay; a clock without a gap");
	result_free(r);
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10,from=2000sa,to=3000sa", 0);
	tap_ok(t, wave_all(r, "max_at_sample 2479.5 clock_gap_samples 5"), "in a window too");
	result_free(r);
	wave_run(&w, 100); /* the clock is left standing */
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10", 0);
	tap_ok(t, wave_all(r, "bits 1000 clock_gap_samples 103"), "a clock that stops");
	result_free(r);
	r = wave_analyse(&w, "sinc3:clk=c0,dat=c1,osr=10,from=5000sa", 0);
	tap_ok(t, wave_all(r, "bits 0 max_at_sample null min_at_sample null clock_gap_samples 100"),
	       "no clock at all");
	result_free(r);
	wave_free(&w);
}

/* The largest gap of a clock that limps, against a look at each sample. */
static void test_gaps(struct tap *t)
{
	struct rng rng;
	unsigned bad = 0;

	rng_seed(&rng, 23);
	for (unsigned round = 0; round < 300; round++) {
		struct wave w = {0};
		uint64_t longest = 1 + rng_below(&rng, round % 3 == 0 ? 300 : 12);
		uint64_t before = 0, gap = 0;

		while (w.count < 2000) {
			wave_set(&w, 0, (w.level & 1) == 0);
			wave_run(&w, 1 + (size_t)rng_below(&rng, longest));
		}
		for (size_t i = 1; i <= w.count; i++) {
			if (i < w.count && (w.sample[i - 1] & ~w.sample[i] & 1) == 0)
				continue;
			gap = i - before > gap ? i - before : gap;
			before = i;
		}

		struct result *r = wave_cut(&w, "sinc3:clk=c0,dat=c1,osr=4", 0, 1, round, 500);

		bad += !wave_is(r, "clock_gap_samples", (double)gap);
		result_free(r);
		wave_free(&w);
	}
	tap_is_int(t, bad, 0, "the largest gap against a look at each sample");
}

static void test_planes(struct tap *t)
{
	static const unsigned unit[] = {1, 2, 4, 8};
	uint8_t data[64 * 8];
	struct rng rng;
	bool planes = true, packs = true;

	rng_seed(&rng, 5);
	for (int round = 0; round < 20000; round++) {
		unsigned u = unit[round % 4];
		unsigned clk = (unsigned)rng_below(&rng, 8 * u),
			 dat = (unsigned)rng_below(&rng, 8 * u);
		struct bitplane_pair best, plain;
		uint64_t naive = 0, value = rng_next(&rng), mask = rng_next(&rng) & rng_next(&rng);

		for (size_t i = 0; i < sizeof data; i++)
			data[i] = (uint8_t)rng_next(&rng);
		best = bitplane_best(u)(data, clk, dat);
		plain = bitplane_plain(u)(data, clk, dat);
		for (unsigned i = 0; i < 64; i++)
			naive |= (uint64_t)(data[i * u + clk / 8] >> clk % 8 & 1) << i;
		planes &= best.clk == plain.clk && best.dat == plain.dat && best.clk == naive;
		packs &= bitplane_pack_best()(value, mask) == bitplane_pack_plain()(value, mask);
	}
	tap_ok(t, planes, "bit planes: every way gives the same");
	tap_ok(t, packs, "packing: every way gives the same");
	tap_ok(t, bitplane_pack_plain()(0xf0, 0xaa) == 0xc, "packing keeps the order");
}

int main(void)
{
	struct tap t = tap_begin();

	test_filter(&t);
	test_members(&t);
	test_window(&t);
	test_instant(&t);
	test_gaps(&t);
	test_planes(&t);
	return tap_end(&t);
}
