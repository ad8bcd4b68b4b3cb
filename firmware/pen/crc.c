/* The two checksums of the pen: CRC-8 bit by bit, CRC-32 with two small tables (one of 1 KiB would
 * take half the memory). */
#include "crc.h"

uint8_t crc_8(uint8_t crc, uint8_t byte)
{
	crc ^= byte;
	for (uint8_t bit = 0; bit < 8u; bit++) {
		uint8_t shifted = (uint8_t)(crc << 1);
		crc = (crc & 0x80u) != 0u ? (uint8_t)(shifted ^ 0x07u) : shifted;
	}
	return crc;
}

uint32_t crc_32(uint32_t crc, uint8_t byte)
{
	/* What eight shifts with polynomial 0xEDB88320 make of a byte; it is linear, so one table
	 * for each half of the byte does. A shift by 8 costs this processor nothing, one by 4 a
	 * lot. */
	static const uint32_t low[16] = {
		0x00000000uL, 0x77073096uL, 0xEE0E612CuL, 0x990951BAuL, 0x076DC419uL, 0x706AF48FuL,
		0xE963A535uL, 0x9E6495A3uL, 0x0EDB8832uL, 0x79DCB8A4uL, 0xE0D5E91EuL, 0x97D2D988uL,
		0x09B64C2BuL, 0x7EB17CBDuL, 0xE7B82D07uL, 0x90BF1D91uL,
	};
	static const uint32_t high[16] = {
		0x00000000uL, 0x1DB71064uL, 0x3B6E20C8uL, 0x26D930ACuL, 0x76DC4190uL, 0x6B6B51F4uL,
		0x4DB26158uL, 0x5005713CuL, 0xEDB88320uL, 0xF00F9344uL, 0xD6D6A3E8uL, 0xCB61B38CuL,
		0x9B64C2B0uL, 0x86D3D2D4uL, 0xA00AE278uL, 0xBDBDF21CuL,
	};

	crc ^= byte;
	uint8_t index = (uint8_t)(crc & 255u);
	return (crc >> 8) ^ low[index & 15u] ^ high[index >> 4];
}
