/*
 * Where the events of a run go: TAP, the terminal, and every later witness (the durable record)
 *sees the same events through this one interface, in the order in which they happen:
 *
 *	run_begin (case_begin log* case_end)* run_end
 *
 * A sink that can not write says so, and the run ends as a bench fault: a verdict nobody could read
 *is none. A sink must not know who else listens.
 */
#ifndef SINK_SINK_H
#define SINK_SINK_H

#include "base/err.h"
#include "verdict/outcome.h"

enum { SINKS_MAX = 8 };

/* Everything pointed to is borrowed for the call. */
struct sink_run {
	const char *station, *serial; /* serial: of the pen, "" when not given */
	const char *jig, *image;
	size_t case_count;
};

struct sink_case {
	size_t number; /* 1..case_count */
	const char *path, *title;
};

struct sink_case_end {
	struct sink_case which;
	enum outcome outcome;
	const char *cause; /* one line, "" for PASS */
	const char *trace; /* where in the case, may hold line ends; "" when there is none */
	const struct measurement *measurements; /* sorted by name */
	size_t measurement_count;
};

struct sink_run_end {
	enum outcome outcome;
	enum err_code blame;     /* what ended the run early; ERR_NONE: every case was run */
	const char *blame_cause; /* of the early end; an earlier case may have ended worse */
	const char *cause;       /* of `outcome`; "" for PASS */
	const char *worst_path;  /* case file that decided the outcome, "" when none did */
	size_t passed, run;      /* cases */
	size_t planned;
};

/* No slot is NULL. */
struct sink_ops {
	enum err_code (*run_begin)(void *self, const struct sink_run *run, struct err *e);
	enum err_code (*case_begin)(void *self, const struct sink_case *which, struct err *e);
	enum err_code (*log)(void *self, const char *text, struct err *e);
	enum err_code (*case_end)(void *self, const struct sink_case_end *end, struct err *e);
	enum err_code (*run_end)(void *self, const struct sink_run_end *end, struct err *e);
};

struct sink {
	const struct sink_ops *ops;
	void *self; /* owned by whoever made the sink */
};

struct sinks {
	size_t count;
	struct sink list[SINKS_MAX];
};

void sinks_add(struct sinks *s, struct sink sink);

/* Each hands the event to every sink, also when one fails, and returns the first error. */
enum err_code sinks_run_begin(struct sinks *s, const struct sink_run *run, struct err *e);
enum err_code sinks_case_begin(struct sinks *s, const struct sink_case *which, struct err *e);
enum err_code sinks_log(struct sinks *s, const char *text, struct err *e);
enum err_code sinks_case_end(struct sinks *s, const struct sink_case_end *end, struct err *e);
enum err_code sinks_run_end(struct sinks *s, const struct sink_run_end *end, struct err *e);

#endif
