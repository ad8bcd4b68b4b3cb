/*
 * Variance components of several random factors, against published tables (Doncaster, Davey,
 * Analysis of Variance and Covariance, 2007; their data sets are public), against the two-factor
 * code, and against components that are known because the data were made from them.
 */
#include "verdict/effects.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/tap.h"

enum { A = 1, B = 2, C = 4, NEVER = 2 };

static const struct effects_term *term(const struct effects *x, unsigned set)
{
	for (size_t t = 0; t < x->terms; t++)
		if (x->term[t].set == set)
			return &x->term[t];
	abort();
}

struct line {
	unsigned set;
	double ss, df, f, p; /* as printed; f NaN: none printed */
};

static void compare(struct tap *t, const struct effects *x, const struct line *line, size_t count)
{
	tap_is_int(t, (int64_t)x->terms, (int64_t)count, "terms");
	for (size_t i = 0; i < count; i++) {
		const struct anova_row *row = &term(x, line[i].set)->row;

		tap_near(t, row->ss, line[i].ss, 0.0051, "sum of squares");
		tap_near(t, row->df, line[i].df, 0, "degrees of freedom");
		if (isnan(line[i].f))
			continue;
		tap_near(t, row->f, line[i].f, 0.0051, "F");
		tap_near(t, row->p, line[i].p, 0.00051, "p");
	}
}

/* Data set of models 2.2 and 7.2; of 3.3 and 3.4. */
static const double first[] = {
	4.5924,  -0.5488, 6.1605,  2.3374,  5.1873,  3.3579,  6.3092, 3.2831,
	7.3809,  9.2085,  13.1147, 15.2654, 12.4188, 14.3951, 8.5986, 3.4945,
	21.3220, 25.0426, 22.6600, 24.1283, 16.5927, 10.2129, 9.8934, 10.0203,
};
static const double second[] = {
	-3.8558, 4.4076,  -4.1752, 1.4913,  5.9699,  5.2141,  9.1467,  5.8209,
	9.4082,  6.0296,  15.3014, 12.1900, 6.9754,  14.3012, 10.4266, 2.3707,
	19.1834, 18.3855, 23.3385, 21.9134, 16.4482, 11.6765, 17.9727, 15.1760,
};

static void nested(struct tap *t)
{
	static const struct line lines[] = {
		{A, 745.36, 2, 4.02, 0.142},
		{A | B, 278.02, 3, 5.24, 0.041},
		{A | B | C, 106.08, 6, 2.86, 0.057},
	};
	struct effects_design d = {first, {{3, 0}, {2, A}, {2, A | B}}, 3, 2, NEVER};
	struct effects x;

	tap_ok(t, effects_analyse(&x, &d, NULL) == ERR_NONE, "model 2.2: C within B within A");
	compare(t, &x, lines, 3);
	tap_near(t, x.error.ss, 74.10, 0.0051, "SS of repeats");
	tap_near(t, x.total.ss, 1203.56, 0.0051, "SS of all");
	/* By the nested tables of every text book: differences of neighbouring mean squares. */
	tap_near(t, term(&x, A)->variance, (745.36 / 2 - 278.02 / 3) / 8, 1e-3, "variance of A");
	tap_near(t, term(&x, A | B)->variance, (278.02 / 3 - 106.08 / 6) / 4, 1e-3, "of B");
	tap_near(t, term(&x, A | B | C)->variance, (106.08 / 6 - 74.10 / 12) / 2, 1e-3, "of C");
}

static void mixed(struct tap *t)
{
	static const struct line inside[] = {
		{A, 905.27, 2, 11.03, 0.137}, /* quasi F, degrees of freedom by Satterthwaite */
		{A | B, 167.83, 3, 2.81, 0.209}, {C, 11.80, 1, 2.36, 0.265},
		{A | C, 10.02, 2, 0.25, 0.793},  {A | B | C, 59.74, 3, 1.68, 0.225},
	};
	static const struct line below[] = {
		{A, 905.27, 2, 5.40, 0.156},
		{B, 0.19, 1, 0.00, 0.967},
		{A | B, 167.65, 2, 6.17, 0.035},
		{A | B | C, 81.56, 6, 1.14, 0.395},
	};
	struct effects_design d = {second, {{3, 0}, {2, A}, {2, 0}}, 3, 2, NEVER};
	struct effects x;

	tap_ok(t, effects_analyse(&x, &d, NULL) == ERR_NONE, "model 3.3: B within A, C crossed");
	compare(t, &x, inside, 5);
	tap_ok(t, term(&x, A | C)->variance < 0, "an estimate below 0 is told as it is");
	d = (struct effects_design){second, {{3, 0}, {2, 0}, {2, A | B}}, 3, 2, NEVER};
	tap_ok(t, effects_analyse(&x, &d, NULL) == ERR_NONE, "model 3.4: C within A x B");
	compare(t, &x, below, 4);
	d.pool_p = 0;
	(void)effects_analyse(&x, &d, NULL);
	tap_ok(t, !term(&x, A | B)->is_pooled && x.error.df == 12,
	       "an interaction that others are nested in is not pooled");
}

