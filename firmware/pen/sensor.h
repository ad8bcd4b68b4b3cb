/*
 * Motor current and battery voltage. One conversion a millisecond, started by sensor_tick and read
 * by the next: four of the current, then one of the battery. A conversion takes 3.25 periods of the
 * PWM, and a millisecond is 31.25 of them, so that four conversions of the current see the four
 * quarters of a period.
 */
#ifndef PEN_SENSOR_H
#define PEN_SENSOR_H

#include <stdbool.h>
#include <stdint.h>

struct sensor {
	uint8_t slot;        /* which conversion is under way, 0..4 */
	uint8_t rounds;      /* done since power-up, up to SENSOR_ROUNDS_READY */
	uint16_t sum;        /* of the current's conversions in this round */
	uint16_t burst_ma;   /* mean of the last four conversions */
	uint16_t mean_q4;    /* mean current, mA * 16, time constant 80 ms */
	uint16_t battery_mv; /* mean, time constant 40 ms */
};

void sensor_init(struct sensor *s);
void sensor_tick(struct sensor *s);
/* The first rounds are thrown away while the reference settles. */
bool sensor_is_ready(const struct sensor *s);
/* Converter and reference off, until the next sensor_init. */
void sensor_off(void);
uint16_t sensor_current_ma(const struct sensor *s);

#endif
