/* What analyses share at their edges: empty slots and whole numbers. */
#include "analysis/kind.h"

#include <inttypes.h>

void kind_no_edges(void *state, const struct edge *list, size_t count)
{
	(void)state;
	(void)list;
	(void)count;
}

void kind_no_samples(void *state, const struct block *block)
{
	(void)state;
	(void)block;
}

void kind_no_deinit(void *state)
{
	(void)state;
}

enum err_code kind_whole(const struct kind_value *value, const char *name, int64_t fallback,
			 int64_t low, int64_t high, int64_t *out, struct err *e)
{
	*out = fallback;
	if (!value->given)
		return ERR_NONE;
	/* The comparison comes first: a cast of a number out of range is undefined. */
	if (!(value->number >= (double)low && value->number <= (double)high) ||
	    (double)(int64_t)value->number != value->number)
		return err_set(e, ERR_CONFIG,
			       "%s=%.17g: not a whole number in %" PRId64 "..%" PRId64, name,
			       value->number, low, high);
	*out = (int64_t)value->number;
	return ERR_NONE;
}
