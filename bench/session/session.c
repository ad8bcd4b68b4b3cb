/*
 * Opening, closing, waiting, stimuli and senses of one station. The supply and its dead-man are in
 * supply.c, the talk with the pen is in conversation.c.
 *
 * Invariant: output_b and output_d are what interfaces B and D were last told.
 */
#include "session/session.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "session/inside.h"

enum { PEN_BAUD = 38400 };

enum err_code session_write_pins(struct session *s, struct link *link, uint8_t *output,
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
	/* A signal breaks a library's connect off, which then says that nobody is there. */
	if (code == ERR_BENCH && *interrupted)
		e->code = ERR_ABORT;
	return err_prefix(e, "station %s%s", station->name,
			  e->code == ERR_ABORT ? ", stopped while it was opened" : "");
}

/* Everything off, in one write each, whatever the state. Keeps the first error and goes on. */
static enum err_code make_safe(struct session *s, struct err *e)
{
	enum err_code code = ERR_NONE, d_code = ERR_NONE;
	struct err d_error;

	if (s->pins != NULL)
		code = session_write_pins(s, s->pins, &s->output_b, B_SAFE, e);
	s->powered = false;
	if (s->stimuli != NULL)
		d_code = session_write_pins(s, s->stimuli, &s->output_d, D_SAFE, &d_error);
	if (code == ERR_NONE && d_code != ERR_NONE) {
		*e = d_error;
		code = d_code;
	}
	return code;
}

enum err_code session_close(struct session *s, struct err *e)
{
	if (s == NULL)
		return ERR_NONE;
	bool was_powered = s->powered;
	enum err_code code = make_safe(s, e);
	if (code == ERR_NONE && was_powered)
		code = session_supply_gone(s, e);
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
		return err_set(
			e, ERR_BENCH,
			"%s: refused, since an instrument failed before; what is said of it first "
			"is to be put right",
			s->station.ftdi_serial);
	return ERR_NONE;
}

enum err_code session_wait_until(struct session *s, int64_t until_ns, struct err *e)
{
	int64_t now_ns;
	enum err_code code = session_check(s, e);

	if (code == ERR_NONE)
		code = clock_now(s->clock, &now_ns, e);
	while (code == ERR_NONE && now_ns < until_ns) {
		int64_t step_ns = now_ns + SESSION_FEED_NS; /* also how soon Ctrl-C is seen */
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

enum err_code session_read_b(struct session *s, uint8_t *pins, struct err *e)
{
	assert(s->pins != NULL);
	enum err_code code = link_read_pins(s->pins, pins, e);
	if (code != ERR_NONE)
		session_break(s);
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
		return session_write_pins(s, s->pins, &s->output_b,
					  (uint8_t)((s->output_b & ~bit) | (level ? bit : 0)), e);
	return session_write_pins(s, s->stimuli, &s->output_d,
				  (uint8_t)((s->output_d & ~bit) | (level ? bit : 0)), e);
}

enum err_code session_release(struct session *s, struct err *e)
{
	uint8_t b = B_SAFE | (s->output_b & B_POWER), d = D_SAFE | (s->output_d & D_HEARTBEAT);
	enum err_code code = ERR_NONE;

	if (s->output_b != b)
		code = session_write_pins(s, s->pins, &s->output_b, b, e);
	if (code == ERR_NONE && s->output_d != d)
		code = session_write_pins(s, s->stimuli, &s->output_d, d, e);
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
		code = session_read_b(s, &pins, e);
	if (code == ERR_NONE)
		*level = (pins & bits[which]) != 0;
	return code;
}
