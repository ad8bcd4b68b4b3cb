/*
 * The last faults, kept in the EEPROM over power and programming. Pure: it says which byte to write
 * next; who owns the memory writes it.
 *
 * A ring of slots of two bytes: a running number, and the code with its complement. A slot is made
 * empty, then gets its code, then its number: power that goes in between costs that one entry and
 * the oldest, and never shows a wrong one. Any contents of the memory are read without harm.
 */
#ifndef PEN_FAULTLOG_H
#define PEN_FAULTLOG_H

#include <stdbool.h>
#include <stdint.h>

enum {
	FAULTLOG_SLOTS = 8,
	FAULTLOG_SLOT_SIZE = 2,
	FAULTLOG_SIZE = FAULTLOG_SLOTS * FAULTLOG_SLOT_SIZE, /* bytes, from address 0 */
	FAULTLOG_QUEUE = 4,
};

/* Stored in pens in the field: append only, below 16. */
enum faultlog_code {
	FAULTLOG_NONE,
	FAULTLOG_STALL,
	FAULTLOG_CURRENT,
	FAULTLOG_PARK,
	FAULTLOG_HOME,
	FAULTLOG_WATCHDOG,
	FAULTLOG_BROWNOUT,
	FAULTLOG_CODES,
};

struct faultlog {
	uint8_t codes[FAULTLOG_SLOTS]; /* newest first */
	uint8_t count;
	uint8_t slot;   /* the next one to write */
	uint8_t number; /* its running number */
	uint8_t step;   /* of writing queue[0] */
	uint8_t queued;
	uint8_t queue[FAULTLOG_QUEUE]; /* not yet written, oldest first */
};

struct faultlog_write {
	uint8_t address;
	uint8_t value;
};

/* memory: the FAULTLOG_SIZE bytes as they are now. */
void faultlog_init(struct faultlog *log, const uint8_t *memory);
/* Shows at once; a fifth one that waits to be written is kept until power-down only. */
void faultlog_add(struct faultlog *log, enum faultlog_code code);
/* The next byte to write; false when there is none. Only when the last one is done. */
bool faultlog_next(struct faultlog *log, struct faultlog_write *out);

#endif
