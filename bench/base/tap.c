#include "base/tap.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct tap tap_begin(void)
{
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	return (struct tap){0};
}

bool tap_ok(struct tap *t, bool ok, const char *format, ...)
{
	va_list args;

	t->count++;
	t->failed += ok ? 0 : 1;
	printf("%s %u - ", ok ? "ok" : "not ok", t->count);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	return ok;
}

bool tap_is_int(struct tap *t, int64_t got, int64_t wanted, const char *what)
{
	bool ok = tap_ok(t, got == wanted, "%s", what);
	if (!ok)
		printf("# got %" PRId64 ", wanted %" PRId64 "\n", got, wanted);
	return ok;
}

bool tap_is_str(struct tap *t, const char *got, const char *wanted, const char *what)
{
	bool ok = tap_ok(t, got != NULL && strcmp(got, wanted) == 0, "%s", what);
	if (!ok)
		printf("# got '%s'\n# wanted '%s'\n", got == NULL ? "(null)" : got, wanted);
	return ok;
}

bool tap_near(struct tap *t, double got, double wanted, double tolerance, const char *what)
{
	bool ok = tap_ok(t, fabs(got - wanted) <= tolerance, "%s", what);
	if (!ok)
		printf("# got %.17g, wanted %.17g +- %g\n", got, wanted, tolerance);
	return ok;
}

void tap_skip(struct tap *t, const char *what, const char *reason)
{
	t->count++;
	printf("ok %u - %s # SKIP %s\n", t->count, what, reason);
}

void tap_note(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

int tap_end(struct tap *t)
{
	printf("1..%u\n", t->count);
	return t->failed == 0 && t->count > 0 ? 0 : 1;
}

int tap_skip_all(const char *reason)
{
	printf("1..0 # SKIP %s\n", reason);
	return 0;
}
