/*
 * The run for a person at stderr: each case as it ends, and at the end the verdict, large, with
 * what failed, by how much, and where to look. Colour only on a terminal.
 */
#ifndef SINK_TERMINAL_H
#define SINK_TERMINAL_H

#include "sink/sink.h"

struct terminal {
	bool colour;
	bool failures_only;
	char serial[NAME_SIZE];
	char marks[LOG_LINE_SIZE / 2]; /* as harmless as serial */
	bool is_production, is_check;
	enum sink_pen pen;
	unsigned attempt;
};

/* Writes through base/log.h. colour: the terminal understands ANSI escapes. failures_only: a
 * harness shows its own summary; what it does not know is which clause failed, and by how much. */
struct sink terminal_open(struct terminal *t, bool colour, bool failures_only);

#endif
