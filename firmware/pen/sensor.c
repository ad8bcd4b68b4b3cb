/* Motor current and battery voltage: ADC at 125 kHz, internal reference 1.1 V. */
#include "sensor.h"

#include <avr/io.h>

enum {
	CHANNEL_CURRENT = 0, /* 0.5 V per ampere */
	CHANNEL_BATTERY = 1, /* a quarter of the cell's voltage */
	SLOTS = 5,
	SLOT_BATTERY = 4,
	ROUNDS_READY = 4, /* 20 ms: the reference needs 70 us, its capacitor some ms */
};

static void start(uint8_t channel)
{
	ADMUX = (uint8_t)((1u << REFS1) | (1u << REFS0) | channel);
	ADCSRA = (uint8_t)((1u << ADEN) | (1u << ADSC) | (1u << ADPS2) | (1u << ADPS1));
}

/* Mean of four: sum / 4 * 1.1 V / 1024 / 0.5 ohm. */
static uint16_t current_ma(uint16_t sum)
{
	return (uint16_t)((uint32_t)sum * 275u / 512u);
}

/* 1.1 V / 1024 * 4. */
static uint16_t battery_mv(uint16_t counts)
{
	return (uint16_t)((uint32_t)counts * 275u / 64u);
}

/* One step of a first-order low pass: a part 2^-shift of the way to `value`. */
static uint16_t approach(uint16_t mean, uint16_t value, uint8_t shift)
{
	int32_t way = (int32_t)value - (int32_t)mean;

	return (uint16_t)((int32_t)mean + way / (1 << shift));
}

static void end_round(struct sensor *s, uint16_t battery)
{
	s->burst_ma = current_ma(s->sum);
	s->sum = 0;
	if (s->rounds < ROUNDS_READY) {
		s->rounds++;
		s->battery_mv = battery_mv(battery);
		s->mean_q4 = 0;
		return;
	}
	s->mean_q4 = approach(s->mean_q4, (uint16_t)(s->burst_ma * 16u), 4);
	s->battery_mv = approach(s->battery_mv, battery_mv(battery), 3);
}

void sensor_init(struct sensor *s)
{
	*s = (struct sensor){.slot = 0};
	start(CHANNEL_CURRENT);
}

void sensor_tick(struct sensor *s)
{
	/* Started a millisecond ago and done in 0.1; but the millisecond after one that ran over
	 * comes early. */
	if ((ADCSRA & (1u << ADSC)) != 0u)
		return;

	uint16_t counts = ADC; /* before the channel is changed */

	if (s->slot == SLOT_BATTERY)
		end_round(s, counts);
	else
		s->sum = (uint16_t)(s->sum + counts);
	s->slot++;
	if (s->slot == SLOTS)
		s->slot = 0;
	start(s->slot == SLOT_BATTERY ? CHANNEL_BATTERY : CHANNEL_CURRENT);
}

bool sensor_is_ready(const struct sensor *s)
{
	return s->rounds >= ROUNDS_READY;
}

void sensor_off(void)
{
	ADCSRA = 0;
}

uint16_t sensor_current_ma(const struct sensor *s)
{
	return s->mean_q4 / 16u;
}
