/* See capability.h. */
#include "verdict/capability.h"

#include <assert.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "verdict/control.h"
#include "verdict/quantile.h"
#include "verdict/series.h"

#define TAIL ((1 - CAPABILITY_CONFIDENCE) / 2)

const char *capability_within_text(enum capability_within within)
{
	switch (within) {
	case CAPABILITY_RANGE:
		return "mean range of subgroups / d2";
	case CAPABILITY_POOLED:
		return "pooled standard deviation of subgroups";
	case CAPABILITY_MOVING_RANGE:
		return "mean moving range of two / d2";
	}
	return "";
}

struct capability_pair capability_pair(struct capability_limits limits, double mean, double sd,
				       double nu, double n)
{
	struct capability_pair p = {sd, nu, {NAN, NAN, NAN}, {NAN, NAN, NAN}};
	double below = limits.has_low ? mean - limits.low : INFINITY;
	double above = limits.has_high ? limits.high - mean : INFINITY;
	double distance = fmin(below, above);

	if (isnan(sd))
		return p;
	p.nearer.value = distance == 0 ? 0 : distance / (3 * sd);
	if (limits.has_low && limits.has_high)
		p.both.value = (limits.high - limits.low) / (6 * sd);
	if (!(nu > 0) || !isfinite(p.nearer.value))
		return p;
	if (!isnan(p.both.value)) {
		p.both.low = p.both.value * sqrt(quantile_chi_square(TAIL, nu) / nu);
		p.both.high = p.both.value * sqrt(quantile_chi_square(1 - TAIL, nu) / nu);
	}
	double reach = gsl_cdf_ugaussian_Qinv(TAIL) *
		       sqrt(1 / (9 * n) + p.nearer.value * p.nearer.value / (2 * nu));
	p.nearer.low = p.nearer.value - reach;
	p.nearer.high = p.nearer.value + reach;
	return p;
}

static enum err_code check_limits(struct capability_limits l, struct err *e)
{
	if (!l.has_low && !l.has_high)
		return err_set(e, ERR_CONFIG, "capability wants a limit: --low, --high or both");
	if ((l.has_low && !isfinite(l.low)) || (l.has_high && !isfinite(l.high)))
		return err_set(e, ERR_CONFIG, "a limit is no finite number");
	if (l.has_low && l.has_high && l.low >= l.high)
		return err_set(e, ERR_CONFIG, "the lower limit %g is not below the upper one %g",
			       l.low, l.high);
	return ERR_NONE;
}

static bool is_outside(struct capability_limits l, double value)
{
	return (l.has_low && value < l.low) || (l.has_high && value > l.high);
}

/* Degrees of freedom of a mean of `groups` ranges of n: that of the chi distribution with the same
 * relative variance as the mean range (Patnaik 1950, first order). */
static double range_freedom(const struct control_constants *c, double groups)
{
	double relative = c->d3 / c->d2;

	return groups / (2 * relative * relative);
}

/* The same of a mean moving range: Var = (Var R + 2 Cov(R_i, R_i+1)) / (n - 1) = 1.0524 sigma^2 /
 * (n - 1), which gives 1 / (2 * 0.8265) = 0.605 a step (Cryer and Ryan, Journal of Quality
 * Technology 22, 1990). */
#define MOVING_RANGE_FREEDOM 0.605

static double pooled_sd(const double *value, size_t groups, size_t size)
{
	double squares = 0;

	for (size_t i = 0; i < groups; i++) {
		double sd = series_of(value + i * size, size).sd;

		squares += sd * sd;
	}
	return sqrt(squares / (double)groups);
}

enum err_code capability_of(struct capability *c, const double *value, size_t groups, size_t size,
			    enum capability_within within, struct capability_limits limits,
			    struct err *e)
{
	size_t n = groups * size, outside = 0;
	enum err_code code = check_limits(limits, e);

	if (code != ERR_NONE)
		return code;
	if (groups < 2 || size < 1 || size > CONTROL_SUBGROUP_MAX)
		return err_set(e, ERR_CONFIG,
			       "%zu subgroups of %zu: want 2 or more, of 1..%d values", groups,
			       size, CONTROL_SUBGROUP_MAX);
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(value[i]))
			return err_set(e, ERR_CONFIG, "value %zu is no number", i + 1);
		outside += is_outside(limits, value[i]);
	}
	struct series all = series_of(value, n);
	struct control_chart chart = control_chart(value, groups, size);
	struct control_constants k = control_constants(size == 1 ? 2 : size);
	double sd = chart.sigma_within, nu = range_freedom(&k, (double)groups);
	*c = (struct capability){.n = n, .mean = all.mean, .within = within};
	if (size == 1) {
		c->within = CAPABILITY_MOVING_RANGE;
		nu = MOVING_RANGE_FREEDOM * (double)(n - 1);
	} else if (within == CAPABILITY_POOLED) {
		sd = pooled_sd(value, groups, size);
		nu = (double)(groups * (size - 1));
	}
	c->potential = capability_pair(limits, all.mean, sd, nu, (double)n);
	c->overall = capability_pair(limits, all.mean, all.sd, (double)(n - 1), (double)n);
	c->outside_fraction = (double)outside / (double)n;
	return ERR_NONE;
}

struct capability_index capability_yield(uint64_t passed, uint64_t tested)
{
	assert(passed <= tested);
	if (tested == 0)
		return (struct capability_index){NAN, NAN, NAN};
	return (struct capability_index){
		.value = (double)passed / (double)tested,
		.low = quantile_success(TAIL, passed, tested),
		.high = 1 - quantile_success(TAIL, tested - passed, tested),
	};
}
