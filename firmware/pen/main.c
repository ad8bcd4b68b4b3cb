/*
 * The pen: sets everything up and does one millisecond after the other: read sensors, steer crank
 * and nose, answer the line and the button, sleep. Nothing moves before somebody asks for it.
 */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/wdt.h>

#include "answer.h"
#include "board.h"
#include "command.h"
#include "config.h"
#include "contact.h"
#include "faultlog.h"
#include "identity.h"
#include "line.h"
#include "motor.h"
#include "nose.h"
#include "sensor.h"
#include "speed.h"
#include "store.h"
#include "stroke.h"
#include "ticks.h"
#include "uart.h"

enum { CHARS_PER_TICK = 16 }; /* four come in a millisecond; the rest waits in the ring */

struct pen {
	struct line line;
	struct stroke stroke;
	struct nose nose;
	struct speed speed;
	struct sensor sensor;
	struct identity identity;
	enum reset_cause cause;
	struct board_inputs inputs;
	struct contact button;
	struct contact charger;
	bool pressed; /* the button was, and nobody has acted on it yet */
	struct faultlog log;
	enum stroke_fault logged; /* the fault that stands, when it is in the log */
	bool asleep;
	uint16_t quiet_ms;         /* at rest, nothing on the line; up to CONFIG_SLEEP_MS */
	struct stroke_input crank; /* of this millisecond */
	uint16_t measured_chz;
	uint16_t rate_hz;
	uint8_t duty;
	uint16_t entries; /* at the last tick */
	uint32_t strokes;
};

/* Reads and clears the cause of the last reset. After a watchdog reset the watchdog runs on, at its
 * shortest time: it must be off before anything that takes long. */
static enum reset_cause take_reset_cause(void)
{
	uint8_t flags = MCUSR;

	MCUSR = 0;
	wdt_disable();
	if ((flags & (1u << PORF)) != 0u)
		return RESET_POWER;
	if ((flags & (1u << BORF)) != 0u)
		return RESET_BROWNOUT;
	if ((flags & (1u << WDRF)) != 0u)
		return RESET_WATCHDOG;
	return (flags & (1u << EXTRF)) != 0u ? RESET_EXTERNAL : RESET_POWER;
}

static enum stroke_fault fault(const struct pen *p)
{
	return p->nose.failed ? STROKE_FAULT_HOME : p->stroke.fault;
}

static enum stroke_state state(const struct pen *p)
{
	if (p->nose.failed)
		return STROKE_FAULT;
	if (nose_is_moving(&p->nose))
		return STROKE_MOVE;
	return stroke_state(&p->stroke);
}

static struct status status(const struct pen *p)
{
	return (struct status){
		.state = state(p),
		.fault = fault(p),
		.strokes = p->strokes,
		.rate_dhz = (uint16_t)((p->measured_chz + 5u) / 10u),
		.duty = p->duty,
		.current_ma = sensor_current_ma(&p->sensor),
		.battery_mv = p->sensor.battery_mv,
		.depth_um = p->nose.depth_um,
		.cause = p->cause,
	};
}

static struct conditions conditions(const struct pen *p)
{
	return (struct conditions){
		.fault = state(p) == STROKE_FAULT,
		.charging = p->charger.closed,
		.idle = state(p) == STROKE_IDLE,
		.parked = p->inputs.parked,
		.depth_set = p->nose.depth_um != 0u,
		.battery_mv = p->sensor.battery_mv,
	};
}

static void stop(struct pen *p)
{
	p->nose.failed = false;
	stroke_stop(&p->stroke, &p->crank);
}

static void perform(struct pen *p, const struct command *c)
{
	switch (c->kind) {
	case COMMAND_DEPTH:
		nose_go(&p->nose, c->value);
		break;
	case COMMAND_RATE:
		p->rate_hz = c->value;
		break;
	case COMMAND_STROKE:
	case COMMAND_RUN:
		stroke_start(&p->stroke, &p->crank, c->value, false);
		break;
	case COMMAND_JOG:
		stroke_start(&p->stroke, &p->crank, c->value, true);
		break;
	case COMMAND_STOP:
		stop(p);
		break;
	case COMMAND_ID:
	case COMMAND_STATUS:
	case COMMAND_LOG:
	case COMMAND_SELFTEST_WATCHDOG:
		break;
	}
}

