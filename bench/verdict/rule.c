/* Decision rules: see rule.h. Pure. */
#include "verdict/rule.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define ISO14253_FACTOR 1.645 /* one-sided 95 % of the normal distribution */
#define FAR_FACTOR      10.0  /* limits further apart, in u: the other one's tail is nothing */

enum { HALVINGS = 60 };

static const struct {
	const char *name;
	double promise;
} rules[RULE_COUNT] = {
	[RULE_SIMPLE] = {"simple", 0.5},
	[RULE_ISO14253] = {"iso14253", 0.05},
	[RULE_ILAC_G8] = {"ilac-g8", 0.025},
	[RULE_Z540_M6] = {"z540-m6", 0.02},
};

const char *rule_name(enum rule rule)
{
	return rules[rule].name;
}

bool rule_find(const char *name, enum rule *rule)
{
	for (size_t i = 0; i < RULE_COUNT; i++) {
		if (strcmp(rules[i].name, name) == 0) {
			*rule = (enum rule)i;
			return true;
		}
	}
	return false;
}

const char *rule_names(void)
{
	return "simple, iso14253, ilac-g8, z540-m6";
}

double rule_promise(enum rule rule)
{
	return rules[rule].promise;
}

/* Value the guard band w inside one of two limits, both tails of the normal distribution counted.
 */
static double proven_inside(double w, double span, double u)
{
	return gsl_cdf_ugaussian_P(w / u) - gsl_cdf_ugaussian_P((w - span) / u);
}

/* 1.645 u proves conformity to 95 % while one limit is in reach of the uncertainty. Between two
 * near ones both tails count; where not even the middle is proven, the bands meet there. */
static double iso14253(struct interval specification, double u)
{
	double low = ISO14253_FACTOR * u, span = specification.high - specification.low;
	double high = span / 2, wanted = gsl_cdf_ugaussian_P(ISO14253_FACTOR);

	if (!(span < FAR_FACTOR * u) || low >= high)
		return low;
	for (int i = 0; i < HALVINGS; i++) {
		double middle = low + (high - low) / 2;
		if (proven_inside(middle, span, u) < wanted)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static double method_6(struct interval specification, double expanded)
{
	assert(isfinite(specification.low) && isfinite(specification.high));
	if (!(expanded > 0))
		return 0;
	double tur = (specification.high - specification.low) / (2 * expanded);
	double multiplier = tur > 0 ? 1.04 - exp(0.38 * log(tur) - 0.54) : 1.04;
	return fmax(0, expanded * multiplier);
}

double rule_guard_band(enum rule rule, struct interval specification, const struct budget_sum *sum)
{
	switch (rule) {
	case RULE_ISO14253:
		return iso14253(specification, sum->u);
	case RULE_ILAC_G8:
		return sum->expanded;
	case RULE_Z540_M6:
		return method_6(specification, sum->expanded);
	case RULE_SIMPLE:
	case RULE_COUNT:
		break;
	}
	return 0;
}

bool rule_acceptance(enum rule rule, struct interval specification, const struct budget_sum *sum,
		     struct interval *acceptance)
{
	double w = rule_guard_band(rule, specification, sum);

	*acceptance = (struct interval){specification.low + w, specification.high - w};
	return w > 0 ? acceptance->low < acceptance->high : acceptance->low <= acceptance->high;
}

static double cumulative(double x, double nu)
{
	return isinf(nu) ? gsl_cdf_ugaussian_P(x) : gsl_cdf_tdist_P(x, nu);
}

double rule_conformance(struct interval specification, double value, const struct budget_sum *sum)
{
	if (!(sum->u > 0))
		return value >= specification.low && value <= specification.high ? 1 : 0;
	double below = isinf(specification.low)
			       ? 0
			       : cumulative((specification.low - value) / sum->u, sum->nu);
	double up_to = isinf(specification.high)
			       ? 1
			       : cumulative((specification.high - value) / sum->u, sum->nu);
	return up_to - below;
}