/* Published without repeats: each value stands twice, which doubles every mean square. */
static void crossed(struct tap *t)
{
	static const struct line lines[] = {
		{A, 2 * 745.36, 2, 4.29, 0.214},     {B, 2 * 91.65, 1, 0.89, 0.433},
		{A | B, 2 * 186.37, 2, 7.82, 0.021}, {C, 2 * 9.07, 3, 0.19, 0.893},
		{A | C, 2 * 33.09, 6, 0.46, 0.815},  {B | C, 2 * 66.51, 3, 1.86, 0.237},
		{A | B | C, 2 * 71.51, 6, NAN, NAN},
	};
	double twice[48];
	struct effects_design d = {twice, {{3, 0}, {2, 0}, {4, 0}}, 3, 2, NEVER};
	struct effects x;

	for (size_t i = 0; i < 48; i++)
		twice[i] = first[i / 2];
	tap_ok(t, effects_analyse(&x, &d, NULL) == ERR_NONE, "model 7.2: all crossed");
	tap_is_int(t, (int64_t)x.terms, 7, "terms");
	for (size_t i = 0; i < 7; i++) {
		const struct anova_row *row = &term(&x, lines[i].set)->row;

		tap_near(t, row->ss, lines[i].ss, 0.0102, "sum of squares");
		if (isnan(lines[i].f))
			continue;
		tap_near(t, row->f, lines[i].f, 0.0051, "F");
		tap_near(t, row->p, lines[i].p, 0.00051, "p");
	}
}

/* Pooling by hand: SS and df of what goes are added to the repeats. */
static void pooling(struct tap *t)
{
	struct effects_design d = {first, {{3, 0}, {2, 0}, {2, 0}}, 3, 2, 0};
	struct effects all, none, some;

	(void)effects_analyse(&all, &d, NULL);
	d.pool_p = NEVER;
	(void)effects_analyse(&none, &d, NULL);
	d.pool_p = 0.05;
	(void)effects_analyse(&some, &d, NULL);
	double ss = none.repeat.ss, df = none.repeat.df;
	for (size_t i = 0; i < none.terms; i++)
		if ((none.term[i].live & (none.term[i].live - 1)) != 0) {
			ss += none.term[i].row.ss;
			df += none.term[i].row.df;
		}
	tap_near(t, all.error.ss, ss, 1e-9, "all interactions pooled: SS");
	tap_near(t, all.error.df, df, 0, "and degrees of freedom");
	tap_near(t, term(&all, A)->variance, (term(&all, A)->row.ms - ss / df) / 8, 1e-9,
		 "then a factor is tested against the rest");
	tap_ok(t, isnan(term(&all, A | B)->variance) && !isnan(term(&none, A | B)->variance),
	       "what is pooled has no variance");
	/* A x B x C goes, then A x B stays and A x C goes; each against what the error is by then.
	 */
	tap_ok(t,
	       term(&some, A | B | C)->is_pooled && !term(&some, A | B)->is_pooled &&
		       term(&some, A | C)->is_pooled,
	       "each by its own p: %.3g, %.3g, %.3g", term(&some, A | B | C)->row.p,
	       term(&some, A | B)->row.p, term(&some, A | C)->row.p);
}

/* The same numbers as the two-factor code, and no digit lost to a large offset. */
static void two_factors(struct tap *t)
{
	double value[24];
	struct effects_design d = {value, {{3, 0}, {2, 0}}, 2, 4, NEVER};
	struct effects x;

	for (size_t i = 0; i < 24; i++)
		value[i] = first[i];
	struct anova_crossed known = anova_crossed(value, (struct anova_layout){3, 2, 4});
	(void)effects_analyse(&x, &d, NULL);
	tap_near(t, term(&x, A)->row.ms, known.a.ms, 1e-12, "as anova_crossed: A");
	tap_near(t, term(&x, B)->row.f, known.b.f, 1e-12, "B");
	tap_near(t, term(&x, A | B)->row.p, known.interaction.p, 1e-12, "interaction");
	for (size_t i = 0; i < 24; i++)
		value[i] = first[i] + 1048576;
	(void)effects_analyse(&x, &d, NULL);
	tap_near(t, term(&x, A | B)->row.ms, known.interaction.ms, 1e-7, "with an offset of 2^20");
}

/* 6 parts, 4 stations, 3 days, loads within all of them: standard deviations 3, 2, 1, 0.5, part x
 * station 1, repeats 0.25. */
enum { PARTS = 6, STATIONS = 4, DAYS = 3, LOADS = 2, TRIALS = 2, PART_STATION = 1 | 2, LOAD = 15 };

