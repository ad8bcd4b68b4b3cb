/*
 * The bench's time. "wall": this machine's monotonic clock; waiting sleeps. "socket": a time base
 * that moves only when asked (line protocol over a UNIX socket: hello, now, advance, date, mark);
 * waiting advances it. No caller can tell which it has.
 */
#ifndef INST_CLOCK_H
#define INST_CLOCK_H

#include <stdint.h>

#include "base/err.h"

struct clock; /* one open clock */

/* driver: "wall" or "socket"; path is the socket's. ERR_BENCH when it does not answer. */
enum err_code clock_open(struct clock **out, const char *driver, const char *path, struct err *e);
void clock_close(struct clock *c); /* NULL is fine */

enum err_code clock_now(struct clock *c, int64_t *now_ns, struct err *e);
/* Returns when the clock shows at least until_ns; a time already past returns at once. */
enum err_code clock_wait(struct clock *c, int64_t until_ns, struct err *e);
/* Calendar date of the time base, "2026-11-22". */
enum err_code clock_date(struct clock *c, char date[11], struct err *e);
/* Leaves a note in the time base's own log, where there is one. */
enum err_code clock_mark(struct clock *c, const char *text, struct err *e);

#endif
