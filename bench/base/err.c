#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum err_code err_set(struct err *e, enum err_code code, const char *format, ...)
{
	assert(code != ERR_NONE);
	if (e != NULL) {
		va_list args;
		va_start(args, format);
		e->code = code;
		(void)vsnprintf(e->text, sizeof e->text, format, args);
		va_end(args);
	}
	return code;
}

enum err_code err_prefix(struct err *e, const char *format, ...)
{
	assert(e != NULL && e->code != ERR_NONE);
	char context[ERR_TEXT_SIZE];
	char whole[2 * ERR_TEXT_SIZE + 2];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(context, sizeof context, format, args);
	va_end(args);
	(void)snprintf(whole, sizeof whole, "%s: %s", context, e->text);
	/* The cause stands at the end: when the line is too long, context is what is cut. */
	size_t length = strlen(whole);
	size_t skip = length < sizeof e->text ? 0 : length - (sizeof e->text - 1);
	memcpy(e->text, whole + skip, length - skip + 1);
	return e->code;
}

const char *err_blame(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return "ok";
	case ERR_PEN:
		return "pen";
	case ERR_CONFIG:
		return "setup";
	case ERR_BENCH:
		return "bench";
	case ERR_SCRIPT:
		return "case";
	case ERR_ABORT:
		return "abort";
	}
	return "bench";
}

int err_exit_code(enum err_code code)
{
	return (int)code;
}
