/*
 * The plots of one capture: needle position and supply current over time, the strokes laid over
 * each other, and the moment that decided, enlarged.
 */
#ifndef REPORTS_FIGURES_H
#define REPORTS_FIGURES_H

#include "wave.h"

/* Which instant is worth enlarging. */
enum figures_moment {
	FIGURES_NONE,
	FIGURES_DEEPEST, /* a depth or a protrusion */
	FIGURES_LARGEST, /* a current */
	FIGURES_BEGIN,   /* a start: latency, settling, inrush */
	FIGURES_END,     /* a stop, a stall */
	FIGURES_MIDDLE,  /* a rate, a jitter */
};

/* What a measurement of that name and unit is about. */
enum figures_moment figures_moment_of(const char *name, const char *unit);

/* What is to be seen in a capture. NAN: that number is not there. */
struct figures_focus {
	enum figures_moment moment;
	double near_um;   /* of a depth: strokes to about this protrusion are meant, not all */
	double low, high; /* limits as lines of the position (um past the nose face) ... */
	bool is_current;  /* ... or of the current (mA) */
	bool is_of_mean;  /* and not of each instant */
};

/* A measurement that was not met. Depths are errors against a setting, the last number of the name
 * ("depth_error_um_1500", "depth_error_at_0250_um"; lua/README.md, bench.each). */
struct figures_focus figures_focus_of(const char *name, const char *unit, double value, double low,
				      double high);

/* Nothing is meant: the whole capture. */
struct figures_focus figures_focus_none(void);

void figures_draw(GString *page, const struct wave *w, const struct figures_focus *focus);

#endif
