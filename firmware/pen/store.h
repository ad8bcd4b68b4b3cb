/* The EEPROM, a byte at a time. Nobody but the fault log keeps anything in it. */
#ifndef PEN_STORE_H
#define PEN_STORE_H

#include <stdbool.h>
#include <stdint.h>

/* size bytes from address 0. */
void store_read(uint8_t *out, uint8_t size);
/* The last write is over; it takes 3.4 ms. */
bool store_is_ready(void);
/* Only when ready; returns at once. */
void store_write(uint8_t address, uint8_t value);

#endif
