/*
 * All analyses at once: results do not depend on cuts nor on the unit size, are those of a reader
 * of every single sample, and bad specs are refused with a line that helps.
 */
#include "analysis/wave_test.h"

static const char *const specs[] = {
	"quadrature:a=c0,b=c1,z=c2",
	"stroke:a=c0,b=c1,hysteresis=3",
	"protrusion:a=c0,b=c1,z=c2,hysteresis=2,um_per_count=0.5",
	"latency:from=c3,a=c0,b=c1,counts=5",
	"latency:from=c6,edge=last,a=c0,b=c1,counts=9",
	"settling:a=c0,b=c1,hysteresis=3,band=30,over=2",
	"activity:ch=c3,from=50sa",
	"pulse:ch=c3",
	"step:step=c3,dir=c4",
	"uart:rx=c5,baud=115200.5",
	"baud:rx=c5",
	"uart:rx=c5,baud=300000,bits=9,parity=o,stop=2,invert=1",
	"spi:clk=c6,mosi=c5,miso=c4,cs=c7,mode=1",
	"isp:clk=c6,mosi=c5,miso=c4,rst=c2",
	"sinc3:clk=c6,dat=c7,osr=7",
	"sinc3:clk=c6,dat=c7,osr=3,from=100sa,to=900sa,edge=rising",
};
enum { SPECS = sizeof specs / sizeof specs[0] };

/* Lines that toggle at random, each at its own pace; the pair moves in legal steps but for a
 * few. */
static void draw(struct wave *w, struct rng *rng, size_t samples)
{
	static const unsigned pace[8] = {0, 0, 31, 9, 23, 13, 3, 5};

	for (size_t i = 0; i < samples; i++) {
		for (unsigned bit = 2; bit < 8; bit++)
			if (rng_below(rng, pace[bit]) == 0)
				w->level ^= UINT64_C(1) << bit;
		if (rng_below(rng, 400) == 0)
			w->level ^= 3;
		if (rng_below(rng, 4) == 0)
			wave_move(w, 0, 1, rng_below(rng, 30) < 15 + 14 * (i / 50 % 2) ? 1 : -1, 1);
		else
			wave_run(w, 1);
	}
}

static void test_cuts(struct tap *t)
{
	static const unsigned units[] = {1, 2, 4, 8};
	struct rng rng;
	unsigned bad[SPECS] = {0};

	rng_seed(&rng, 11);
	for (unsigned round = 0; round < 40; round++) {
		struct wave w = {0};

		draw(&w, &rng, 200 + (size_t)rng_below(&rng, 3000));
		for (unsigned i = 0; i < SPECS; i++) {
			struct result *whole = wave_cut(&w, specs[i], 1e6, 1, 0, 1);

			for (unsigned k = 0; k < 4; k++) {
				struct result *cut = wave_cut(&w, specs[i], 1e6, units[k],
							      1 + rng_below(&rng, 99999),
							      round % 4 == 0 ? 1 : 1 + 60 * k * k);

				bad[i] += !wave_equal(whole, cut) || result_count(whole) < 3;
				result_free(cut);
			}
			result_free(whole);
		}
		wave_free(&w);
	}
	for (unsigned i = 0; i < SPECS; i++)
		tap_ok(t, bad[i] == 0, "cuts and unit sizes: %s", specs[i]);
}

/* Position and pulses by looking at each sample. */
static void test_naive(struct tap *t)
{
	static const int8_t step[16] = {0, 1, -1, 9, -1, 0, 9, 1, 1, 9, 0, -1, 9, -1, 1, 0};
	struct rng rng;
	bool good = true;

	rng_seed(&rng, 12);
	for (unsigned round = 0; round < 50; round++) {
		struct wave w = {0};
		int64_t count = 0, illegal = 0, low = 0, high = 0, moves = 0;
		uint64_t rising = 0, highs = 0;

		draw(&w, &rng, 2000);
		highs = w.sample[0] >> 3 & 1;
		for (size_t i = 1; i < w.count; i++) {
			int s = step[(w.sample[i - 1] & 3) << 2 | (w.sample[i] & 3)];

			moves += s != 0;
			illegal += s == 9;
			count += s == 9 ? 0 : s;
			low = count < low ? count : low;
			high = count > high ? count : high;
			rising += (w.sample[i] & ~w.sample[i - 1]) >> 3 & 1;
			highs += w.sample[i] >> 3 & 1;
		}

		struct result *q = wave_analyse(&w, specs[0], 0),
			      *p = wave_analyse(&w, "pulse:ch=c3", 0);

		good &= wave_is(q, "net", (double)count) &&
			wave_is(q, "illegal", (double)illegal) && wave_is(q, "min", (double)low) &&
			wave_is(q, "max", (double)high) &&
			wave_is(q, "transitions", (double)moves) && illegal > 0;
		good &= wave_is(p, "rising", (double)rising) &&
			wave_is(p, "high_samples", (double)highs);
		result_free(q);
		result_free(p);
		wave_free(&w);
	}
	tap_ok(t, good, "position and levels against a look at each sample");
}

