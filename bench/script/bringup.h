/*
 * Before the first case: a pen is in the jig, the lid is closed, and the pen holds the image that
 * the spec names; it is flashed when it says it does not, or says nothing. Tells a dead pen (FAIL)
 * from a pen without contact (BENCH): both are silent, but only one draws current.
 */
#ifndef SCRIPT_BRINGUP_H
#define SCRIPT_BRINGUP_H

#include "inst/image.h"
#include "session/session.h"

/* The pen's controller, by the name that avrisp knows. */
#define BRINGUP_PART "atmega328p"

/* Below this supply current nothing of the pen is connected. */
#define BRINGUP_CONTACT_MA 0.5

/* Time from PEN_POWER 1 until the pen answers: start-up delay of its fuses and its own set-up. */
#define BRINGUP_BOOT_MS 150

/* Powers the pen and waits until it can answer. */
enum err_code bringup_power(struct session *session, struct err *e);

/* What the current's modulator reads, in volt at its input, while the supply is off: its own
 * offset, which every current of the run is corrected by. Checks pen and lid first. ERR_BENCH: no
 * pen, lid, no modulator, or more than any offset. */
enum err_code bringup_zero(struct session *session, double *zero_v, struct err *e);

/* Supply off at the end in any case but ERR_ABORT and ERR_BENCH (closing does it then). ERR_PEN:
 * the pen is bad. ERR_BENCH: no pen, lid, contact, instrument. */
enum err_code bringup_pen(struct session *session, const struct image *image, double zero_v,
			  struct err *e);

#endif
