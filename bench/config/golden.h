/*
 * The file of a station's golden and known-bad pens: what the golden one measured when it was
 * certified, and by which clause each bad one must fail. See record/gate.h for what becomes of it.
 */
#ifndef CONFIG_GOLDEN_H
#define CONFIG_GOLDEN_H

#include <stddef.h>

#include "base/err.h"

enum { GOLDEN_VALUES_MAX = 128, GOLDEN_BAD_MAX = 16 };

struct golden_value {
	char name[2 * NAME_SIZE]; /* "PEN-110 depth_error_um_1500": clause, space, measurement */
	double value, u;          /* u: standard uncertainty, above 0 */
};

struct golden_bad {
	char serial[NAME_SIZE];
	char clause[NAME_SIZE]; /* that it must fail */
};

/* Names are distinct; there is at least one value and one bad pen. */
struct golden {
	char path[PATH_SIZE];
	char serial[NAME_SIZE];
	double valid_hours; /* a check opens the gate for so long */
	struct golden_value values[GOLDEN_VALUES_MAX];
	size_t value_count;
	struct golden_bad bad[GOLDEN_BAD_MAX];
	size_t bad_count;
};

enum err_code golden_load(struct golden *out, const char *path, struct err *e);

#endif
