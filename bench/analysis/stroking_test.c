/* The shape of strokes: vertices against the true extremes of a motion that was quantised, time
 * down against time up, dwell, harmonics against the motion's own. */
#include <math.h>

#include "analysis/harmonics.h"
#include "analysis/wave_test.h"

enum { PERIOD = 20000, STROKES = 12 };

#define SPEC "stroke:a=c0,b=c1,hysteresis=20,harmonics=5"

/* A motion of many strokes as what the scale gives: the count is the floor of the position. */
static struct wave quantised(double (*position)(double turns), double start)
{
	struct wave w = {0};
	int64_t count = (int64_t)floor(position(start));

	wave_run(&w, 1);
	for (size_t i = 1; i < (size_t)PERIOD * STROKES; i++) {
		int64_t next = (int64_t)floor(position(start + (double)i / PERIOD));

		if (next == count)
			wave_run(&w, 1);
		else
			wave_move(&w, 0, 1, (int)(next - count), 1);
		count = next;
	}
	return w;
}

static double number(const struct result *r, const char *path)
{
	const struct result *at = wave_at(r, path);

	return at == NULL || result_kind(at) == RESULT_NULL ? NAN : result_as_number(at);
}

static double height; /* of the motions below, counts, either way of 0.3 */

static double sine(double turns)
{
	return 0.3 + height * sin(2 * M_PI * turns);
}

/* Slower in one half of the turn than in the other; its extremes are where the phase passes a
 * multiple of pi. */
static double lopsided_phase(double turns)
{
	return 2 * M_PI * turns + 0.5 * cos(2 * M_PI * turns);
}

static double lopsided(double turns)
{
	return 300 * cos(lopsided_phase(turns));
}

static double lopsided_turn(double phase)
{
	double low = phase / (2 * M_PI) - 0.5, high = low + 1;

	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		*(lopsided_phase(middle) < phase ? &low : &high) = middle;
	}
	return low;
}

static double rich(double turns)
{
	double x = 2 * M_PI * turns;

	return 400 * cos(x) + 30 * cos(2 * x) + 7 * cos(3 * x + 1) + 2 * cos(5 * x);
}

/* Mean error of the tops of one capture, and of their vertices; the scale's count 0 is at the
 * capture's first sample. */
static void test_vertices(struct tap *t)
{
	double worst_count = 0, worst_vertex = 0, worst_first = 0, worst_middle = 0;

	for (int i = 0; i < 8; i++) {
		height = 200 + 0.137 * i;

		struct wave w = quantised(sine, 0.05);
		struct result *r = wave_analyse(&w, SPEC, 1e6);
		double base = floor(sine(0.05)), tops = number(r, "maxima");

		for (int k = 1; k < (int)tops; k++) {
			char path[4][32];
			const char *const name[] = {"top", "top_vertex", "bottom_vertex",
						    "top_at_sample"};

			for (int n = 0; n < 4; n++)
				(void)snprintf(path[n], sizeof path[n], "%s.%d", name[n], k);

			double truth = 0.3 + height - base, low = 0.3 - height - base;
			double at = (0.25 - 0.05 + k) * PERIOD;
			double first = number(r, path[3]) - number(r, "dwell_samples.top.mean") / 2;

			worst_count = fmax(worst_count, fabs(number(r, path[0]) - truth));
			worst_vertex = fmax(worst_vertex, fabs(number(r, path[1]) - truth));
			if (k < (int)number(r, "minima"))
				worst_vertex = fmax(worst_vertex, fabs(number(r, path[2]) - low));
			worst_middle = fmax(worst_middle, fabs(number(r, path[3]) - at));
			worst_first = fmax(worst_first, fabs(first - at));
		}
		result_free(r);
		wave_free(&w);
	}
	tap_ok(t, worst_count > 0.5, "a top's count is off by up to %.3f counts", worst_count);
	tap_ok(t, worst_vertex < 0.03, "a vertex by no more than %.3f", worst_vertex);
	tap_ok(t, worst_middle < 3 && worst_first > 100, "and stands within %.1f samples",
	       worst_middle);
}

