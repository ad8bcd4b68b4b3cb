/* CPU and bytes of writing one second of a full capture: 8 channels at 25 MS/s with a 5 MHz clock,
 * a modulator's bitstream at half density, an encoder and a PWM. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/rng.h"
#include "capture/sr_writer.h"

enum { RATE_HZ = 25000000, SECONDS = 2, BLOCK = 1 << 20 };

static double cpu_s(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(void)
{
	static const struct channels channels = {.count = 8,
						 .name = {"ENC_A", "ENC_B", "ENC_Z", "MOD_CLK",
							  "MOD_DAT", "TACH", "PWM", "CMD"}};
	const struct sr_format format = {&channels, RATE_HZ, 1};
	const uint64_t total = (uint64_t)RATE_HZ * SECONDS;
	const char *path = "build/sr_writer_bench.sr";
	uint8_t *data = malloc(total);
	struct sr_writer *w;
	struct rng rng;
	struct err e;
	struct stat st;
	struct rusage usage;

	if (data == NULL)
		return 1;
	rng_seed(&rng, 1);
	uint64_t bits = 0;
	for (uint64_t i = 0; i < total; i++) {
		unsigned phase = (unsigned)(i * 2 % 10); /* of 5 MHz in 25 MS/s */
		if (phase < 2)
			bits = rng_next(&rng);
		unsigned count = (unsigned)(i / 70); /* 360 mm/s */
		data[i] = (uint8_t)(((count ^ count >> 1) & 3) | (phase < 5 ? 8 : 0) |
				    ((bits & 1) << 4) | (i % 800 < 400 ? 64 : 0) | 128);
	}
	if (sr_writer_open(&w, path, &format, &e) != ERR_NONE) {
		printf("# %s\n", e.text);
		return 1;
	}
	double start = cpu_s();
	for (uint64_t at = 0; at < total; at += BLOCK) {
		uint64_t left = total - at;
		struct block b = {data + at, left < BLOCK ? left : BLOCK, 1, at};
		if (sr_writer_feed(w, &b, &e) != ERR_NONE)
			return 1;
	}
	if (sr_writer_finish(w, &e) != ERR_NONE)
		return 1;
	double spent = cpu_s() - start;
	sr_writer_free(w);
	(void)stat(path, &st);
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("%.3f s of CPU per second of capture, %.2f %% of the samples' bytes\n",
	       spent / SECONDS, 100.0 * (double)st.st_size / (double)total);
	(void)unlink(path);
	free(data);
	return 0;
}