/* The main loop hangs: the watchdog alone can end this. What is being sent goes out meanwhile. */
static void starve(void)
{
	for (;;)
		ticks_wait();
}

static enum refusal admit(const struct pen *p, const struct command *c)
{
	struct conditions now = conditions(p);

	return command_admit(c, &now);
}

/* Does what the line asks for; true when what follows the answer is the watchdog's test. */
static bool answer(struct pen *p, const char *body, struct text *t)
{
	struct command c;
	struct status s;
	enum refusal refusal = command_parse(&c, body);

	if (refusal == REFUSAL_NONE)
		refusal = admit(p, &c);
	if (refusal != REFUSAL_NONE) {
		answer_refusal(t, refusal);
		return false;
	}
	perform(p, &c);
	switch (c.kind) {
	case COMMAND_ID:
		answer_id(t, p->identity.crc, p->identity.size);
		break;
	case COMMAND_STATUS:
		s = status(p);
		answer_status(t, &s);
		break;
	case COMMAND_LOG:
		answer_log(t, &p->log);
		break;
	default:
		answer_done(t, &c);
		break;
	}
	return c.kind == COMMAND_SELFTEST_WATCHDOG;
}

/* At most one line a millisecond, and only when its answer has room. */
static void talk(struct pen *p)
{
	enum line_event event = LINE_NONE;
	bool last = false;
	struct text t;
	char c;

	if (!uart_can_send())
		return;
	for (uint8_t i = 0; i < CHARS_PER_TICK && event == LINE_NONE && uart_read(&c); i++) {
		event = line_feed(&p->line, c);
		p->quiet_ms = 0;
	}
	if (event == LINE_NONE)
		return;
	text_init(&t);
	if (event == LINE_COMPLETE)
		last = answer(p, line_body(&p->line), &t);
	else
		answer_refusal(&t, event == LINE_TOO_LONG ? REFUSAL_TOO_LONG : REFUSAL_CHECKSUM);
	line_seal(&t);
	uart_send(&t);
	if (last)
		starve();
}

/* A press starts a run as RUN would, or stops whatever turns, or takes a fault back. */
static void obey_button(struct pen *p)
{
	static const struct command run = {.kind = COMMAND_RUN};

	if (!p->pressed)
		return;
	p->pressed = false;
	switch (state(p)) {
	case STROKE_IDLE:
		if (admit(p, &run) == REFUSAL_NONE)
			perform(p, &run);
		break;
	case STROKE_MOVE:
		break;
	case STROKE_JOG:
	case STROKE_RUN:
	case STROKE_STOP:
	case STROKE_FAULT:
		stop(p);
		break;
	}
}

static void sense(struct pen *p)
{
	sensor_tick(&p->sensor);
	p->inputs = board_read();
	p->pressed |= contact_tick(&p->button, p->inputs.pressed);
	contact_tick(&p->charger, p->inputs.charging);
	p->crank.tach = motor_tach();
	p->crank.rate_chz = speed_setting_chz(p->rate_hz);
	p->crank.parked = p->inputs.parked;
	p->crank.overcurrent = p->sensor.burst_ma > CONFIG_OVERCURRENT_MA;
	p->strokes += (uint16_t)(p->crank.tach.entries - p->entries);
	p->entries = p->crank.tach.entries;
}

static void steer(struct pen *p)
{
	struct stroke_output out = stroke_tick(&p->stroke, &p->crank);

	if (stroke_state(&p->stroke) == STROKE_IDLE)
		p->measured_chz = 0;
	else
		p->measured_chz = speed_measure(&p->crank.tach, stroke_edges(&p->stroke));
	if (out.drive) {
		p->duty = speed_tick(&p->speed, (struct speed_input){
							.target_chz = out.target_chz,
							.measured_chz = p->measured_chz,
							.battery_mv = p->sensor.battery_mv,
						});
	} else {
		speed_reset(&p->speed);
		p->duty = 0;
	}
	motor_drive(p->duty);
	board_nose(nose_tick(&p->nose, p->inputs.home));
	/* On the charger nothing turns. */
	if (p->charger.closed && out.drive)
		stroke_stop(&p->stroke, &p->crank);
}

