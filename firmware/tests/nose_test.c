/* The nose against a stepper and a switch: homing from everywhere, settings, missing switch. */
#include "base/tap.h"
#include "config.h"
#include "nose.h"

enum { HARD_STOP = -30 }; /* behind the homing switch: a stepper that runs on only slips */

struct stepper {
	int position;  /* steps; the homing switch is closed at <= 0 */
	int low, high; /* extremes since the last look */
	bool step;
	bool extend;
	bool broken;   /* the switch never closes */
	bool stuck;    /* the switch never opens */
	unsigned late; /* DIR changed together with a rising STEP, or a step without coils */
	unsigned steps;
};

/* Runs one setting; milliseconds taken, or -1 when it does not end. */
static int go(struct nose *n, struct stepper *m, uint16_t depth_um)
{
	nose_go(n, depth_um);
	m->low = m->high = m->position;
	m->steps = 0;
	for (int ms = 0; ms < 3000; ms++) {
		bool home = (m->position <= 0 && !m->broken) || m->stuck;
		struct nose_output out = nose_tick(n, home);

		if (out.step && !m->step) {
			m->late += out.extend != m->extend || !out.enable;
			if (out.extend || m->position > HARD_STOP)
				m->position += out.extend ? 1 : -1;
			m->steps++;
		}
		m->step = out.step;
		m->extend = out.extend;
		m->low = m->position < m->low ? m->position : m->low;
		m->high = m->position > m->high ? m->position : m->high;
		if (!nose_is_moving(n))
			return ms;
	}
	return -1;
}

static void test_settings(struct tap *t)
{
	static const int starts[] = {-30, -1, 0, 1, 7, 120, 250, 280};

	for (unsigned i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		struct nose n;
		struct stepper m = {.position = starts[i]};

		nose_init(&n);
		tap_ok(t, !nose_is_moving(&n) && !nose_tick(&n, false).enable, "rests at power-up");
		tap_ok(t, go(&n, &m, 1500) > 0 && m.position == 150 && n.depth_um == 1500,
		       "from %d to 1500 um", starts[i]);
		tap_ok(t, go(&n, &m, 2500) > 0 && m.position == 250 && m.low == 150,
		       "further out without homing");
		tap_ok(t, go(&n, &m, 250) > 0 && m.position == 25 && m.low <= 0,
		       "back by way of home");
		tap_ok(t, go(&n, &m, 250) >= 0 && m.position == 25 && m.steps == 0,
		       "the same setting takes no step");
		tap_is_int(t, m.late, 0, "DIR and coils stand before every step");
	}
}

static void test_pace(struct tap *t)
{
	struct nose n;
	struct stepper m = {.position = 0};

	nose_init(&n);
	go(&n, &m, 250);
	int ms = go(&n, &m, 2250);
	tap_ok(t, m.steps == 200 && ms > 400 && ms < 420, "200 steps take 400 ms (%d ms)", ms);
}

static void test_clamp(struct tap *t)
{
	struct nose n;
	struct stepper m = {.position = 3};

	nose_init(&n);
	go(&n, &m, 60000);
	tap_ok(t, m.position == 250 && n.depth_um == 2500, "never beyond 2.50 mm");
}

static void test_switch(struct tap *t)
{
	struct nose n;
	struct stepper m = {.position = 100, .broken = true};

	nose_init(&n);
	tap_ok(t, go(&n, &m, 500) > 0 && n.failed && n.depth_um == 0 && m.steps <= 320,
	       "a switch that never closes ends the search");
	m.broken = false;
	tap_ok(t, go(&n, &m, 500) > 0 && !n.failed && m.position == 50,
	       "and is found the next time");
	nose_init(&n);
	m.stuck = true;
	m.position = 0;
	tap_ok(t, go(&n, &m, 500) > 0 && n.failed && m.high <= 40, "a switch that never opens");
}

int main(void)
{
	struct tap t = tap_begin();

	test_settings(&t);
	test_pace(&t);
	test_clamp(&t);
	test_switch(&t);
	return tap_end(&t);
}
