/*
 * The main thread's side of a capture: checks it before it starts, counts what arrives, notices
 * when nothing does, and gives a capture up within a bounded time. The session's thread runs
 * link_sigrok_run and touches nothing here but the ring, the two atomics and its own error.
 */
#include "inst/analyzer.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/units.h"
#include "inst/analyzer_ring.h"
#include "inst/analyzer_units.h"
#include "inst/link_sigrok.h"

enum {
	RING_SIZE = 8 << 20,     /* 80 ms of the fastest link that a station may state */
	STAGING_SIZE = 64 << 10, /* bytes converted at a time when the driver's units are others */
	JOIN_MS = 2000,          /* a driver needs 25..100 ms to stop */
	IDLE_STEP_MAX_NS = 1000000000, /* a process that was stopped for longer has not been idle */
};

struct analyzer {
	struct link_sigrok *link;
	struct channels channels;
	char driver[NAME_SIZE];
	uint64_t rate_hz, stream_bytes_per_s, buffer_bytes;
	int64_t stall_ns;
	unsigned unit_size;

	struct analyzer_ring ring;
	atomic_uint driver_unit;  /* 0 until the first packet of a capture */
	atomic_bool units_differ; /* between packets of one capture */
	struct err thread_err;    /* the thread's until it is joined */
	pthread_t thread;
	bool running, stuck;

	uint64_t asked, delivered; /* samples */
	int64_t last_read_ns, idle_ns;
	uint8_t staging[STAGING_SIZE];
};

/* ---- opening ---- */

enum err_code analyzer_open(struct analyzer **out, const struct station *station, struct err *e)
{
	struct analyzer *a = calloc(1, sizeof *a);
	enum err_code code;

	*out = NULL;
	if (a == NULL)
		return err_set(e, ERR_BENCH, "out of memory for the analyzer");
	a->channels.count = station->analyzer.channel_count;
	assert(a->channels.count > 0 && a->channels.count <= STATION_CHANNELS_MAX);
	for (unsigned i = 0; i < a->channels.count; i++)
		memcpy(a->channels.name[i], station->analyzer.channels[i], NAME_SIZE);
	memcpy(a->driver, station->analyzer.driver, sizeof a->driver);
	a->rate_hz = station->analyzer.sample_rate_hz;
	a->stream_bytes_per_s = station->analyzer.stream_bytes_per_s;
	a->buffer_bytes = station->analyzer.buffer_bytes;
	a->stall_ns = (int64_t)(station->stall_s * (double)NS_PER_S);
	a->unit_size = analyzer_units_for(a->channels.count);

	if (!analyzer_ring_init(&a->ring, RING_SIZE)) {
		code = err_set(e, ERR_BENCH, "out of memory for the analyzer's buffer");
		goto err_free;
	}
	code = link_sigrok_open(&a->link, station->analyzer.driver, station->analyzer.conn, e);
	if (code != ERR_NONE)
		goto err_deinit_ring;
	if ((code = link_sigrok_set_channels(a->link, a->channels.count, e)) != ERR_NONE ||
	    (code = link_sigrok_set_rate(a->link, a->rate_hz, e)) != ERR_NONE)
		goto err_close_link;
	*out = a;
	return ERR_NONE;

err_close_link:
	link_sigrok_close(a->link);
err_deinit_ring:
	analyzer_ring_deinit(&a->ring);
err_free:
	free(a);
	return code;
}

const struct channels *analyzer_channels(const struct analyzer *a)
{
	return &a->channels;
}

uint64_t analyzer_samplerate_hz(const struct analyzer *a)
{
	return a->rate_hz;
}

unsigned analyzer_unit_size(const struct analyzer *a)
{
	return a->unit_size;
}

bool analyzer_is_stuck(const struct analyzer *a)
{
	return a != NULL && a->stuck;
}

/* ---- the session's thread ---- */

static void on_data(void *user, const uint8_t *data, size_t size, unsigned unit_size)
{
	struct analyzer *a = user;
	unsigned unknown = 0;

	if (!atomic_compare_exchange_strong(&a->driver_unit, &unknown, unit_size) &&
	    unknown != unit_size)
		atomic_store(&a->units_differ, true);
	analyzer_ring_write(&a->ring, data, size);
}

