/* Limits: see limit.h. Pure. */
#include "verdict/limit.h"

#include <math.h>
#include <string.h>

static enum err_code check_numbers(const struct limit *l, struct err *e)
{
	if (!l->has_low && !l->has_high)
		return err_set(e, ERR_CONFIG, "limit %s: needs low, high or both", l->clause);
	if ((l->has_low && !isfinite(l->low)) || (l->has_high && !isfinite(l->high)))
		return err_set(e, ERR_CONFIG, "limit %s: low and high must be finite", l->clause);
	if (l->has_low && l->has_high && l->low > l->high)
		return err_set(e, ERR_CONFIG, "limit %s: low %g lies above high %g", l->clause,
			       l->low, l->high);
	if (!isfinite(l->u_typical) || l->u_typical < 0)
		return err_set(e, ERR_CONFIG, "limit %s: u must be finite and not negative",
			       l->clause);
	return ERR_NONE;
}

static enum err_code check_spread(const struct limit *l, struct err *e)
{
	if (l->has_low || !l->has_high)
		return err_set(e, ERR_CONFIG,
			       "limit %s: a spread is judged by its upper bound: it has a high and "
			       "no low",
			       l->clause);
	if (l->rule != RULE_ISO14253)
		return err_set(e, ERR_CONFIG,
			       "limit %s: a spread is judged by the upper end of its 95 %% "
			       "interval: its rule is iso14253, not %s",
			       l->clause, rule_name(l->rule));
	return ERR_NONE;
}

static enum err_code check_guard_band(const struct limit *l, struct err *e)
{
	struct interval zone;
	struct budget_sum sum = budget_sum_of(l->u_typical / 2, BUDGET_COVERAGE);
	bool is_two_sided = l->has_low && l->has_high;

	if (l->rule == RULE_SIMPLE)
		return ERR_NONE;
	if (l->rule == RULE_Z540_M6 && !is_two_sided)
		return err_set(e, ERR_CONFIG,
			       "limit %s: z540-m6 needs low and high: its test uncertainty ratio "
			       "is that of a span; take ilac-g8 or iso14253",
			       l->clause);
	if (is_two_sided && !(l->u_typical > 0))
		return err_set(e, ERR_CONFIG,
			       "limit %s: the rule %s between two limits needs u, the expanded "
			       "uncertainty that is expected: do its guard bands leave anything to "
			       "accept?",
			       l->clause, rule_name(l->rule));
	if (!rule_acceptance(l->rule, limit_interval(l), &sum, &zone))
		return err_set(e, ERR_CONFIG,
			       "limit %s: at u = %g the guard bands of %s (%.4g %s each) leave "
			       "nothing to accept between %g and %g",
			       l->clause, l->u_typical, rule_name(l->rule),
			       rule_guard_band(l->rule, limit_interval(l), &sum), l->unit, l->low,
			       l->high);
	return ERR_NONE;
}

enum err_code limit_check(const struct limit *l, struct err *e)
{
	enum err_code code;

	if (l->clause[0] == '\0' || l->name[0] == '\0' || l->unit[0] == '\0')
		return err_set(e, ERR_CONFIG, "limit '%s': clause, name and unit must not be empty",
			       l->clause);
	code = check_numbers(l, e);
	if (code != ERR_NONE)
		return code;
	switch (l->kind) {
	case LIMIT_SPREAD:
		return check_spread(l, e);
	case LIMIT_COUNT:
		if (l->rule == RULE_SIMPLE)
			return ERR_NONE;
		return err_set(e, ERR_CONFIG,
			       "limit %s: unit 1 is a count, known exactly: its rule is simple, "
			       "not %s",
			       l->clause, rule_name(l->rule));
	case LIMIT_QUANTITY:
		break;
	}
	return check_guard_band(l, e);
}

struct interval limit_interval(const struct limit *l)
{
	return (struct interval){
		.low = l->has_low ? l->low : -(double)INFINITY,
		.high = l->has_high ? l->high : (double)INFINITY,
	};
}
