/* Measurement by measurement, then and now: see replay_compare.h. */
#include "cli/replay_compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void print_limits(double low, double high)
{
	if (!isnan(low))
		(void)printf("%g", low);
	(void)printf("..");
	if (!isnan(high))
		(void)printf("%g", high);
}

static bool is_equal(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

/* Between which values it was and is accepted: what tells two rules apart. */
static void print_acceptance(const struct stored_measurement *was, const struct measurement *is)
{
	const struct interval now = measurement_acceptance(is);
	const char *rule = rule_name(is->limit.rule);

	if (strcmp(was->rule, rule) == 0 && is_equal(was->accept_low, was->low) &&
	    is_equal(was->accept_high, was->high))
		return;
	(void)printf("      %s accepted ", was->rule);
	print_limits(was->accept_low, was->accept_high);
	(void)printf(", %s accepts ", rule);
	print_limits(isinf(now.low) ? NAN : now.low, isinf(now.high) ? NAN : now.high);
	(void)printf("\n");
}

/* One measurement whose judgement is another one now. */
static void print_change(const struct stored_measurement *was, const struct measurement *is)
{
	const struct limit *l = &is->limit;
	char text[ERR_TEXT_SIZE];

	(void)printf("    %s %s: %s", was->clause, was->name, was->judgement);
	if (was->state == MEASUREMENT_SET) {
		(void)printf(" with %.6g +- %.2g %s in ", was->value, was->u, was->unit);
		print_limits(was->low, was->high);
	}
	(void)printf(" -> %s", judgement_name(measurement_judge(is)));
	if (is->state == MEASUREMENT_SET) {
		(void)printf(" with %.6g +- %.2g %s in ", is->value, is->u, l->unit);
		print_limits(l->has_low ? l->low : NAN, l->has_high ? l->high : NAN);
	}
	(void)printf("\n");
	if (was->state == MEASUREMENT_SET && is->state == MEASUREMENT_SET)
		print_acceptance(was, is);
	if (measurement_judge(is) != JUDGEMENT_PASS) {
		measurement_explain(is, text, sizeof text);
		(void)printf("      %s\n", text);
	}
}

static bool is_same(const struct stored_measurement *was, const struct measurement *is)
{
	return strcmp(was->name, is->name) == 0 && strcmp(was->clause, is->limit.clause) == 0;
}

/* What was measured then and is not any more: nobody knows what it would be. */
static bool print_gone(const struct stored_case *stored, const struct rejudge_result *result)
{
	bool is_gone = false;

	for (size_t k = 0; k < stored->measurement_count; k++) {
		const struct stored_measurement *was = &stored->measurements[k];
		bool is_there = false;
		for (size_t i = 0; i < result->measurement_count && !is_there; i++)
			is_there = is_same(was, &result->measurements[i]);
		if (!is_there)
			(void)printf("    %s %s: is not measured any more, was %s\n", was->clause,
				     was->name, was->judgement);
		is_gone = is_gone || !is_there;
	}
	return is_gone;
}

void replay_compare(const struct stored_case *stored, const struct rejudge_result *result,
		    struct replay_compared *compared)
{
	for (size_t i = 0; i < result->measurement_count; i++) {
		const struct measurement *is = &result->measurements[i];
		const struct stored_measurement *was = NULL;
		for (size_t k = 0; k < stored->measurement_count && was == NULL; k++)
			if (is_same(&stored->measurements[k], is))
				was = &stored->measurements[k];
		compared->values++;
		if (was == NULL || rejudge_value_differs(was, is))
			compared->differing++;
		if (was == NULL)
			(void)printf("    %s %s: is new, %s\n", is->limit.clause, is->name,
				     judgement_name(measurement_judge(is)));
		else if (rejudge_verdict_differs(was, is))
			print_change(was, is);
		else if (rejudge_value_differs(was, is))
			(void)printf("    %s %s: %.9g +- %.3g -> %.9g +- %.3g %s\n", was->clause,
				     was->name, was->value, was->u, is->value, is->u, was->unit);
	}
	compared->is_gone = print_gone(stored, result);
}
