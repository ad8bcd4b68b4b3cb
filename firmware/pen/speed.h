/*
 * Speed control of the crank: a PI controller with feed-forward, called once a millisecond, from
 * tachometer to duty. Fixed point; pure. Rates in 0.01 Hz ("chz") of crank turns.
 */
#ifndef PEN_SPEED_H
#define PEN_SPEED_H

#include <stdbool.h>
#include <stdint.h>

#include "tach.h"

/* 254 and not 255, so that the gate has an edge in every period. */
#define SPEED_DUTY_MAX_Q8 (254L * 256L)

/* Where the target went when it last changed; it stands after CONFIG_SLOW_STEADY_MS. */
enum speed_trend {
	SPEED_STANDS,
	SPEED_RISES,
	SPEED_FALLS,
};

struct speed {
	int32_t integral_q16; /* mV * 2^16 */
	uint16_t target_chz;  /* of the last call; 0: none yet */
	uint8_t steady_ms;    /* since the target changed; counts up to CONFIG_SLOW_STEADY_MS */
	enum speed_trend trend;
	uint8_t dither; /* what the last 8-bit duty left over, duty / 256 */
#ifdef MUTANT_JITTER
	uint8_t hunt_ms;
#endif
};

/* What the setting asks of the crank: 120 Hz are 12000. */
uint16_t speed_setting_chz(uint16_t rate_hz);

/* Standing still. */
void speed_reset(struct speed *s);

/*
 * Rate by the tachometer: over a whole turn when turning fast (the four marks are not evenly
 * spaced), between two edges when slow, and never more than an overdue edge allows. `edges`: how
 * many came since the crank stood still; 0 below two.
 */
uint16_t speed_measure(const struct tach *t, uint16_t edges);

struct speed_input {
	uint16_t target_chz;
	uint16_t measured_chz; /* 0: not known yet */
	uint16_t battery_mv;   /* as loaded as it is */
};

/* Duty 0..255 for the next millisecond. The fraction below one step is spread over time, because
 * one step of duty is most of 1 Hz. */
uint8_t speed_tick(struct speed *s, struct speed_input in);

#endif
