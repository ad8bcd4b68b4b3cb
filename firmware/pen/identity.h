/* Which firmware this is: its size and the CRC-32 of the image in the flash, as programmed. */
#ifndef PEN_IDENTITY_H
#define PEN_IDENTITY_H

#include <stdint.h>

struct identity {
	uint32_t crc;  /* CRC-32 (IEEE) over flash bytes 0..size-1 */
	uint16_t size; /* of the image, bytes: what pen.hex holds */
};

/* Reads the whole image: some 100 ms. Before the watchdog is on. */
struct identity identity_read(void);

#endif
