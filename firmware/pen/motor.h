/*
 * The motor's switch (PWM on PD5, 31.25 kHz) and the crank's two sensors: tachometer (PB0, input
 * capture, 1 us) and park window (PB1). Knows nothing of speeds and strokes.
 */
#ifndef PEN_MOTOR_H
#define PEN_MOTOR_H

#include <stdint.h>

#include "tach.h"

/* parked: the crank stands in the park window now. */
void motor_init(_Bool parked);
/* Duty of the switch, 0..255; 0 takes the timer off the pin and holds it low. */
void motor_drive(uint8_t duty);
struct tach motor_tach(void);

#endif