static void draw(double *value, uint64_t seed)
{
	double part[PARTS], station[STATIONS], day[DAYS], both[PARTS][STATIONS];
	struct rng rng;

	rng_seed_named(&rng, seed, "effects");
	for (size_t p = 0; p < PARTS; p++)
		part[p] = 3 * rng_normal(&rng);
	for (size_t s = 0; s < STATIONS; s++)
		station[s] = 2 * rng_normal(&rng);
	for (size_t d = 0; d < DAYS; d++)
		day[d] = rng_normal(&rng);
	for (size_t p = 0; p < PARTS; p++)
		for (size_t s = 0; s < STATIONS; s++)
			both[p][s] = rng_normal(&rng);
	for (size_t cell = 0; cell < PARTS * STATIONS * DAYS * LOADS; cell++) {
		size_t d = cell / LOADS % DAYS, s = cell / LOADS / DAYS % STATIONS;
		size_t p = cell / LOADS / DAYS / STATIONS;
		double load = 0.5 * rng_normal(&rng);

		for (size_t i = 0; i < TRIALS; i++)
			value[cell * TRIALS + i] = part[p] + station[s] + day[d] + both[p][s] +
						   load + 0.25 * rng_normal(&rng);
	}
}

/* Over many seeds the mean estimate is the truth, and the interval holds it as often as it says. */
static void known(struct tap *t)
{
	enum { SEEDS = 400 };
	static const struct {
		unsigned set; /* 0: the repeats */
		double variance;
	} truth[] = {{1, 9},       {2, 4},     {4, 1},     {PART_STATION, 1},
		     {LOAD, 0.25}, {1 | 4, 0}, {0, 0.0625}};
	enum { TRUTHS = sizeof truth / sizeof *truth };
	static double value[PARTS * STATIONS * DAYS * LOADS * TRIALS];
	struct effects_design d = {
		value, {{PARTS, 0}, {STATIONS, 0}, {DAYS, 0}, {LOADS, 7}}, 4, TRIALS, NEVER};
	double sum[TRUTHS] = {0}, squares[TRUTHS] = {0};
	int inside[TRUTHS] = {0}, all_inside = 0;

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct effects x;

		draw(value, seed);
		(void)effects_analyse(&x, &d, NULL);
		for (size_t i = 0; i < TRUTHS; i++) {
			const struct effects_term *it =
				truth[i].set ? term(&x, truth[i].set) : NULL;
			size_t row = it != NULL ? (size_t)(it - x.term) : x.terms;
			double estimate = it != NULL ? it->variance : x.error.ms;
			struct mls_interval limits = effects_interval(&x, 1u << row, 0.95);

			sum[i] += estimate;
			squares[i] += estimate * estimate;
			inside[i] +=
				limits.low <= truth[i].variance && truth[i].variance <= limits.high;
		}
		struct mls_interval whole = effects_interval(&x, (2u << x.terms) - 1, 0.95);
		all_inside += whole.low <= 15.3125 && 15.3125 <= whole.high;
	}
	for (size_t i = 0; i < TRUTHS; i++) {
		double mean = sum[i] / SEEDS;
		double error = sqrt((squares[i] / SEEDS - mean * mean) / SEEDS);

		tap_near(t, mean, truth[i].variance, 4 * error, "the mean estimate is the truth");
		/* 95 % of 400: 380 +- 4.4; a limit cut off at 0 only adds. */
		tap_ok(t, inside[i] >= 362 && (inside[i] <= 398 || truth[i].variance == 0),
		       "variance %g: %d of %d intervals hold it", truth[i].variance, inside[i],
		       SEEDS);
	}
	tap_ok(t, all_inside >= 362 && all_inside <= 398, "the total: %d of %d", all_inside, SEEDS);
}

/* One mean square: the interval of the chi-square distribution, by its quantiles in any table. */
static void interval(struct tap *t)
{
	struct mls_term one = {1, 4, 10};
	struct mls_interval limits = mls_interval(&one, 1, 0.95);

	tap_near(t, limits.low, 40 / 20.4832, 1e-5, "10 degrees of freedom: low");
	tap_near(t, limits.high, 40 / 3.24697, 1e-4, "high");
	struct mls_term pair[] = {{0.5, 3, 4}, {-0.5, 1, 60}};
	struct mls_interval there = mls_interval(pair, 2, 0.95);
	pair[0].coefficient = -0.5;
	pair[1].coefficient = 0.5;
	struct mls_interval back = mls_interval(pair, 2, 0.95);
	tap_near(t, there.low, -back.high, 1e-12, "turned round, the limits change places");
}

int main(void)
{
	struct tap t = tap_begin();

	nested(&t);
	mixed(&t);
	crossed(&t);
	pooling(&t);
	two_factors(&t);
	interval(&t);
	known(&t);
	return tap_end(&t);
}
