/* Timer2 in CTC mode: 8 MHz / 64 / 125, or 8 MHz / 1024 / 250. */
#include "ticks.h"

#include <avr/cpufunc.h>
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	PRESCALER_64 = 1u << CS22,
	PRESCALER_1024 = (1u << CS22) | (1u << CS21) | (1u << CS20),
};

_Static_assert(F_CPU == 64UL * 125UL * 1000UL, "the tick is not a millisecond");
_Static_assert(F_CPU / 1000UL * TICKS_ASLEEP_MS == 1024UL * 250UL, "nor the slow one 32");

/* Ticks begun and not yet taken by the main loop; stops at its maximum. */
static volatile uint8_t pending;
static bool slow;

ISR(TIMER2_COMPA_vect)
{
	if (pending < UINT8_MAX)
		pending++;
}

static void start(uint8_t prescaler, uint8_t top)
{
	TCCR2A = (uint8_t)(1u << WGM21);
	OCR2A = top;
	TCNT2 = 0;
	TIMSK2 = (uint8_t)(1u << OCIE2A);
	TCCR2B = prescaler;
	SMCR = (uint8_t)(1u << SE); /* mode idle: timers and line go on */
}

void ticks_init(void)
{
	slow = false;
	start(PRESCALER_64, 124);
}

void ticks_slow(void)
{
	slow = true;
	start(PRESCALER_1024, 249);
}

void ticks_wait(void)
{
	bool woken = false;

	/* sei takes effect after the instruction that follows it: no interrupt falls between the
	 * look at `pending` and the sleep. Other interrupts wake the processor too; hence the loop,
	 * which the watchdog bounds. The nop: a simulator of this processor serves a waiting
	 * interrupt one instruction later than the part does, and cli would come before it. */
	cli();
	while (pending == 0u && !(slow && woken)) {
		sei();
		sleep_cpu();
		_NOP();
		cli();
		woken = true;
	}
	if (pending > 0u)
		pending--;
	sei();
}
