/*
 * The only writer of stderr. A line is "NAME: text"; NAME is the program or the part of it.
 * stdout belongs to the sinks.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

void log_line(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True when stderr is a terminal: then, and only then, progress may be drawn. */
_Bool log_is_terminal(void);

/* Draws one line of progress over the last one (terminal only; silent in a pipe). done <= total.
 * done == total ends the line. */
void log_progress(const char *what, unsigned long done, unsigned long total);

#endif
