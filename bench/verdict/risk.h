/*
 * What a decision rule costs: the probabilities of a false accept and a false reject over a
 * production, before anything is measured (JCGM 106:2012, clause 9).
 *
 * The true values of the production are normally distributed, and so is the measurement's error.
 * Nothing here knows a clause or a record.
 */
#ifndef VERDICT_RISK_H
#define VERDICT_RISK_H

#include "verdict/rule.h"

struct risk_process {
	double mean, sd; /* of the true values; sd > 0 */
};

/* Probabilities 0..1 per unit made, unless it says otherwise. */
struct risk {
	struct interval acceptance;
	double nonconforming; /* a unit is outside the specification */
	double accept;        /* a unit is accepted */
	double false_accept;  /* outside and accepted: the consumer's risk R_C (9.5.2) */
	double false_reject;  /* inside and rejected: the producer's risk R_P (9.5.3) */
	/* Of a unit that was accepted, to be outside; of one that was rejected, to be inside. NaN
	 * where none is. */
	double false_of_accepted, false_of_rejected;
	/* Of a unit measured exactly on the acceptance limit: the worst single one, knowing nothing
	 * of the production (7.2). The larger one of two limits. */
	double at_acceptance_limit;
};

/*
 * The specification has at least one finite side; sum->u >= 0. Integrated numerically: absolute
 * error below 1e-9. ERR_CONFIG: sd not above 0, something not finite, a rule that needs two sides,
 * or guard bands that leave nothing to accept.
 */
enum err_code risk_of(struct interval specification, enum rule rule, const struct budget_sum *sum,
		      const struct risk_process *process, struct risk *risk, struct err *e);

/* Probability that a unit of this production that measured `value` is outside: the specific risk
 * with the production as prior knowledge (7.3). The posterior is normal (JCGM 106, A.4.4). */
double risk_specific(struct interval specification, const struct budget_sum *sum,
		     const struct risk_process *process, double value);

#endif
