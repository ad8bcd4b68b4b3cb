/*
 * A logic analyzer that delivers one capture of a fixed number of samples. The capture runs in a
 * thread of its own, which does nothing but append to a bounded buffer; everything here is called
 * from the main thread.
 */
#ifndef INST_ANALYZER_H
#define INST_ANALYZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/channels.h"
#include "config/station.h"

struct analyzer;

/* ERR_CONFIG: the driver does not exist or refuses rate or channels. ERR_BENCH: no analyzer there.
 * One analyzer is open at a time. The station is not kept. */
enum err_code analyzer_open(struct analyzer **out, const struct station *station, struct err *e);
void analyzer_close(struct analyzer *a); /* stops a capture; NULL is fine */
const struct channels *analyzer_channels(const struct analyzer *a);
uint64_t analyzer_samplerate_hz(const struct analyzer *a);
/* Bytes per sample of what analyzer_read delivers: 1, 2, 4 or 8, as the channels need, whatever the
 * driver sends. */
unsigned analyzer_unit_size(const struct analyzer *a);

/* Starts a capture of `samples` and returns at once; the first sample that analyzer_read delivers
 * tells that it runs. ERR_CONFIG when neither the stream nor the buffer of the station can carry
 * it. */
enum err_code analyzer_start(struct analyzer *a, uint64_t samples, struct err *e);

/* Copies out what has come, at most `capacity` samples, waiting at most wait_ms of host time for
 * the first. *count 0: nothing came in that time. ERR_BENCH: the capture did not start, ended
 * short, or nothing came for the station's stall_s of host time; the capture is given up then. */
enum err_code analyzer_read(struct analyzer *a, uint8_t *data, size_t capacity, int wait_ms,
			    size_t *count, struct err *e);

/* Has a capture been started that was neither finished nor given up? */
bool analyzer_is_running(const struct analyzer *a);

/* After the last sample was read a driver needs up to 100 ms to end: waits at most wait_ms for it,
 * so that the caller can feed the dead-man in between. True: it has ended. */
bool analyzer_wait_end(struct analyzer *a, int wait_ms);

/* After that: joins the thread. ERR_BENCH when it has not ended, or the analyzer delivered more. */
enum err_code analyzer_finish(struct analyzer *a, struct err *e);

/* Gives up the capture that runs, if any, within 2 s; what it would still deliver is lost. */
void analyzer_stop(struct analyzer *a);

/* True when the thread cannot be joined (the driver does not come back). Then the process can only
 * leave by _exit, after everything else was made safe; analyzer_close does nothing. */
bool analyzer_is_stuck(const struct analyzer *a);

#endif
