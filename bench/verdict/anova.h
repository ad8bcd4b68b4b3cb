/*
 * Analysis of variance, balanced: one-way (any group sizes), two-way crossed with repeats, nested.
 *
 * Sums of squares are sums of squared deviations in extended precision, never differences of large
 * totals. It does not know what the factors mean.
 */
#ifndef VERDICT_ANOVA_H
#define VERDICT_ANOVA_H

#include <stddef.h>

/* f and p are NaN where a row has no test: no denominator, or a denominator of 0. */
struct anova_row {
	double ss, df, ms, f, p;
};

/* a levels of A, b of B, r repeats of each cell; all >= 1. Value (i, j, k) stands at index
 * (i * b + j) * r + k. */
struct anova_layout {
	size_t a, b, r;
};

/* Of `count` values, value[i] of group group[i] < groups; every group has at least one value,
 * groups >= 2, count > groups. */
struct anova_one_way {
	struct anova_row between, within;
	double r2, residual_sd;
};
struct anova_one_way anova_one_way(const double *value, const size_t *group, size_t count,
				   size_t groups);

/* A and B random and crossed: both are tested against their interaction, the interaction against
 * the repeats (Montgomery, Design and Analysis of Experiments, random two-factor model). `pooled`
 * is the residual of the model without interaction: interaction and repeats together. */
struct anova_crossed {
	struct anova_row a, b, interaction, repeat, pooled, total;
};
struct anova_crossed anova_crossed(const double *value, struct anova_layout layout);

/* B within A, both random: A is tested against B, B against the repeats. */
struct anova_nested {
	struct anova_row a, b_within_a, repeat, total;
};
struct anova_nested anova_nested(const double *value, struct anova_layout layout);

/* Tests `row` against `error`: sets f and p of a copy. */
struct anova_row anova_test(struct anova_row row, struct anova_row error);

#endif
