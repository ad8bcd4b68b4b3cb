/*
 * The pen's answers as bodies (without checksum): the one place that knows how they are spelt.
 * Pure. The longest is STATUS?'s with every number at its widest; it fits TEXT_SIZE with its
 * checksum.
 */
#ifndef PEN_ANSWER_H
#define PEN_ANSWER_H

#include <stdint.h>

#include "command.h"
#include "faultlog.h"
#include "stroke.h"
#include "text.h"

enum reset_cause {
	RESET_POWER,
	RESET_EXTERNAL,
	RESET_WATCHDOG,
	RESET_BROWNOUT,
};

struct status {
	enum stroke_state state;
	enum stroke_fault fault;
	uint32_t strokes;    /* passages of full protrusion since power-up */
	uint16_t rate_dhz;   /* present rate, 0.1 Hz */
	uint8_t duty;        /* of the motor's PWM, 0..255 */
	uint16_t current_ma; /* motor, mean */
	uint16_t battery_mv;
	uint16_t depth_um; /* setting, 0: none */
	enum reset_cause cause;
};

void answer_refusal(struct text *t, enum refusal refusal);
/* OK and the command as it was understood: "OK DEPTH 1500", "OK RUN". */
void answer_done(struct text *t, const struct command *c);
void answer_id(struct text *t, uint32_t crc, uint16_t size);
void answer_status(struct text *t, const struct status *s);
/* OK LOG, how many, and their names, newest first. */
void answer_log(struct text *t, const struct faultlog *log);

#endif
