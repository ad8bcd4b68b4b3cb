/* Measurements and their judgement: see measurement.h; their texts are in measurement_text.c. Pure.
 */
#include "verdict/measurement.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verdict/spread.h"
#include "verdict/unit.h"

enum err_code measurement_declare(struct measurement *m, const char *name,
				  const struct limit *limit, struct err *e)
{
	if (name[0] == '\0' || strlen(name) >= sizeof m->name)
		return err_set(e, ERR_SCRIPT,
			       "measurement name '%.80s' has %zu characters, want 1..%zu", name,
			       strlen(name), sizeof m->name - 1);
	const char *said = unit_contradicting(name, limit->unit);
	if (said != NULL)
		return err_set(e, ERR_SCRIPT,
			       "measurement %s: its name says %s, but %s has the unit %s: convert "
			       "the value and rename it, or correct the spec",
			       name, said, limit->clause, limit->unit);
	*m = (struct measurement){.limit = *limit};
	memcpy(m->name, name, strlen(name) + 1);
	return ERR_NONE;
}

void measurement_spoil(struct measurement *m)
{
	m->state = MEASUREMENT_INVALID;
}

/* A second value makes both worthless: which one was meant? */
static enum err_code refuse_second(struct measurement *m, struct err *e)
{
	measurement_spoil(m);
	return err_set(e, ERR_SCRIPT, "measurement %s is set twice; set it once, at the end",
		       m->name);
}

/* What every way of setting asks first. Until the end of a set the state is INVALID, so that each
 * way out of it but the last leaves it so. */
static enum err_code begin_set(struct measurement *m, double value, struct err *e)
{
	if (m->state != MEASUREMENT_UNSET)
		return refuse_second(m, e);
	measurement_spoil(m);
	if (!isfinite(value))
		return err_set(e, ERR_SCRIPT, "measurement %s is set to %s: not a number to judge",
			       m->name, isnan(value) ? "NaN (0/0)" : "infinity");
	m->value = value == 0 ? 0 : value; /* -0: the record keeps no sign of it */
	return ERR_NONE;
}

static void take(struct measurement *m, const struct budget_sum *sum)
{
	m->u = sum->expanded;
	m->u_c = sum->u;
	m->k = sum->u > 0 ? sum->k : 0;
	m->nu_eff = sum->nu;
	m->state = MEASUREMENT_SET;
}

static struct budget_sum sum_of(const struct measurement *m)
{
	return (struct budget_sum){.u = m->u_c, .nu = m->nu_eff, .k = m->k, .expanded = m->u};
}

/* Inside the specification, where a rule without an acceptance interval says neither yes nor no. */
static enum err_code check_decidable(struct measurement *m, struct err *e)
{
	struct interval s = limit_interval(&m->limit), zone;
	struct budget_sum sum = sum_of(m);

	if (rule_acceptance(m->limit.rule, s, &sum, &zone) || m->value < s.low || m->value > s.high)
		return ERR_NONE;
	measurement_spoil(m);
	return err_set(e, ERR_BENCH,
		       "%s: %s has U = %.3g %s, so the guard bands of %s leave nothing to accept "
		       "between %g and %g: the bench cannot decide this clause; look for the "
		       "largest line of its budget",
		       m->limit.clause, m->name, m->u, m->limit.unit, rule_name(m->limit.rule),
		       m->limit.low, m->limit.high);
}

static enum err_code refuse_spread(const struct measurement *m, struct err *e)
{
	return err_set(e, ERR_SCRIPT,
		       "measurement %s: %s is a spread: say of how many values, measure.%s(sd, { n "
		       "= ... })",
		       m->name, m->limit.clause, m->name);
}

enum err_code measurement_set(struct measurement *m, double value, struct err *e)
{
	const struct budget_sum exact = budget_sum_of(0, BUDGET_COVERAGE);
	enum err_code code = begin_set(m, value, e);

	if (code != ERR_NONE)
		return code;
	if (m->limit.kind == LIMIT_SPREAD)
		return refuse_spread(m, e);
	if (m->limit.kind == LIMIT_QUANTITY && m->limit.rule != RULE_SIMPLE)
		return err_set(e, ERR_SCRIPT,
			       "measurement %s has no budget: %s is judged by %s, which needs one, "
			       "measure.%s(value, budget)",
			       m->name, m->limit.clause, rule_name(m->limit.rule), m->name);
	take(m, &exact);
	return ERR_NONE;
}

enum err_code measurement_set_budget(struct measurement *m, double value,
				     const struct budget *budget, struct err *e)
{
	struct budget_sum sum;
	enum err_code code = begin_set(m, value, e);

	if (code != ERR_NONE)
		return code;
	if (m->limit.kind == LIMIT_SPREAD)
		return refuse_spread(m, e);
	if (m->limit.kind == LIMIT_COUNT)
		return err_set(e, ERR_SCRIPT,
			       "measurement %s: the unit of %s is 1, a count: it has no budget",
			       m->name, m->limit.clause);
	code = budget_combine(budget, BUDGET_COVERAGE, &sum, e);
	if (code != ERR_NONE)
		return err_prefix(e, "measurement %s", m->name);
	if (!(sum.u > 0))
		return err_set(e, ERR_SCRIPT,
			       "measurement %s: its budget (%zu lines) adds up to U = 0: nothing "
			       "continuous is known exactly",
			       m->name, budget->count);
	m->budget = *budget;
	m->has_budget = true;
	take(m, &sum);
	return check_decidable(m, e);
}

