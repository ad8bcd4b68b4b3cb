/*
 * Timer2 wakes the main loop: a thousand times a second, or, asleep, 31 times. Asleep any other
 * interrupt wakes it too: a character on the line, the button, the charger.
 */
#ifndef PEN_TICKS_H
#define PEN_TICKS_H

enum { TICKS_ASLEEP_MS = 32 };

/* The millisecond, from now on. Also the way back from ticks_slow. */
void ticks_init(void);
void ticks_slow(void);
/* Sleeps (idle) until the next tick begins; returns at once when one is overdue. Slow: until the
 * next tick or any other interrupt. */
void ticks_wait(void);

#endif
