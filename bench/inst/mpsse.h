/*
 * MPSSE commands as bytes (FTDI AN_108). Appends commands to a buffer of the caller and knows how
 * many bytes of answer they will bring. Pure: no I/O, no waiting.
 *
 * Shifting is SPI mode 0, MSB first: MOSI changes on the falling edge of SCK, MISO is read on the
 * rising edge, SCK rests low.
 */
#ifndef INST_MPSSE_H
#define INST_MPSSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MPSSE_BASE_HZ = 60000000, /* with the divide-by-5 off; SCK = base / (2 * (1 + divisor)) */
	MPSSE_SHIFT_MAX = 65536,  /* bytes of one shift command */
};

/* Wiring of the low byte, as of avrdude's "4232h". */
enum mpsse_pin {
	MPSSE_SCK = 1 << 0,
	MPSSE_MOSI = 1 << 1,
	MPSSE_MISO = 1 << 2,
	MPSSE_RESET = 1 << 3,
};

/* Invariants: size <= capacity; overflow stays set once a command did not fit, and nothing is
 * appended after that, so data always holds whole commands. */
struct mpsse {
	uint8_t *data; /* borrowed */
	size_t capacity;
	size_t size;
	size_t answer_size; /* bytes that the commands so far bring back */
	bool overflow;
};

struct mpsse mpsse_begin(uint8_t *data, size_t capacity);

/* Divide-by-5, adaptive clock and three-phase clock off, loopback off, SCK at the highest rate that
 * is not above hz. Asserts that hz is within mpsse_slowest_hz()..30 MHz. */
void mpsse_clock(struct mpsse *m, uint32_t hz);

/* The rate mpsse_clock makes of hz, and the slowest there is. */
uint32_t mpsse_clock_hz(uint32_t hz);
uint32_t mpsse_slowest_hz(void);

/* AD0..AD7: level of the outputs, and which pins are outputs (1). */
void mpsse_pins(struct mpsse *m, uint8_t level, uint8_t output);

/* Shift size bytes (1..MPSSE_SHIFT_MAX). write: no answer. read: MOSI keeps its level, size bytes
 * of answer. exchange: both at once. */
void mpsse_write(struct mpsse *m, const uint8_t *data, size_t size);
void mpsse_read(struct mpsse *m, size_t size);
void mpsse_exchange(struct mpsse *m, const uint8_t *data, size_t size);

/* Opens a write of size bytes whose content the caller puts into the returned place at once (NULL
 * after an overflow): saves copying long streams. */
uint8_t *mpsse_write_room(struct mpsse *m, size_t size);

/* What waits in the chip is sent to the host now, not after the latency period. */
void mpsse_send_immediate(struct mpsse *m);

/* An opcode that does not exist, and the two bytes of answer that show that the engine listens. */
void mpsse_bad_command(struct mpsse *m);
bool mpsse_is_bad_command_answer(const uint8_t *answer, size_t size);

#endif
