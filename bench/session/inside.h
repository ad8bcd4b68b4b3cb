/* The inside of a session, for the files of this room alone. */
#ifndef SESSION_INSIDE_H
#define SESSION_INSIDE_H

#include "base/units.h"
#include "inst/link.h"
#include "session/session.h"

/* The wiring of the jig (fixtures/README.md): interfaces B and D. It stands nowhere else. */
enum {
	B_BUTTON = 1 << 0, /* low is pressed */
	B_POWER = 1 << 1,
	B_LOAD = 1 << 2, /* low engages */
	B_PRESENT = 1 << 3,
	B_CHARGER = 1 << 4, /* low is charging */
	B_LID = 1 << 5,
	B_ALARM = 1 << 6,
	B_GOOD = 1 << 7,
	B_OUTPUTS = B_BUTTON | B_POWER | B_LOAD | B_CHARGER,
	B_SAFE = B_BUTTON | B_LOAD | B_CHARGER,

	D_HEARTBEAT = 1 << 1,
	D_BRAKE = 1 << 3,
	D_LOW_SUPPLY = 1 << 5,
	D_OUTPUTS = D_HEARTBEAT | D_BRAKE | D_LOW_SUPPLY,
	D_SAFE = 0,
};

/* The dead-man drops at 180 ms at the earliest; an edge every 50 ms leaves room for a late host. */
#define SESSION_FEED_NS (50 * NS_PER_MS)

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

/* Tells interface B or D (`link`) a value, and *output of it. A failure breaks the session. */
enum err_code session_write_pins(struct session *s, struct link *link, uint8_t *output,
				 uint8_t value, struct err *e);
enum err_code session_read_b(struct session *s, uint8_t *pins, struct err *e);

/* After PEN_POWER 0: reads the supply back until it has gone. The jig's own dead-man ends it after
 * 250 ms at the latest. ERR_BENCH: it has not. */
enum err_code session_supply_gone(struct session *s, struct err *e);

/* An instrument failed: everything but closing refuses from now on. */
void session_break(struct session *s);

/* ERR_ABORT after an interrupt, ERR_BENCH once broken. Every operation asks first. */
enum err_code session_check(const struct session *s, struct err *e);

#endif
