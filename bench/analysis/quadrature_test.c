/* quadrature, stroke, protrusion, latency: every rule of their contract on captures made by
 * hand. */
#include "analysis/stroke.h"
#include "analysis/wave_test.h"

#define QUAD "quadrature:a=c0,b=c1"

static void test_quadrature(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	wave_run(&w, 10);
	wave_move(&w, 0, 1, 5, 3);  /* +5: at samples 10, 13, .. 22 */
	wave_move(&w, 0, 1, -7, 2); /* at 25 .. 37 */
	wave_run(&w, 5);
	r = wave_analyse(&w, QUAD, 1e6);
	tap_ok(t,
	       wave_all(r,
			"transitions 12 illegal 0 min -2 max 5 net -2 peak_to_peak 7 reversals 1 "
			"first_sample 10 last_sample 37"),
	       "there and back");
	tap_ok(t, result_get(r, "z") == NULL, "no z asked, no z");
	result_free(r);
	wave_free(&w);

	/* Both lines change: illegal, counted, first and last; no reversal by itself. */
	w.level = 0;
	wave_run(&w, 4);
	w.level = 3;
	wave_run(&w, 4);
	wave_move(&w, 0, 1, 2, 1); /* from state 11: +1 +1 */
	w.level ^= 3;
	wave_run(&w, 1);
	wave_move(&w, 0, 1, 1, 1);
	w.level ^= 3;
	wave_run(&w, 1);
	r = wave_analyse(&w, QUAD, 0);
	tap_ok(t,
	       wave_all(r, "transitions 6 illegal 3 net 3 min 0 max 3 reversals 0 first_sample 4 "
			   "last_sample 12"),
	       "illegal steps leave the count");
	result_free(r);
	wave_free(&w);

	w.level = 3; /* does not start at 00 */
	wave_run(&w, 3);
	r = wave_analyse(&w, QUAD, 0);
	tap_ok(t,
	       wave_all(r,
			"transitions 0 min 0 max 0 net 0 peak_to_peak 0 reversals 0 first_sample "
			"null last_sample null"),
	       "nothing moves");
	result_free(r);
	wave_free(&w);
	r = wave_analyse(&w, QUAD, 0);
	tap_ok(t, wave_all(r, "transitions 0 first_sample null"), "no samples at all");
	result_free(r);
}

static void test_marks(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	wave_set(&w, 2, true); /* high at sample 0: no rising edge */
	wave_run(&w, 2);
	wave_set(&w, 2, false);
	wave_move(&w, 0, 1, 3, 2);
	wave_set(&w, 2, true);
	wave_move(&w, 0, 1, 1, 2); /* rises in the very sample of the step to 4 */
	wave_set(&w, 2, false);
	wave_move(&w, 0, 1, 4, 2);
	wave_move(&w, 0, 1, -3, 2); /* 5 */
	wave_set(&w, 2, true);      /* whichever way the count runs */
	wave_run(&w, 2);
	wave_set(&w, 2, false);
	wave_move(&w, 0, 1, -3, 2); /* 2 */
	wave_set(&w, 2, true);
	wave_run(&w, 2);
	r = wave_analyse(&w, QUAD ",z=c2", 0);
	tap_ok(t, wave_all(r, "z.marks 3 z.first_count 4 z.last_count 2 z.spread 3 z.closing -2"),
	       "marks");
	result_free(r);
	wave_free(&w);
	wave_run(&w, 4);
	r = wave_analyse(&w, QUAD ",z=c2", 0);
	tap_ok(t,
	       wave_all(r, "z.marks 0 z.first_count null z.last_count null z.spread null z.closing "
			   "null"),
	       "no mark");
	result_free(r);
	wave_free(&w);
}

