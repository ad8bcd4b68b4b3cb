/*
 * Where the events of a run go: the durable record, TAP, the terminal and every later witness see
 * the same events through this one interface, in the order in which they happen:
 *
 *	run_begin (case_begin (log | event | capture | input)* case_end)* run_end
 *
 * (event, capture and input may come before the first case too.) A sink that can not write says so,
 * and the run ends as a bench fault: a verdict that nobody could read or that is not kept is none.
 * Sinks are asked in the order of the list, and what one could not keep the later ones do not say:
 * the record stands first. The record says so too when a run with a pen of the shift gate has shown
 * that the bench is wrong. A sink must not know who else listens.
 */
#ifndef SINK_SINK_H
#define SINK_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "verdict/outcome.h"

enum { SINKS_MAX = 8 };

/* A file that decided the run. */
struct sink_input {
	const char *role; /* "image", "flash", "readback", "script", "data", "spec", ... */
	const char *path;
	const char *sha256; /* lower-case hex */
};

/* An instrument as it was calibrated. */
struct sink_equipment {
	const char *instrument; /* "encoder", "clock", "shunt" */
	const char *asset;      /* id of the jig */
	unsigned revision;      /* of the calibration */
	const char *certificate;
	const char *date, *due; /* YYYY-MM-DD */
	const char *state;      /* "valid", "expired", ... */
};

/* What the pen is to the station. */
enum sink_pen { SINK_PEN_PRODUCT, SINK_PEN_GOLDEN, SINK_PEN_KNOWN_BAD };

/* Everything pointed to is borrowed for the call; text that is not known is "", never NULL. */
struct sink_run {
	const char *station, *serial; /* serial: of the pen, "" when not given */
	const char *jig, *image;
	size_t case_count;
	bool is_production; /* a whole plan on a pen with a serial number; else engineering */
	bool is_check;      /* a whole plan on a pen of the shift gate: checks the bench */
	enum sink_pen pen;
	unsigned attempt;   /* of a production run: 1, 2, ... */
	const char *reason; /* of a retest */
	const char *operator_name, *lot;
	const char *plan;            /* what the command line named, one path a line */
	const char *version, *build; /* of this program: version, SHA-256 of its file */
	const char *marks; /* what every reader must know of this run: expired calibration, ... */
	const char *date;  /* of the station's clock, YYYY-MM-DD */
	const struct sink_input *inputs;
	size_t input_count;
	const struct sink_equipment *equipment;
	size_t equipment_count;
};

/* Evidence that was kept: a file in the record's evidence folder. */
struct sink_capture {
	const char *kind;     /* "sr"; "cut": one that did not come to its end; "file": read by the
				 case; "tape" */
	const char *sha256;   /* of the file, lower-case hex */
	const char *file;     /* its name in the evidence folder */
	uint64_t size;        /* bytes */
	uint64_t samples;     /* 0: it holds none */
	double rate_hz;       /* nominal; 0: none */
	const char *channels; /* names by bit, comma between */
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
	enum err_code (*capture)(void *self, const struct sink_capture *capture, struct err *e);
	enum err_code (*input)(void *self, const struct sink_input *input, struct err *e);
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

/* What a sink with nothing to say about a kind of event puts into the slot. */
enum err_code sink_ignore_capture(void *self, const struct sink_capture *capture, struct err *e);
enum err_code sink_ignore_input(void *self, const struct sink_input *input, struct err *e);

/* Each hands the event to the sinks in turn and returns the first error. run_begin, log, capture
 * and input go to every sink in any case. case_end stops at the first sink that fails: a
 * verdict that is not kept is not shown. After a failure at run_end the later sinks see a run that
 * ended as a bench fault. */
enum err_code sinks_run_begin(struct sinks *s, const struct sink_run *run, struct err *e);
enum err_code sinks_case_begin(struct sinks *s, const struct sink_case *which, struct err *e);
enum err_code sinks_log(struct sinks *s, const char *text, struct err *e);
enum err_code sinks_capture(struct sinks *s, const struct sink_capture *capture, struct err *e);
enum err_code sinks_input(struct sinks *s, const struct sink_input *input, struct err *e);
enum err_code sinks_case_end(struct sinks *s, const struct sink_case_end *end, struct err *e);
enum err_code sinks_run_end(struct sinks *s, const struct sink_run_end *end, struct err *e);

#endif
