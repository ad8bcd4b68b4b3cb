/*
 * The state of a jig's calibration on a calendar day: valid, expired, missing or not yet valid, for
 * each instrument apart. Pure: the day comes from the caller (the clock driver's date, never the
 * host's), the certificates from the jig file.
 *
 * A calibration holds from the day it was made to the end of the day on which it is due.
 */
#ifndef CONFIG_CALIBRATION_H
#define CONFIG_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>

#include "config/station.h"

enum calibration_state {
	CALIBRATION_VALID,
	CALIBRATION_MISSING, /* the jig file names no certificate */
	CALIBRATION_EXPIRED,
	CALIBRATION_NOT_YET, /* made after today: a wrong date, here or in the file */
};

/* "valid", "missing", "expired", "not yet valid". Static storage. */
const char *calibration_state_name(enum calibration_state state);

/* Whether text is a day of the calendar, YYYY-MM-DD with a year of 2000..2999. Such texts compare
 * as their days do. */
bool calibration_is_date(const char *text);

/* today must be a date (asserted: the clock driver checks its own). */
enum calibration_state calibration_state(const struct jig_certificate *c, const char *today);

/* The certificate of an instrument; its name ("encoder", "clock", "shunt") where name is not NULL.
 * Owned by the jig. */
const struct jig_certificate *calibration_of(const struct jig *jig, enum jig_instrument which,
					     const char **name);

/* Whether all instruments are calibrated today. If not, text gets one line: each instrument that is
 * not with its certificate and dates, and how to renew it. "" if they are. */
enum { CALIBRATION_TEXT_SIZE = 448 }; /* leaves room for context in a struct err */
bool calibration_is_valid(const struct jig *jig, const char *today, char *text, size_t size);

#endif