enum err_code measurement_set_spread(struct measurement *m, double value, size_t n, struct err *e)
{
	enum err_code code = begin_set(m, value, e);

	if (code != ERR_NONE)
		return code;
	if (m->limit.kind != LIMIT_SPREAD)
		return err_set(e, ERR_SCRIPT,
			       "measurement %s: n is for a clause whose kind is spread; %s is none",
			       m->name, m->limit.clause);
	if (value < 0)
		return err_set(e, ERR_SCRIPT, "measurement %s: a standard deviation of %g", m->name,
			       value);
	if (n < 2)
		return err_set(
			e, ERR_SCRIPT,
			"measurement %s: n = %zu, but a standard deviation wants 2 values or "
			"more",
			m->name, n);
	struct budget_sum sum = {
		.u = value / sqrt(2.0 * (double)(n - 1)),
		.nu = (double)(n - 1),
		.expanded = value * (spread_factor(n) - 1),
	};
	if (!isfinite(sum.expanded) || !isfinite(sum.u))
		return err_set(e, ERR_SCRIPT,
			       "measurement %s: a standard deviation of %g from %zu values has no "
			       "bound that could be judged",
			       m->name, value, n);
	sum.k = sum.u > 0 ? sum.expanded / sum.u : 0;
	m->n = n;
	take(m, &sum);
	return ERR_NONE;
}

enum err_code measurement_set_over_range(struct measurement *m, struct err *e)
{
	if (m->state != MEASUREMENT_UNSET)
		return refuse_second(m, e);
	if (!m->limit.has_high) {
		measurement_spoil(m);
		return err_set(e, ERR_BENCH,
			       "measurement %s: the reading clipped, which only an upper "
			       "limit can judge",
			       m->name);
	}
	m->state = MEASUREMENT_OVER_RANGE;
	return ERR_NONE;
}

enum err_code measurement_skip(struct measurement *m, const char *reason, struct err *e)
{
	if (m->state != MEASUREMENT_UNSET)
		return refuse_second(m, e);
	m->state = MEASUREMENT_SKIPPED;
	(void)snprintf(m->reason, sizeof m->reason, "%s", reason);
	return ERR_NONE;
}

struct interval measurement_acceptance(const struct measurement *m)
{
	struct interval zone, specification = limit_interval(&m->limit);
	struct budget_sum sum = sum_of(m);

	assert(m->state == MEASUREMENT_SET);
	if (m->limit.kind == LIMIT_SPREAD)
		zone = (struct interval){specification.low,
					 specification.high / spread_factor(m->n)};
	else
		(void)rule_acceptance(m->limit.rule, specification, &sum, &zone);
	return zone;
}

bool measurement_lacks_budget(const struct measurement *m)
{
	return m->state == MEASUREMENT_SET && m->limit.kind == LIMIT_QUANTITY && !m->has_budget;
}

double measurement_conformance(const struct measurement *m)
{
	struct budget_sum sum = sum_of(m);

	assert(m->state == MEASUREMENT_SET);
	if (measurement_lacks_budget(m))
		return (double)NAN;
	if (m->limit.kind == LIMIT_SPREAD)
		return spread_conformance(m->value, m->n, m->limit.high);
	return rule_conformance(limit_interval(&m->limit), m->value, &sum);
}

/* Written so that a value that compares with nothing is not in. */
static bool is_in(struct interval i, double value)
{
	return value >= i.low && value <= i.high && isfinite(value);
}

enum judgement measurement_judge(const struct measurement *m)
{
	switch (m->state) {
	case MEASUREMENT_SKIPPED:
		return JUDGEMENT_SKIPPED;
	case MEASUREMENT_OVER_RANGE:
		return JUDGEMENT_FAIL;
	case MEASUREMENT_SET:
		break;
	case MEASUREMENT_UNSET:
		return JUDGEMENT_UNSET;
	case MEASUREMENT_INVALID:
		return JUDGEMENT_INVALID;
	}
	if (!is_in(limit_interval(&m->limit), m->value))
		return JUDGEMENT_FAIL;
	return is_in(measurement_acceptance(m), m->value) ? JUDGEMENT_PASS : JUDGEMENT_MARGINAL;
}

const char *judgement_name(enum judgement j)
{
	static const char *const names[] = {
		[JUDGEMENT_PASS] = "PASS",         [JUDGEMENT_SKIPPED] = "SKIPPED",
		[JUDGEMENT_MARGINAL] = "MARGINAL", [JUDGEMENT_FAIL] = "FAIL",
		[JUDGEMENT_UNSET] = "UNSET",       [JUDGEMENT_INVALID] = "INVALID",
	};
	return names[j];
}

double measurement_margin(const struct measurement *m)
{
	struct interval zone = measurement_acceptance(m);

	return fmin(m->value - zone.low, zone.high - m->value);
}
