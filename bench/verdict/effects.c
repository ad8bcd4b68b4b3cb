/* See effects.h. A term's effects are the means over its levels, with the mean along each factor
 * that varies in it taken off: squares of deviations, never differences of large totals. */
#include "verdict/effects.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

static size_t bits(unsigned set)
{
	size_t count = 0;

	for (; set != 0; set &= set - 1)
		count++;
	return count;
}

static bool has(unsigned set, size_t factor)
{
	return (set >> factor & 1) != 0;
}

/* Combinations of levels of the factors of a set. */
static size_t cells_of(const struct effects_design *d, unsigned set)
{
	size_t cells = 1;

	for (size_t f = 0; f < d->factors; f++)
		cells *= has(set, f) ? d->factor[f].levels : 1;
	return cells;
}

/* Which of them cell `index` of the whole design belongs to. */
static size_t cell_of(const struct effects_design *d, unsigned set, size_t index)
{
	size_t cell = 0, below = cells_of(d, (1u << d->factors) - 1);

	for (size_t f = 0; f < d->factors; f++) {
		below /= d->factor[f].levels;
		if (has(set, f))
			cell = cell * d->factor[f].levels + index / below % d->factor[f].levels;
	}
	return cell;
}

/* Takes the mean along one factor off a table of the set's cells. */
static void centre(const struct effects_design *d, unsigned set, size_t factor, long double *table)
{
	size_t levels = d->factor[factor].levels, cells = cells_of(d, set), stride = 1;

	for (size_t f = factor + 1; f < d->factors; f++)
		stride *= has(set, f) ? d->factor[f].levels : 1;
	for (size_t i = 0; i < cells; i++) {
		long double sum = 0;

		if (i / stride % levels != 0)
			continue;
		for (size_t k = 0; k < levels; k++)
			sum += table[i + k * stride];
		for (size_t k = 0; k < levels; k++)
			table[i + k * stride] -= sum / (long double)levels;
	}
}

static struct anova_row row_of(long double ss, double df)
{
	return (struct anova_row){(double)ss, df, (double)(ss / (long double)df), NAN, NAN};
}

/* Means of the set's cells as differences to the first value. */
static void means(const struct effects_design *d, unsigned set, long double *table)
{
	size_t cells = cells_of(d, set), all = cells_of(d, (1u << d->factors) - 1);
	long double size = (long double)(all / cells * d->trials);

	for (size_t i = 0; i < cells; i++)
		table[i] = 0;
	for (size_t i = 0; i < all; i++) {
		size_t cell = cell_of(d, set, i);

		for (size_t t = 0; t < d->trials; t++)
			table[cell] += ((long double)d->value[i * d->trials + t] -
					(long double)d->value[0]) /
				       size;
	}
}

static void sum_term(struct effects_term *term, const struct effects_design *d, long double *table)
{
	size_t cells = cells_of(d, term->set);
	long double ss = 0;
	double df = 1;

	means(d, term->set, table);
	for (size_t f = 0; f < d->factors; f++) {
		if (has(term->live, f))
			centre(d, term->set, f, table);
		if (has(term->set, f))
			df *= (double)(d->factor[f].levels - (has(term->live, f) ? 1 : 0));
	}
	for (size_t i = 0; i < cells; i++)
		ss += table[i] * table[i];
	term->row = row_of(ss * (long double)term->size, df);
}

/* The repeats, and the total. */
static void sum_rest(struct effects *x, const struct effects_design *d, long double *table)
{
	size_t cells = cells_of(d, (1u << d->factors) - 1), count = cells * d->trials;
	long double within = 0, total = 0, grand = 0;

	means(d, (1u << d->factors) - 1, table);
	for (size_t i = 0; i < cells; i++)
		grand += table[i] / (long double)cells;
	for (size_t i = 0; i < count; i++) {
		long double off = (long double)d->value[i] - (long double)d->value[0];
		long double in_cell = off - table[i / d->trials];

		within += in_cell * in_cell;
		total += (off - grand) * (off - grand);
	}
	x->repeat = x->error = row_of(within, (double)(count - cells));
	x->total = row_of(total, (double)(count - 1));
}

/* Every set that holds, with each factor, those that it is nested in. */
static void list_terms(struct effects *x, const struct effects_design *d)
{
	unsigned all = (1u << d->factors) - 1;
	size_t count = cells_of(d, all) * d->trials;

	for (size_t size = 1; size <= d->factors; size++)
		for (unsigned set = 1; set <= all; set++) {
			unsigned outer = 0;

			for (size_t f = 0; f < d->factors; f++)
				outer |= has(set, f) ? d->factor[f].within : 0;
			if (bits(set) != size || (outer & ~set) != 0)
				continue;
			x->term[x->terms++] = (struct effects_term){
				.set = set,
				.live = set & ~outer,
				.size = (double)(count / cells_of(d, set)),
				.variance = NAN,
			};
		}
}

