/* Outcomes: see outcome.h. Pure. */
#include "verdict/outcome.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int exit_code;
} outcomes[] = {
	[OUTCOME_PASS] = {"PASS", 0},     [OUTCOME_INCOMPLETE] = {"INCOMPLETE", 5},
	[OUTCOME_FAIL] = {"FAIL", 1},     [OUTCOME_BENCH] = {"BENCH", 3},
	[OUTCOME_SCRIPT] = {"SCRIPT", 4}, [OUTCOME_ABORT] = {"ABORT", 130},
};

enum outcome outcome_worse(enum outcome a, enum outcome b)
{
	return a > b ? a : b;
}

const char *outcome_name(enum outcome o)
{
	return outcomes[o].name;
}

int outcome_exit_code(enum outcome o)
{
	return outcomes[o].exit_code;
}

enum outcome outcome_of_err(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return OUTCOME_PASS;
	case ERR_PEN:
		return OUTCOME_FAIL;
	case ERR_SCRIPT:
		return OUTCOME_SCRIPT;
	case ERR_ABORT:
		return OUTCOME_ABORT;
	case ERR_CONFIG:
	case ERR_BENCH:
		break;
	}
	return OUTCOME_BENCH;
}

static enum outcome outcome_of_judgement(enum judgement j)
{
	switch (j) {
	case JUDGEMENT_PASS:
		return OUTCOME_PASS;
	case JUDGEMENT_SKIPPED:
		return OUTCOME_INCOMPLETE;
	case JUDGEMENT_MARGINAL:
	case JUDGEMENT_FAIL:
		return OUTCOME_FAIL;
	case JUDGEMENT_UNSET:
	case JUDGEMENT_INVALID:
		break;
	}
	return OUTCOME_SCRIPT;
}

enum outcome outcome_of_measurements(const struct measurement *list, size_t count, char *cause,
				     size_t cause_size)
{
	enum outcome worst = OUTCOME_PASS;

	cause[0] = '\0';
	if (count == 0) {
		(void)snprintf(cause, cause_size, "the case declares no measurement");
		return OUTCOME_SCRIPT;
	}
	size_t equally_bad = 0;
	bool is_marginal = false; /* of what the cause explains */
	for (size_t i = 0; i < count; i++) {
		enum judgement j = measurement_judge(&list[i]);
		enum outcome o = outcome_of_judgement(j);
		/* A clear failure tells more than a marginal one. */
		if (o > worst || (o == worst && is_marginal && j == JUDGEMENT_FAIL)) {
			measurement_explain(&list[i], cause, cause_size);
			is_marginal = j == JUDGEMENT_MARGINAL;
		}
		equally_bad = o > worst ? 1 : equally_bad + (o == worst);
		worst = outcome_worse(worst, o);
	}
	size_t used = strlen(cause);
	if (worst == OUTCOME_FAIL && equally_bad > 1)
		(void)snprintf(cause + used, cause_size - used, " (and %zu more)", equally_bad - 1);
	return worst;
}
