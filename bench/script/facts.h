/*
 * What a case may know of the jig: its certificate as named numbers, in the order and by the names
 * that raw.jig.calibration() gives. One list, so that what a case was told can be kept with its
 * evidence and told again years later, whatever a jig file has learnt to say in between.
 */
#ifndef SCRIPT_FACTS_H
#define SCRIPT_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "config/station.h"

enum { FACTS_MAX = 64 };

struct fact {
	char name[NAME_SIZE]; /* lower-case letters, digits and _; its unit at the end */
	double value;         /* finite */
};

/* Invariant: names are unique. A zeroed struct is an empty list. */
struct facts {
	struct fact list[FACTS_MAX];
	size_t count;
};

void facts_of_jig(struct facts *f, const struct jig *jig);

/* False when the list is full, the name is taken or none, or the value is not finite. */
bool facts_add(struct facts *f, const char *name, double value);

/* NULL: no such fact. Owned by f. */
const double *facts_find(const struct facts *f, const char *name);

#endif
