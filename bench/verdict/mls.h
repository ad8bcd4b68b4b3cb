/*
 * Confidence interval of a sum or difference of mean squares by the modified large-sample method:
 * Ting, Burdick, Graybill, Jeyaratnam, Lu, "Confidence intervals on linear combinations of variance
 * components that are unrestricted in sign", J. Stat. Comp. Simul. 35 (1990) 135; Burdick,
 * Graybill, Confidence Intervals on Variance Components (1992), sec. 3.3. Exact for one mean
 * square; for variance components it keeps its level where Satterthwaite's does not.
 */
#ifndef VERDICT_MLS_H
#define VERDICT_MLS_H

#include <stddef.h>

struct mls_term {
	double coefficient, ms, df; /* ms >= 0, df > 0; coefficient 0: left out */
};

struct mls_interval {
	double low, high;
};

/* Two-sided, of sum(coefficient * E[ms]); 0 < confidence < 1. */
struct mls_interval mls_interval(const struct mls_term *term, size_t count, double confidence);

#endif
