/*
 * How fast the analyses are, from memory, beside memcpy of the same buffer in the same run: a table
 * of GS/s on stdout. Captures are made here: strokes of 1.5 mm at 120 Hz with index, 20 kHz PWM, a
 * busy 115200 baud line; at 25 MS/s with the modulator's clock and data on top; and a sparse one.
 *
 * `analysis_bench FILE.sr SAMPLES` writes the 12 MS/s capture instead: scripts/bench analyses it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/analysis.h"
#include "base/rng.h"
#include "capture/sr_writer.h"

enum { SAMPLES = 48 * 1000 * 1000, ROUNDS = 3, SPECS_MAX = 6 };

static double now_s(void)
{
	struct timespec t;

	/* Of the processor, not of the wall: a second program on the core changes nothing. */
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Channels as on the jig: 0 A, 1 B, 2 Z, 3 MOD_CLK, 4 MOD_DAT, 5 TACH, 6 PWM, 7 CMD. */
static void make_capture(uint8_t *data, double rate, double stroke_hz, bool has_modulator)
{
	static const uint8_t gray[4] = {0, 1, 3, 2};
	double sum1 = 0, sum2 = 0;
	uint32_t frame = 0;
	bool was_high = false, dat = false;
	struct rng rng;

	rng_seed(&rng, 1);
	for (size_t i = 0; i < SAMPLES; i++) {
		double t = (double)i / rate;
		int64_t count = (int64_t)floor(750 * sin(2 * M_PI * stroke_hz * t));
		bool high = fmod(t * 5e6, 1) < 0.5;
		uint32_t bit = (uint32_t)(t * 115200) % 10;
		uint8_t s = gray[count & 3];

		if (bit == 0 && (frame & 1) != 0)
			frame = (uint32_t)rng_next(&rng) << 1 & 0x1fe;
		frame |= bit == 9 ? 0x201 : 0;
		s |= count == 200 ? 4 : 0;
		if (stroke_hz > 10) {
			s |= fmod(t * 20000, 1) < 0.37 ? 0x40 : 0;
			s |= bit == 9 || frame >> bit & 1 & (bit != 0) ? 0x80 : 0;
		}
		if (has_modulator && high && !was_high) { /* a second-order modulator */
			sum1 += 0.3 - (dat ? 1 : -1);
			sum2 += sum1 - (dat ? 1 : -1);
			dat = sum2 > 0;
		}
		was_high = high;
		s |= has_modulator ? (high ? 8 : 0) | (dat ? 16 : 0) : 0;
		data[i] = s;
	}
}

static double run(const uint8_t *data, const char *const *specs, double rate)
{
	struct channels channels = {.count = 8};
	double best = INFINITY;

	for (unsigned round = 0; round < ROUNDS; round++) {
		struct analysis *list[SPECS_MAX];
		struct err e;
		size_t n = 0;

		for (; specs[n] != NULL; n++)
			if (analysis_new(&list[n], specs[n], &channels, rate, &e) != ERR_NONE) {
				(void)fprintf(stderr, "%s\n", e.text);
				abort();
			}

		double start = now_s();

		for (size_t at = 0; at < SAMPLES; at += 1 << 20)
			analysis_feed(list, n,
				      &(struct block){data + at,
						      SAMPLES - at < 1 << 20 ? SAMPLES - at
									     : 1 << 20,
						      1, at});
		best = fmin(best, now_s() - start);
		for (size_t i = 0; i < n; i++) {
			result_free(analysis_finish(list[i]));
			analysis_free(list[i]);
		}
	}
	return best;
}

static void row(const char *what, double seconds, double rate)
{
	printf("%-44s %8.2f GS/s %10.0f x real time\n", what, SAMPLES / seconds / 1e9,
	       SAMPLES / seconds / rate);
}

static int write_capture(const char *path, uint64_t samples, const uint8_t *data)
{
	static const struct channels channels = {.count = 8,
						 .name = {"ENC_A", "ENC_B", "ENC_Z", "MOD_CLK",
							  "MOD_DAT", "TACH", "PWM", "CMD"}};
	const struct sr_format format = {&channels, 12000000, 1};
	struct sr_writer *w = NULL;
	struct err e;
	enum err_code code = sr_writer_open(&w, path, &format, &e);

	if (code == ERR_NONE)
		code = sr_writer_feed(w, &(struct block){data, samples, 1, 0}, &e);
	if (code == ERR_NONE)
		code = sr_writer_finish(w, &e);
	if (code != ERR_NONE)
		(void)fprintf(stderr, "%s\n", e.text);
	sr_writer_free(w);
	return code == ERR_NONE ? 0 : 1;
}

int main(int argc, char **argv)
{
	static const char *const quadrature[] = {"quadrature:a=0,b=1,z=2", NULL};
	static const char *const stroke[] = {"stroke:a=0,b=1,hysteresis=300", NULL};
	static const char *const protrusion[] = {"protrusion:a=0,b=1,z=2,hysteresis=300", NULL};
	static const char *const pulse[] = {"pulse:ch=6", NULL};
	static const char *const uart[] = {"uart:rx=7,baud=115200", NULL};
	static const char *const sinc3[] = {"sinc3:clk=3,dat=4,osr=160", NULL};
	static const char *const four[] = {"quadrature:a=0,b=1,z=2",
					   "stroke:a=0,b=1,hysteresis=300", "pulse:ch=6",
					   "uart:rx=7,baud=115200", NULL};
	const char *const five[] = {four[0], four[1], four[2], four[3], sinc3[0], NULL};
	uint8_t *data = malloc(SAMPLES), *copy = malloc(SAMPLES);

	if (data == NULL || copy == NULL)
		return 1;
	make_capture(data, 12e6, 120, false);
	if (argc == 3) {
		uint64_t samples = strtoull(argv[2], NULL, 10);
		int status = write_capture(argv[1], samples < SAMPLES ? samples : SAMPLES, data);

		free(data);
		free(copy);
		return status;
	}
	memcpy(copy, data, SAMPLES); /* touched once: no page faults below */

	double start = now_s();

	memcpy(copy, data, SAMPLES);
	__asm__ volatile("" : : "r"(copy) : "memory"); /* somebody might read it */
	row("memcpy", now_s() - start, 12e6);
	row("12 MS/s: quadrature", run(data, quadrature, 12e6), 12e6);
	row("12 MS/s: stroke", run(data, stroke, 12e6), 12e6);
	row("12 MS/s: protrusion", run(data, protrusion, 12e6), 12e6);
	row("12 MS/s: pulse", run(data, pulse, 12e6), 12e6);
	row("12 MS/s: uart", run(data, uart, 12e6), 12e6);
	row("12 MS/s: quadrature+stroke+pulse+uart", run(data, four, 12e6), 12e6);
	make_capture(data, 12e6, 2, false); /* 6000 steps a second, nothing else */
	row("sparse: quadrature+stroke+pulse+uart", run(data, four, 12e6), 12e6);
	make_capture(data, 25e6, 120, true);
	row("25 MS/s with modulator: sinc3", run(data, sinc3, 25e6), 25e6);
	row("25 MS/s with modulator: protrusion", run(data, protrusion, 25e6), 25e6);
	row("25 MS/s with modulator: the four and sinc3", run(data, five, 25e6), 25e6);
	free(data);
	free(copy);
	return 0;
}
