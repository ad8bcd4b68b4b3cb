/*
 * What a capture looked like: needle position and supply current over time as the extremes of equal
 * bins, read from an evidence file in one pass and constant memory. Bins grow with the capture, so
 * that there are at most WAVE_BINS_MAX of them; no extreme is lost on the way.
 *
 * For plots only: no verdict is made from these numbers.
 */
#ifndef REPORTS_WAVE_H
#define REPORTS_WAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "plot.h"

enum { WAVE_BINS_MAX = 65536, WAVE_STROKES_MAX = 2048 };

/* From the jig's calibration; what is not known is nominal. */
struct wave_scale {
	double um_per_count, z0_um; /* the mark's distance from the nose face */
	double volt_full_scale;     /* of the modulator: density 1 */
	double shunt_ohm;
};

struct wave {
	double seconds;                          /* of the capture */
	struct plot_bin position[WAVE_BINS_MAX]; /* um */
	struct plot_bin current[WAVE_BINS_MAX];  /* mA */
	size_t count;                            /* of bins in use */
	double bin_s;
	bool has_position, has_current;
	bool is_from_nose;      /* position counts from the nose face; else from where it began */
	double top_s, top_um;   /* the deepest point */
	double peak_s, peak_ma; /* the largest current */
	double first_motion_s, last_motion_s; /* NAN: none */
	double bottom_s[WAVE_STROKES_MAX];    /* turning points, retracted: where strokes begin */
	size_t bottom_count;
};

/* Channels are found by name: ENC_A, ENC_B, ENC_Z, MOD_CLK, MOD_DAT; what is missing is left out.
 * The caller frees *out with wave_free. ERR_CONFIG: the file is damaged, or has no sample rate. */
enum err_code wave_read(struct wave **out, const char *path, const struct wave_scale *scale,
			struct err *e);
void wave_free(struct wave *w); /* NULL is fine */

#endif