static void on_end(void *user)
{
	struct analyzer *a = user;
	analyzer_ring_end(&a->ring);
}

static void *session_thread(void *user)
{
	struct analyzer *a = user;
	const struct link_sigrok_sink sink = {.data = on_data, .end = on_end, .user = a};

	(void)link_sigrok_run(a->link, &sink, &a->thread_err);
	analyzer_ring_end(&a->ring);
	return NULL;
}

/* Signals are the main thread's: a Ctrl-C has to end its waits, not the driver's. Not so those of a
 * crash: blocked, the kernel ends the process with them, and our handlers never know. */
static enum err_code start_thread(struct analyzer *a, struct err *e)
{
	static const int own[] = {SIGABRT, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
	sigset_t all, before;

	(void)sigfillset(&all);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		(void)sigdelset(&all, own[i]);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int status = pthread_create(&a->thread, NULL, session_thread, a);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (status != 0)
		return err_set(e, ERR_BENCH, "analyzer %s: no thread for the capture: %s",
			       a->driver, strerror(status));
	a->running = true;
	return ERR_NONE;
}

/* True when the thread has gone. False: it is stuck for good. */
static bool join_thread(struct analyzer *a)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += JOIN_MS / 1000;
	if (pthread_clockjoin_np(a->thread, NULL, CLOCK_MONOTONIC, &until) != 0)
		a->stuck = true;
	a->running = a->stuck;
	return !a->stuck;
}

/* Ends a capture before its time, within JOIN_MS. */
static bool give_up(struct analyzer *a)
{
	if (!a->running || a->stuck)
		return !a->stuck;
	analyzer_ring_close(&a->ring);
	link_sigrok_stop(a->link);
	return join_thread(a);
}

void analyzer_stop(struct analyzer *a)
{
	(void)give_up(a);
}

void analyzer_close(struct analyzer *a)
{
	/* What a stuck thread still uses cannot be freed. */
	if (a == NULL || !give_up(a))
		return;
	link_sigrok_close(a->link);
	analyzer_ring_deinit(&a->ring);
	free(a);
}

/* ---- a capture ---- */

