/*
 * Arrays that grow: sample indices, bytes, or any element type by hand. They hold what a result has
 * to list (strokes, bytes of a line); nothing here grows with samples.
 *
 * Out of memory ends the program with one line: there is no partial result.
 */
#ifndef ANALYSIS_STORE_H
#define ANALYSIS_STORE_H

#include <stddef.h>
#include <stdint.h>

/* realloc that does not fail; owner of the return value is whoever owned p. */
void *store_resize(void *p, size_t count, size_t element_size);

/* Invariant: count <= capacity; at is NULL while capacity is 0. A zeroed struct is an empty
 * list. */
struct store_u64 {
	uint64_t *at;
	size_t count, capacity;
};
void store_u64_grow(struct store_u64 *s);
void store_u64_deinit(struct store_u64 *s);
static inline void store_u64_push(struct store_u64 *s, uint64_t value)
{
	if (s->count == s->capacity)
		store_u64_grow(s);
	s->at[s->count++] = value;
}

struct store_bytes {
	uint8_t *at;
	size_t count, capacity;
};
void store_bytes_push(struct store_bytes *s, uint8_t value);
void store_bytes_deinit(struct store_bytes *s);

#endif
