/* Bytes against FTDI's AN_108 (opcodes of chapter 3, clock formula of 3.8.2), and the bounds. */
#include <string.h>

#include "base/rng.h"
#include "base/tap.h"
#include "inst/mpsse.h"

static void is_bytes(struct tap *t, const struct mpsse *m, const uint8_t *wanted, size_t size,
		     const char *what)
{
	tap_ok(t, !m->overflow && m->size == size && memcmp(m->data, wanted, size) == 0, "%s",
	       what);
}

static void test_bytes(struct tap *t)
{
	uint8_t buffer[64];
	struct mpsse m = mpsse_begin(buffer, sizeof buffer);

	mpsse_write(&m, (const uint8_t[]){0xAC, 0x53}, 2);
	is_bytes(t, &m, (const uint8_t[]){0x11, 0x01, 0x00, 0xAC, 0x53}, 5,
		 "write: length minus one");
	tap_is_int(t, (int64_t)m.answer_size, 0, "a write brings no answer");

	m = mpsse_begin(buffer, sizeof buffer);
	mpsse_read(&m, 0x0201);
	is_bytes(t, &m, (const uint8_t[]){0x20, 0x00, 0x02}, 3, "read: length little endian");
	tap_is_int(t, (int64_t)m.answer_size, 0x0201, "a read brings its bytes");

	mpsse_exchange(&m, (const uint8_t[]){7, 8, 9}, 3);
	mpsse_send_immediate(&m);
	is_bytes(t, &m, (const uint8_t[]){0x20, 0, 2, 0x31, 2, 0, 7, 8, 9, 0x87}, 10,
		 "commands follow each other");
	tap_is_int(t, (int64_t)m.answer_size, 0x0204, "answers add up");

	m = mpsse_begin(buffer, sizeof buffer);
	mpsse_pins(&m, MPSSE_RESET, MPSSE_SCK | MPSSE_MOSI | MPSSE_RESET);
	is_bytes(t, &m, (const uint8_t[]){0x80, 0x08, 0x0B}, 3, "pins: level, then direction");

	m = mpsse_begin(buffer, sizeof buffer);
	mpsse_bad_command(&m);
	is_bytes(t, &m, (const uint8_t[]){0xAA}, 1, "a command that does not exist");
	tap_is_int(t, (int64_t)m.answer_size, 2, "brings two bytes");
	tap_ok(t, mpsse_is_bad_command_answer((const uint8_t[]){0xFA, 0xAA}, 2), "FA AA");
	tap_ok(t, !mpsse_is_bad_command_answer((const uint8_t[]){0xFA, 0xAB}, 2),
	       "FA AB is not it");
	tap_ok(t, !mpsse_is_bad_command_answer((const uint8_t[]){0xFA, 0xAA}, 1), "nor half of it");
}

static void test_clock(struct tap *t)
{
	uint8_t buffer[16];
	struct mpsse m = mpsse_begin(buffer, sizeof buffer);

	mpsse_clock(&m, 1875000);
	is_bytes(t, &m, (const uint8_t[]){0x8A, 0x97, 0x8D, 0x85, 0x86, 0x0F, 0x00}, 7,
		 "1.875 MHz is divisor 15 of 60 MHz");
	/* AN_108, 3.8.2: divisor 0 is 30 MHz, 1 is 15 MHz, 2 is 10 MHz, FFFF is 457.8 Hz. */
	tap_is_int(t, mpsse_clock_hz(30000000), 30000000, "30 MHz");
	tap_is_int(t, mpsse_clock_hz(29999999), 15000000, "never above what was asked");
	tap_is_int(t, mpsse_clock_hz(10000000), 10000000, "10 MHz");
	tap_is_int(t, mpsse_clock_hz(125000), 125000, "125 kHz");
	tap_is_int(t, mpsse_slowest_hz(), 458, "the slowest, in whole hertz");
	m = mpsse_begin(buffer, sizeof buffer);
	mpsse_clock(&m, mpsse_slowest_hz());
	tap_ok(t, m.data[5] == 0xDE && m.data[6] == 0xFF, "is divisor FFDE");
	bool never_above = true;
	struct rng random;
	rng_seed(&random, 1);
	for (int i = 0; i < 10000; i++) {
		uint32_t hz = mpsse_slowest_hz() + (uint32_t)rng_below(&random, 30000000 - 458);
		never_above = never_above && mpsse_clock_hz(hz) <= hz;
	}
	tap_ok(t, never_above, "10000 rates: never above");
}

static void test_bounds(struct tap *t)
{
	uint8_t buffer[8];
	struct mpsse m = mpsse_begin(buffer, 5);

	memset(buffer, 0xEE, sizeof buffer);
	mpsse_write(&m, (const uint8_t[]){1, 2}, 2);
	tap_ok(t, !m.overflow, "a full buffer is no overflow");
	mpsse_send_immediate(&m);
	tap_ok(t, m.overflow && m.size == 5, "one byte more is");
	mpsse_pins(&m, 0, 0);
	mpsse_read(&m, 9);
	tap_ok(t, m.size == 5 && m.answer_size == 0 && buffer[5] == 0xEE, "and nothing follows it");
	m = mpsse_begin(buffer, 5);
	tap_ok(t, mpsse_write_room(&m, 3) == NULL && m.overflow && m.size == 0,
	       "a command that does not fit leaves no part of itself");
	static uint8_t large[MPSSE_SHIFT_MAX + 3];
	m = mpsse_begin(large, sizeof large);
	uint8_t *room = mpsse_write_room(&m, MPSSE_SHIFT_MAX);
	tap_ok(t, room == large + 3 && large[1] == 0xFF && large[2] == 0xFF, "the longest shift");
}

int main(void)
{
	struct tap t = tap_begin();

	test_bytes(&t);
	test_clock(&t);
	test_bounds(&t);
	return tap_end(&t);
}
