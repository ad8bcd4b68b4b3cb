/*
 * The pen: sets everything up and does one millisecond after the other: read sensors, steer crank
 * and nose, answer the line, sleep. Nothing moves before a request says so.
 */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/wdt.h>

#include "answer.h"
#include "board.h"
#include "command.h"
#include "config.h"
#include "identity.h"
#include "line.h"
#include "motor.h"
#include "nose.h"
#include "sensor.h"
#include "speed.h"
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
		.fault = p->nose.failed ? STROKE_FAULT_HOME : p->stroke.fault,
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
		.charging = p->inputs.charging,
		.idle = state(p) == STROKE_IDLE,
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
		break;
	}
}

static void answer(struct pen *p, const char *body, struct text *t)
{
	struct command c;
	struct conditions now = conditions(p);
	struct status s;
	enum refusal refusal = command_parse(&c, body);

	if (refusal == REFUSAL_NONE)
		refusal = command_admit(&c, &now);
	if (refusal != REFUSAL_NONE) {
		answer_refusal(t, refusal);
		return;
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
	default:
		answer_done(t, &c);
		break;
	}
}

/* At most one line a millisecond, and only when its answer has room. */
static void talk(struct pen *p)
{
	enum line_event event = LINE_NONE;
	struct text t;
	char c;

	if (!uart_can_send())
		return;
	for (uint8_t i = 0; i < CHARS_PER_TICK && event == LINE_NONE && uart_read(&c); i++)
		event = line_feed(&p->line, c);
	if (event == LINE_NONE)
		return;
	text_init(&t);
	if (event == LINE_COMPLETE)
		answer(p, line_body(&p->line), &t);
	else
		answer_refusal(&t, event == LINE_TOO_LONG ? REFUSAL_TOO_LONG : REFUSAL_CHECKSUM);
	line_seal(&t);
	uart_send(&t);
}

static void sense(struct pen *p)
{
	sensor_tick(&p->sensor);
	p->inputs = board_read();
	p->crank.tach = motor_tach();
	p->crank.rate_chz = (uint16_t)(p->rate_hz * 100u);
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
	if (p->inputs.charging && out.drive)
		stroke_stop(&p->stroke, &p->crank);
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
	stroke_init(&p->stroke);
	nose_init(&p->nose);
	speed_reset(&p->speed);
	motor_init(p->inputs.parked);
	sensor_init(&p->sensor);
	ticks_init();
	wdt_enable(CONFIG_WATCHDOG);
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
		sense(&pen);
		steer(&pen);
		if (sensor_is_ready(&pen.sensor))
			talk(&pen);
	}
}
