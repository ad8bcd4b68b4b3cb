/* pulse, step, and the exact median behind pulse. */
#include "analysis/statistics.h"
#include "analysis/wave_test.h"

static void test_pulse(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	/* high at sample 0; rises at 5, 15, 27, 35; widths 4, 3, 2, then high to the end */
	wave_levels(&w, 0, "1110011110000001110000000001100000011", 1);
	r = wave_analyse(&w, "pulse:ch=c0", 1000);
	tap_ok(t,
	       wave_all(r, "rising 4 falling 4 high_samples 14 periods 3 "
			   "period_samples.min 8 period_samples.max 12 period_samples.mean 10 "
			   "period_samples.median 10 frequency_hz.mean 100 "
			   "frequency_hz.max 125 width_samples.min 2 width_samples.max 4 "
			   "width_samples.mean 3 width_samples.median 3"),
	       "periods and widths");
	tap_ok(t, wave_is(r, "frequency_hz.min", 1000 / 12.0), "slowest period");
	tap_ok(t, wave_is(r, "duty_percent.mean", 100 * (0.4 + 0.25 + 0.25) / 3), "mean of duties");
	tap_ok(t, wave_all(r, "duty_percent.min 25 duty_percent.max 40 duty_percent.weighted 30"),
	       "duty");
	result_free(r);
	r = wave_analyse(&w, "pulse:ch=0", 0);
	tap_ok(t,
	       wave_all(r, "frequency_hz.mean null frequency_hz.min null frequency_hz.max null "
			   "periods 3"),
	       "no rate: null in an object that stays");
	result_free(r);
	wave_free(&w);

	wave_levels(&w, 1, "0011", 3);
	r = wave_analyse(&w, "pulse:ch=c1", 1000);
	tap_ok(t,
	       wave_all(r,
			"rising 1 falling 0 high_samples 6 periods 0 period_samples.mean null "
			"frequency_hz.mean null duty_percent.mean null duty_percent.weighted null "
			"width_samples.median null"),
	       "one edge");
	result_free(r);
	wave_free(&w);
	wave_levels(&w, 0, "1", 7);
	r = wave_analyse(&w, "pulse:ch=c0", 1000);
	tap_ok(t, wave_all(r, "rising 0 high_samples 7"), "always high");
	result_free(r);
	wave_free(&w);
}

static void test_step(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	wave_set(&w, 0, true); /* high at sample 0 is no pulse */
	wave_run(&w, 2);
	wave_set(&w, 0, false);
	wave_run(&w, 2);
	for (int i = 0; i < 5; i++) {
		wave_set(&w, 1,
			 i < 2); /* dir changes in the sample of the pulse: the new level counts */
		wave_set(&w, 0, true);
		wave_run(&w, 1);
		wave_set(&w, 0, false);
		wave_run(&w, 3);
	}
	r = wave_analyse(&w, "step:step=c0,dir=c1", 0);
	tap_ok(t, wave_all(r, "pulses 5 net -1 min -1 max 2"), "steps");
	result_free(r);
	wave_free(&w);
	wave_levels(&w, 0, "00101010", 1); /* dir low: all down */
	r = wave_analyse(&w, "step:step=c0,dir=c1", 0);
	tap_ok(t, wave_all(r, "pulses 3 net -3 min -3 max 0"), "max includes the 0 before");
	result_free(r);
	wave_free(&w);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void test_tally(struct tap *t)
{
	struct rng rng;
	bool good = true;

	rng_seed(&rng, 7);
	for (int round = 0; round < 200; round++) {
		uint64_t value[999], n = 1 + rng_below(&rng, 999),
				     spread = 1 + rng_below(&rng, 3000);
		struct tally tally = {0};

		for (uint64_t i = 0; i < n; i++) {
			value[i] = rng_below(&rng, spread) << rng_below(&rng, 30);
			tally_add(&tally, value[i]);
		}
		qsort(value, n, sizeof *value, compare);
		good &= tally_median(&tally) ==
			((double)value[(n - 1) / 2] + (double)value[n / 2]) / 2;
		good &= tally.min == value[0] && tally.max == value[n - 1] && tally.count == n;
		tally_deinit(&tally);
	}
	tap_ok(t, good, "median against sorting");
}

int main(void)
{
	struct tap t = tap_begin();

	test_pulse(&t);
	test_step(&t);
	test_tally(&t);
	return tap_end(&t);
}
