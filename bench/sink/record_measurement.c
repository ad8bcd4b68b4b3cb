/* A measurement as rows: see record_measurement.h. Columns in the order of record/schema.sql. */
#include "sink/record_measurement.h"

#include <math.h>

#include "record/characteristic.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static enum err_code write_budget(struct record *r, int64_t id, const struct measurement *m,
				  struct err *e)
{
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < m->budget.count && code == ERR_NONE; i++) {
		const struct budget_line *l = &m->budget.lines[i];
		const struct record_value row[] = {
			record_integer(id),    record_text(l->name),
			record_text(l->cause), record_text(l->type_a ? "A" : "B"),
			record_number(l->u),   record_number(l->nu),
		};
		code = record_append(r, "budget_line", row, COUNT(row), NULL, e);
	}
	return code;
}

static const char *state_name(enum measurement_state state)
{
	static const char *const names[] = {
		[MEASUREMENT_UNSET] = "unset",           [MEASUREMENT_SET] = "set",
		[MEASUREMENT_OVER_RANGE] = "over-range", [MEASUREMENT_SKIPPED] = "skipped",
		[MEASUREMENT_INVALID] = "invalid",
	};
	return names[state];
}

static const char *kind_name(enum limit_kind kind)
{
	static const char *const names[] = {
		[LIMIT_QUANTITY] = "quantity",
		[LIMIT_COUNT] = "count",
		[LIMIT_SPREAD] = "spread",
	};
	return names[kind];
}

static const char *judgement_word(enum judgement j)
{
	static const char *const names[] = {
		[JUDGEMENT_PASS] = "PASS",         [JUDGEMENT_SKIPPED] = "SKIPPED",
		[JUDGEMENT_MARGINAL] = "MARGINAL", [JUDGEMENT_FAIL] = "FAIL",
		[JUDGEMENT_UNSET] = "UNSET",       [JUDGEMENT_INVALID] = "INVALID",
	};
	return names[j];
}

enum err_code record_measurement(struct record *r, int64_t test_case, unsigned attempt,
				 const struct measurement *m, struct err *e)
{
	const struct limit *l = &m->limit;
	bool is_set = m->state == MEASUREMENT_SET;
	struct interval accepted = {0, 0};
	int64_t id = 0, what = 0;
	const struct characteristic characteristic = {
		.clause = l->clause,
		.name = m->name,
		.unit = l->unit,
		.kind = kind_name(l->kind),
		.rule = rule_name(l->rule),
		.low = l->has_low ? l->low : (double)NAN,
		.high = l->has_high ? l->high : (double)NAN,
	};
	enum err_code code = characteristic_find(r, &characteristic, &what, e);

	if (code != ERR_NONE)
		return code;
	if (is_set)
		accepted = measurement_acceptance(m);
	const struct record_value row[] = {
		record_integer(test_case),
		record_integer(what),
		attempt > 0 ? record_integer(attempt) : record_null(),
		record_text(state_name(m->state)),
		is_set ? record_number(m->value) : record_null(),
		is_set ? record_number(m->u) : record_null(),
		is_set ? record_number(m->u_c) : record_null(),
		is_set ? record_number(m->k) : record_null(),
		is_set ? record_number(m->nu_eff) : record_null(),
		is_set && m->n > 0 ? record_integer((int64_t)m->n) : record_null(),
		is_set && l->has_low ? record_number(accepted.low) : record_null(),
		is_set && l->has_high ? record_number(accepted.high) : record_null(),
		is_set ? record_number(measurement_conformance(m)) : record_null(),
		record_text(judgement_word(measurement_judge(m))),
		record_integer(m->has_budget),
		record_text(m->reason),
	};
	code = record_append(r, "measurement", row, COUNT(row), &id, e);
	return code == ERR_NONE ? write_budget(r, id, m, e) : code;
}
