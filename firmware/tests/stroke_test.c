/* The stroke's state machine and the speed control against a small motor model. */
#include <stdlib.h>
#include <string.h>

#include "base/tap.h"
#include "config.h"
#include "crank_model.h"

static bool is_parked_idle(const struct crank_model *m)
{
	return stroke_state(&m->stroke) == STROKE_IDLE && crank_model_parked(m) && m->duty == 0 &&
	       m->speed_rad_s == 0.0;
}

/* Pens from loose to stiff, full and weak cells: the counts must hold for all of them. */
static struct crank_model variant(unsigned i)
{
	static const double friction[] = {1.0, 0.75, 1.25, 1.5};
	static const double battery_v[] = {3.65, 3.25, 4.15};
	struct crank_model m = crank_model_make();

	m.friction_nm *= friction[i % 4];
	m.battery_v = battery_v[i / 4 % 3];
	m.angle_rad = ((double)(i % 5) - 2.0) * 0.2 + MODEL_TAU;
	return m;
}

static void test_counts(struct tap *t)
{
	static const uint16_t strokes[] = {1, 2, 3, 5, 17, 60, 200};

	for (unsigned i = 0; i < 12; i++) {
		for (unsigned k = 0; k < sizeof(strokes) / sizeof(strokes[0]); k++) {
			struct crank_model m = variant(i);
			m.in.rate_chz = (uint16_t)(9000u + 2000u * (i % 4));
			m.in.parked = crank_model_parked(&m);
			stroke_start(&m.stroke, &m.in, strokes[k], false);
			int ms = crank_model_finish(&m, 8000);
			tap_ok(t, ms > 0 && is_parked_idle(&m) && m.passages == strokes[k],
			       "STROKE %u, pen %u: %u passages, parked (%d ms)", strokes[k], i,
			       m.passages, ms);
		}
	}
}

static void test_jog(struct tap *t)
{
	for (unsigned i = 0; i < 12; i++) {
		struct crank_model m = variant(i);
		stroke_start(&m.stroke, &m.in, 3, true);
		tap_is_int(t, stroke_state(&m.stroke), STROKE_JOG, "jogging");
		int ms = crank_model_finish(&m, 3000);
		tap_ok(t, ms > 0 && is_parked_idle(&m) && m.passages == 3 && m.top_hz < 20.0,
		       "JOG 3, pen %u: %u passages, at most %.1f Hz (%d ms)", i, m.passages,
		       m.top_hz, ms);
	}
}

/* Worst deviation from the setting, %, over the next `ms`, as whole-turn rates of the model. */
static double worst_percent(struct crank_model *m, int ms, double hz)
{
	double worst = 0.0;

	for (int i = 0; i < ms; i++) {
		crank_model_ms(m);
		double turn_us = m->edge_us[0] - m->edge_us[4];
		worst = fmax(worst, fabs(1e6 / turn_us / hz - 1.0) * 100.0);
	}
	return worst;
}

static void test_rate(struct tap *t)
{
	static const uint16_t rates_hz[] = {90, 120, 150};

	for (unsigned k = 0; k < 3; k++) {
		for (unsigned i = 0; i < 8; i++) {
			struct crank_model m = variant(i);
			double hz = rates_hz[k];
			/* The weakest cell cannot turn the stiffest pens at 150 Hz. */
			if (hz * MODEL_TAU * m.k_v_s + 2.0 * m.r_ohm * m.friction_nm / m.k_v_s >
			    m.battery_v)
				continue;
			m.in.rate_chz = (uint16_t)(rates_hz[k] * 100u);
			stroke_start(&m.stroke, &m.in, 0, false);
			worst_percent(&m, 400, hz);
			tap_ok(t, worst_percent(&m, 200, hz) < 1.0,
			       "%g Hz, pen %u: 1 %% after 0.4 s", hz, i);
			double worst = worst_percent(&m, 400, hz);
			tap_ok(t, worst < 0.2, "%g Hz, pen %u: steady within 0.2 %% (%.3f %%)", hz,
			       i, worst);
			tap_ok(t, m.top_hz < hz * 1.03, "overshoot to %.1f Hz", m.top_hz);
		}
	}
}

