/*
 * TAP for our own unit tests, read by prove. One struct tap per test program:
 *
 *	struct tap t = tap_begin();
 *	tap_ok(&t, 1 + 1 == 2, "addition");
 *	return tap_end(&t);
 *
 * The plan is printed last. A test program that stops early has no plan, and so fails.
 */
#ifndef BASE_TAP_H
#define BASE_TAP_H

#include <stdbool.h>
#include <stdint.h>

struct tap {
	unsigned count;
	unsigned failed;
};

struct tap tap_begin(void);
bool tap_ok(struct tap *t, bool ok, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool tap_is_int(struct tap *t, int64_t got, int64_t wanted, const char *what);
bool tap_is_str(struct tap *t, const char *got, const char *wanted, const char *what);
/* |got - wanted| <= tolerance; NaN never. */
bool tap_near(struct tap *t, double got, double wanted, double tolerance, const char *what);
void tap_skip(struct tap *t, const char *what, const char *reason);
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Prints the plan; 0 when all passed and at least one test ran. */
int tap_end(struct tap *t);
/* Whole program skipped: prints 1..0 and returns 0. */
int tap_skip_all(const char *reason);

#endif
