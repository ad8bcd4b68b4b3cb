/* Growing arrays: doubling, so that a push costs constant time on average. */
#include "analysis/store.h"

#include <stdlib.h>

#include "base/log.h"

enum { STORE_FIRST = 64 };

void *store_resize(void *p, size_t count, size_t element_size)
{
	void *grown = reallocarray(p, count > 0 ? count : 1, element_size);

	if (grown == NULL) {
		log_line("penbench",
			 "bench: out of memory for %zu items of %zu bytes: analyse a "
			 "shorter capture",
			 count, element_size);
		abort();
	}
	return grown;
}

void store_u64_grow(struct store_u64 *s)
{
	s->capacity = s->capacity == 0 ? STORE_FIRST : 2 * s->capacity;
	s->at = store_resize(s->at, s->capacity, sizeof *s->at);
}

void store_u64_deinit(struct store_u64 *s)
{
	free(s->at);
	*s = (struct store_u64){0};
}

void store_bytes_push(struct store_bytes *s, uint8_t value)
{
	if (s->count == s->capacity) {
		s->capacity = s->capacity == 0 ? STORE_FIRST : 2 * s->capacity;
		s->at = store_resize(s->at, s->capacity, sizeof *s->at);
	}
	s->at[s->count++] = value;
}

void store_bytes_deinit(struct store_bytes *s)
{
	free(s->at);
	*s = (struct store_bytes){0};
}