/* Several at once give what each gives alone. */
static void test_together(struct tap *t)
{
	struct analysis *list[SPECS];
	struct channels channels = wave_channels(1);
	struct wave w = {0};
	struct rng rng;
	struct err e;
	uint8_t *data;
	bool good = true;

	rng_seed(&rng, 13);
	draw(&w, &rng, 100000); /* more than a slice */
	data = malloc(w.count);
	for (size_t i = 0; i < w.count; i++)
		data[i] = (uint8_t)w.sample[i];
	for (unsigned i = 0; i < SPECS; i++)
		good &= analysis_new(&list[i], specs[i], &channels, 1e6, &e) == ERR_NONE;
	analysis_feed(list, SPECS,
		      &(struct block){data, 0, 1, 0}); /* an empty block does nothing */
	analysis_feed(list, SPECS, &(struct block){data, 70000, 1, 0});
	analysis_feed(list, SPECS, &(struct block){data + 70000, w.count - 70000, 1, 70000});
	for (unsigned i = 0; i < SPECS; i++) {
		struct result *alone = wave_cut(&w, specs[i], 1e6, 1, 0, 1);
		struct result *together = analysis_finish(list[i]);

		good &= wave_equal(alone, together);
		result_free(alone);
		result_free(together);
		analysis_free(list[i]);
	}
	tap_ok(t, good, "one pass for all");
	free(data);
	wave_free(&w);
}

static void test_names(struct tap *t)
{
	struct channels c = {.count = 8, .name = {"MODE/XA", "STEP (Y, axis)", "0", "x,b=y"}};
	struct analysis *a = NULL;
	struct err e = {0};

	tap_ok(t, analysis_new(&a, "pulse:ch=STEP (Y, axis)", &c, 0, &e) == ERR_NONE,
	       "a comma before no known key is part of a name");
	analysis_free(a);
	tap_ok(t, analysis_new(&a, "quadrature:b=STEP (Y, axis),a=MODE/XA", &c, 0, &e) == ERR_NONE,
	       "keys in any order");
	analysis_free(a);
	/* "0" names bit 2 before it means bit 0 */
	tap_ok(t,
	       analysis_new(&a, "quadrature:a=0,b=2", &c, 0, &e) == ERR_CONFIG &&
		       strstr(e.text, "both bit 2") != NULL,
	       "a digit string is a name first");
}