static void test_stroke(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	/* Begins going up to 100 at sample 10 + 99 * 10; down to -50; up to 120; down to 0. */
	wave_run(&w, 10);
	wave_move(&w, 0, 1, 100, 10);
	wave_move(&w, 0, 1, -150, 10);
	wave_move(&w, 0, 1, 170, 10);
	wave_move(&w, 0, 1, -5, 10); /* a wobble smaller than the hysteresis */
	wave_move(&w, 0, 1, 5, 10);  /* back at 120: the first sample stands */
	wave_move(&w, 0, 1, -120, 10);
	wave_move(&w, 0, 1, 19, 10); /* 19 < 20: no bottom */
	r = wave_analyse(&w, "stroke:a=c0,b=c1,hysteresis=20", 1e4);
	tap_ok(t,
	       wave_all(r, "maxima 2 minima 1 top.0 100 top.1 120 bottom.0 -50 peak_to_peak.0 150 "
			   "peak_to_peak.1 170"),
	       "turning points");
	tap_ok(t, result_count(result_get(r, "peak_to_peak")) == 2 && wave_at(r, "top.2") == NULL,
	       "and no others");
	/* tops at 10 + 990 and 10 + 4190 */
	tap_ok(t,
	       wave_all(r, "rate_hz.mean 3.125 rate_hz.min 3.125 rate_hz.max 3.125 rate_hz.sd null "
			   "rate_mid_hz.mean null"),
	       "rate top to top");
	result_free(r);
	r = wave_analyse(&w, "stroke:a=c0,b=c1,hysteresis=19", 0);
	tap_ok(t, wave_all(r, "minima 2 bottom.1 0 rate_hz.mean null rate_mid_hz.sd null"),
	       "backed off by exactly the hysteresis; no rate, no Hz");
	result_free(r);
	wave_free(&w);

	/* Sample 0 is no turning point: straight down, then up. */
	wave_run(&w, 1);
	wave_move(&w, 0, 1, -60, 2);
	wave_move(&w, 0, 1, 60, 2);
	r = wave_analyse(&w, "stroke:a=c0,b=c1,hysteresis=10", 0);
	tap_ok(t, wave_all(r, "maxima 0 minima 1 bottom.0 -60"), "sample 0 is none");
	result_free(r);
	wave_free(&w);
	/* The first one needs no run before it. */
	wave_run(&w, 1);
	wave_move(&w, 0, 1, 2, 2);
	wave_move(&w, 0, 1, -60, 2);
	r = wave_analyse(&w, "stroke:a=c0,b=c1,hysteresis=10", 0);
	tap_ok(t, wave_all(r, "maxima 1 minima 0 top.0 2"), "a small first top");
	result_free(r);
	wave_free(&w);
}

/* Tops scatter, but the strokes pass the middle at even intervals. */
static void test_middle(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	wave_run(&w, 1000);
	wave_move(&w, 0, 1, -50, 10); /* first bottom: -50 at 1000 + 490, rise from 1500 on */
	for (int i = 0; i < 4; i++) {
		wave_move(&w, 0, 1, 100, 10);
		wave_move(&w, 0, 1, -100, 10); /* 2000 samples a stroke */
	}
	wave_move(&w, 0, 1, 100, 10);
	wave_run(&w, 500);
	wave_move(&w, 0, 1, -100, 10);
	wave_move(&w, 0, 1, 100, 10);
	r = wave_analyse(&w, "stroke:a=c0,b=c1,hysteresis=20", 1e6);
	/* middle 0: reached at 1500 + 490, + 2000 .. + 8000, and after the pause + 10500 */
	tap_ok(t, wave_all(r, "maxima 5 minima 6 rate_mid_hz.max 500 rate_mid_hz.min 400"),
	       "crossings of the middle");
	tap_ok(t, wave_is(r, "rate_mid_hz.mean", 1e6 * 5 / 10500.0), "mean");
	tap_ok(t, wave_is(r, "rate_mid_hz.sd", sqrt((4 * 20.0 * 20 + 80.0 * 80) / 4)), "sd");
	result_free(r);
	wave_free(&w);
}

/* Jog, strokes and jog with the mark at count 40 (one count wide), at 1 MHz. */
static void pass_mark(struct wave *w, int64_t *count, int n, size_t each)
{
	for (int i = 0; i < abs(n); i++) {
		*count += n > 0 ? 1 : -1;
		wave_set(w, 2, *count == 40);
		wave_move(w, 0, 1, n > 0 ? 1 : -1, each);
	}
}

static void test_protrusion(struct tap *t)
{
	struct wave w = {0};
	int64_t count = 0;
	struct result *r;

	wave_run(&w, 100);
	pass_mark(&w, &count, 90, 5); /* 1 um in 5 us: 200 mm/s */
	pass_mark(&w, &count, -90, 5);
	for (int i = 0; i < 3; i++) {
		pass_mark(&w, &count, 100, 4); /* 250 mm/s is not below 250 */
		pass_mark(&w, &count, -100, 4);
	}
	pass_mark(&w, &count, 90, 5);
	pass_mark(&w, &count, -90, 5);
	r = wave_analyse(&w, "protrusion:a=c0,b=c1,z=c2,hysteresis=20", 1e6);
	tap_ok(t,
	       wave_all(r, "illegal 0 ignored 3 zero_count 40 closing 0 zeros.0.count 40 "
			   "zeros.0.speed_mm_s 200 zeros.0.sample 295 zeros.1.count 40"),
	       "zeros of the slow passages only, going up only");
	tap_ok(t, result_count(result_get(r, "zeros")) == 2, "two");
	tap_ok(t,
	       wave_all(r, "top.0.count 90 top.1.count 100 top.3.count 100 top.4.count 90 "
			   "bottom.0.count 0 top.0.rate_hz null top.4.rate_hz null"),
	       "tops");
	tap_ok(t, wave_is(r, "top.2.rate_hz", 1250), "a stroke's own rate");
	result_free(r);
	r = wave_analyse(&w, "protrusion:a=c0,b=c1,z=c2,hysteresis=20,um_per_count=1.3", 1e6);
	tap_ok(t, wave_all(r, "ignored 5 zero_count null closing null"),
	       "scale counts in the speed");
	result_free(r);
	wave_free(&w);

	/* The rise from a bottom that a pause follows: the pause is not a slow passage. */
	count = 0;
	wave_run(&w, 10);
	pass_mark(&w, &count, 45, 2);
	pass_mark(&w, &count, -10, 2); /* 35 */
	wave_run(&w, 10000);
	pass_mark(&w, &count, 20, 2); /* four steps at speed before the mark */
	r = wave_analyse(&w, "protrusion:a=c0,b=c1,z=c2,hysteresis=20", 1e6);
	tap_ok(t, wave_all(r, "ignored 2 zero_count null"), "speed from the last four steps");
	result_free(r);
	wave_free(&w);
}

