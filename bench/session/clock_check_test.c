/* Rate from edges: exact on ideal clocks, the same for every cut and unit size, and refused when
 * the clock is missing or off. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/tap.h"
#include "session/clock_check.h"

enum { SAMPLES = 250000 };

/* Clock of hz at a true sample rate, in `bit`, noise in all other bits. */
static void make(uint8_t *data, unsigned unit, unsigned bit, double hz, double rate_hz)
{
	struct rng rng;
	rng_seed(&rng, 3);
	for (size_t i = 0; i < SAMPLES; i++) {
		double phase = (double)i * hz / rate_hz;
		bool level = phase - (double)(uint64_t)phase < 0.5;
		uint64_t word = rng_next(&rng);
		word = level ? word | UINT64_C(1) << bit : word & ~(UINT64_C(1) << bit);
		memcpy(data + i * unit, &word, unit);
	}
}

static struct clock_check fold(const uint8_t *data, unsigned unit, unsigned bit, uint64_t seed)
{
	struct clock_check c;
	struct rng rng;
	rng_seed(&rng, seed);
	clock_check_init(&c, bit);
	for (size_t at = 0, count; at < SAMPLES; at += count) {
		count = seed == 0 ? SAMPLES : rng_below(&rng, seed % 2 == 0 ? 5 : 5000);
		count = count < SAMPLES - at ? count : SAMPLES - at;
		clock_check_feed(&c, &(struct block){data + at * unit, count, unit, at});
	}
	return c;
}

static void test_ratio(struct tap *t, uint8_t *data)
{
	struct err e;
	double ratio = 0;

	make(data, 1, 3, 5e6, 25e6);
	struct clock_check c = fold(data, 1, 3, 0);
	tap_is_int(t, (int64_t)c.rising, SAMPLES / 5 - 1, "one rising edge in five samples");
	tap_is_int(t, (int64_t)c.first, 5, "sample 0 is no edge, though it is high");
	tap_is_int(t, clock_check_finish(&c, 5e6, 25e6, &ratio, &e), ERR_NONE, "25 MS/s");
	tap_near(t, ratio, 1.0, 1e-12, "exactly");
	make(data, 1, 3, 5e6, 24e6 * (1 + 60e-6));
	c = fold(data, 1, 3, 0);
	tap_is_int(t, clock_check_finish(&c, 5e6, 24e6, &ratio, &e), ERR_NONE,
		   "24 MS/s, 60 ppm fast");
	tap_near(t, ratio, 1 + 60e-6, 1.0 / SAMPLES, "is measured to one sample");
	tap_is_int(t, clock_check_finish(&c, 5.001e6, 24e6, &ratio, &e), ERR_BENCH,
		   "200 ppm in the calibration count");
	tap_note("%s", e.text);
}

static void test_refused(struct tap *t, uint8_t *data)
{
	struct err e;
	double ratio = 0;
	struct clock_check c;

	make(data, 1, 0, 5e6, 25e6 * (1 - 110e-6));
	c = fold(data, 1, 0, 0);
	tap_is_int(t, clock_check_finish(&c, 5e6, 25e6, &ratio, &e), ERR_BENCH, "110 ppm slow");
	memset(data, 0xff, SAMPLES);
	c = fold(data, 1, 0, 0);
	tap_is_int(t, clock_check_finish(&c, 5e6, 25e6, &ratio, &e), ERR_BENCH, "stuck high");
	tap_ok(t, strstr(e.text, "does not run") != NULL, "and says so: %s", e.text);
	memset(data, 0, SAMPLES / 2);
	c = fold(data, 1, 0, 0);
	tap_is_int(t, clock_check_finish(&c, 5e6, 25e6, &ratio, &e), ERR_BENCH, "one edge");
	make(data, 1, 0, 5e6, 25e6);
	memset(data + 1000, 0, 1000);
	c = fold(data, 1, 0, 0);
	tap_is_int(t, clock_check_finish(&c, 5e6, 25e6, &ratio, &e), ERR_BENCH, "a gap of 40 us");
	clock_check_init(&c, 0);
	tap_is_int(t, clock_check_finish(&c, 5e6, 25e6, &ratio, &e), ERR_BENCH, "nothing at all");
}

static void test_cuts(struct tap *t, uint8_t *data)
{
	static const unsigned units[] = {1, 1, 1, 2, 4, 8}, bits[] = {0, 3, 7, 13, 31, 63};

	for (unsigned k = 0; k < 6; k++) {
		make(data, units[k], bits[k], 4.9e6, 25e6);
		struct clock_check whole = fold(data, units[k], bits[k], 0);
		bool same = whole.rising > SAMPLES / 6;
		for (uint64_t seed = 1; seed < 7; seed++) {
			struct clock_check c = fold(data, units[k], bits[k], seed);
			same = same && c.rising == whole.rising && c.first == whole.first &&
			       c.last == whole.last;
		}
		tap_ok(t, same, "unit %u, bit %u: the same for every cut", units[k], bits[k]);
		/* The word path against the obvious loop. */
		uint64_t rising = 0, last = 0;
		for (size_t i = 1; i < SAMPLES; i++) {
			const uint8_t *now = data + i * units[k] + bits[k] / 8;
			bool up = (*now >> (bits[k] % 8) & 1) &&
				  !(now[-(int)units[k]] >> (bits[k] % 8) & 1);
			rising += up ? 1 : 0;
			last = up ? i : last;
		}
		tap_ok(t, rising == whole.rising && last == whole.last, "and right");
	}
}

int main(void)
{
	struct tap t = tap_begin();
	uint8_t *data = malloc((size_t)SAMPLES * 8);
	if (data == NULL)
		return 1;
	test_ratio(&t, data);
	test_refused(&t, data);
	test_cuts(&t, data);
	free(data);
	return tap_end(&t);
}
