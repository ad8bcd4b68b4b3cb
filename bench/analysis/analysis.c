/*
 * Many folds, one pass: the edges of the channels that any of them asked for are found once and
 * handed to all; folds over raw samples get the same slices while they are still in the cache.
 */
#include "analysis/analysis.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/arguments.h"
#include "analysis/kind.h"
#include "analysis/store.h"

enum { ANALYSIS_SLICE = 32 * 1024, ANALYSIS_EDGES = 512 }; /* bytes; edges at a time */

static const struct kind *const analysis_table[] = {
	&quadrature_kind, &stroke_kind, &protrusion_kind, &latency_kind, &settling_kind,
	&activity_kind,   &pulse_kind,  &step_kind,       &uart_kind,    &baud_kind,
	&spi_kind,        &isp_kind,    &sinc3_kind,
};
enum { ANALYSIS_KINDS = sizeof analysis_table / sizeof analysis_table[0] };

/* Invariant: next_index samples were fed, the last of which was `last`. */
struct analysis {
	const struct kind *kind;
	void *state;
	uint64_t mask; /* channels whose edges it wants; 0 for a fold over samples */
	uint64_t next_index, last;
	bool is_finished;
};

static void analysis_list(char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < ANALYSIS_KINDS && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "",
					 analysis_table[i]->name);
}

enum err_code analysis_new(struct analysis **out, const char *spec, const struct channels *channels,
			   double samplerate_hz, struct err *e)
{
	const struct kind *kind = arguments_kind(analysis_table, ANALYSIS_KINDS, spec);
	struct kind_args args;
	char valid[ERR_TEXT_SIZE / 2];

	*out = NULL;
	if (kind == NULL) {
		analysis_list(valid, sizeof valid);
		return err_set(e, ERR_CONFIG, "unknown analysis \"%.*s\"; there are %s",
			       (int)strcspn(spec, ":") < 40 ? (int)strcspn(spec, ":") : 40, spec,
			       valid);
	}
	if (arguments_parse(&args, kind, spec, channels, samplerate_hz, e))
		return e->code;

	struct analysis *a = store_resize(NULL, 1, sizeof *a);

	*a = (struct analysis){.kind = kind, .state = store_resize(NULL, 1, kind->state_size)};
	memset(a->state, 0, kind->state_size);
	for (unsigned k = 0; k < KIND_KEYS_MAX && kind->keys[k].name != NULL; k++)
		if (kind->keys[k].type == KIND_CHANNEL && args.value[k].given &&
		    !kind->wants_samples)
			a->mask |= UINT64_C(1) << args.value[k].bit;
	if (kind->init(a->state, &args, e)) {
		analysis_free(a);
		return err_prefix(e, "%s", kind->name);
	}
	*out = a;
	return ERR_NONE;
}

void analysis_free(struct analysis *a)
{
	if (a == NULL)
		return;
	a->kind->deinit(a->state);
	free(a->state);
	free(a);
}

/* The edges of the channels under mask, without a branch per edge: which edge is whose cannot be
 * guessed, and a wrong guess costs more than a copy. */
static size_t analysis_pick(const struct edge *list, size_t count, uint64_t mask, struct edge *out)
{
	size_t picked = 0;

	for (size_t i = 0; i < count; i++) {
		out[picked] = list[i];
		picked += (list[i].changed & mask) != 0;
	}
	return picked;
}

/* Edges of one slice to everybody who wants edges. */
static void analysis_feed_edges(struct analysis *const *list, size_t n, const struct block *slice,
				uint64_t mask, uint64_t last)
{
	struct edge edges[ANALYSIS_EDGES], own[ANALYSIS_EDGES];
	size_t at = 0;

	while (at < slice->sample_count) {
		size_t count = edges_find(slice, &at, &last, mask, edges, ANALYSIS_EDGES);

		for (size_t i = 0; count > 0 && i < n; i++) {
			const struct analysis *a = list[i];

			if (a->mask == mask)
				a->kind->edges(a->state, edges, count);
			else if (a->mask != 0)
				a->kind->edges(a->state, own,
					       analysis_pick(edges, count, a->mask, own));
		}
	}
}

static void analysis_feed_slice(struct analysis *const *list, size_t n, const struct block *slice)
{
	uint64_t mask = 0, last = list[0]->last;

	for (size_t i = 0; i < n; i++)
		mask |= list[i]->mask;
	if (mask != 0)
		analysis_feed_edges(list, n, slice, mask, last);
	last = edges_sample(slice, slice->sample_count - 1);
	for (size_t i = 0; i < n; i++) {
		if (list[i]->kind->wants_samples)
			list[i]->kind->samples(list[i]->state, slice);
		list[i]->last = last;
		list[i]->next_index += slice->sample_count;
	}
}

void analysis_feed(struct analysis *const *list, size_t n, const struct block *block)
{
	size_t per_slice = ANALYSIS_SLICE / block->unit_size;

	if (n == 0 || block->sample_count == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		assert(!list[i]->is_finished);
		assert(list[i]->next_index == block->first_index);
		assert(list[i]->mask >> 1 >> (8 * block->unit_size - 1) == 0);
		if (block->first_index == 0) {
			list[i]->last = edges_sample(block, 0);
			list[i]->kind->start(list[i]->state, list[i]->last);
		}
	}
	for (size_t at = 0; at < block->sample_count; at += per_slice) {
		size_t left = block->sample_count - at;
		struct block slice = {
			.data = block->data + at * block->unit_size,
			.sample_count = left < per_slice ? left : per_slice,
			.unit_size = block->unit_size,
			.first_index = block->first_index + at,
		};

		analysis_feed_slice(list, n, &slice);
	}
}

struct result *analysis_finish(struct analysis *a)
{
	struct result *out = result_object();

	assert(!a->is_finished);
	a->is_finished = true;
	result_set(out, "analysis", result_string(a->kind->name, strlen(a->kind->name)));
	a->kind->finish(a->state, a->next_index, out);
	return out;
}
