/*
 * A bounded queue of bytes between two threads. The writer blocks while it is full, the reader
 * waits a bounded time while it is empty. Closing frees a blocked writer and makes every later
 * write vanish, so that a capture can be given up at any moment; ending tells the reader that
 * nothing more comes.
 */
#ifndef INST_ANALYZER_RING_H
#define INST_ANALYZER_RING_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Guarded by `lock`: everything below it. Invariant: used <= size, start < size. */
struct analyzer_ring {
	uint8_t *data;
	size_t size;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t start, used;
	uint64_t written; /* bytes in all, without those that vanished */
	bool ended, closed;
};

/* false: out of memory. size > 0. */
bool analyzer_ring_init(struct analyzer_ring *r, size_t size);
void analyzer_ring_deinit(struct analyzer_ring *r); /* no thread may be inside */
/* Empty and open again, for the next capture. */
void analyzer_ring_reset(struct analyzer_ring *r);

/* Writer's side. */
void analyzer_ring_write(struct analyzer_ring *r, const uint8_t *data, size_t size);
void analyzer_ring_end(struct analyzer_ring *r);

/* Reader's side. Waits at most wait_ms until `size` bytes are there, or the end. Returns how many
 * are. */
size_t analyzer_ring_wait(struct analyzer_ring *r, size_t size, int wait_ms);
/* Copies out min(size, what is there) rounded down to a multiple of `unit`. Never waits. */
size_t analyzer_ring_read(struct analyzer_ring *r, uint8_t *data, size_t size, size_t unit);
/* Waits at most wait_ms for the end; true when it has come. */
bool analyzer_ring_wait_end(struct analyzer_ring *r, int wait_ms);
/* Nothing is left and nothing more will come. */
bool analyzer_ring_is_drained(struct analyzer_ring *r, size_t unit);
uint64_t analyzer_ring_written(struct analyzer_ring *r);
void analyzer_ring_close(struct analyzer_ring *r);

#endif
