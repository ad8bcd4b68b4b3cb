/*
 * A coefficient of an instrument, found by measuring references: its value with its standard
 * uncertainty, the line through several references, and how well two findings agree.
 *
 * Here the scatter of each point is known beforehand (the reference's certificate, the step of a
 * count), so uncertainties come from it and not from the few residuals (JCGM 100:2008, H.3 has the
 * other case). Pure; knows no instrument.
 */
#ifndef VERDICT_COEFFICIENT_H
#define VERDICT_COEFFICIENT_H

#include <stddef.h>

#include "base/err.h"

struct coefficient {
	double value, u; /* u: standard uncertainty, >= 0 */
};

/* E_n = (a - b) / sqrt(U_a^2 + U_b^2) with U = 2 u (ISO 13528:2015, 9.7). They agree when |E_n| <=
 * 1. Both without uncertainty: 0 when equal, else infinite with its sign. */
double coefficient_en(struct coefficient a, struct coefficient b);

/*
 * y = offset + scale x through n >= 2 points, x exact (counts), each y with the standard
 * uncertainty u_y > 0 of its own, none in common. ERR_CONFIG: all x equal, or a point lies further
 * than 3 u_y from the line: then it is not where the caller thinks, and no coefficient is worth
 * anything.
 */
enum err_code coefficient_line(const double *x, const double *y, size_t n, double u_y,
			       struct coefficient *scale, struct coefficient *offset,
			       struct err *e);

#endif