/* A fault goes into the log once; one byte is written at a time. */
static void keep_log(struct pen *p)
{
	/* The codes of the log begin with the faults of the crank. */
	_Static_assert((int)FAULTLOG_STALL == STROKE_FAULT_STALL &&
			       (int)FAULTLOG_CURRENT == STROKE_FAULT_CURRENT &&
			       (int)FAULTLOG_PARK == STROKE_FAULT_PARK &&
			       (int)FAULTLOG_HOME == STROKE_FAULT_HOME,
		       "a fault has another code in the log");
	struct faultlog_write byte;

	if (fault(p) != p->logged && fault(p) != STROKE_FAULT_NONE)
		faultlog_add(&p->log, (enum faultlog_code)fault(p));
	p->logged = fault(p);
	if (store_is_ready() && faultlog_next(&p->log, &byte))
		store_write(byte.address, byte.value);
}

/* At rest and nobody speaks: count the time. */
static void watch_quiet(struct pen *p)
{
	if (state(p) != STROKE_IDLE || p->inputs.pressed || p->log.queued > 0u)
		p->quiet_ms = 0;
	else if (p->quiet_ms < CONFIG_SLEEP_MS)
		p->quiet_ms++;
}

/* Asleep the tick is slow, and converter and reference are off. One look at what may wake the pen;
 * the watchdog is fed by the main loop as ever. */
static void sleep_or_wake(struct pen *p)
{
	struct board_inputs inputs = board_read();

	if (!p->asleep) {
		p->asleep = true;
		sensor_off();
		ticks_slow();
	} else if (uart_is_waiting() || inputs.pressed || inputs.charging != p->charger.closed) {
		p->asleep = false;
		p->quiet_ms = 0;
		ticks_init();
		sensor_init(&p->sensor);
	}
}

static void init_log(struct pen *p)
{
	uint8_t memory[FAULTLOG_SIZE];

	store_read(memory, sizeof(memory));
	faultlog_init(&p->log, memory);
	if (p->cause == RESET_WATCHDOG)
		faultlog_add(&p->log, FAULTLOG_WATCHDOG);
	if (p->cause == RESET_BROWNOUT)
		faultlog_add(&p->log, FAULTLOG_BROWNOUT);
}

static void init(struct pen *p)
{
	*p = (struct pen){.rate_hz = CONFIG_RATE_START_HZ};
	p->cause = take_reset_cause();
	board_init();
	line_init(&p->line);
	uart_init();
	sei(); /* requests that come from here on wait in the ring */
	p->identity = identity_read();
	p->inputs = board_read();
	contact_init(&p->button, p->inputs.pressed);
	contact_init(&p->charger, p->inputs.charging);
	init_log(p);
	stroke_init(&p->stroke);
	nose_init(&p->nose);
	speed_reset(&p->speed);
	motor_init(p->inputs.parked);
	sensor_init(&p->sensor);
	ticks_init();
#ifndef MUTANT_NO_WATCHDOG
	wdt_enable(CONFIG_WATCHDOG);
#endif
}

int main(void)
{
	static struct pen pen;

	init(&pen);
	for (;;) {
		/* Fed here alone: a dead tick or a loop that does not come round ends in a reset.
		 */
		ticks_wait();
		wdt_reset();
		if (pen.asleep || pen.quiet_ms >= CONFIG_SLEEP_MS) {
			sleep_or_wake(&pen);
			continue;
		}
		sense(&pen);
		steer(&pen);
		keep_log(&pen);
		watch_quiet(&pen);
		if (sensor_is_ready(&pen.sensor)) {
			obey_button(&pen);
			talk(&pen);
		}
	}
}