static void test_refused(struct tap *t)
{
	static const char *const wrong[][2] = {
		{"", "unknown analysis"},
		{"nonsense:a=c0", "quadrature"},
		{"quad:a=c0", "unknown"},
		{"quadrature", "a= is missing"},
		{"quadrature:", "a= is missing"},
		{"quadrature:a=c0", "b= is missing"},
		{"quadrature:a=c0,b=c99", "c99"},
		{"quadrature:a=c0,b=c1,a=c2", "twice"},
		{"quadrature:foo=1,a=c0,b=c1", "a, b, z"},
		{"quadrature:a=c0,foo=1,b=c1", "c0,foo=1"},
		{"quadrature:a=c0,b=c0", "both"},
		{"quadrature:a=c0,b=64", "64"},
		{"quadrature:a=c0,b=-1", "-1"},
		{"stroke:a=c0,b=c1,hysteresis=0", "hysteresis"},
		{"stroke:a=c0,b=c1,hysteresis=1.5", "hysteresis"},
		{"stroke:a=c0,b=c1,hysteresis=nan", "not a number"},
		{"stroke:a=c0,b=c1,hysteresis=0x10", "not a number"},
		{"stroke:a=c0,b=c1,hysteresis=1e99", "hysteresis"},
		{"uart:rx=c0,baud=0", "baud"},
		{"uart:rx=c0,baud=-5", "baud"},
		{"uart:rx=c0,baud=1e-300", "baud"},
		{"uart:rx=c0,baud=0.0001", "baud"},
		{"uart:rx=c0,baud=9600,bits=4", "bits"},
		{"uart:rx=c0,baud=9600,parity=x", "parity"},
		{"uart:rx=c0,baud=9600,stop=3", "stop"},
		{"uart:rx=c0,baud=", "not a number"},
		{"spi:clk=c0,mode=4", "mode"},
		{"sinc3:clk=c0,dat=c1,osr=0", "osr"},
		{"sinc3:clk=c0,dat=c1,osr=5000", "osr"},
		{"sinc3:clk=c0,dat=c1,osr=8,every=0", "every"},
		{"sinc3:clk=c0,dat=c1,osr=8,every=3", "multiple"},
		{"sinc3:clk=c0,dat=c1,osr=8,every=16", "every"},
		{"sinc3:clk=c0,dat=c1,osr=4096,every=32", "64 times"},
		{"sinc3:clk=c0,dat=c0,osr=8", "both"},
		{"sinc3:clk=c0,dat=c1,osr=8,edge=up", "edge"},
		{"sinc3:clk=c0,dat=c1,osr=8,from=5sa,to=5sa", "empty"},
		{"sinc3:clk=c0,dat=c1,osr=8,from=-1", "from"},
		{"sinc3:clk=c0,dat=c1,osr=8,from=1min", "from"},
		{"sinc3:clk=c0,dat=c1,osr=8,from=1.5sa", "from"},
		{"latency:from=c0,edge=x,a=c1,b=c2", "edge"},
		{"settling:a=c0,b=c0,hysteresis=3", "both"},
		{"settling:a=c0,b=c1,hysteresis=3,band=0", "band"},
		{"settling:a=c0,b=c1,hysteresis=3,band=nan", "not a number"},
		{"settling:a=c0,b=c1,hysteresis=3,over=0", "over"},
		{"settling:a=c0,b=c1,hysteresis=3,counts=0", "counts"},
		{"activity:ch=c0,from=9sa,to=9sa", "empty"},
		{"pulse:ch="
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		 "longer"},
	};
	struct channels channels = wave_channels(1);
	struct analysis *a;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct err e = {0};
		bool refused = analysis_new(&a, wrong[i][0], &channels, 1e6, &e) == ERR_CONFIG;

		if (!tap_ok(t, refused && a == NULL && strstr(e.text, wrong[i][1]) != NULL,
			    "refused: %s", wrong[i][0]))
			tap_note("%s", e.text);
		analysis_free(a);
	}

	struct err e = {0};

	tap_ok(t,
	       analysis_new(&a, "protrusion:a=c0,b=c1,z=c2,hysteresis=5", &channels, 0, &e) != 0 &&
		       strstr(e.text, "rate") != NULL,
	       "a speed needs a rate");
	tap_ok(t,
	       analysis_new(&a, "sinc3:clk=c0,dat=c1,osr=8,from=1", &channels, 0, &e) != 0 &&
		       strstr(e.text, "rate") != NULL,
	       "seconds need a rate");
	analysis_free(NULL);
}

/* Random text made of pieces of specs: accepted or refused, never worse. */
static void test_noise(struct tap *t)
{
	static const char *const piece[] = {"uart",    "sinc3", ":",  ",",    "=",    "a=",
					    "rx=",     "baud=", "c1", "c0",   "9600", "clk=c0",
					    ",dat=c1", "osr=",	"-",  "\xff", "%n",   "1e308",
					    "from=",   "to=",	"sa", " "};
	struct channels channels = wave_channels(1);
	struct rng rng;
	unsigned accepted = 0, refused = 0;

	rng_seed(&rng, 17);
	for (unsigned round = 0; round < 20000; round++) {
		char spec[256] = "uart:rx=c0,baud=1";
		struct analysis *a;
		struct err e = {0};

		spec[rng_below(&rng, 18)] = '\0';
		for (uint64_t n = rng_below(&rng, 8); n > 0; n--)
			strcat(spec, piece[rng_below(&rng, sizeof piece / sizeof piece[0])]);
		if (analysis_new(&a, spec, &channels, 1e6, &e) == ERR_NONE) {
			accepted++;
			result_free(analysis_finish(a));
			analysis_free(a);
		} else {
			refused += e.text[0] != '\0';
		}
	}
	tap_ok(t, accepted > 10 && accepted + refused == 20000, "noise: %u accepted, %u refused",
	       accepted, refused);
}

int main(void)
{
	struct tap t = tap_begin();

	test_cuts(&t);
	test_naive(&t);
	test_together(&t);
	test_names(&t);
	test_refused(&t);
	test_noise(&t);
	return tap_end(&t);
}
