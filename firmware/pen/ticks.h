/* The millisecond: Timer2 wakes the main loop a thousand times a second. */
#ifndef PEN_TICKS_H
#define PEN_TICKS_H

void ticks_init(void);
/* Sleeps (idle) until the next millisecond begins; returns at once when one is overdue. */
void ticks_wait(void);

#endif
