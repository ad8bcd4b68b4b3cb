/* The nose. Pure. */
#include "nose.h"

#include "config.h"

void nose_init(struct nose *n)
{
	*n = (struct nose){.phase = NOSE_REST};
}

void nose_go(struct nose *n, uint16_t depth_um)
{
	if (depth_um > CONFIG_DEPTH_MAX_UM)
		depth_um = CONFIG_DEPTH_MAX_UM;
	n->goal_steps = depth_um / CONFIG_DEPTH_STEP_UM;
	n->depth_um = 0;
	n->failed = false;
	n->wait_ms = CONFIG_NOSE_ENABLE_MS;
	n->phase = NOSE_ENABLE;
}

static void begin(struct nose *n, enum nose_phase phase, bool extend)
{
	n->phase = phase;
	n->extend = extend;
	n->travel = 0;
}

/* Stop where it is and keep the coils on for a moment. */
static void hold(struct nose *n)
{
	n->phase = NOSE_HOLD;
	n->wait_ms = CONFIG_NOSE_ENABLE_MS;
}

static void give_up(struct nose *n)
{
	n->failed = true;
	n->homed = false;
	hold(n);
}

/* A setting nearer than where the nose stands is reached by way of home: one direction of approach.
 */
static void leave(struct nose *n, bool home)
{
	if (n->homed && n->steps >= 0 && n->goal_steps >= (uint16_t)n->steps)
		begin(n, NOSE_TRAVEL, true);
	else if (home)
		begin(n, NOSE_RELEASE, true);
	else
		begin(n, NOSE_SEARCH, false);
}

/* With STEP low, before the next step: is the phase at its end? */
static void decide(struct nose *n, bool home)
{
	switch (n->phase) {
	case NOSE_RELEASE:
		if (!home)
			begin(n, NOSE_SEARCH, false);
		else if (n->travel >= CONFIG_NOSE_RELEASE_STEPS)
			give_up(n);
		break;
	case NOSE_SEARCH:
		if (home) {
			n->homed = true;
			n->steps = 0;
			begin(n, NOSE_TRAVEL, true);
		} else if (n->travel >= CONFIG_NOSE_SEARCH_STEPS) {
			give_up(n);
		}
		break;
	case NOSE_TRAVEL:
		if (n->steps >= (int16_t)n->goal_steps) {
			n->depth_um = (uint16_t)(n->goal_steps * CONFIG_DEPTH_STEP_UM);
			hold(n);
		}
		break;
	case NOSE_REST:
	case NOSE_ENABLE:
	case NOSE_HOLD:
		break;
	}
}

static bool is_stepping(const struct nose *n)
{
	return n->phase == NOSE_RELEASE || n->phase == NOSE_SEARCH || n->phase == NOSE_TRAVEL;
}

/* One millisecond of a stepping phase: STEP falls, or the next step rises. A change of direction
 * keeps STEP low for this millisecond, so that DIR is settled first. */
static void advance(struct nose *n, bool home)
{
	enum nose_phase before = n->phase;

	if (n->step) {
		n->step = false;
		return;
	}
	decide(n, home);
	if (n->phase != before || !is_stepping(n))
		return;
	n->step = true;
	n->travel++;
	n->steps = (int16_t)(n->extend ? n->steps + 1 : n->steps - 1);
}

struct nose_output nose_tick(struct nose *n, bool home)
{
	if (is_stepping(n)) {
		advance(n, home);
	} else if (n->phase != NOSE_REST) {
		if (n->wait_ms > 0u)
			n->wait_ms--;
		else if (n->phase == NOSE_ENABLE)
			leave(n, home);
		else
			n->phase = NOSE_REST;
	}
	return (struct nose_output){.enable = n->phase != NOSE_REST,
				    .extend = n->extend,
				    .step = n->step};
}

bool nose_is_moving(const struct nose *n)
{
	return n->phase != NOSE_REST;
}
