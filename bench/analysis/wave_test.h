/*
 * For the tests of this room: captures made by hand, run through an analysis at any unit size and
 * cut into any blocks, and results looked up by path ("rate_hz.mean", "top.0.count").
 */
#ifndef ANALYSIS_WAVE_TEST_H
#define ANALYSIS_WAVE_TEST_H

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/analysis.h"
#include "base/rng.h"
#include "base/tap.h"

#define WAVE_CALL static __attribute__((unused))

/* Channels are named c0, c1, ...; level is the present sample. */
struct wave {
	uint64_t level, *sample;
	size_t count, capacity;
};

WAVE_CALL void wave_run(struct wave *w, size_t samples)
{
	if (w->count + samples > w->capacity) {
		w->capacity = 2 * (w->count + samples);
		w->sample = realloc(w->sample, w->capacity * sizeof *w->sample);
		assert(w->sample != NULL);
	}
	for (size_t i = 0; i < samples; i++)
		w->sample[w->count++] = w->level;
}

/* Sets a channel from the next sample on. */
WAVE_CALL void wave_set(struct wave *w, unsigned bit, bool level)
{
	w->level = (w->level & ~(UINT64_C(1) << bit)) | (uint64_t)level << bit;
}

/* One level per character of text, each held for `each` samples. */
WAVE_CALL void wave_levels(struct wave *w, unsigned bit, const char *text, size_t each)
{
	for (; *text != '\0'; text++) {
		wave_set(w, bit, *text == '1');
		wave_run(w, each);
	}
}

/* Moves a quadrature pair (A bit a, B bit b) by n steps, the first one now, `each` samples a
 * step. */
WAVE_CALL void wave_move(struct wave *w, unsigned a, unsigned b, int n, size_t each)
{
	static const unsigned gray[4] = {0, 1, 3, 2}; /* B << 1 | A */
	unsigned at = 0;

	while (gray[at] != ((w->level >> a & 1) | (w->level >> b & 1) << 1))
		at++;
	for (int i = 0; i < abs(n); i++) {
		at = (at + (n > 0 ? 1 : 3)) % 4;
		wave_set(w, a, gray[at] & 1);
		wave_set(w, b, gray[at] >> 1);
		wave_run(w, each);
	}
}

WAVE_CALL struct channels wave_channels(unsigned unit)
{
	struct channels c = {.count = 8 * unit};

	for (unsigned i = 0; i < c.count; i++)
		(void)snprintf(c.name[i], NAME_SIZE, "c%u", i);
	return c;
}

/* cut 0: one block; otherwise the seed of random cuts, of 1..most samples. */
WAVE_CALL struct result *wave_cut(const struct wave *w, const char *spec, double rate,
				  unsigned unit, uint64_t cut, size_t most)
{
	struct channels channels = wave_channels(unit);
	struct analysis *a;
	struct err e;
	struct rng rng;
	uint8_t *data = malloc(w->count * unit + 1);

	if (analysis_new(&a, spec, &channels, rate, &e) != ERR_NONE) {
		tap_note("%s: %s", spec, e.text);
		free(data);
		return result_object();
	}
	for (size_t i = 0; i < w->count; i++)
		memcpy(data + i * unit, &w->sample[i], unit);
	rng_seed(&rng, cut);
	for (size_t at = 0, n; at < w->count; at += n) {
		n = cut == 0 ? w->count : 1 + (size_t)rng_below(&rng, most);
		n = n < w->count - at ? n : w->count - at;

		/* A copy of its own, so that a read outside the block is seen. */
		uint8_t *copy = malloc(n * unit);

		memcpy(copy, data + at * unit, n * unit);
		analysis_feed(&a, 1, &(struct block){copy, n, unit, at});
		free(copy);
	}

	struct result *r = analysis_finish(a);

	analysis_free(a);
	free(data);
	return r;
}

WAVE_CALL struct result *wave_analyse(const struct wave *w, const char *spec, double rate)
{
	return wave_cut(w, spec, rate, 1, 0, 1);
}

/* NULL: no such path. */
WAVE_CALL const struct result *wave_at(const struct result *r, const char *path)
{
	char name[64];

	while (r != NULL && *path != '\0') {
		size_t length = strcspn(path, ".");

		(void)snprintf(name, sizeof name, "%.*s", (int)length, path);
		if (result_kind(r) == RESULT_OBJECT)
			r = result_get(r, name);
		else if (result_kind(r) == RESULT_ARRAY &&
			 strtoul(name, NULL, 10) < result_count(r))
			r = result_at(r, strtoul(name, NULL, 10));
		else
			return NULL;
		path += length + (path[length] == '.');
	}
	return r;
}

WAVE_CALL bool wave_is(const struct result *r, const char *path, double wanted)
{
	const struct result *at = wave_at(r, path);
	bool is_number = at != NULL &&
			 (result_kind(at) == RESULT_INTEGER || result_kind(at) == RESULT_NUMBER);
	double got = is_number ? result_as_number(at) : (double)NAN;

	if (isnan(wanted) ? at != NULL && result_kind(at) == RESULT_NULL
			  : fabs(got - wanted) <= 1e-12 * fabs(wanted))
		return true;
	tap_note("%s: got %.17g, wanted %.17g", path, got, wanted);
	return false;
}

/* All of "path value path value ..."; "null" for null. */
WAVE_CALL bool wave_all(const struct result *r, const char *wanted)
{
	char path[64], value[64];
	int used;
	bool good = true;

	for (; sscanf(wanted, " %63s %63s%n", path, value, &used) == 2; wanted += used)
		good &= wave_is(r, path,
				strcmp(value, "null") == 0 ? (double)NAN : strtod(value, NULL));
	return good;
}

WAVE_CALL bool wave_text(const struct result *r, const char *path, const char *wanted)
{
	const struct result *at = wave_at(r, path);
	const char *got = at != NULL && result_kind(at) == RESULT_STRING
				  ? result_as_string(at, NULL)
				  : "(none)";

	if (strcmp(got, wanted) != 0)
		tap_note("%s: got '%s', wanted '%s'", path, got, wanted);
	return strcmp(got, wanted) == 0;
}

/* The same tree, to the last bit. */
WAVE_CALL bool wave_equal(const struct result *a, const struct result *b)
{
	size_t size_a, size_b;
	double x, y;

	if (result_kind(a) != result_kind(b))
		return false;
	switch (result_kind(a)) {
	case RESULT_NULL:
		return true;
	case RESULT_BOOL:
		return result_as_bool(a) == result_as_bool(b);
	case RESULT_INTEGER:
		return result_as_integer(a) == result_as_integer(b);
	case RESULT_NUMBER:
		x = result_as_number(a);
		y = result_as_number(b);
		return memcmp(&x, &y, sizeof x) == 0;
	case RESULT_STRING:
		(void)result_as_string(a, &size_a);
		(void)result_as_string(b, &size_b);
		return size_a == size_b &&
		       memcmp(result_as_string(a, NULL), result_as_string(b, NULL), size_a) == 0;
	case RESULT_ARRAY:
	case RESULT_OBJECT:
		break;
	}
	if (result_count(a) != result_count(b))
		return false;
	for (size_t i = 0; i < result_count(a); i++)
		if (!wave_equal(result_at(a, i), result_at(b, i)) ||
		    (result_kind(a) == RESULT_OBJECT &&
		     strcmp(result_name_at(a, i), result_name_at(b, i)) != 0))
			return false;
	return true;
}

WAVE_CALL void wave_free(struct wave *w)
{
	free(w->sample);
	*w = (struct wave){0};
}

#endif
