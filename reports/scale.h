/*
 * One measurement drawn to scale: specification limits, guard bands, the value with its expanded
 * uncertainty. Shape and word carry the verdict, colour only repeats it.
 */
#ifndef REPORTS_SCALE_H
#define REPORTS_SCALE_H

#include <glib.h>

/* NAN: that side, or that number, is not there. All in one unit. */
struct scale {
	double low, high;               /* specification */
	double accept_low, accept_high; /* with guard bands */
	double value, u;
	const char *verdict; /* "PASS", "MARGINAL", "FAIL", ... */
};

void scale_draw(GString *page, const struct scale *s);

/* A small sign of the verdict: circle with a tick, diamond, octagon with a cross, triangle. size:
 * px. */
void scale_sign(GString *page, const char *verdict, int size);

#endif
