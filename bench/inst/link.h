/*
 * One interface of one FT4232H: bytes in, bytes out, pins, and the three ways the bench uses it
 * (MPSSE, bit-bang, UART). Every call is synchronous and bounded; no call retries.
 *
 * A link knows no protocol: what the bytes mean is for mpsse.c, avrisp.c and the pen's line. It is
 * used from one thread. All errors are ERR_BENCH and name the chip's serial number and the
 * interface.
 */
#ifndef INST_LINK_H
#define INST_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	LINK_FIFO_SIZE = 2048,	/* bytes the chip holds per direction and interface */
	LINK_WRITE_MAX = 65536, /* bytes of one link_write */
	LINK_NO_EVENT_CHAR = -1,
};

struct link;

/* Opens interface 'A'..'D' of the FT4232H with this serial number. The chip's pins are then as at
 * power-up (a UART: pins 0, 2 and 4 are high outputs). When there is no such chip the error lists
 * the serial numbers that were found. Caller owns *out. */
enum err_code link_open(struct link **out, const char *serial, char interface, struct err *e);

/* Leaves mode and pins as they are: who drove a pin has released it before. NULL is fine. */
void link_close(struct link *l);

/* Interfaces A and B only: the MPSSE, all pins inputs, the engine's answer to a bad command
 * checked. */
enum err_code link_mpsse(struct link *l, struct err *e);

/* Asynchronous bit-bang; mask: 1 is an output. Each byte written sets all outputs. */
enum err_code link_bitbang(struct link *l, uint8_t mask, struct err *e);

/* 8N1, no flow control. event_char 0..255: a received byte of this value is handed over at once
 * instead of after the latency period; LINK_NO_EVENT_CHAR: none. */
enum err_code link_uart(struct link *l, unsigned baud, int event_char, struct err *e);

/* Returns when the chip has taken all bytes. size <= LINK_WRITE_MAX. With an MPSSE whose answers
 * are not read this blocks (and fails) once LINK_FIFO_SIZE bytes of answer wait: keep below that.
 */
enum err_code link_write(struct link *l, const uint8_t *data, size_t size, struct err *e);

/* At most one transfer: returns what has come, *count 0..capacity, after at most one latency
 * period. Nothing having come is no error. */
enum err_code link_read(struct link *l, uint8_t *data, size_t capacity, size_t *count,
			struct err *e);

/* Levels of all eight pins now, whatever the mode. */
enum err_code link_read_pins(struct link *l, uint8_t *pins, struct err *e);

/* Latency timer, 1..255 ms: how long received bytes may wait for company (16 after link_open). */
enum err_code link_latency(struct link *l, unsigned ms, struct err *e);

/* Discards what waits in both directions, in the chip and here. */
enum err_code link_purge(struct link *l, struct err *e);

#endif
