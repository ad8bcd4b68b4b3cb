/* Measurements as text for people: the second half of measurement.h. Pure. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rounding.h"
#include "verdict/measurement.h"

enum { UNIT_SIZE = NAME_SIZE + 1 };

/* As it stands behind a number: with a space, and nothing for counts. */
static void unit_text(const struct measurement *m, char text[UNIT_SIZE])
{
	bool is_count = m->limit.kind == LIMIT_COUNT;

	(void)snprintf(text, UNIT_SIZE, "%s%.62s", is_count ? "" : " ",
		       is_count ? "" : m->limit.unit);
}

void measurement_format(const struct measurement *m, char text[MEASUREMENT_TEXT_SIZE])
{
	char unit[UNIT_SIZE], value[ROUNDING_TEXT_SIZE], u[ROUNDING_TEXT_SIZE];
	bool is_spread = m->limit.kind == LIMIT_SPREAD;

	assert(m->state == MEASUREMENT_SET);
	unit_text(m, unit);
	if (!(m->u > 0) || !isfinite(m->u)) {
		(void)snprintf(text, MEASUREMENT_TEXT_SIZE, "%.6g%s", m->value, unit);
		return;
	}
	int place = rounding_place(m->u);
	rounding_format(value, m->value, place);
	rounding_format(u, is_spread ? m->value + m->u : m->u, place);
	(void)snprintf(text, MEASUREMENT_TEXT_SIZE, is_spread ? "%s (at most %s)%s" : "%s +- %s%s",
		       value, u, unit);
}

/* What is outside the specification is told against that, everything else against what is
 * accepted. */
static void explain_value(const struct measurement *m, char *text, size_t size)
{
	const struct limit *l = &m->limit;
	bool fails = measurement_judge(m) == JUDGEMENT_FAIL;
	struct interval in = fails ? limit_interval(l) : measurement_acceptance(m);
	bool is_low = m->value - in.low <= in.high - m->value;
	double bound = is_low ? l->low : l->high, accepted = is_low ? in.low : in.high;
	double margin = is_low ? m->value - in.low : in.high - m->value;
	const char *side = is_low == (margin >= 0) ? "above" : "below";
	char value[MEASUREMENT_TEXT_SIZE], unit[UNIT_SIZE], why[2 * NAME_SIZE] = "";

	measurement_format(m, value);
	unit_text(m, unit);
	if (accepted != bound)
		(void)snprintf(why, sizeof why, " (%.6g%.32s by %s)", bound, unit,
			       rule_name(l->rule));
	(void)snprintf(text, size, "%s: %s %s is %.4g%s %s the %s %slimit %.6g%s%s%s%s", l->clause,
		       m->name, value, fabs(margin), unit, side, is_low ? "lower" : "upper",
		       accepted != bound ? "acceptance " : "", accepted, unit, why,
		       measurement_judge(m) == JUDGEMENT_MARGINAL ? ": marginal" : "",
		       measurement_lacks_budget(m) ? "; no budget" : "");
}

void measurement_explain(const struct measurement *m, char *text, size_t size)
{
	char unit[UNIT_SIZE];

	unit_text(m, unit);
	switch (m->state) {
	case MEASUREMENT_SET:
		explain_value(m, text, size);
		break;
	case MEASUREMENT_OVER_RANGE:
		(void)snprintf(text, size, "%s: %s clipped: above the upper limit %.6g%s",
			       m->limit.clause, m->name, m->limit.high, unit);
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
