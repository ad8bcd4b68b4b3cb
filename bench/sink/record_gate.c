/* Drift and missed known-bad pens make a bench fault: see record_gate.h. */
#include "sink/record_gate.h"

enum err_code record_gate_judge(struct record_gate *g, struct record *r, int64_t run,
				struct runs_end *end, struct err *e)
{
	if (g->golden == NULL)
		return ERR_NONE;
	enum err_code code = gate_check(r, g->golden, g->serial, run, end, &g->verdict, g->text, e);
	if (code != ERR_NONE || end == NULL || g->verdict != GATE_LOCKED)
		return code;
	if (end->outcome < OUTCOME_BENCH) {
		end->outcome = OUTCOME_BENCH;
		end->cause = g->text;
		end->case_path = "";
	}
	return ERR_NONE;
}
