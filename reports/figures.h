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

void figures_draw(GString *page, const struct wave *w, enum figures_moment moment);

#endif
