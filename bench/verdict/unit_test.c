/* Units in names, and that a name and its clause must agree before a value can be judged. */
#include "verdict/unit.h"

#include <string.h>

#include "base/tap.h"
#include "verdict/measurement.h"

static void test_names(struct tap *t)
{
	static const struct {
		const char *name, *unit;
	} rows[] = {
		{"current_ma", "mA"},
		{"depth_error_um_1500", "um"},
		{"parked_s", "s"},
		{"inrush_a", "A"},
		{"jitter_percent", "%"},
		{"clock_mhz_2_5", "MHz"},
		{"count_error_1500", NULL},
		{"locked_out", NULL},
		{"motion_counts", NULL},
		{"um_of_depth", NULL},
		{"a", NULL},
		{"ma", NULL},
		{"_ma", "mA"},
		{"gamma", NULL},
		{"current_mA", NULL},
		{"1500", NULL},
		{"", NULL},
		{"_", NULL},
		{"current_ma_", "mA"},
		{"current_ma_x", NULL},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *unit = unit_of_name(rows[i].name);
		tap_is_str(t, unit != NULL ? unit : "none",
			   rows[i].unit != NULL ? rows[i].unit : "none", rows[i].name);
	}
}

static void test_declared(struct tap *t)
{
	struct limit l = {.clause = "PEN-130",
			  .name = "current",
			  .unit = "A",
			  .has_high = true,
			  .high = 180,
			  .rule = RULE_SIMPLE};
	struct measurement m;
	struct err e;

	tap_is_int(t, measurement_declare(&m, "current_ma", &l, &e), ERR_SCRIPT,
		   "mA against limits in A");
	tap_ok(t, strstr(e.text, "name says mA, but PEN-130 has the unit A") != NULL, "says so: %s",
	       e.text);
	memcpy(l.unit, "mA", 3);
	tap_is_int(t, measurement_declare(&m, "current_ma", &l, &e), ERR_NONE, "in mA it is taken");
	tap_is_int(t, measurement_declare(&m, "current", &l, &e), ERR_NONE,
		   "a name without a unit says nothing else");
	tap_is_int(t, measurement_declare(&m, "inrush_a", &l, &e), ERR_SCRIPT, "not in A");
	memcpy(l.unit, "1", 2);
	tap_is_int(t, measurement_declare(&m, "parked_ms", &l, &e), ERR_SCRIPT,
		   "milliseconds are no count");
	tap_is_int(t, measurement_declare(&m, "point_a", &l, &e), ERR_NONE, "a letter may be one");
	memcpy(l.unit, "um", 3);
	tap_is_int(t, measurement_declare(&m, "point_a", &l, &e), ERR_NONE, "of a depth too");
	tap_is_int(t, measurement_declare(&m, "depth_m", &l, &e), ERR_SCRIPT, "but m is no um");
}

int main(void)
{
	struct tap t = tap_begin();

	test_names(&t);
	test_declared(&t);
	return tap_end(&t);
}
