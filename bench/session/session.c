/*
 * Opening, closing, waiting, supply and stimuli of one station. The wiring of the jig
 * (fixtures/README.md) stands here and nowhere else in the bench. The talk with the pen is in
 * conversation.c.
 *
 * Invariants: while `powered`, at most FEED_NS (held: FEED_HELD_NS) pass between two edges on
 * HEARTBEAT in any wait of this room; output_b is what interface B was last told.
 */
#include "session/session.h"

#include <assert.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "session/inside.h"

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

	PEN_BAUD = 38400,
};

/* The dead-man drops at 180 ms at the earliest; an edge every 50 ms leaves room for a late host. */
#define FEED_NS        (50 * NS_PER_MS)
#define FEED_HELD_NS   (62 * NS_PER_MS) /* see session_hold */
#define TRIP_NS        (180 * NS_PER_MS)
#define SUPPLY_STEP_NS (5 * NS_PER_MS)
#define SUPPLY_UP_NS   (100 * NS_PER_MS)
#define SUPPLY_DOWN_NS (500 * NS_PER_MS)

static enum err_code write_pins(struct session *s, struct link *link, uint8_t *output,
				uint8_t value, struct err *e)
{
	enum err_code code = link_write(link, &value, 1, e);
	if (code == ERR_NONE)
		*output = value;
	else
		session_break(s);
	return code;
}

/* The output latch is loaded while the pins are still inputs, so that no pin shows a level that
 * nobody asked for. */
static enum err_code open_pins(struct link **out, const char *serial, char interface,
			       uint8_t outputs, uint8_t safe, struct err *e)
{
	enum err_code code = link_open(out, serial, interface, e);
	if (code == ERR_NONE)
		code = link_bitbang(*out, 0, e);
	if (code == ERR_NONE)
		code = link_write(*out, &safe, 1, e);
	if (code == ERR_NONE)
		code = link_bitbang(*out, outputs, e);
	if (code == ERR_NONE)
		code = link_write(*out, &safe, 1, e);
	return code;
}

static enum err_code open_parts(struct session *s, unsigned want, struct err *e)
{
	const struct station *station = &s->station;
	enum err_code code = clock_open(&s->clock, station->clock_driver, station->clock_path, e);

	/* B before D: the supply is off before anything could feed the dead-man. */
	if (code == ERR_NONE && (want & SESSION_GPIO))
		code = open_pins(&s->pins, station->ftdi_serial, 'B', B_OUTPUTS, B_SAFE, e);
	if (code == ERR_NONE && (want & SESSION_GPIO))
		code = open_pins(&s->stimuli, station->ftdi_serial, 'D', D_OUTPUTS, D_SAFE, e);
	s->output_b = B_SAFE;
	s->output_d = D_SAFE;
	if (code == ERR_NONE && (want & SESSION_LINE))
		code = link_open(&s->line, station->ftdi_serial, 'C', e);
	if (code == ERR_NONE && (want & SESSION_LINE))
		code = link_uart(s->line, PEN_BAUD, '\n', e);
	if (code == ERR_NONE && (want & SESSION_LINE))
		code = link_purge(s->line, e);
	if (code == ERR_NONE && (want & SESSION_ISP))
		code = link_open(&s->isp, station->ftdi_serial, 'A', e);
	if (code == ERR_NONE && (want & SESSION_ANALYZER))
		code = analyzer_open(&s->analyzer, station, e);
	return code;
}

enum err_code session_open(struct session **out, const struct station *station, unsigned want,
			   const volatile sig_atomic_t *interrupted, struct err *e)
{
	struct session *s = calloc(1, sizeof *s);

	*out = NULL;
	if (s == NULL)
		return err_set(e, ERR_BENCH, "session: out of memory");
	s->station = *station;
	s->interrupted = interrupted;
	enum err_code code = open_parts(s, want, e);
	if (code == ERR_NONE) {
		*out = s;
		return ERR_NONE;
	}
	struct err ignored; /* the first cause is the one to report */
	(void)session_close(s, &ignored);
	return err_prefix(e, "station %s", station->name);
}

/* Everything off, in one write each, whatever the state. Keeps the first error and goes on. */
static enum err_code make_safe(struct session *s, struct err *e)
{
	enum err_code code = ERR_NONE, d_code = ERR_NONE;
	struct err d_error;

	if (s->pins != NULL)
		code = write_pins(s, s->pins, &s->output_b, B_SAFE, e);
	s->powered = false;
	if (s->stimuli != NULL)
		d_code = write_pins(s, s->stimuli, &s->output_d, D_SAFE, &d_error);
	if (code == ERR_NONE && d_code != ERR_NONE) {
		*e = d_error;
		code = d_code;
	}
	return code;
}

/* Reads the supply back until it has gone. The jig's own dead-man ends it after 250 ms at the
 * latest. */
static enum err_code wait_supply_gone(struct session *s, struct err *e)
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

enum err_code session_close(struct session *s, struct err *e)
{
	if (s == NULL)
		return ERR_NONE;
	bool was_powered = s->powered;
	enum err_code code = make_safe(s, e);
	if (code == ERR_NONE && was_powered)
		code = wait_supply_gone(s, e);
	analyzer_close(s->analyzer);
	link_close(s->isp);
	link_close(s->line);
	link_close(s->stimuli);
	link_close(s->pins);
	clock_close(s->clock);
	free(s);
	return code;
}

const struct station *session_station(const struct session *s)
{
	return &s->station;
}

struct clock *session_clock(struct session *s)
{
	return s->clock;
}

