/*
 * The pen's controller in serial programming mode, one step at a time: getting in step, SCK,
 * signature, fuses, lock, erase. What whole job these steps make is flashing.c's.
 *
 * A step blames the pen (ERR_PEN) only after the chip has shown that the contact is still good.
 */
#ifndef SESSION_PROGRAMMER_H
#define SESSION_PROGRAMMER_H

#include <stdint.h>

#include "base/err.h"
#include "inst/avrisp.h"
#include "inst/ispport.h"
#include "session/session.h"

struct programmer {
	struct session *session;	/* borrowed; its waits are used */
	const struct avrisp_part *part; /* borrowed */
	uint32_t sck_hz;
	struct ispport isp;
	bool silent; /* the chip never got in step: not the link's fault, nothing is known of it */
};

/* Interface A of the session into MPSSE mode, all pins floating. */
enum err_code programmer_open(struct programmer *p, struct session *session,
			      const struct avrisp_part *part, struct err *e);

/* RESET pulse, 125 kHz, Programming Enable; up to four times. New clock fuses count from here on.
 */
enum err_code programmer_enter(struct programmer *p, struct err *e);

/* SCK at the highest rate that is not above hz. */
enum err_code programmer_clock(struct programmer *p, uint32_t hz, struct err *e);

/* Three reads. ERR_BENCH when they differ, ERR_PEN when they agree on another part. */
enum err_code programmer_check_signature(struct programmer *p, struct err *e);

/* ERR_BENCH when the chip no longer answers in step. */
enum err_code programmer_confirm_contact(struct programmer *p, struct err *e);

enum err_code programmer_read_item(struct programmer *p, enum avrisp_item item, uint8_t *value,
				   struct err *e);

/* One fuse, or the lock. */
struct programmer_setting {
	enum avrisp_item item;
	const char *name; /* for messages */
	uint8_t value;
};

/* ERR_PEN when it reads otherwise. */
enum err_code programmer_compare(struct programmer *p, const struct programmer_setting *s,
				 struct err *e);
/* Writes it if it reads otherwise, and compares. */
enum err_code programmer_set(struct programmer *p, const struct programmer_setting *s,
			     struct err *e);

/* Flash, lock, and EEPROM unless EESAVE is programmed. */
enum err_code programmer_erase(struct programmer *p, struct err *e);

#endif