static int64_t host_ns(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

enum err_code analyzer_start(struct analyzer *a, uint64_t samples, struct err *e)
{
	uint64_t bytes_per_s = a->rate_hz * a->unit_size;
	enum err_code code;

	assert(!a->running && samples > 0 && samples < UINT64_MAX / ANALYZER_UNIT_MAX);
	if (bytes_per_s > a->stream_bytes_per_s && samples * a->unit_size > a->buffer_bytes)
		return err_set(e, ERR_CONFIG,
			       "analyzer %s: a capture of %" PRIu64 " bytes at %" PRIu64
			       " bytes/s fits neither its stream (%" PRIu64
			       " bytes/s) nor its buffer (%" PRIu64
			       " bytes); lower the rate or the time",
			       a->driver, samples * a->unit_size, bytes_per_s,
			       a->stream_bytes_per_s, a->buffer_bytes);
	if ((code = link_sigrok_arm(a->link, samples, e)) != ERR_NONE)
		return code;
	analyzer_ring_reset(&a->ring);
	atomic_store(&a->driver_unit, 0);
	atomic_store(&a->units_differ, false);
	a->thread_err = (struct err){0};
	a->asked = samples;
	a->delivered = 0;
	a->idle_ns = 0;
	a->last_read_ns = host_ns();
	return start_thread(a, e);
}

/* The driver said that it is done, and it is not: its own reason is the better text. */
static enum err_code ended_short(struct analyzer *a, struct err *e)
{
	enum err_code code = give_up(a) ? a->thread_err.code : ERR_NONE;

	if (code != ERR_NONE)
		return err_set(e, code, "%s", a->thread_err.text);
	return err_set(e, ERR_BENCH,
		       "analyzer %s: the capture ended after %" PRIu64 " of %" PRIu64
		       " samples%s; check its link and its buffer",
		       a->driver, a->delivered, a->asked,
		       a->stuck ? " and the driver does not come back" : "");
}

static enum err_code stalled(struct analyzer *a, struct err *e)
{
	bool back = give_up(a);
	return err_set(e, ERR_BENCH,
		       "analyzer %s: no sample for %g s after %" PRIu64 " of %" PRIu64
		       "%s; check its power and cable",
		       a->driver, (double)a->stall_ns / (double)NS_PER_S, a->delivered, a->asked,
		       back ? "" : ", and the driver does not come back");
}

/* At most `capacity` samples that are there already, in our unit size. */
static size_t take(struct analyzer *a, uint8_t *data, size_t capacity, unsigned driver_unit)
{
	size_t count = 0, part;

	if (driver_unit == a->unit_size)
		return analyzer_ring_read(&a->ring, data, capacity * driver_unit, driver_unit) /
		       driver_unit;
	do {
		size_t room = capacity - count < STAGING_SIZE / ANALYZER_UNIT_MAX
				      ? capacity - count
				      : STAGING_SIZE / ANALYZER_UNIT_MAX;
		part = analyzer_ring_read(&a->ring, a->staging, room * driver_unit, driver_unit) /
		       driver_unit;
		analyzer_units_convert(data + count * a->unit_size, a->unit_size, a->staging,
				       driver_unit, part);
		count += part;
	} while (part > 0 && count < capacity);
	return count;
}

enum err_code analyzer_read(struct analyzer *a, uint8_t *data, size_t capacity, int wait_ms,
			    size_t *count, struct err *e)
{
	assert(a->running && capacity > 0);
	uint64_t left = a->asked - a->delivered;

	*count = 0;
	if (left == 0)
		return ERR_NONE;
	unsigned unit = atomic_load(&a->driver_unit);
	(void)analyzer_ring_wait(&a->ring, unit == 0 ? 1 : unit, wait_ms);
	unit = atomic_load(&a->driver_unit);
	if (unit > ANALYZER_UNIT_MAX || atomic_load(&a->units_differ)) {
		(void)give_up(a);
		return err_set(e, ERR_BENCH,
			       "analyzer %s: sends samples of %u bytes%s; 1..8 are known",
			       a->driver, unit,
			       unit > ANALYZER_UNIT_MAX ? "" : " and then of others");
	}
	if (unit > 0)
		*count = take(a, data, left < capacity ? (size_t)left : capacity, unit);
	a->delivered += *count;

	int64_t now_ns = host_ns(), step_ns = now_ns - a->last_read_ns;
	a->last_read_ns = now_ns;
	a->idle_ns += step_ns < IDLE_STEP_MAX_NS ? step_ns : IDLE_STEP_MAX_NS;
	if (*count > 0)
		a->idle_ns = 0;
	else if (analyzer_ring_is_drained(&a->ring, unit == 0 ? 1 : unit))
		return ended_short(a, e);
	else if (a->idle_ns >= a->stall_ns)
		return stalled(a, e);
	return ERR_NONE;
}

bool analyzer_is_running(const struct analyzer *a)
{
	return a->running;
}

bool analyzer_wait_end(struct analyzer *a, int wait_ms)
{
	assert(a->running);
	return analyzer_ring_wait_end(&a->ring, wait_ms);
}

enum err_code analyzer_finish(struct analyzer *a, struct err *e)
{
	assert(a->running && a->delivered == a->asked);
	unsigned unit = atomic_load(&a->driver_unit);

	if (!analyzer_ring_wait_end(&a->ring, 0)) {
		bool back = give_up(a);
		return err_set(e, ERR_BENCH,
			       "analyzer %s: does not end after %" PRIu64 " samples%s; plug it out "
			       "and in",
			       a->driver, a->asked,
			       back ? "" : ", and the driver does not come back");
	}
	if (!join_thread(a))
		return err_set(e, ERR_BENCH,
			       "analyzer %s: the driver does not come back after the capture; plug "
			       "it out and in",
			       a->driver);
	if (a->thread_err.code != ERR_NONE)
		return err_set(e, a->thread_err.code, "%s", a->thread_err.text);
	uint64_t written = analyzer_ring_written(&a->ring);
	if (written != a->asked * unit)
		return err_set(e, ERR_BENCH,
			       "analyzer %s: %" PRIu64 " bytes instead of %" PRIu64
			       " samples of %u; the driver does not keep to the limit",
			       a->driver, written, a->asked, unit);
	return ERR_NONE;
}
