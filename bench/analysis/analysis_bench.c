/*
 * How fast the analyses are, from memory, beside memcpy of the same buffer in the same run: a table
 * of GS/s on stdout. Captures are made here: strokes of 1.5 mm at 120 Hz with index, 20 kHz PWM, a
 * busy 115200 baud line; at 25 MS/s with the modulator's clock and data on top; and a sparse one.
 *
 * `analysis_bench FILE.sr SAMPLES [sparse]` writes a 12 MS/s capture instead: scripts/bench
 * analyses it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/analysis.h"
#include "base/rng.h"
#include "capture/sr_writer.h"

enum { SAMPLES = 100 * 1000 * 1000, ROUNDS = 3, SPECS_MAX = 5 };

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

/* Samples of `unit` bytes with the same lines; data has room for SAMPLES bytes. */
static void widen(const uint8_t *lines, unsigned unit, uint8_t *data)
{
	memset(data, 0, SAMPLES);
	for (size_t i = 0; i < SAMPLES / unit; i++)
		data[i * unit] = lines[i];
}

/* Processor seconds of the best round for one pass over SAMPLES bytes. */
static double run(const uint8_t *data, unsigned unit, const char *const *specs, double rate)
{
	const size_t samples = SAMPLES / unit, step = (1 << 20) / unit;
	struct channels channels = {.count = 8 * unit};
	double best = INFINITY;

	for (unsigned round = 0; round < ROUNDS; round++) {
		struct analysis *list[SPECS_MAX];
		struct err e;
		size_t n = 0;

		for (; n < SPECS_MAX && specs[n] != NULL; n++)
			if (analysis_new(&list[n], specs[n], &channels, rate, &e) != ERR_NONE) {
				(void)fprintf(stderr, "%s\n", e.text);
				abort();
			}

		double start = now_s();

		for (size_t at = 0; at < samples; at += step)
			analysis_feed(list, n,
				      &(struct block){data + at * unit,
						      samples - at < step ? samples - at : step,
						      unit, at});
		best = fmin(best, now_s() - start);
		for (size_t i = 0; i < n; i++) {
			result_free(analysis_finish(list[i]));
			analysis_free(list[i]);
		}
	}
	return best;
}

static void row(const char *what, double seconds, double samples, double rate, double copy_s)
{
	printf("  %-44s %8.2f GS/s %10.0f x real time %8.2f x memcpy\n", what,
	       samples / seconds / 1e9, samples / seconds / rate, copy_s / seconds);
}

/* Each analysis alone and what runs together on one capture, at unit size 1. */
static void table(const char *title, const uint8_t *data, const char *const (*sets)[SPECS_MAX],
		  size_t count, double rate, double copy_s)
{
	printf("%s\n", title);
	for (size_t i = 0; i < count; i++) {
		char what[80] = "";

		for (size_t k = 0; k < SPECS_MAX && sets[i][k] != NULL; k++)
			(void)snprintf(what + strlen(what), sizeof what - strlen(what), "%s%.*s",
				       k > 0 ? "+" : "", (int)strcspn(sets[i][k], ":"), sets[i][k]);
		row(what, run(data, 1, sets[i], rate), SAMPLES, rate, copy_s);
	}
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

#define QUADRATURE "quadrature:a=0,b=1,z=2"
#define STROKE     "stroke:a=0,b=1,hysteresis=300"
#define PULSE      "pulse:ch=6"
#define UART       "uart:rx=7,baud=115200"
#define SINC3      "sinc3:clk=3,dat=4,osr=160"

static const char *const four[SPECS_MAX] = {QUADRATURE, STROKE, PULSE, UART};
static const char *const five[SPECS_MAX] = {QUADRATURE, STROKE, PULSE, UART, SINC3};

static const char *const dense_sets[][SPECS_MAX] = {
	{QUADRATURE},
	{STROKE},
	{"protrusion:a=0,b=1,z=2,hysteresis=300"},
	{"settling:a=0,b=1,hysteresis=300"},
	{"latency:from=7,a=0,b=1"},
	{"activity:ch=6"},
	{PULSE},
	{"step:step=6,dir=7"},
	{UART},
	{"baud:rx=7"},
	{"spi:clk=6,mosi=7,miso=0"},
	{"isp:clk=6,mosi=7,miso=0,rst=2"},
	{QUADRATURE, STROKE, PULSE, UART},
};
static const char *const sparse_sets[][SPECS_MAX] = {
	{QUADRATURE}, {STROKE}, {PULSE}, {UART}, {QUADRATURE, STROKE, PULSE, UART},
};
static const char *const modulator_sets[][SPECS_MAX] = {
	{SINC3},
	{"activity:ch=4"},
	{"protrusion:a=0,b=1,z=2,hysteresis=300"},
	{QUADRATURE, STROKE, PULSE, UART, SINC3},
};
#define COUNT(sets) (sizeof(sets) / sizeof(sets)[0])

/* The same lines in wider samples: of equal bytes, so of fewer samples. */
static void table_units(const char *title, const uint8_t *lines, uint8_t *data,
			const char *const *specs, double rate, double copy_s)
{
	printf("%s\n", title);
	for (unsigned unit = 1; unit <= 8; unit *= 2) {
		char what[40];

		(void)snprintf(what, sizeof what, "%u byte%s a sample", unit, unit > 1 ? "s" : "");
		widen(lines, unit, data);
		row(what, run(data, unit, specs, rate), SAMPLES / unit, rate, copy_s / unit);
	}
}

int main(int argc, char **argv)
{
	uint8_t *data = malloc(SAMPLES), *copy = malloc(SAMPLES);
	double copy_s = INFINITY;

	if (data == NULL || copy == NULL)
		return 1;
	make_capture(data, 12e6, argc > 3 ? 2 : 120, false);
	if (argc >= 3) {
		uint64_t samples = strtoull(argv[2], NULL, 10);
		int status = write_capture(argv[1], samples < SAMPLES ? samples : SAMPLES, data);

		free(data);
		free(copy);
		return status;
	}
	memcpy(copy, data, SAMPLES); /* touched once: no page faults below */
	for (unsigned round = 0; round < ROUNDS; round++) {
		double start = now_s();

		memcpy(copy, data, SAMPLES);
		__asm__ volatile("" : : "r"(copy) : "memory"); /* somebody might read it */
		copy_s = fmin(copy_s, now_s() - start);
	}
	printf("from memory, %d M samples of 1 byte, one core\n", SAMPLES / 1000000);
	row("memcpy", copy_s, SAMPLES, 12e6, copy_s);
	table("dense, 12 MS/s", data, dense_sets, COUNT(dense_sets), 12e6, copy_s);
	table_units("dense, the four in one pass", data, copy, four, 12e6, copy_s);
	make_capture(data, 12e6, 2, false); /* 6000 steps a second, nothing else */
	table("sparse, 12 MS/s", data, sparse_sets, COUNT(sparse_sets), 12e6, copy_s);
	table_units("sparse, the four in one pass", data, copy, four, 12e6, copy_s);
	make_capture(data, 25e6, 120, true);
	table("dense with modulator, 25 MS/s", data, modulator_sets, COUNT(modulator_sets), 25e6,
	      copy_s);
	table_units("with modulator, the four and sinc3", data, copy, five, 25e6, copy_s);
	free(data);
	free(copy);
	return 0;
}
