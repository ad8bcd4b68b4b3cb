#include "inst/mpsse.h"

#include <assert.h>
#include <string.h>

/* AN_108, chapter 3. */
enum opcode {
	OP_WRITE_BYTES = 0x11,	  /* out on the falling edge, MSB first */
	OP_READ_BYTES = 0x20,	  /* in on the rising edge, MSB first */
	OP_EXCHANGE_BYTES = 0x31, /* both */
	OP_SET_LOW_BYTE = 0x80,
	OP_LOOPBACK_OFF = 0x85,
	OP_DIVISOR = 0x86,
	OP_SEND_IMMEDIATE = 0x87,
	OP_DIVIDE_BY_5_OFF = 0x8A,
	OP_THREE_PHASE_OFF = 0x8D,
	OP_ADAPTIVE_OFF = 0x97,
	OP_NONE = 0xAA, /* no such command; AN_108 chapter 3.1 tests with it */
};

enum { BAD_COMMAND_ECHO = 0xFA, DIVISOR_MAX = 0xFFFF, SHIFT_HEADER_SIZE = 3 };

struct mpsse mpsse_begin(uint8_t *data, size_t capacity)
{
	return (struct mpsse){.data = data, .capacity = capacity};
}

/* Room for one whole command, or NULL and overflow. */
static uint8_t *claim(struct mpsse *m, size_t size)
{
	if (m->overflow || size > m->capacity - m->size) {
		m->overflow = true;
		return NULL;
	}
	uint8_t *place = m->data + m->size;
	m->size += size;
	return place;
}

static void append(struct mpsse *m, const uint8_t *command, size_t size)
{
	uint8_t *place = claim(m, size);

	if (place != NULL)
		memcpy(place, command, size);
}

static uint32_t divisor_for(uint32_t hz)
{
	assert(hz >= mpsse_slowest_hz() && hz <= MPSSE_BASE_HZ / 2);
	/* Rounded up: faster than asked could be too fast for the chip at the other end. */
	return (MPSSE_BASE_HZ + 2 * hz - 1) / (2 * hz) - 1;
}

uint32_t mpsse_slowest_hz(void)
{
	return (MPSSE_BASE_HZ + 2 * (DIVISOR_MAX + 1) - 1) / (2 * (DIVISOR_MAX + 1));
}

uint32_t mpsse_clock_hz(uint32_t hz)
{
	return MPSSE_BASE_HZ / (2 * (1 + divisor_for(hz)));
}

void mpsse_clock(struct mpsse *m, uint32_t hz)
{
	uint32_t divisor = divisor_for(hz);
	const uint8_t command[] = {
		OP_DIVIDE_BY_5_OFF,	 OP_ADAPTIVE_OFF, OP_THREE_PHASE_OFF,
		OP_LOOPBACK_OFF,	 OP_DIVISOR,	  (uint8_t)(divisor & 0xFF),
		(uint8_t)(divisor >> 8),
	};

	append(m, command, sizeof command);
}

void mpsse_pins(struct mpsse *m, uint8_t level, uint8_t output)
{
	append(m, (const uint8_t[]){OP_SET_LOW_BYTE, level, output}, 3);
}

/* Header of a shift; the length field holds size - 1. */
static uint8_t *shift(struct mpsse *m, enum opcode opcode, size_t size, size_t payload_size)
{
	assert(size >= 1 && size <= MPSSE_SHIFT_MAX);
	uint8_t *place = claim(m, SHIFT_HEADER_SIZE + payload_size);

	if (place == NULL)
		return NULL;
	place[0] = (uint8_t)opcode;
	place[1] = (uint8_t)((size - 1) & 0xFF);
	place[2] = (uint8_t)((size - 1) >> 8);
	if (opcode != OP_WRITE_BYTES)
		m->answer_size += size;
	return place + SHIFT_HEADER_SIZE;
}

uint8_t *mpsse_write_room(struct mpsse *m, size_t size)
{
	return shift(m, OP_WRITE_BYTES, size, size);
}

void mpsse_write(struct mpsse *m, const uint8_t *data, size_t size)
{
	uint8_t *place = mpsse_write_room(m, size);

	if (place != NULL)
		memcpy(place, data, size);
}

void mpsse_read(struct mpsse *m, size_t size)
{
	(void)shift(m, OP_READ_BYTES, size, 0);
}

void mpsse_exchange(struct mpsse *m, const uint8_t *data, size_t size)
{
	uint8_t *place = shift(m, OP_EXCHANGE_BYTES, size, size);

	if (place != NULL)
		memcpy(place, data, size);
}

void mpsse_send_immediate(struct mpsse *m)
{
	append(m, (const uint8_t[]){OP_SEND_IMMEDIATE}, 1);
}

void mpsse_bad_command(struct mpsse *m)
{
	uint8_t *place = claim(m, 1);

	if (place == NULL)
		return;
	*place = OP_NONE;
	m->answer_size += 2;
}

bool mpsse_is_bad_command_answer(const uint8_t *answer, size_t size)
{
	return size == 2 && answer[0] == BAD_COMMAND_ECHO && answer[1] == OP_NONE;
}
