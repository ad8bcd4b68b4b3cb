/*
 * Before the first case: a pen is in the jig, the lid is closed, and the pen holds the image that
 * the spec names; it is flashed when it says it does not, or says nothing. Tells a dead pen (FAIL)
 * from a pen without contact (BENCH): both are silent, but only one draws current.
 */
#ifndef SCRIPT_BRINGUP_H
#define SCRIPT_BRINGUP_H

#include "analysis/analysis.h"
#include "base/sha256.h"
#include "inst/image.h"
#include "script/spool.h"
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
 * pen, lid, no modulator, or more than any offset. The capture goes to spool, unless NULL. */
enum err_code bringup_zero(struct session *session, struct spool *spool, double *zero_v,
			   struct err *e);

/* What that capture is asked: one analysis, and the volt it stands for. NaN: no value in it. */
#define BRINGUP_ZERO_SPEC "sinc3:clk=MOD_CLK,dat=MOD_DAT,osr=160"
double bringup_volt(struct analysis *analysis, double full_scale_v);

/* Supply off at the end in any case but ERR_ABORT and ERR_BENCH (closing does it then). ERR_PEN:
 * the pen is bad. ERR_BENCH: no pen, lid, contact, instrument. readback gets the SHA-256 of what
 * was read back from the flash, "" when the pen held the image and was not flashed. */
enum err_code bringup_pen(struct session *session, const struct image *image, double zero_v,
			  char readback[SHA256_HEX_SIZE], struct err *e);

#endif
