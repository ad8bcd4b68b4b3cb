/*
 * The pen's plain inputs and outputs.
 *
 * PORT is written before DDR, so that no output shows a wrong level on its way. The pins of the
 * programmer (PB3..5) stay inputs: it may be plugged in at any time.
 */
#include "board.h"

#include <avr/interrupt.h>
#include <avr/io.h>

enum {
	BUTTON = PD2,
	CHARGER = PD4,
	GATE = PD5,
	HOME = PD7,
	TACH = PB0,
	PARK = PB1,
	STEP = PC2,
	DIR = PC3,
	STEP_EN = PC4,
};

static uint8_t bit(uint8_t number)
{
	return (uint8_t)(1u << number);
}

/* Only to wake the controller: the main loop looks at the levels. */
EMPTY_INTERRUPT(PCINT2_vect)

void board_init(void)
{
	/* Pull-ups on every input and unused pin but the analog ones. */
	PORTB = 0xFF;
	DDRB = 0;
	PORTC = (uint8_t)(bit(STEP_EN) | bit(PC5));
	DDRC = (uint8_t)(bit(STEP) | bit(DIR) | bit(STEP_EN));
	PORTD = (uint8_t)(0xFFu - bit(GATE));
	DDRD = (uint8_t)(bit(GATE) | bit(PD1));
	DIDR0 = (uint8_t)(bit(ADC0D) | bit(ADC1D));
	/* What is not used sleeps. */
	PRR = (uint8_t)(bit(PRTWI) | bit(PRSPI));
	ACSR = bit(ACD);
	PCMSK2 = (uint8_t)(bit(PCINT18) | bit(PCINT20)); /* button, charger */
	PCICR = (uint8_t)(PCICR | bit(PCIE2));
}

struct board_inputs board_read(void)
{
	return (struct board_inputs){
		.home = (PIND & bit(HOME)) == 0u,
		.parked = (PINB & bit(PARK)) == 0u,
		.pressed = (PIND & bit(BUTTON)) == 0u,
		.charging = (PIND & bit(CHARGER)) == 0u,
	};
}

static void write(uint8_t number, bool level)
{
	if (level)
		PORTC = (uint8_t)(PORTC | bit(number));
	else
		PORTC = (uint8_t)(PORTC & ~bit(number));
}

void board_nose(struct nose_output out)
{
	/* Direction and coils before the step: the driver takes both with the rising edge. */
	write(DIR, out.extend);
	write(STEP_EN, !out.enable);
	write(STEP, out.step);
}