static void test_stop(struct tap *t)
{
	/* STOP at every kind of moment of a RUN. */
	for (int at = 1; at < 900; at += 37) {
		struct crank_model m = variant((unsigned)at % 12);
		stroke_start(&m.stroke, &m.in, 0, false);
		for (int ms = 0; ms < at; ms++)
			crank_model_ms(&m);
		tap_is_int(t, stroke_state(&m.stroke), STROKE_RUN, "running");
		stroke_stop(&m.stroke, &m.in);
		tap_is_int(t, stroke_state(&m.stroke), STROKE_STOP, "stopping");
		stroke_stop(&m.stroke, &m.in); /* a second one changes nothing */
		int ms = crank_model_finish(&m, 1500);
		tap_ok(t, ms > 0 && is_parked_idle(&m) && m.passages == m.tach.entries,
		       "STOP after %d ms: parked in %d ms", at, ms);
	}
	/* STOP of a counted job ends it early, and never late. */
	struct crank_model m = crank_model_make();
	stroke_start(&m.stroke, &m.in, 500, false);
	for (int ms = 0; ms < 1000; ms++)
		crank_model_ms(&m);
	stroke_stop(&m.stroke, &m.in);
	tap_ok(t, crank_model_finish(&m, 1500) > 0 && is_parked_idle(&m) && m.passages < 200,
	       "STOP ends STROKE 500 early (%u)", m.passages);
	m = crank_model_make();
	stroke_start(&m.stroke, &m.in, 1, false);
	for (int ms = 0; ms < 30; ms++)
		crank_model_ms(&m);
	stroke_stop(&m.stroke, &m.in);
	tap_ok(t, crank_model_finish(&m, 1500) > 0 && m.passages == 1, "STOP in STROKE 1: still 1");
}

static void test_unparked(struct tap *t)
{
	struct crank_model m = crank_model_make();

	m.angle_rad = 3.0;
	m.in.parked = false;
	for (int ms = 0; ms < 100; ms++)
		crank_model_ms(&m);
	tap_ok(t, m.angle_rad == 3.0, "nothing moves by itself");
	stroke_stop(&m.stroke, &m.in);
	tap_ok(t, crank_model_finish(&m, 1500) > 0 && is_parked_idle(&m), "STOP parks");
	m.angle_rad = 3.0;
	m.in.parked = false;
	stroke_start(&m.stroke, &m.in, 0, false);
	for (int ms = 0; ms < 600; ms++)
		crank_model_ms(&m);
	tap_ok(t, m.measured_chz > 11800 && m.measured_chz < 12200,
	       "RUN parks first and then runs");
	stroke_stop(&m.stroke, &m.in);
	crank_model_finish(&m, 1500);
	m.angle_rad =
		MODEL_TAU + 3.5; /* behind full protrusion: the way to the window passes none */
	m.passages = 0;
	m.in.parked = false;
	stroke_start(&m.stroke, &m.in, 10, false);
	tap_ok(t, crank_model_finish(&m, 3000) > 0 && is_parked_idle(&m) && m.passages == 10,
	       "a job from elsewhere parks first and counts from there (%u)", m.passages);
}

