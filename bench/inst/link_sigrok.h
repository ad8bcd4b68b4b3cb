/*
 * The bytes of one logic analyzer, through libsigrok: any of its drivers, found by name and
 * connection string. Everything but link_sigrok_run and link_sigrok_stop belongs to the main
 * thread.
 *
 * libsigrok keeps one log per process, so one link is open at a time; the first line that a driver
 * logs during an operation goes into the text of its error and nowhere else.
 */
#ifndef INST_LINK_SIGROK_H
#define INST_LINK_SIGROK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct link_sigrok;

/* Called in the thread of link_sigrok_run; quick, and never calling back into the link. */
struct link_sigrok_sink {
	/* unit_size: bytes per sample as the driver sends them; a packet may end inside one. */
	void (*data)(void *user, const uint8_t *data, size_t size, unsigned unit_size);
	void (*end)(void *user); /* the driver says that nothing more comes */
	void *user;
};

/* Opens the only device that `driver` finds at `conn` (may be empty: wherever the driver looks).
 * ERR_CONFIG: no such driver. ERR_BENCH: no device, several, or it does not open. Caller closes. */
enum err_code link_sigrok_open(struct link_sigrok **out, const char *driver, const char *conn,
			       struct err *e);
void link_sigrok_close(struct link_sigrok *l); /* NULL is fine; no capture may run */

/* Enables logic channels 0..count-1 and nothing else. ERR_CONFIG: there are fewer. */
enum err_code link_sigrok_set_channels(struct link_sigrok *l, unsigned count, struct err *e);
/* ERR_CONFIG: the analyzer does not take this rate. */
enum err_code link_sigrok_set_rate(struct link_sigrok *l, uint64_t rate_hz, struct err *e);
/* Before each run: its length. ERR_CONFIG: more than the analyzer delivers in one capture. */
enum err_code link_sigrok_arm(struct link_sigrok *l, uint64_t samples, struct err *e);

/* One capture, in the calling thread, until the driver ends it. ERR_BENCH: it did not start. */
enum err_code link_sigrok_run(struct link_sigrok *l, const struct link_sigrok_sink *sink,
			      struct err *e);
/* From another thread: ends the run that was armed last, also one that is yet to begin. Does not
 * wait; a driver may fail to come back. */
void link_sigrok_stop(struct link_sigrok *l);

#endif
