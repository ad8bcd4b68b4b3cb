/* baud: the rate of a line is found from its edges, glitches and pauses notwithstanding. */
#include "analysis/wave_test.h"

/* Bytes as 8N1 on c0 at `bit` samples a bit (any fraction), with pauses between. */
static void talk(struct wave *w, struct rng *rng, double bit, size_t bytes)
{
	double at = (double)w->count + 100;

	wave_set(w, 0, true);
	for (size_t i = 0; i < bytes; i++) {
		unsigned frame = 0x200u | (unsigned)rng_below(rng, 256) << 1;

		wave_run(w, (size_t)at - w->count);
		for (unsigned k = 0; k < 10; k++) {
			wave_set(w, 0, frame >> k & 1);
			at += bit;
			wave_run(w, (size_t)at - w->count);
		}
		at += (double)rng_below(rng, 40) * bit / 7;
	}
	wave_run(w, 100);
}

static double rate(const struct wave *w)
{
	struct result *r = wave_analyse(w, "baud:rx=c0", 1e6);
	const struct result *found = result_get(r, "baud");
	double baud = result_kind(found) == RESULT_NULL ? 0 : result_as_number(found);

	result_free(r);
	return baud;
}

int main(void)
{
	static const double bits[] = {4.34, 8.68, 26.04, 104.17, 3333.3};
	struct tap t = tap_begin();
	struct wave w = {0};
	struct rng rng;
	struct result *r;

	rng_seed(&rng, 31);
	for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
		talk(&w, &rng, bits[i], 60);
		tap_ok(&t, fabs(rate(&w) * bits[i] / 1e6 - 1) < 0.01,
		       "%.2f samples a bit: %.1f baud", bits[i], rate(&w));
		wave_free(&w);
	}

	talk(&w, &rng, 26.04, 200);
	for (size_t at = 50; at < w.count; at += w.count / 3)
		w.sample[at] ^= 1; /* three glitches of one sample */
	tap_ok(&t, fabs(rate(&w) * 26.04 / 1e6 - 1) < 0.01, "glitches are no bits: %.1f baud",
	       rate(&w));
	wave_free(&w);

	wave_levels(&w, 0, "1010", 10);
	r = wave_analyse(&w, "baud:rx=c0", 0);
	tap_ok(&t, wave_all(r, "edges 3 bit_samples 10 baud null"), "no sample rate, no baud");
	result_free(r);
	r = wave_analyse(&w, "baud:rx=c1", 1e6);
	tap_ok(&t, wave_all(r, "edges 0 bit_samples null baud null"), "a silent line");
	result_free(r);
	wave_free(&w);
	wave_levels(&w, 0, "100", 10);
	r = wave_analyse(&w, "baud:rx=c0", 1e6);
	tap_ok(&t, wave_all(r, "edges 1 bit_samples null baud null"), "one edge says nothing");
	result_free(r);
	wave_free(&w);
	return tap_end(&t);
}
