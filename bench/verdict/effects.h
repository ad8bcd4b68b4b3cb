/*
 * Analysis of variance of a balanced design whose factors are all random, crossed or nested: every
 * source of spread gets a variance of its own.
 *
 * Estimates are those of the ANOVA method: mean squares are set equal to their expectations
 * (Searle, Casella, McCulloch, Variance Components, 1992, ch. 4; Montgomery, Design and Analysis
 * of Experiments, ch. 13). With all factors random, the expectation of the mean square of a term is
 * the error variance and, of every term that contains all its factors, the variance times the
 * number of observations at each of its levels. It does not know what the factors mean.
 */
#ifndef VERDICT_EFFECTS_H
#define VERDICT_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "verdict/anova.h"
#include "verdict/mls.h"

enum {
	EFFECTS_FACTORS_MAX = 5,
	EFFECTS_TERMS_MAX = (1 << EFFECTS_FACTORS_MAX) - 1,
	EFFECTS_ROWS_MAX = EFFECTS_TERMS_MAX + 1, /* the error is the row after the last term */
};

/* `within`: bits of the factors that this one is nested in, theirs included; 0: crossed. Nested,
 * `levels` is the number at each combination of levels of those. */
struct effects_factor {
	size_t levels;
	unsigned within;
};

/* Values in order of the factors, the first the slowest, the trials the fastest. factors >= 1,
 * levels and trials >= 2, no factor within itself. */
struct effects_design {
	const double *value;
	struct effects_factor factor[EFFECTS_FACTORS_MAX];
	size_t factors, trials;
	double pool_p; /* pool an interaction from this p on; > 1: never, 0: always */
};

struct effects_term {
	unsigned set;  /* bits of its factors, those it is nested in included */
	unsigned live; /* those that vary in it; two or more: an interaction */
	double size;   /* observations at each of its levels: of its variance in its mean square */
	struct anova_row row;
	bool is_pooled;  /* it went into the error; row.p is what it went by */
	double variance; /* unbiased, so it may be below 0; NaN when pooled */
};

/* Terms with fewer factors first. row[t] of weight: what the mean squares (of terms, then of the
 * error) count for in the variance of term t, or of the error. */
struct effects {
	struct effects_term term[EFFECTS_TERMS_MAX];
	size_t terms;
	struct anova_row repeat, error, total; /* error: repeats and what was pooled into them */
	double weight[EFFECTS_ROWS_MAX][EFFECTS_ROWS_MAX];
};

/*
 * F of a term is its mean square over the combination of mean squares that has the same expectation
 * without it, with Satterthwaite's degrees of freedom; none (NaN) where that is not above 0. An
 * interaction is pooled when its p is pool_p or more and no term that is kept contains it, so that
 * its mean square and the error's have one expectation; all with as many factors are tested before
 * any of them is pooled, so that their order does not matter.
 * ERR_BENCH: out of memory.
 */
enum err_code effects_analyse(struct effects *x, const struct effects_design *d, struct err *e);

/* Interval of the sum of the variances of the rows in the mask (bit t: term t, bit x->terms: the
 * error; pooled terms add nothing). See mls.h; limits below 0 are 0. */
struct mls_interval effects_interval(const struct effects *x, uint32_t rows, double confidence);

#endif