/* Whether a term that is still in the model contains this one. */
static bool is_contained(const struct effects *x, const struct effects_term *t)
{
	for (size_t u = 0; u < x->terms; u++)
		if (!x->term[u].is_pooled && x->term[u].set != t->set &&
		    (t->set & ~x->term[u].set) == 0)
			return true;
	return false;
}

/* Without any repeat scatter there is no test: then an interaction that is there counts. */
static bool goes(const struct anova_row *row, double pool_p)
{
	return isnan(row->p) ? !(row->ms > 0) : row->p >= pool_p;
}

static void pool(struct effects *x, const struct effects_design *d)
{
	for (size_t size = d->factors; size >= 2; size--) {
		struct anova_row error = x->error;
		bool is_going[EFFECTS_TERMS_MAX] = {false};

		for (size_t t = 0; t < x->terms; t++) {
			struct effects_term *term = &x->term[t];

			if (bits(term->set) != size || bits(term->live) < 2 ||
			    is_contained(x, term))
				continue;
			term->row = anova_test(term->row, error);
			is_going[t] = goes(&term->row, d->pool_p);
		}
		for (size_t t = 0; t < x->terms; t++)
			if (is_going[t]) {
				x->term[t].is_pooled = true;
				x->error.ss += x->term[t].row.ss;
				x->error.df += x->term[t].row.df;
				x->error.ms = x->error.ss / x->error.df;
			}
	}
}

static const struct anova_row *row_at(const struct effects *x, size_t row)
{
	return row < x->terms ? &x->term[row].row : &x->error;
}

/* From the largest terms down: each expectation has but one unknown then. */
static void solve(struct effects *x)
{
	x->weight[x->terms][x->terms] = 1;
	for (size_t t = x->terms; t-- > 0;) {
		struct effects_term *term = &x->term[t];
		double *w = x->weight[t];

		if (term->is_pooled)
			continue;
		w[t] = 1;
		w[x->terms] -= 1;
		for (size_t u = t + 1; u < x->terms; u++) {
			if (x->term[u].is_pooled || (term->set & ~x->term[u].set) != 0)
				continue;
			for (size_t i = 0; i <= x->terms; i++)
				w[i] -= x->term[u].size * x->weight[u][i];
		}
		term->variance = 0;
		for (size_t i = 0; i <= x->terms; i++) {
			w[i] /= term->size;
			term->variance += w[i] != 0 ? w[i] * row_at(x, i)->ms : 0;
		}
	}
}

/* What is left of a term's expectation without its own variance, as a row to test against. */
static struct anova_row denominator(const struct effects *x, size_t t)
{
	struct anova_row d = {.ss = NAN, .f = NAN, .p = NAN};
	double spread = 0;

	for (size_t i = 0; i <= x->terms; i++) {
		double part = -x->weight[t][i] * x->term[t].size * row_at(x, i)->ms;

		if (i == t || x->weight[t][i] == 0)
			continue;
		d.ms += part;
		spread += part * part / row_at(x, i)->df;
	}
	d.df = spread > 0 ? d.ms * d.ms / spread : 0;
	return d;
}

enum err_code effects_analyse(struct effects *x, const struct effects_design *d, struct err *e)
{
	assert(d->factors >= 1 && d->factors <= EFFECTS_FACTORS_MAX && d->trials >= 2);
	long double *table =
		calloc(cells_of(d, (1u << d->factors) - 1), sizeof *table); /* the largest */

	memset(x, 0, sizeof *x);
	if (table == NULL)
		return err_set(e, ERR_BENCH, "out of memory");
	list_terms(x, d);
	for (size_t t = 0; t < x->terms; t++)
		sum_term(&x->term[t], d, table);
	sum_rest(x, d, table);
	free(table);
	pool(x, d);
	solve(x);
	for (size_t t = 0; t < x->terms; t++)
		if (!x->term[t].is_pooled)
			x->term[t].row = anova_test(x->term[t].row, denominator(x, t));
	return ERR_NONE;
}

struct mls_interval effects_interval(const struct effects *x, uint32_t rows, double confidence)
{
	struct mls_term sum[EFFECTS_ROWS_MAX];
	size_t count = 0;

	for (size_t i = 0; i <= x->terms; i++) {
		struct mls_term m = {.ms = row_at(x, i)->ms, .df = row_at(x, i)->df};

		for (size_t t = 0; t <= x->terms; t++)
			m.coefficient += (rows >> t & 1) != 0 ? x->weight[t][i] : 0;
		/* What cancels leaves a rounding error, which is no coefficient. */
		if (fabs(m.coefficient) > 1e-12)
			sum[count++] = m;
	}
	struct mls_interval limits = mls_interval(sum, count, confidence);
	return (struct mls_interval){fmax(limits.low, 0), fmax(limits.high, 0)};
}
