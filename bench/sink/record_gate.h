/*
 * The shift gate's part of the record's sink: a run with a pen of the gate is judged in the commits
 * that keep it, and one that shows the bench wrong is kept, and so shown, as a bench fault.
 */
#ifndef SINK_RECORD_GATE_H
#define SINK_RECORD_GATE_H

#include "record/gate.h"

struct record_gate {
	const struct golden *golden; /* borrowed; NULL: the run is no check */
	char serial[NAME_SIZE];
	enum gate_verdict verdict; /* so far */
	char text[GATE_TEXT_SIZE];
};

/* Inside the transaction that appends the case (end NULL), or just before the run is closed with
 * `end`, which becomes a bench fault if the station is locked and it was nothing worse. */
enum err_code record_gate_judge(struct record_gate *g, struct record *r, int64_t run,
				struct runs_end *end, struct err *e);

#endif