static void test_shape(struct tap *t)
{
	struct wave w = quantised(lopsided, 0.9);
	struct result *r = wave_analyse(&w, SPEC, 1e6);
	/* Within h counts of an extreme the phase is within acos(1 - h / 300) of it. */
	double reach = acos(1 - 19.5 / 300);
	double dwell = lopsided_turn(M_PI + reach) - lopsided_turn(M_PI - reach);
	double down = lopsided_turn(M_PI) - lopsided_turn(0);

	tap_ok(t, down > 0.64, "true time down: %.4f of the period", down);
	tap_near(t, number(r, "down_fraction.mean"), down, 0.008, "time down");
	tap_near(t, number(r, "dwell_samples.bottom.mean"), dwell * PERIOD, 0.04 * dwell * PERIOD,
		 "time within the hysteresis of the bottom");
	/* The instants are whole samples: 1 of 11 periods. */
	tap_near(t, number(r, "rate_mid_hz.mean"), 1e6 / PERIOD, 3e-4, "rate of a lopsided stroke");
	result_free(r);
	wave_free(&w);

	/* Tiny strokes: of one count, with a chord of one. */
	w = (struct wave){0};
	wave_run(&w, 5);
	for (int i = 0; i < 6; i++) {
		wave_move(&w, 0, 1, 1, 30);
		wave_move(&w, 0, 1, -1, 10);
	}
	r = wave_analyse(&w, "stroke:a=c0,b=c1,hysteresis=1", 1e3);
	tap_ok(t,
	       wave_all(r, "maxima 6 minima 5 down_fraction.mean 0.5 dwell_samples.top.min 30 "
			   "dwell_samples.bottom.max 10 top_vertex.1 null top_at_sample.1 60 "
			   "rate_mid_hz.mean 25 top_at_sample.0 null"),
	       "strokes of one count");
	result_free(r);
	r = wave_analyse(&w, "stroke:a=c0,b=c1,hysteresis=2", 0);
	tap_ok(t, wave_all(r, "maxima 0 down_fraction.mean null dwell_samples.top.mean null"),
	       "none of two");
	result_free(r);
	wave_free(&w);
}

static void test_harmonics(struct tap *t)
{
	static const double wanted[] = {400, 30, 7, 0, 2};
	struct wave w = quantised(rich, 0.2);
	struct result *r = wave_analyse(&w, SPEC, 0);

	tap_is_int(t, (int64_t)number(r, "harmonics.strokes"), STROKES - 1, "whole strokes");
	for (int k = 0; k < 5; k++) {
		char path[32];

		(void)snprintf(path, sizeof path, "harmonics.amplitude.%d", k);
		tap_near(t, number(r, path), wanted[k], 0.1, path);
	}
	result_free(r);
	r = wave_analyse(&w, "stroke:a=c0,b=c1,hysteresis=20", 0);
	tap_ok(t, wave_at(r, "harmonics") == NULL, "none that were not asked for");
	result_free(r);
	wave_free(&w);

	/* More steps than are kept: that stroke is left out, the next one is whole again. */
	struct harmonics h = {.number = 1};

	for (uint64_t i = 1; i <= HARMONICS_STEPS_MAX + 10; i++)
		harmonics_step(&h, i, i % 2 == 0 ? 1 : -1);
	harmonics_stroke(&h, 0, HARMONICS_STEPS_MAX + 20);
	tap_is_int(t, (int64_t)h.strokes, 0, "a stroke of too many steps is left out");
	for (uint64_t i = 0; i < 4; i++)
		harmonics_step(&h, HARMONICS_STEPS_MAX + 30 + i, i < 2 ? -1 : 1);
	harmonics_stroke(&h, HARMONICS_STEPS_MAX + 20, HARMONICS_STEPS_MAX + 60);
	tap_ok(t, h.strokes == 1 && h.step.count == 0, "the next one counts");
	harmonics_deinit(&h);
}

int main(void)
{
	struct tap t = tap_begin();

	test_vertices(&t);
	test_shape(&t);
	test_harmonics(&t);
	return tap_end(&t);
}