struct analyzer *session_analyzer(struct session *s)
{
	return s->analyzer;
}

struct link *session_isp(struct session *s)
{
	return s->isp;
}

void session_break(struct session *s)
{
	s->broken = true;
}

enum err_code session_check(const struct session *s, struct err *e)
{
	if (*s->interrupted)
		return err_set(e, ERR_ABORT, "stopped by the operator or a signal");
	if (s->broken)
		return err_set(e, ERR_BENCH, "%s: refused, since an instrument failed before",
			       s->station.ftdi_serial);
	return ERR_NONE;
}

int64_t session_feed_due_ns(const struct session *s)
{
	return s->powered ? s->fed_ns + (s->is_held ? FEED_HELD_NS : FEED_NS) : INT64_MAX;
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
	return write_pins(s, s->stimuli, &s->output_d, s->output_d ^ D_HEARTBEAT, e);
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

enum err_code session_wait_until(struct session *s, int64_t until_ns, struct err *e)
{
	int64_t now_ns;
	enum err_code code = session_check(s, e);

	if (code == ERR_NONE)
		code = clock_now(s->clock, &now_ns, e);
	while (code == ERR_NONE && now_ns < until_ns) {
		int64_t step_ns = now_ns + FEED_NS; /* also how soon Ctrl-C is seen */
		if (step_ns > session_feed_due_ns(s))
			step_ns = session_feed_due_ns(s);
		code = clock_wait(s->clock, step_ns < until_ns ? step_ns : until_ns, e);
		if (code == ERR_NONE)
			code = session_feed(s, e);
		if (code == ERR_NONE)
			code = session_check(s, e);
		if (code == ERR_NONE)
			code = clock_now(s->clock, &now_ns, e);
	}
	return code;
}

enum err_code session_wait(struct session *s, int64_t ns, struct err *e)
{
	int64_t now_ns;
	enum err_code code = clock_now(s->clock, &now_ns, e);
	return code == ERR_NONE ? session_wait_until(s, now_ns + ns, e) : code;
}

static enum err_code read_b(struct session *s, uint8_t *pins, struct err *e)
{
	assert(s->pins != NULL);
	enum err_code code = link_read_pins(s->pins, pins, e);
	if (code != ERR_NONE)
		session_break(s);
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
		code = write_pins(s, s->pins, &s->output_b, s->output_b & (uint8_t)~B_POWER, e);
	s->fed_ns = now_ns;
	s->gap_ns = 0;
	if (code == ERR_NONE)
		code = write_heartbeat(s, now_ns, e);
	if (code == ERR_NONE) {
		s->powered = true; /* from here on every way out switches off */
		code = write_pins(s, s->pins, &s->output_b, s->output_b | B_POWER, e);
	}
	if (code == ERR_NONE)
		code = write_heartbeat(s, now_ns, e);
	for (end_ns = now_ns + SUPPLY_UP_NS; code == ERR_NONE;) {
		code = read_b(s, &pins, e);
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
		write_pins(s, s->pins, &s->output_b, s->output_b & (uint8_t)~B_POWER, e);

	if (code == ERR_NONE)
		code = wait_supply_gone(s, e);
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
	enum err_code code = read_b(s, &pins, e);
	if (code == ERR_NONE && !(pins & B_GOOD))
		code = supply_missing(s, pins, "while PEN_POWER was 1", e);
	return code;
}

enum err_code session_stimulus(struct session *s, enum session_stimulus which, bool on,
			       struct err *e)
{
	static const struct {
		uint8_t bit;
		bool on_b, active_low;
	} wiring[] = {
		[SESSION_BUTTON] = {B_BUTTON, true, true},
		[SESSION_LOAD] = {B_LOAD, true, true},
		[SESSION_CHARGER] = {B_CHARGER, true, true},
		[SESSION_BRAKE] = {D_BRAKE, false, false},
		[SESSION_LOW_SUPPLY] = {D_LOW_SUPPLY, false, false},
	};
	enum err_code code = session_check(s, e);
	uint8_t bit = wiring[which].bit;

	if (code != ERR_NONE)
		return code;
	bool level = on != wiring[which].active_low;
	if (wiring[which].on_b)
		return write_pins(s, s->pins, &s->output_b,
				  (uint8_t)((s->output_b & ~bit) | (level ? bit : 0)), e);
	return write_pins(s, s->stimuli, &s->output_d,
			  (uint8_t)((s->output_d & ~bit) | (level ? bit : 0)), e);
}

enum err_code session_release(struct session *s, struct err *e)
{
	uint8_t b = B_SAFE | (s->output_b & B_POWER), d = D_SAFE | (s->output_d & D_HEARTBEAT);
	enum err_code code = ERR_NONE;

	if (s->output_b != b)
		code = write_pins(s, s->pins, &s->output_b, b, e);
	if (code == ERR_NONE && s->output_d != d)
		code = write_pins(s, s->stimuli, &s->output_d, d, e);
	return code;
}

enum err_code session_sense(struct session *s, enum session_sense which, bool *level, struct err *e)
{
	static const uint8_t bits[] = {
		[SESSION_PEN_PRESENT] = B_PRESENT,
		[SESSION_LID_CLOSED] = B_LID,
		[SESSION_ENC_ALARM] = B_ALARM,
		[SESSION_POWER_GOOD] = B_GOOD,
	};
	uint8_t pins;
	enum err_code code = session_check(s, e);

	if (code == ERR_NONE)
		code = read_b(s, &pins, e);
	if (code == ERR_NONE)
		*level = (pins & bits[which]) != 0;
	return code;
}
