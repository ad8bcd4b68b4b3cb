/* The inside of a session, for the files of this room alone. */
#ifndef SESSION_INSIDE_H
#define SESSION_INSIDE_H

#include "inst/link.h"
#include "session/session.h"

struct session {
	struct station station;
	const volatile sig_atomic_t *interrupted;
	struct clock *clock;
	struct link *isp;     /* A */
	struct link *pins;    /* B */
	struct link *line;    /* C */
	struct link *stimuli; /* D */
	struct analyzer *analyzer;
	uint8_t output_b, output_d; /* what the pins were last told */
	bool powered;               /* PEN_POWER is 1: the dead-man wants edges */
	bool supplied;              /* and POWER_GOOD was seen: to lose it is a fault */
	int64_t fed_ns;             /* clock at the last edge on HEARTBEAT */
	int64_t gap_ns;             /* largest between two edges since the supply was switched on */
	bool is_held;               /* the next edge may be a little later */
	bool broken;                /* latched: only closing is left */
};

/* Interface A, for flashing.c; NULL when it was not asked for. */
struct link *session_isp(struct session *s);

/* An instrument failed: everything but closing refuses from now on. */
void session_break(struct session *s);

/* ERR_ABORT after an interrupt, ERR_BENCH once broken. Every operation asks first. */
enum err_code session_check(const struct session *s, struct err *e);

#endif
