/*
 * What a body asks for, and whether the pen may do it now. Pure.
 *
 * Grammar: NAME (SELFTEST WDT is one), or NAME, one space and a decimal number. A body is looked at
 * in this order: known name and well-formed (else COMMAND), number inside the range (else RANGE),
 * then the pen's present conditions, the gravest first: FAULT, CHARGING, BUSY, DEPTH, BATTERY.
 */
#ifndef PEN_COMMAND_H
#define PEN_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

enum command_kind {
	COMMAND_ID,
	COMMAND_STATUS,
	COMMAND_DEPTH,  /* value: um */
	COMMAND_RATE,   /* value: Hz */
	COMMAND_STROKE, /* value: passages */
	COMMAND_RUN,
	COMMAND_JOG, /* value: turns */
	COMMAND_STOP,
	COMMAND_LOG,
	COMMAND_SELFTEST_WATCHDOG,
};

enum refusal {
	REFUSAL_NONE,
	REFUSAL_CHECKSUM,
	REFUSAL_TOO_LONG,
	REFUSAL_COMMAND,
	REFUSAL_RANGE,
	REFUSAL_FAULT,
	REFUSAL_CHARGING,
	REFUSAL_BUSY,
	REFUSAL_DEPTH,
	REFUSAL_BATTERY,
};

struct command {
	enum command_kind kind;
	uint16_t value; /* 0 for those without */
};

/* What decides whether a command may be done. */
struct conditions {
	bool fault;
	bool charging;
	bool idle;   /* nothing under way */
	bool parked; /* the crank stands in the park window */
	bool depth_set;
	uint16_t battery_mv; /* of the unloaded cell */
};

enum refusal command_parse(struct command *out, const char *body);
enum refusal command_admit(const struct command *c, const struct conditions *now);

/* "DEPTH" and so on, as the protocol spells it. Static storage. */
const char *command_name(enum command_kind kind);
const char *refusal_name(enum refusal refusal);

#endif
