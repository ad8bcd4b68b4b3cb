/*
 * The pen's supply and the dead-man that it hangs on: PEN_POWER, HEARTBEAT, POWER_GOOD.
 *
 * Invariant: while `powered`, at most SESSION_FEED_NS (held: FEED_HELD_NS) pass between two edges
 * on HEARTBEAT in any wait of this room.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdint.h>

#include "base/units.h"
#include "session/inside.h"

#define FEED_HELD_NS   (62 * NS_PER_MS) /* see session_hold */
#define TRIP_NS        (180 * NS_PER_MS)
#define SUPPLY_STEP_NS (5 * NS_PER_MS)
#define SUPPLY_UP_NS   (100 * NS_PER_MS)
#define SUPPLY_DOWN_NS (500 * NS_PER_MS)

int64_t session_feed_due_ns(const struct session *s)
{
	return s->powered ? s->fed_ns + (s->is_held ? FEED_HELD_NS : SESSION_FEED_NS) : INT64_MAX;
}

void session_hold(struct session *s, bool on)
{
	s->is_held = on;
}

static enum err_code write_heartbeat(struct session *s, int64_t now_ns, struct err *e)
{
	if (now_ns - s->fed_ns > s->gap_ns)
		s->gap_ns = now_ns - s->fed_ns;
	s->fed_ns = now_ns;
	return session_write_pins(s, s->stimuli, &s->output_d, s->output_d ^ D_HEARTBEAT, e);
}

enum err_code session_feed(struct session *s, struct err *e)
{
	int64_t now_ns;

	if (!s->powered)
		return ERR_NONE;
	enum err_code code = clock_now(s->clock, &now_ns, e);
	if (code != ERR_NONE || now_ns < session_feed_due_ns(s))
		return code;
	code = write_heartbeat(s, now_ns, e);
	/* A lid that is opened and closed again resets the pen and leaves no other trace. */
	return code == ERR_NONE && s->supplied ? session_check_supply(s, e) : code;
}

enum err_code session_supply_gone(struct session *s, struct err *e)
{
	uint8_t pins = B_GOOD;
	int64_t now_ns = 0, end_ns;
	enum err_code code = clock_now(s->clock, &end_ns, e);

	for (end_ns += SUPPLY_DOWN_NS; code == ERR_NONE && now_ns < end_ns;) {
		code = link_read_pins(s->pins, &pins, e);
		if (code != ERR_NONE || !(pins & B_GOOD))
			return code;
		code = clock_now(s->clock, &now_ns, e);
		if (code == ERR_NONE)
			code = clock_wait(s->clock, now_ns + SUPPLY_STEP_NS, e);
	}
	if (code == ERR_NONE)
		code = err_set(e, ERR_BENCH,
			       "%s interface B: POWER_GOOD is still high %d ms after PEN_POWER 0; "
			       "the pen may be live: open the lid and look at the supply relay",
			       s->station.ftdi_serial, (int)(SUPPLY_DOWN_NS / NS_PER_MS));
	return code;
}

/* Names what stands between PEN_POWER and the pen. */
static enum err_code supply_missing(struct session *s, uint8_t pins, const char *when,
				    struct err *e)
{
	session_break(s);
	if (!(pins & B_LID))
		return err_set(e, ERR_BENCH,
			       "%s: no supply at the pen %s: the lid is open; close it "
			       "and start again",
			       s->station.ftdi_serial, when);
	if (s->gap_ns >= TRIP_NS)
		return err_set(
			e, ERR_BENCH,
			"%s: no supply at the pen %s: this program was stopped or held up for "
			"%d ms, and the dead-man tripped: free the computer, look for a slow disk",
			s->station.ftdi_serial, when, (int)(s->gap_ns / NS_PER_MS));
	return err_set(
		e, ERR_BENCH,
		"%s: no supply at the pen %s with the lid closed: the dead-man has tripped or "
		"the cell emulator is off; start again; if it comes back, fixtures/README.md, step "
		"8",
		s->station.ftdi_serial, when);
}

static enum err_code power_on(struct session *s, struct err *e)
{
	int64_t now_ns = 0, end_ns;
	uint8_t pins = 0;
	enum err_code code = clock_now(s->clock, &now_ns, e);

	/* The dead-man's latch opens on PEN_POWER 0, then 1, with edges on HEARTBEAT around it. */
	if (code == ERR_NONE)
		code = session_write_pins(s, s->pins, &s->output_b, s->output_b & (uint8_t)~B_POWER,
					  e);
	s->fed_ns = now_ns;
	s->gap_ns = 0;
	if (code == ERR_NONE)
		code = write_heartbeat(s, now_ns, e);
	if (code == ERR_NONE) {
		s->powered = true; /* from here on every way out switches off */
		code = session_write_pins(s, s->pins, &s->output_b, s->output_b | B_POWER, e);
	}
	if (code == ERR_NONE)
		code = write_heartbeat(s, now_ns, e);
	for (end_ns = now_ns + SUPPLY_UP_NS; code == ERR_NONE;) {
		code = session_read_b(s, &pins, e);
		s->supplied = code == ERR_NONE && (pins & B_GOOD);
		if (code != ERR_NONE || s->supplied)
			return code;
		code = clock_now(s->clock, &now_ns, e);
		if (code == ERR_NONE && now_ns >= end_ns)
			return supply_missing(s, pins, "after PEN_POWER 1", e);
		if (code == ERR_NONE)
			code = session_wait(s, SUPPLY_STEP_NS, e);
	}
	return code;
}

/* Never refused: off is always right. Afterwards nobody could tell any more that the supply had
 * gone before, so that is looked at first, and said last. */
static enum err_code power_off(struct session *s, struct err *e)
{
	struct err trip_error;
	enum err_code trip_code = session_check_supply(s, &trip_error);
	enum err_code code =
		session_write_pins(s, s->pins, &s->output_b, s->output_b & (uint8_t)~B_POWER, e);

	if (code == ERR_NONE)
		code = session_supply_gone(s, e);
	if (code != ERR_NONE) {
		session_break(s);
		return code;
	}
	s->powered = false;
	s->supplied = false;
	if (trip_code != ERR_NONE)
		*e = trip_error;
	return trip_code;
}

enum err_code session_power(struct session *s, bool on, struct err *e)
{
	assert(s->pins != NULL && s->stimuli != NULL);
	if (!on)
		return power_off(s, e);
	enum err_code code = session_check(s, e);
	if (code == ERR_NONE && !s->powered)
		code = power_on(s, e);
	return code;
}

bool session_is_powered(const struct session *s)
{
	return s->powered;
}

enum err_code session_check_supply(struct session *s, struct err *e)
{
	uint8_t pins;

	if (!s->powered)
		return ERR_NONE;
	enum err_code code = session_read_b(s, &pins, e);
	if (code == ERR_NONE && !(pins & B_GOOD))
		code = supply_missing(s, pins, "while PEN_POWER was 1", e);
	return code;
}