static void test_faults(struct tap *t)
{
	struct crank_model m = crank_model_make();

	m.blocked = true;
	stroke_start(&m.stroke, &m.in, 10, false);
	int ms = crank_model_finish(&m, 1000);
	tap_ok(t,
	       m.stroke.fault == STROKE_FAULT_STALL && ms <= (int)CONFIG_BOOST_MS + 2 &&
		       m.duty == 0,
	       "a crank that never turns: STALL, motor off (%d ms)", ms);
	stroke_stop(&m.stroke, &m.in);
	tap_is_int(t, stroke_state(&m.stroke), STROKE_IDLE, "STOP takes the fault back");
	m.angle_rad = 2.0; /* outside the window */
	m.in.parked = false;
	m.blocked = false;
	m.stroke.phase = STROKE_PHASE_FAULT;
	m.stroke.endless = true; /* as after a RUN that failed */
	stroke_stop(&m.stroke, &m.in);
	tap_ok(t, crank_model_finish(&m, 1000) > 0 && is_parked_idle(&m),
	       "and parks, after a RUN too");

	m = crank_model_make();
	stroke_start(&m.stroke, &m.in, 0, false);
	for (ms = 0; ms < 600; ms++)
		crank_model_ms(&m);
	m.blocked = true;
	ms = crank_model_finish(&m, 1000);
	tap_ok(t, m.stroke.fault == STROKE_FAULT_STALL && ms >= 58 && ms <= 62 && m.duty == 0,
	       "a crank that is stopped: STALL (%d ms)", ms);

	m = crank_model_make();
	m.no_park = true;
	m.in.parked = true;
	stroke_start(&m.stroke, &m.in, 100, false);
	ms = crank_model_finish(&m, 1000);
	tap_ok(t, m.stroke.fault == STROKE_FAULT_PARK && m.passages <= 5 && m.duty == 0,
	       "no park signal: PARK after %u passages", m.passages);

	m = crank_model_make();
	stroke_start(&m.stroke, &m.in, 0, false);
	for (ms = 0; ms < 600; ms++)
		crank_model_ms(&m);
	m.friction_nm = 6e-3; /* more than the motor can turn for long */
	m.r_ohm = 0.9;
	ms = crank_model_finish(&m, 1000);
	tap_ok(t, stroke_state(&m.stroke) == STROKE_FAULT && m.duty == 0,
	       "overload ends in a fault");
}

/* The over-current clock alone: 99 ms pass, 100 do not, a gap starts it anew. */
static void test_overcurrent(struct tap *t)
{
	for (unsigned long_ms = 99; long_ms <= 100; long_ms++) {
		struct stroke s;
		struct stroke_input in = {.rate_chz = 12000, .parked = true};

		stroke_init(&s);
		stroke_start(&s, &in, 0, false);
		for (unsigned ms = 0; ms < 99 + long_ms + 5; ms++) {
			in.tach.edges++;
			in.tach.entries = in.tach.edges / 4;
			in.tach.edges_at_entry = (uint16_t)(in.tach.entries * 4u);
			in.overcurrent = ms != 99 && ms <= 99 + long_ms;
			stroke_tick(&s, &in);
		}
		tap_is_int(t, s.fault, long_ms < 100 ? STROKE_FAULT_NONE : STROKE_FAULT_CURRENT,
			   "over-current clock");
	}
}

/* tach counts wrap at 65536: a job across the wrap counts as any other. */
static void test_wrap(struct tap *t)
{
	struct crank_model m = crank_model_make();

	m.tach.edges = 65500;
	m.tach.entries = 65530;
	m.tach.edges_at_entry = 65500;
	m.in.tach = m.tach;
	stroke_start(&m.stroke, &m.in, 40, false);
	tap_ok(t, crank_model_finish(&m, 3000) > 0 && is_parked_idle(&m) && m.passages == 40,
	       "the counters' wrap does not show");
}

/* Duty summed over 256 ms at a steady rate that is met exactly. */
static unsigned duty_sum(uint16_t chz, uint16_t battery_mv)
{
	struct speed s;
	unsigned sum = 0;

	speed_reset(&s);
	for (unsigned ms = 0; ms < 256; ms++)
		sum += speed_tick(&s, (struct speed_input){.target_chz = chz,
							   .measured_chz = chz,
							   .battery_mv = battery_mv});
	return sum;
}

static void test_duty(struct tap *t)
{
	/* 40 chz are 6.7 mV, 0.43 of a step of duty at 3.65 V. */
	tap_near(t, duty_sum(12040, 3650) - (double)duty_sum(12000, 3650), 110.0, 3.0,
		 "fractions of a step of duty are spread over time");
	tap_near(t, duty_sum(12000, 3250) * 3.60, duty_sum(12000, 3650) * 4.00, 1500.0,
		 "a weaker battery gets the duty that makes the same voltage");
	tap_is_int(t, duty_sum(65535, 3650), 254 * 256, "the duty has a ceiling");
}

int main(void)
{
	struct tap t = tap_begin();

	test_counts(&t);
	test_jog(&t);
	test_rate(&t);
	test_stop(&t);
	test_unparked(&t);
	test_faults(&t);
	test_overcurrent(&t);
	test_wrap(&t);
	test_duty(&t);
	return tap_end(&t);
}
