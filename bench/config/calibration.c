/* Days compared as text, and the line that says which certificate is to be renewed. */
#include "config/calibration.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const char *calibration_state_name(enum calibration_state state)
{
	static const char *const names[] = {
		[CALIBRATION_VALID] = "valid",
		[CALIBRATION_MISSING] = "missing",
		[CALIBRATION_EXPIRED] = "expired",
		[CALIBRATION_NOT_YET] = "not yet valid",
	};
	return names[state];
}

/* The number of `digits` digits at text, or -1. */
static int digits_of(const char *text, int digits)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

bool calibration_is_date(const char *text)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (strlen(text) != JIG_DATE_SIZE - 1 || text[4] != '-' || text[7] != '-')
		return false;
	int year = digits_of(text, 4), month = digits_of(text + 5, 2), day = digits_of(text + 8, 2);
	if (year < 2000 || year > 2999 || month < 1 || month > 12 || day < 1)
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

enum calibration_state calibration_state(const struct jig_certificate *c, const char *today)
{
	assert(calibration_is_date(today));
	if (c->number[0] == '\0')
		return CALIBRATION_MISSING;
	if (strcmp(today, c->date) < 0)
		return CALIBRATION_NOT_YET;
	return strcmp(today, c->due) > 0 ? CALIBRATION_EXPIRED : CALIBRATION_VALID;
}

const struct jig_certificate *calibration_of(const struct jig *jig, enum jig_instrument which,
					     const char **name)
{
	static const char *const names[JIG_INSTRUMENTS] = {
		[JIG_ENCODER] = "encoder", [JIG_CLOCK] = "clock", [JIG_SHUNT] = "shunt"};
	const struct jig_certificate *const certificates[JIG_INSTRUMENTS] = {
		[JIG_ENCODER] = &jig->encoder.certificate,
		[JIG_CLOCK] = &jig->clock.certificate,
		[JIG_SHUNT] = &jig->shunt.certificate,
	};

	if (name != NULL)
		*name = names[which];
	return certificates[which];
}

static void describe(char *out, size_t size, const char *name, const struct jig_certificate *c,
		     enum calibration_state state)
{
	switch (state) {
	case CALIBRATION_MISSING:
		(void)snprintf(out, size, "%s has no certificate", name);
		break;
	case CALIBRATION_EXPIRED:
		(void)snprintf(out, size, "%s expired on %s (%.32s of %s)", name, c->due, c->number,
			       c->date);
		break;
	case CALIBRATION_NOT_YET:
		(void)snprintf(out, size, "%s is valid from %s only (%.32s)", name, c->date,
			       c->number);
		break;
	case CALIBRATION_VALID:
		out[0] = '\0';
		break;
	}
}

bool calibration_is_valid(const struct jig *jig, const char *today, char *text, size_t size)
{
	size_t used = 0;
	const char *last = "";

	assert(size >= CALIBRATION_TEXT_SIZE);
	text[0] = '\0';
	for (enum jig_instrument i = 0; i < JIG_INSTRUMENTS; i++) {
		char one[128];
		const char *name;
		const struct jig_certificate *c = calibration_of(jig, i, &name);
		enum calibration_state state = calibration_state(c, today);

		if (state == CALIBRATION_VALID)
			continue;
		describe(one, sizeof one, name, c, state);
		used += (size_t)snprintf(text + used, size - used, "%s%s", used == 0 ? "" : ", ",
					 one);
		last = name;
	}
	if (used == 0)
		return true;
	/* 32 + 3 * 104 + 100 characters at most: it fits. */
	char head[64];
	int head_size =
		snprintf(head, sizeof head, "calibration of jig %.24s on %s: ", jig->id, today);
	assert(used + (size_t)head_size < size);
	memmove(text + head_size, text, used + 1);
	memcpy(text, head, (size_t)head_size);
	used += (size_t)head_size;
	(void)snprintf(text + used, size - used, "; renew with `penbench cal %s ...`", last);
	return false;
}
