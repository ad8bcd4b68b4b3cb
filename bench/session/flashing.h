/*
 * Bringing a pen's controller from any state, factory-fresh included, to a verified image over ISP
 * (interface A): sync at 125 kHz, signature, fuses, re-enter, fast SCK, erase, write, read back,
 * lock last. While RESET is low the ISP pads feed the logic, so the supply stays off throughout.
 *
 * Guarantees: on every path RESET is released and the ISP pins float. Nothing is written to a chip
 * whose signature is not the part's. A success means that every byte of the image was read back
 * equal.
 */
#ifndef SESSION_FLASHING_H
#define SESSION_FLASHING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sha256.h"
#include "inst/avrisp.h"
#include "inst/image.h"
#include "session/session.h"

struct flashing_fuses {
	uint8_t low, high, extended;
};

/* Fuses of a finished pen: crystal of 8 MHz and more with slow start and no divider; serial
 * programming on, EEPROM kept over an erase, no boot loader; brown-out at 2.7 V. */
extern const struct flashing_fuses flashing_pen_fuses;

struct flashing_job {
	const struct image *image;	/* borrowed */
	const struct avrisp_part *part; /* borrowed */
	bool verify_only;		/* writes nothing: compares flash, and fuses if given */
	bool has_fuses;			/* false: they stay as they are */
	struct flashing_fuses fuses;
	uint8_t lock;	     /* 0xFF: not locked */
	uint32_t sck_max_hz; /* 0: as fast as the chip's clock allows */
};

struct flashing_result {
	int64_t duration_ns;	/* of the bench's clock */
	uint32_t sck_hz;	/* of writing and reading */
	unsigned pages_written; /* blank ones are left as erased */
	char readback[SHA256_HEX_SIZE]; /* of the flash as read back and found equal; or "" */
	bool silent;		/* also on an error: no answer on ISP, though the link works */
};

/* Checks a job before anything is opened: ERR_CONFIG for fuses after which no programmer gets in.
 */
enum err_code flashing_check(const struct flashing_job *job, struct err *e);

/* session: opened with SESSION_ISP; its supply is switched off if it is on. ERR_BENCH: contact,
 * chip silent or unsteady. ERR_PEN: wrong part, fuses or flash that do not keep what was written.
 * ERR_ABORT: Ctrl-C; the flash is then of no use. */
enum err_code flashing_run(struct session *session, const struct flashing_job *job,
			   struct flashing_result *result, struct err *e);

#endif
