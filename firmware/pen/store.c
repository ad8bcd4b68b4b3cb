/* The EEPROM. */
#include "store.h"

#include <avr/eeprom.h>

static uint8_t *at(uint8_t address)
{
	return (uint8_t *)(uintptr_t)address;
}

void store_read(uint8_t *out, uint8_t size)
{
	for (uint8_t i = 0; i < size; i++)
		out[i] = eeprom_read_byte(at(i));
}

bool store_is_ready(void)
{
	return eeprom_is_ready();
}

void store_write(uint8_t address, uint8_t value)
{
	eeprom_write_byte(at(address), value);
}
