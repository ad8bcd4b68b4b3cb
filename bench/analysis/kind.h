/*
 * What every analysis brings: a name, its keys, and a fold. One const struct per analysis, listed
 * in one table in analysis.c. No slot is NULL: an analysis of edges has kind_no_samples, one that
 * wants the raw samples has kind_no_edges.
 */
#ifndef ANALYSIS_KIND_H
#define ANALYSIS_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/result.h"
#include "base/err.h"
#include "base/limits.h"
#include "capture/block.h"
#include "capture/edges.h"

enum { KIND_KEYS_MAX = 8 };

enum kind_key_type {
	KIND_CHANNEL, /* bit */
	KIND_NUMBER,  /* number */
	KIND_TEXT,    /* text */
	KIND_MOMENT,  /* sample: "0.25" or "0.25s" seconds, "1000sa" samples */
};

struct kind_key {
	const char *name;
	enum kind_key_type type;
	bool required;
};

struct kind_value {
	bool given;
	unsigned bit;
	double number;
	uint64_t sample;
	char text[NAME_SIZE];
};

/* Checked against the keys; value[i] belongs to keys[i]. */
struct kind_args {
	double samplerate_hz; /* 0: unknown */
	struct kind_value value[KIND_KEYS_MAX];
};

struct kind {
	const char *name;
	struct kind_key keys[KIND_KEYS_MAX]; /* up to the first without a name */
	size_t state_size;
	bool wants_samples; /* the raw blocks instead of edges */
	/* state is zeroed. ERR_CONFIG: a value out of range. deinit follows in any case. */
	enum err_code (*init)(void *state, const struct kind_args *args, struct err *e);
	void (*start)(void *state, uint64_t sample); /* sample 0; once, before anything else */
	void (*edges)(void *state, const struct edge *list, size_t count); /* of any channels */
	void (*samples)(void *state, const struct block *block);
	/* Adds the members of the result. start was not called when sample_count is 0. */
	void (*finish)(void *state, uint64_t sample_count, struct result *out);
	void (*deinit)(void *state);
};

void kind_no_edges(void *state, const struct edge *list, size_t count);
void kind_no_samples(void *state, const struct block *block);
void kind_no_deinit(void *state);

/* A given value that is a whole number in low..high, or fallback when it is not given. */
enum err_code kind_whole(const struct kind_value *value, const char *name, int64_t fallback,
			 int64_t low, int64_t high, int64_t *out, struct err *e);

extern const struct kind quadrature_kind, stroke_kind, protrusion_kind, latency_kind, settling_kind,
	activity_kind, pulse_kind, step_kind, uart_kind, baud_kind, spi_kind, isp_kind, sinc3_kind;

#endif
