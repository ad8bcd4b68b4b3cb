/*
 * A motor, a crank and its two sensors for the tests of stroke.c and speed.c: averaged PWM,
 * friction, no needle. Small on purpose: it is there to show the controller's logic, not the pen's
 * physics. One call is one millisecond of the pen: sensors, stroke_tick, speed_tick, then the motor
 * turns.
 */
#ifndef TESTS_CRANK_MODEL_H
#define TESTS_CRANK_MODEL_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "speed.h"
#include "stroke.h"

#define MODEL_TAU          6.283185307179586
#define MODEL_PARK_RAD     (25.0 / 360.0 * MODEL_TAU)
#define MODEL_STEPS_PER_MS 200

struct crank_model {
	double battery_v, r_ohm, k_v_s, inertia_kg_m2, friction_nm, viscous_nm_s;
	double angle_rad; /* from fully retracted; never falls */
	double speed_rad_s;
	double current_a;
	double top_hz;     /* highest rate since last cleared */
	unsigned passages; /* of full protrusion: the truth */
	bool blocked;      /* the crank does not turn */
	bool no_park;      /* the park sensor is dead */
	double time_us;
	double edge_us[5]; /* newest first */
	struct tach tach;
	struct stroke stroke;
	struct speed speed;
	struct stroke_input in;
	struct stroke_output out;
	uint16_t measured_chz;
	uint8_t duty;
};

static inline struct crank_model crank_model_make(void)
{
	struct crank_model m = {
		.battery_v = 3.65,
		.r_ohm = 1.65,
		.k_v_s = 2.6e-3,
		.inertia_kg_m2 = 1.0e-7,
		.friction_nm = 3.0e-4,
		.viscous_nm_s = 1.5e-7,
	};

	stroke_init(&m.stroke);
	speed_reset(&m.speed);
	m.in.rate_chz = 12000;
	m.in.parked = true;
	return m;
}

static inline bool crank_model_parked(const struct crank_model *m)
{
	double turn = fmod(m->angle_rad + MODEL_PARK_RAD, MODEL_TAU);

	return !m->no_park && turn < 2.0 * MODEL_PARK_RAD;
}

/* Number of the last tachometer edge at or before this angle: four a turn, not evenly spaced. */
static inline long crank_model_edge(double angle_rad)
{
	static const double mark[4] = {0.10, 0.36, 0.59, 0.85};
	double turn = floor(angle_rad / MODEL_TAU);
	double part = angle_rad / MODEL_TAU - turn;
	long edge = (long)turn * 4;

	for (int i = 0; i < 4; i++)
		edge += part >= mark[i];
	return edge;
}

static inline void crank_model_turn(struct crank_model *m, double step_s)
{
	double before = m->angle_rad;
	bool parked = crank_model_parked(m);
	double drag = m->friction_nm + m->viscous_nm_s * m->speed_rad_s;
	/* The diode conducts while the switch does not: 0.35 V against the motor. */
	double volt = (m->battery_v + 0.35) * m->duty / 255.0 - 0.35;

	m->current_a = fmax(0.0, (volt - m->k_v_s * m->speed_rad_s) / m->r_ohm);
	m->speed_rad_s += (m->k_v_s * m->current_a - drag) / m->inertia_kg_m2 * step_s;
	if (m->speed_rad_s < 0.0 || m->blocked)
		m->speed_rad_s = 0.0;
	m->angle_rad += m->speed_rad_s * step_s;
	m->time_us += step_s * 1e6;
	m->top_hz = fmax(m->top_hz, m->speed_rad_s / MODEL_TAU);
	m->passages += floor(before / MODEL_TAU + 0.5) != floor(m->angle_rad / MODEL_TAU + 0.5);

	for (long i = crank_model_edge(before); i < crank_model_edge(m->angle_rad); i++) {
		for (int k = 4; k > 0; k--)
			m->edge_us[k] = m->edge_us[k - 1];
		m->edge_us[0] = m->time_us;
		m->tach.edges++;
		m->tach.period_us = (uint32_t)(m->edge_us[0] - m->edge_us[1]);
		m->tach.turn_us = (uint32_t)(m->edge_us[0] - m->edge_us[4]);
	}
	if (!parked && crank_model_parked(m)) {
		m->tach.entries++;
		m->tach.edges_at_entry = m->tach.edges;
	}
}

static inline void crank_model_ms(struct crank_model *m)
{
	m->tach.age_us = (uint32_t)(m->time_us - m->edge_us[0]);
	m->in.tach = m->tach;
	m->in.parked = crank_model_parked(m);
	m->in.overcurrent = m->current_a > 1.5;
	m->out = stroke_tick(&m->stroke, &m->in);
	m->measured_chz = speed_measure(&m->in.tach, stroke_edges(&m->stroke));
	if (m->out.drive) {
		m->duty =
			speed_tick(&m->speed, (struct speed_input){
						      .target_chz = m->out.target_chz,
						      .measured_chz = m->measured_chz,
						      .battery_mv = (uint16_t)(m->battery_v * 1e3),
					      });
	} else {
		speed_reset(&m->speed);
		m->duty = 0;
	}
	for (int i = 0; i < MODEL_STEPS_PER_MS; i++)
		crank_model_turn(m, 1e-3 / MODEL_STEPS_PER_MS);
}

/* Until the state is IDLE or FAULT; milliseconds, or -1 after ms_max. */
static inline int crank_model_finish(struct crank_model *m, int ms_max)
{
	for (int ms = 1; ms <= ms_max; ms++) {
		crank_model_ms(m);
		enum stroke_state state = stroke_state(&m->stroke);
		if (state == STROKE_IDLE || state == STROKE_FAULT)
			return ms;
	}
	return -1;
}

#endif
