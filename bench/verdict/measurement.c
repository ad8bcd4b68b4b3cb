/* Measurements and their judgement: see measurement.h. Pure. */
#include "verdict/measurement.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum err_code measurement_declare(struct measurement *m, const char *name,
				  const struct limit *limit, struct err *e)
{
	if (name[0] == '\0' || strlen(name) >= sizeof m->name)
		return err_set(e, ERR_SCRIPT,
			       "measurement name '%.80s' has %zu characters, want 1..%zu", name,
			       strlen(name), sizeof m->name - 1);
	*m = (struct measurement){.limit = *limit};
	memcpy(m->name, name, strlen(name) + 1);
	return ERR_NONE;
}

/* A second value makes both worthless: which one was meant? */
static enum err_code refuse_second(struct measurement *m, struct err *e)
{
	m->state = MEASUREMENT_INVALID;
	return err_set(e, ERR_SCRIPT, "measurement %s is set twice; set it once, at the end",
		       m->name);
}

enum err_code measurement_set(struct measurement *m, double value, double u, struct err *e)
{
	if (m->state != MEASUREMENT_UNSET)
		return refuse_second(m, e);
	if (!isfinite(value) || isnan(u) || isinf(u)) {
		m->state = MEASUREMENT_INVALID;
		return err_set(e, ERR_SCRIPT,
			       "measurement %s is set to %g with U = %g: not a number "
			       "to judge",
			       m->name, value, u);
	}
	m->state = MEASUREMENT_SET;
	m->value = value;
	m->u = u < 0 ? m->limit.u_provisional : u;
	/* Until there are budgets, the case's own estimate is as provisional as the spec's. */
	m->u_is_provisional = m->u > 0;
	return ERR_NONE;
}

enum err_code measurement_set_over_range(struct measurement *m, struct err *e)
{
	if (m->state != MEASUREMENT_UNSET)
		return refuse_second(m, e);
	if (!m->limit.has_high) {
		m->state = MEASUREMENT_INVALID;
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

static double guard(const struct measurement *m)
{
	return m->limit.rule == LIMIT_GUARDED ? m->u : 0.0;
}

enum judgement measurement_judge(const struct measurement *m)
{
	const struct limit *l = &m->limit;

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
	/* Written so that a value that compares with nothing can not pass. */
	bool in_spec = (!l->has_low || m->value >= l->low) &&
		       (!l->has_high || m->value <= l->high) && isfinite(m->value);
	bool accepted = (!l->has_low || m->value >= l->low + guard(m)) &&
			(!l->has_high || m->value <= l->high - guard(m));
	if (!in_spec)
		return JUDGEMENT_FAIL;
	return accepted ? JUDGEMENT_PASS : JUDGEMENT_MARGINAL;
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
	const struct limit *l = &m->limit;
	double below = INFINITY, above = INFINITY;

	assert(m->state == MEASUREMENT_SET);
	if (l->has_low)
		below = m->value - (l->low + guard(m));
	if (l->has_high)
		above = (l->high - guard(m)) - m->value;
	return fmin(below, above);
}

static void explain_value(const struct measurement *m, char *text, size_t size)
{
	const struct limit *l = &m->limit;
	bool is_low = l->has_low && m->value - (l->low + guard(m)) == measurement_margin(m);
	double bound = is_low ? l->low : l->high;
	double margin = measurement_margin(m);
	const char *side = is_low == (margin >= 0) ? "above" : "below";

	(void)snprintf(text, size, "%s: %s %.6g %s is %.4g %s %s the %s limit %.6g %s%s", l->clause,
		       m->name, m->value, l->unit, fabs(margin), l->unit, side,
		       is_low ? "lower" : "upper", bound, l->unit,
		       guard(m) > 0 ? " with its guard band" : "");
}

void measurement_explain(const struct measurement *m, char *text, size_t size)
{
	switch (m->state) {
	case MEASUREMENT_SET:
		explain_value(m, text, size);
		break;
	case MEASUREMENT_OVER_RANGE:
		(void)snprintf(text, size, "%s: %s clipped: above the upper limit %.6g %s",
			       m->limit.clause, m->name, m->limit.high, m->limit.unit);
		break;
	case MEASUREMENT_SKIPPED:
		(void)snprintf(text, size, "%s: %s skipped: %s", m->limit.clause, m->name,
			       m->reason);
		break;
	case MEASUREMENT_UNSET:
		(void)snprintf(text, size, "%s: %s was declared and never set", m->limit.clause,
			       m->name);
		break;
	case MEASUREMENT_INVALID:
		(void)snprintf(text, size, "%s: %s has no valid value", m->limit.clause, m->name);
		break;
	}
}
