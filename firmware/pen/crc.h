/* The two checksums of the pen. Pure: a function of the bytes alone. */
#ifndef PEN_CRC_H
#define PEN_CRC_H

#include <stdint.h>

/* CRC-8 of the line protocol: polynomial 0x07, start value 0, not reflected. "123456789" -> F4. */
uint8_t crc_8(uint8_t crc, uint8_t byte);

/* CRC-32 of IEEE 802.3 (zlib's): start with CRC_32_START, xor the last value with CRC_32_START.
 * "123456789" -> CBF43926. */
#define CRC_32_START 0xFFFFFFFFuL
uint32_t crc_32(uint32_t crc, uint8_t byte);

#endif
