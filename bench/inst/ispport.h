/*
 * The ISP port of the jig: interface A as an MPSSE whose commands are filled into batches and whose
 * answers are collected later, so that several batches can be under way. What is shifted is
 * avrisp.c's business, in which order flashing.c's.
 */
#ifndef INST_ISPPORT_H
#define INST_ISPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "inst/link.h"
#include "inst/mpsse.h"

enum {
	/* Answer bytes of one batch. Two such batches fit into the chip's FIFO, so two may be under
	 * way without the engine ever standing still for want of room. */
	ISPPORT_ANSWER_MAX = LINK_FIFO_SIZE / 2 - 128,
};

/* Invariant: in_flight <= LINK_FIFO_SIZE, or the chip would take no more commands. */
struct ispport {
	struct link *link;  /* borrowed */
	struct mpsse batch; /* being filled; its data is buffer */
	size_t in_flight;   /* bytes of answer sent for and not received */
	uint8_t buffer[LINK_WRITE_MAX];
};

/* Puts the link into MPSSE mode, all pins floating. */
enum err_code ispport_open(struct ispport *p, struct link *link, struct err *e);

/* Sends what was filled into p->batch and empties it. */
enum err_code ispport_send(struct ispport *p, struct err *e);

/* Waits for exactly size bytes of answer. ERR_BENCH when they do not come. */
enum err_code ispport_receive(struct ispport *p, uint8_t *answer, size_t size, struct err *e);

/* ispport_send and ispport_receive of all its answers, size of them; nothing else may be under way.
 */
enum err_code ispport_transact(struct ispport *p, uint8_t *answer, size_t size, struct err *e);

/* SCK and MOSI low and driven, RESET as said. */
enum err_code ispport_reset(struct ispport *p, bool level, struct err *e);

/* RESET high for a moment, then no pin driven. Drops what was filled in and answers under way. */
enum err_code ispport_release(struct ispport *p, struct err *e);

#endif
