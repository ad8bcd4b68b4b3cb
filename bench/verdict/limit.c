/* Limits: see limit.h. Pure. */
#include "verdict/limit.h"

#include <math.h>
#include <string.h>

static const char *const rule_names[] = {
	[LIMIT_SIMPLE] = "simple",
	[LIMIT_GUARDED] = "guarded",
};

enum err_code limit_check(const struct limit *l, struct err *e)
{
	if (l->clause[0] == '\0' || l->name[0] == '\0' || l->unit[0] == '\0')
		return err_set(e, ERR_CONFIG, "limit '%s': clause, name and unit must not be empty",
			       l->clause);
	if (!l->has_low && !l->has_high)
		return err_set(e, ERR_CONFIG, "limit %s: needs low, high or both", l->clause);
	if ((l->has_low && !isfinite(l->low)) || (l->has_high && !isfinite(l->high)))
		return err_set(e, ERR_CONFIG, "limit %s: low and high must be finite", l->clause);
	if (l->has_low && l->has_high && l->low > l->high)
		return err_set(e, ERR_CONFIG, "limit %s: low %g lies above high %g", l->clause,
			       l->low, l->high);
	if (!isfinite(l->u_provisional) || l->u_provisional < 0)
		return err_set(e, ERR_CONFIG, "limit %s: u must be finite and not negative",
			       l->clause);
	if (l->rule == LIMIT_GUARDED && !(l->u_provisional > 0))
		return err_set(e, ERR_CONFIG,
			       "limit %s: the rule guarded needs u: without one it guards nothing",
			       l->clause);
	return ERR_NONE;
}

const char *limit_rule_name(enum limit_rule rule)
{
	return rule_names[rule];
}

bool limit_rule_find(const char *name, enum limit_rule *rule)
{
	for (size_t i = 0; i < sizeof rule_names / sizeof rule_names[0]; i++) {
		if (strcmp(rule_names[i], name) == 0) {
			*rule = (enum limit_rule)i;
			return true;
		}
	}
	return false;
}
