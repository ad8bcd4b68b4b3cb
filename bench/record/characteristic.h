/*
 * What is measured and against what: a row is shared by all measurements of one clause, name, unit,
 * kind, rule and pair of limits, and made when the first of them is.
 */
#ifndef RECORD_CHARACTERISTIC_H
#define RECORD_CHARACTERISTIC_H

#include <stdint.h>

#include "record/record.h"

/* Texts as in schema.sql. Limits in `unit`; not finite: that side is open. */
struct characteristic {
	const char *clause, *name, *unit, *kind, *rule;
	double low, high;
};

/* Inside a transaction: the row's number; appended when there is none. */
enum err_code characteristic_find(struct record *r, const struct characteristic *c, int64_t *id,
				  struct err *e);

#endif
