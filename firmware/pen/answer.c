/* The pen's answers as bodies. Pure. */
#include "answer.h"

#include "config.h"

static const char *const states[] = {
	[STROKE_IDLE] = "IDLE", [STROKE_MOVE] = "MOVE", [STROKE_JOG] = "JOG",
	[STROKE_RUN] = "RUN",   [STROKE_STOP] = "STOP", [STROKE_FAULT] = "FAULT",
};

static const char *const faults[] = {
	[STROKE_FAULT_NONE] = "NONE",       [STROKE_FAULT_STALL] = "STALL",
	[STROKE_FAULT_CURRENT] = "CURRENT", [STROKE_FAULT_PARK] = "PARK",
	[STROKE_FAULT_HOME] = "HOME",
};

static const char *const causes[] = {
	[RESET_POWER] = "POWER",
	[RESET_EXTERNAL] = "EXTERNAL",
	[RESET_WATCHDOG] = "WATCHDOG",
	[RESET_BROWNOUT] = "BROWNOUT",
};

/* Indexed by the code in the fault log. */
static const char *const logged[] = {
	[FAULTLOG_NONE] = "NONE",         [FAULTLOG_STALL] = "STALL",
	[FAULTLOG_CURRENT] = "CURRENT",   [FAULTLOG_PARK] = "PARK",
	[FAULTLOG_HOME] = "HOME",         [FAULTLOG_WATCHDOG] = "WATCHDOG",
	[FAULTLOG_BROWNOUT] = "BROWNOUT",
};

static void put_field(struct text *t, const char *name, uint32_t value)
{
	text_put(t, name);
	text_put_u32(t, value);
}

void answer_refusal(struct text *t, enum refusal refusal)
{
	text_put(t, "ERR ");
	text_put(t, refusal_name(refusal));
}

void answer_done(struct text *t, const struct command *c)
{
	text_put(t, "OK ");
	text_put(t, command_name(c->kind));
	if (c->value != 0u)
		put_field(t, " ", c->value);
}

void answer_id(struct text *t, uint32_t crc, uint16_t size)
{
	text_put(t, "OK PEN " CONFIG_VERSION " ");
	text_put_hex(t, crc, 8);
	put_field(t, " ", size);
}

void answer_status(struct text *t, const struct status *s)
{
	text_put(t, "OK ");
	text_put(t, states[s->state]);
	text_put(t, " F=");
	text_put(t, faults[s->fault]);
	put_field(t, " N=", s->strokes);
	put_field(t, " R=", s->rate_dhz);
	put_field(t, " D=", s->duty);
	put_field(t, " I=", s->current_ma);
	put_field(t, " V=", s->battery_mv);
	put_field(t, " P=", s->depth_um);
	text_put(t, " C=");
	text_put(t, causes[s->cause]);
}

void answer_log(struct text *t, const struct faultlog *log)
{
	put_field(t, "OK LOG ", log->count);
	for (uint8_t i = 0; i < log->count; i++) {
		text_put_char(t, ' ');
		text_put(t, logged[log->codes[i]]);
	}
}
