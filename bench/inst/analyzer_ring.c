/*
 * One mutex and one condition variable: the data come in packets of many kilobytes, so nothing
 * finer would be measurable. Time-outs run on the monotonic clock, which nobody sets.
 */
#include "inst/analyzer_ring.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/units.h"

bool analyzer_ring_init(struct analyzer_ring *r, size_t size)
{
	pthread_condattr_t attributes;

	assert(size > 0);
	*r = (struct analyzer_ring){.data = malloc(size), .size = size};
	if (r->data == NULL)
		return false;
	int status = pthread_mutex_init(&r->lock, NULL);
	status |= pthread_condattr_init(&attributes);
	status |= pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	status |= pthread_cond_init(&r->changed, &attributes);
	assert(status == 0); /* with these arguments Linux has no way to fail */
	(void)status;
	(void)pthread_condattr_destroy(&attributes);
	return true;
}

void analyzer_ring_deinit(struct analyzer_ring *r)
{
	(void)pthread_cond_destroy(&r->changed);
	(void)pthread_mutex_destroy(&r->lock);
	free(r->data);
	r->data = NULL;
}

static void lock(struct analyzer_ring *r)
{
	int status = pthread_mutex_lock(&r->lock);
	assert(status == 0);
	(void)status;
}

static void unlock_changed(struct analyzer_ring *r)
{
	(void)pthread_cond_broadcast(&r->changed);
	(void)pthread_mutex_unlock(&r->lock);
}

static struct timespec deadline(int wait_ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	int64_t ns = t.tv_nsec + (int64_t)wait_ms * NS_PER_MS;
	t.tv_sec += (time_t)(ns / NS_PER_S);
	t.tv_nsec = (long)(ns % NS_PER_S);
	return t;
}

void analyzer_ring_reset(struct analyzer_ring *r)
{
	lock(r);
	r->start = r->used = 0;
	r->written = 0;
	r->ended = r->closed = false;
	unlock_changed(r);
}

void analyzer_ring_write(struct analyzer_ring *r, const uint8_t *data, size_t size)
{
	lock(r);
	while (size > 0) {
		while (r->used == r->size && !r->closed)
			(void)pthread_cond_wait(&r->changed, &r->lock);
		if (r->closed)
			break;
		size_t end = (r->start + r->used) % r->size;
		size_t part = r->size - r->used;
		part = part < r->size - end ? part : r->size - end;
		part = part < size ? part : size;
		/* The reader never touches the free part, so it need not wait for this copy; but a
		 * copy under the lock is simple, and short against the packets' distance. */
		memcpy(r->data + end, data, part);
		r->used += part;
		r->written += part;
		data += part;
		size -= part;
		(void)pthread_cond_broadcast(&r->changed);
	}
	(void)pthread_mutex_unlock(&r->lock);
}

void analyzer_ring_end(struct analyzer_ring *r)
{
	lock(r);
	r->ended = true;
	unlock_changed(r);
}

static void copy_out(struct analyzer_ring *r, uint8_t *data, size_t size)
{
	size_t first = r->size - r->start < size ? r->size - r->start : size;

	memcpy(data, r->data + r->start, first);
	memcpy(data + first, r->data, size - first);
	r->start = (r->start + size) % r->size;
	r->used -= size;
}

size_t analyzer_ring_wait(struct analyzer_ring *r, size_t size, int wait_ms)
{
	assert(size <= r->size);
	struct timespec until = deadline(wait_ms);
	int status = 0;

	lock(r);
	while (r->used < size && !r->ended && !r->closed && wait_ms > 0 && status == 0)
		status = pthread_cond_timedwait(&r->changed, &r->lock, &until);
	size_t used = r->used;
	(void)pthread_mutex_unlock(&r->lock);
	return used;
}

size_t analyzer_ring_read(struct analyzer_ring *r, uint8_t *data, size_t size, size_t unit)
{
	assert(unit > 0);
	lock(r);
	size = r->used < size ? r->used : size;
	size -= size % unit;
	copy_out(r, data, size);
	unlock_changed(r);
	return size;
}

bool analyzer_ring_wait_end(struct analyzer_ring *r, int wait_ms)
{
	struct timespec until = deadline(wait_ms);
	int status = 0;

	lock(r);
	while (!r->ended && status == 0)
		status = pthread_cond_timedwait(&r->changed, &r->lock, &until);
	bool ended = r->ended;
	(void)pthread_mutex_unlock(&r->lock);
	return ended;
}

bool analyzer_ring_is_drained(struct analyzer_ring *r, size_t unit)
{
	lock(r);
	bool drained = r->ended && r->used < unit;
	(void)pthread_mutex_unlock(&r->lock);
	return drained;
}

uint64_t analyzer_ring_written(struct analyzer_ring *r)
{
	lock(r);
	uint64_t written = r->written;
	(void)pthread_mutex_unlock(&r->lock);
	return written;
}

void analyzer_ring_close(struct analyzer_ring *r)
{
	lock(r);
	r->closed = true;
	unlock_changed(r);
}
