/* What a body asks for, and whether the pen may do it now. Pure. */
#include "command.h"

#include "config.h"

enum need {
	NEED_NOTHING,
	NEED_REST,   /* idle and parked */
	NEED_MOTION, /* all that a drive of motor or nose needs */
};

struct form {
	const char *name;
	uint16_t min; /* of the number; max 0: takes none */
	uint16_t max;
	uint16_t step;
	enum need need;
};

/* Indexed by enum command_kind. */
static const struct form forms[] = {
	[COMMAND_ID] = {"ID?", 0, 0, 0, NEED_NOTHING},
	[COMMAND_STATUS] = {"STATUS?", 0, 0, 0, NEED_NOTHING},
	[COMMAND_DEPTH] = {"DEPTH", CONFIG_DEPTH_MIN_UM, CONFIG_DEPTH_MAX_UM, CONFIG_DEPTH_STEP_UM,
			   NEED_MOTION},
	[COMMAND_RATE] = {"RATE", CONFIG_RATE_MIN_HZ, CONFIG_RATE_MAX_HZ, 1, NEED_NOTHING},
	[COMMAND_STROKE] = {"STROKE", 1, CONFIG_STROKES_MAX, 1, NEED_MOTION},
	[COMMAND_RUN] = {"RUN", 0, 0, 0, NEED_MOTION},
	[COMMAND_JOG] = {"JOG", 1, CONFIG_JOG_TURNS_MAX, 1, NEED_MOTION},
	[COMMAND_STOP] = {"STOP", 0, 0, 0, NEED_NOTHING},
	[COMMAND_LOG] = {"LOG?", 0, 0, 0, NEED_NOTHING},
	[COMMAND_SELFTEST_WATCHDOG] = {"SELFTEST WDT", 0, 0, 0, NEED_REST},
};

enum { FORM_COUNT = sizeof(forms) / sizeof(forms[0]) };

/* Indexed by enum refusal. */
static const char *const refusals[] = {
	[REFUSAL_NONE] = "NONE",         [REFUSAL_CHECKSUM] = "CHECKSUM",
	[REFUSAL_TOO_LONG] = "TOO-LONG", [REFUSAL_COMMAND] = "COMMAND",
	[REFUSAL_RANGE] = "RANGE",       [REFUSAL_FAULT] = "FAULT",
	[REFUSAL_CHARGING] = "CHARGING", [REFUSAL_BUSY] = "BUSY",
	[REFUSAL_DEPTH] = "DEPTH",       [REFUSAL_BATTERY] = "BATTERY",
};

/* What follows `name` in body, NULL when body does not begin with it. */
static const char *after(const char *body, const char *name)
{
	while (*name != '\0') {
		if (*body != *name)
			return 0;
		body++;
		name++;
	}
	return body;
}

/* Decimal digits to the end of the body. Numbers too large for 16 bits come out as 65535, which is
 * out of every range. */
static bool number(uint16_t *out, const char *digits)
{
	uint32_t value = 0;

	if (*digits == '\0')
		return false;
	for (; *digits != '\0'; digits++) {
		if (*digits < '0' || *digits > '9')
			return false;
		value = value * 10u + (uint32_t)(*digits - '0');
		if (value > UINT16_MAX)
			value = UINT16_MAX;
	}
	*out = (uint16_t)value;
	return true;
}

static enum refusal parse_value(struct command *out, const struct form *f, const char *rest)
{
	if (f->max == 0u)
		return *rest == '\0' ? REFUSAL_NONE : REFUSAL_COMMAND;
	if (*rest != ' ' || !number(&out->value, rest + 1))
		return REFUSAL_COMMAND;
	if (out->value < f->min || out->value > f->max || out->value % f->step != 0u)
		return REFUSAL_RANGE;
	return REFUSAL_NONE;
}

enum refusal command_parse(struct command *out, const char *body)
{
	for (uint8_t i = 0; i < FORM_COUNT; i++) {
		const char *rest = after(body, forms[i].name);

		if (rest && (*rest == '\0' || *rest == ' ')) {
			out->kind = (enum command_kind)i;
			out->value = 0;
			return parse_value(out, &forms[i], rest);
		}
	}
	return REFUSAL_COMMAND;
}

enum refusal command_admit(const struct command *c, const struct conditions *now)
{
	switch (forms[c->kind].need) {
	case NEED_NOTHING:
		return REFUSAL_NONE;
	case NEED_REST:
		return now->idle && now->parked ? REFUSAL_NONE : REFUSAL_BUSY;
	case NEED_MOTION:
		break;
	}
	if (now->fault)
		return REFUSAL_FAULT;
	if (now->charging)
		return REFUSAL_CHARGING;
	if (!now->idle)
		return REFUSAL_BUSY;
	if (c->kind != COMMAND_DEPTH && !now->depth_set)
		return REFUSAL_DEPTH;
	if (now->battery_mv < CONFIG_BATTERY_MIN_MV)
		return REFUSAL_BATTERY;
	return REFUSAL_NONE;
}

const char *command_name(enum command_kind kind)
{
	return forms[kind].name;
}

const char *refusal_name(enum refusal refusal)
{
	return refusals[refusal];
}
