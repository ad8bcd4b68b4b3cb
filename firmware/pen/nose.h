/*
 * The nose: a stepper of 10 um per step that sets the full protrusion, and its homing switch.
 * Called once a millisecond: one half of a step each time, so 500 steps a second. Pure.
 *
 * The switch closes where the protrusion at full stroke is 0 (the pen's zero). Invariant: the nose
 * is never driven beyond CONFIG_DEPTH_MAX_UM, and always arrives from the homing side, so that play
 * in its thread does not show.
 */
#ifndef PEN_NOSE_H
#define PEN_NOSE_H

#include <stdbool.h>
#include <stdint.h>

enum nose_phase {
	NOSE_REST,
	NOSE_ENABLE,  /* coils on, waiting */
	NOSE_RELEASE, /* extending out of a closed homing switch */
	NOSE_SEARCH,  /* retracting until the switch closes */
	NOSE_TRAVEL,  /* to the setting */
	NOSE_HOLD,    /* coils on a little longer */
};

struct nose {
	enum nose_phase phase;
	bool homed;
	bool failed; /* the switch was not found; the next nose_go tries again */
	bool step;   /* level of STEP */
	bool extend; /* level of DIR */
	uint16_t goal_steps;
	int16_t steps;   /* from home; meant when homed */
	uint16_t travel; /* steps made in this phase */
	uint16_t wait_ms;
	uint16_t depth_um; /* the setting that stands; 0 when none */
};

struct nose_output {
	bool enable;
	bool extend;
	bool step; /* a rising level is one step */
};

void nose_init(struct nose *n);
/* depth_um: a valid setting; anything above the maximum is clamped to it. */
void nose_go(struct nose *n, uint16_t depth_um);
struct nose_output nose_tick(struct nose *n, bool home);
bool nose_is_moving(const struct nose *n);

#endif
