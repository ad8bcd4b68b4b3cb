/* The millisecond. Timer2, CTC, 8 MHz / 64 / 125. */
#include "ticks.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdint.h>

/* Milliseconds begun and not yet taken by the main loop; stops at its maximum. */
static volatile uint8_t pending;

ISR(TIMER2_COMPA_vect)
{
	if (pending < UINT8_MAX)
		pending++;
}

void ticks_init(void)
{
	_Static_assert(F_CPU == 64UL * 125UL * 1000UL, "the tick is not a millisecond");
	TCCR2A = (uint8_t)(1u << WGM21);
	OCR2A = 124;
	TCNT2 = 0;
	TIMSK2 = (uint8_t)(1u << OCIE2A);
	TCCR2B = (uint8_t)(1u << CS22);
	SMCR = (uint8_t)(1u << SE); /* mode idle: timers and line go on */
}

void ticks_wait(void)
{
	/* sei takes effect after the instruction that follows it: no interrupt falls between the
	 * look at `pending` and the sleep. Other interrupts wake the processor too; hence the loop,
	 * which the watchdog bounds. */
	cli();
	while (pending == 0u) {
		sei();
		sleep_cpu();
		cli();
	}
	pending--;
	sei();
}