/* The middle of tops (100, 100, 101) and bottoms (0, 0, -1) is 50 exactly, whatever thirds round
 * to. */
static void test_exact_middle(struct tap *t)
{
	static const int64_t turn[] = {100, 0, 100, 0, 101, -1, 60};
	struct stroke s;
	uint64_t sample = 0, *crossed, at_50[2] = {0};
	int64_t count = 0;

	stroke_init(&s, 10);
	for (size_t i = 0; i < sizeof turn / sizeof turn[0]; i++)
		while (count != turn[i]) {
			count += turn[i] > count ? 1 : -1;
			stroke_feed(&s, ++sample, count);
			if (count == 50 && (i == 2 || i == 4))
				at_50[i / 2 - 1] = sample;
		}
	tap_ok(t,
	       stroke_crossings(&s, STROKE_RISE, &crossed) && s.bottom.count == 3 &&
		       crossed[0] == at_50[0] && crossed[1] == at_50[1],
	       "a middle that is a whole count");
	free(crossed);
	stroke_deinit(&s);
}

/* More strokes than every count is kept for: the crossings are those of a reader with no limit. */
static void test_many_strokes(struct tap *t)
{
	enum { STROKES = 2500 };
	struct stroke s;
	uint64_t sample = 0, *crossed, *reached = calloc(STROKES, sizeof *reached);
	bool good = true;
	int64_t count = 0;

	stroke_init(&s, 300);
	for (int i = 0; i < STROKES; i++) { /* tops and bottoms wander a little */
		int64_t top = 1000 + i % 7, bottom = -500 - i % 5;

		for (; count < top; stroke_feed(&s, sample, ++count)) {
			sample += 3;
			if (count == 250) /* the middle is (1002.99 - 502) / 2 = 250.49.. */
				reached[i] = sample;
		}
		for (; count > bottom; stroke_feed(&s, sample, --count))
			sample += 2;
	}
	good &= s.is_banded && s.times.count < STROKE_TIMES_MAX;
	if (stroke_crossings(&s, STROKE_RISE, &crossed)) {
		for (size_t i = 0; i < s.bottom.count; i++)
			good &= crossed[i] == reached[i + 1];
		good &= s.bottom.count == STROKES - 1 && s.top.count == STROKES;
	} else {
		good = false;
	}
	tap_ok(t, good, "%zu strokes, %zu instants kept", s.top.count, s.times.count);
	free(crossed);
	/* The middle leaves the band: no crossings, not wrong ones. */
	for (int i = 0; i < 3 * STROKES; i++) {
		for (; count < 3000; stroke_feed(&s, sample, ++count))
			sample += 3;
		for (; count > 2000; stroke_feed(&s, sample, --count))
			sample += 2;
	}
	tap_ok(t, !stroke_crossings(&s, STROKE_RISE, &crossed) && crossed == NULL,
	       "a middle outside the band");
	stroke_deinit(&s);
	free(reached);
}

static void test_latency(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	wave_run(&w, 10);
	wave_move(&w, 0, 1, 5, 2); /* before the event */
	wave_set(&w, 3, true);
	wave_run(&w, 100); /* event at 20 */
	wave_move(&w, 0, 1, 1, 2);
	wave_move(&w, 0, 1, -4, 2); /* +1 0 -1 -2 -3: 3 away at 120 + 8 */
	r = wave_analyse(&w, "latency:from=c3,a=c0,b=c1,counts=3", 1e3);
	tap_ok(t, wave_all(r, "event_sample 20 motion_sample 128 samples 108 seconds 0.108"),
	       "latency");
	result_free(r);
	r = wave_analyse(&w, "latency:from=c3,edge=falling,a=c0,b=c1,counts=3", 1e3);
	tap_ok(t, wave_all(r, "event_sample null motion_sample null samples null seconds null"),
	       "no event");
	result_free(r);
	wave_free(&w);
}

int main(void)
{
	struct tap t = tap_begin();

	test_quadrature(&t);
	test_marks(&t);
	test_stroke(&t);
	test_middle(&t);
	test_exact_middle(&t);
	test_many_strokes(&t);
	test_protrusion(&t);
	test_latency(&t);
	return tap_end(&t);
}
