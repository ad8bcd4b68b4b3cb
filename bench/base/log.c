#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"

void log_line(const char *name, const char *format, ...)
{
	char text[LOG_LINE_SIZE];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof text, format, args);
	va_end(args);
	/* One write per line, so that lines of two processes do not mix. Nothing can be done
	 * about a stderr that is gone. On a terminal a bar that stopped half-way is wiped first:
	 * log_progress leaves the cursor at its beginning. */
	(void)fprintf(stderr, "%s%s: %s\n", log_is_terminal() ? "\033[K" : "", name, text);
	(void)fflush(stderr);
}

_Bool log_is_terminal(void)
{
	return isatty(STDERR_FILENO) == 1;
}

void log_progress(const char *what, unsigned long done, unsigned long total)
{
	enum { WIDTH = 40 };
	char bar[WIDTH + 1];
	unsigned long filled = total == 0 ? WIDTH : done * WIDTH / total;

	if (!log_is_terminal())
		return;
	for (unsigned long i = 0; i < WIDTH; i++)
		bar[i] = i < filled ? '#' : '.';
	bar[WIDTH] = '\0';
	(void)fprintf(stderr, "\r%-10s [%s] %3lu %%%s", what, bar,
		      total == 0 ? 100 : done * 100 / total, done >= total ? "\n" : "\r");
	(void)fflush(stderr);
}
