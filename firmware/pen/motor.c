/*
 * The motor's switch and the crank's sensors.
 *
 * Timer0: fast PWM, mode 3, no prescaler. Timer1: free running at 1 us, normal mode, captures
 * rising edges of the tachometer. What the interrupts write is copied with interrupts off.
 */
#include "motor.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <stdbool.h>

enum {
	ENTRY_EDGES_MIN =
		2, /* fewer since the last entry: the sensor chatters at the window's edge */
};

static volatile uint16_t overflows; /* of Timer1: the upper half of a time stamp */
static volatile uint32_t stamps[TACH_EDGES_PER_TURN]; /* of the last edges, index edges % 4 */
static volatile uint32_t last_us;
static volatile struct tach sensed; /* age_us is not kept here */

ISR(TIMER1_OVF_vect)
{
	overflows++;
}

/* The whole time stamp of a 16-bit one taken within the last overflow of Timer1. Interrupts are
 * off: an overflow that waits belongs to every stamp in the lower half. */
static uint32_t widen(uint16_t low)
{
	uint16_t high = overflows;

	if ((TIFR1 & (1u << TOV1)) != 0u && low < 0x8000u)
		high++;
	return ((uint32_t)high << 16) | low;
}

ISR(TIMER1_CAPT_vect)
{
	uint32_t now_us = widen(ICR1);
	uint16_t edges = sensed.edges;
	volatile uint32_t *oldest = &stamps[edges % TACH_EDGES_PER_TURN];

	sensed.period_us = now_us - last_us;
	sensed.turn_us = now_us - *oldest;
	*oldest = now_us;
	last_us = now_us;
	sensed.edges = (uint16_t)(edges + 1u);
}

ISR(PCINT0_vect)
{
	uint16_t edges = sensed.edges;

	/* Both edges come here; the window is entered with the falling one. */
	if ((PINB & (1u << PB1)) == 0u &&
	    (uint16_t)(edges - sensed.edges_at_entry) >= ENTRY_EDGES_MIN) {
		sensed.entries++;
		sensed.edges_at_entry = edges;
	}
}

void motor_init(_Bool parked)
{
	/* Not parked: the first entry counts, however near it is. */
	sensed.edges_at_entry = parked ? 0u : (uint16_t)(0u - TACH_EDGES_PER_TURN);

	TCCR0A = (uint8_t)((1u << WGM01) | (1u << WGM00));
	TCCR0B = (uint8_t)(1u << CS00);

	TCCR1A = 0;
	TIMSK1 = (uint8_t)((1u << ICIE1) | (1u << TOIE1));
	TCCR1B = (uint8_t)((1u << ICNC1) | (1u << ICES1) | (1u << CS11));

	PCMSK0 = (uint8_t)(1u << PCINT1);
	PCICR = (uint8_t)(PCICR | (1u << PCIE0));
}

void motor_drive(uint8_t duty)
{
	/* With the timer on the pin even OCR0B = 0 gives one clock of high in every period. */
	if (duty == 0u) {
		TCCR0A = (uint8_t)((1u << WGM01) | (1u << WGM00));
		PORTD = (uint8_t)(PORTD & ~(1u << PD5));
	} else {
		OCR0B = duty;
		TCCR0A = (uint8_t)((1u << COM0B1) | (1u << WGM01) | (1u << WGM00));
	}
}

struct tach motor_tach(void)
{
	struct tach copy;
	uint8_t flags = SREG;

	cli();
	copy.edges = sensed.edges;
	copy.entries = sensed.entries;
	copy.edges_at_entry = sensed.edges_at_entry;
	copy.period_us = sensed.period_us;
	copy.turn_us = sensed.turn_us;
	copy.age_us = widen(TCNT1) - last_us;
	SREG = flags;
	return copy;
}
