/* See wave.h. */
#include "wave.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/quadrature.h"
#include "analysis/sinc3.h"
#include "base/log.h"
#include "capture/bitplane.h"
#include "capture/edges.h"
#include "capture/sr_reader.h"

enum {
	EDGES = 4096,
	OSR = 160,          /* its notch lies on the pen's PWM (DESIGN.md, section 2) */
	HYSTERESIS = 300,   /* counts that make a turning point */
	MOTION_COUNTS = 10, /* less is shiver */
	WORDS_PER_BIN = 20, /* of 64 samples: 51.2 us at 25 MS/s */
};

/* bit: -1 when the capture has no such channel. */
struct lines {
	int a, b, z, clk, dat;
};

/* Invariant: bins 0..filled-1 of a list are complete; bin_words: words of 64 samples a bin. */
struct reading {
	struct wave *wave;
	struct lines line;
	double rate_hz;
	uint64_t samples, bin_samples;
	/* position */
	uint64_t last;
	struct quadrature decoder;
	size_t position_bin;
	struct plot_bin open;
	int64_t extreme, first_zero;
	bool has_zero, rises;
	int64_t top, bottom;
	uint64_t top_at, bottom_at, extreme_at, first_motion, last_motion;
	bool has_motion;
	/* current */
	struct sinc3 filter;
	bitplane_take *take;
	bitplane_pack *pack;
	uint64_t clk_before;
	size_t words, current_bin, words_per_bin;
};

static int find_line(const struct channels *c, const char *name)
{
	for (unsigned i = 0; i < c->count; i++)
		if (strcmp(c->name[i], name) == 0)
			return (int)i;
	return -1;
}

/* Two neighbours become one. */
static void halve(struct plot_bin *bin, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		bin[i].min = fminf(bin[2 * i].min, bin[2 * i + 1].min);
		bin[i].max = fmaxf(bin[2 * i].max, bin[2 * i + 1].max);
	}
}

static void make_room(struct reading *r)
{
	if (r->position_bin < WAVE_BINS_MAX && r->current_bin < WAVE_BINS_MAX)
		return;
	halve(r->wave->position, WAVE_BINS_MAX);
	halve(r->wave->current, WAVE_BINS_MAX);
	/* Whichever was behind by a bin catches up: an odd rest is shown with its neighbour. */
	r->position_bin /= 2;
	r->current_bin /= 2;
	r->bin_samples *= 2;
	r->words_per_bin *= 2;
}

/* ---- position ---- */

static void close_position_bins(struct reading *r, uint64_t index)
{
	while ((r->position_bin + 1) * r->bin_samples <= index) {
		make_room(r);
		if ((r->position_bin + 1) * r->bin_samples > index)
			break;
		r->wave->position[r->position_bin++] = r->open;
		r->open.min = r->open.max = (float)r->decoder.count;
	}
}

/* A stroke begins where the needle was furthest back before it came forth. */
static void find_bottoms(struct reading *r, uint64_t index)
{
	int64_t count = r->decoder.count;

	if (r->rises ? count > r->extreme : count < r->extreme) {
		r->extreme = count;
		r->extreme_at = index;
	} else if (llabs(count - r->extreme) >= HYSTERESIS) {
		if (!r->rises && r->wave->bottom_count < WAVE_STROKES_MAX)
			r->wave->bottom_s[r->wave->bottom_count++] =
				(double)r->extreme_at / r->rate_hz;
		r->rises = !r->rises;
		r->extreme = count;
		r->extreme_at = index;
	}
}

static void moved(struct reading *r, uint64_t index)
{
	int64_t count = r->decoder.count;

	r->open.min = (float)count < r->open.min ? (float)count : r->open.min;
	r->open.max = (float)count > r->open.max ? (float)count : r->open.max;
	if (count > r->top) {
		r->top = count;
		r->top_at = index;
	}
	if (llabs(count) >= MOTION_COUNTS && !r->has_motion) {
		r->has_motion = true;
		r->first_motion = index;
	}
	r->last_motion = index;
	find_bottoms(r, index);
}

static void feed_position(struct reading *r, const struct block *block)
{
	struct edge edges[EDGES];
	uint64_t mask = quadrature_mask(r->decoder.lines);
	uint64_t mark = r->line.z >= 0 ? UINT64_C(1) << r->line.z : 0;
	size_t at = 0;

	if (block->first_index == 0) {
		r->last = edges_sample(block, 0);
		quadrature_init(&r->decoder, r->decoder.lines, r->last);
	}
	while (at < block->sample_count) {
		size_t count = edges_find(block, &at, &r->last, mask | mark, edges, EDGES);
		for (size_t i = 0; i < count; i++) {
			close_position_bins(r, edges[i].index);
			if ((edges[i].changed & mask) != 0 &&
			    quadrature_feed(&r->decoder, edges[i].value) != QUADRATURE_ILLEGAL)
				moved(r, edges[i].index);
			if (!r->has_zero && (edges[i].changed & edges[i].value & mark) != 0 &&
			    r->rises) {
				r->has_zero = true;
				r->first_zero = r->decoder.count;
			}
		}
	}
	close_position_bins(r, block->first_index + block->sample_count);
}

/* ---- current ---- */

static void start_current_bin(struct reading *r)
{
	r->words = 0;
	r->filter.min = INT64_MAX;
	r->filter.max = INT64_MIN;
}

static void close_current_bin(struct reading *r)
{
	struct plot_bin bin = {.min = INFINITY, .max = -INFINITY};
	const double scale = (double)OSR * OSR * OSR;

	if (r->filter.min <= r->filter.max) {
		bin.min = (float)((double)r->filter.min / scale);
		bin.max = (float)((double)r->filter.max / scale);
	}
	make_room(r);
	r->wave->current[r->current_bin++] = bin;
	start_current_bin(r);
}

static void feed_word(struct reading *r, struct bitplane_pair plane)
{
	uint64_t edges = ~plane.clk & (plane.clk << 1 | r->clk_before);

	r->clk_before = plane.clk >> (BITPLANE_SAMPLES - 1);
	sinc3_feed(&r->filter, r->pack(plane.dat, edges), bitplane_count(edges));
	if (++r->words >= r->words_per_bin)
		close_current_bin(r);
}

/* The last samples of a block that make no whole word are left out but for the file's end: blocks
 * of the reader are whole words. */
static void feed_current(struct reading *r, const struct block *block)
{
	const uint8_t *data = block->data;
	size_t words = block->sample_count / BITPLANE_SAMPLES;

	for (size_t i = 0; i < words; i++) {
		feed_word(r, r->take(data, (unsigned)r->line.clk, (unsigned)r->line.dat));
		data += BITPLANE_SAMPLES * block->unit_size;
	}
}

/* ---- the whole ---- */

static void begin(struct reading *r, const struct sessionfile *info)
{
	const struct channels *c = &info->channels;

	r->line =
		(struct lines){find_line(c, "ENC_A"), find_line(c, "ENC_B"), find_line(c, "ENC_Z"),
			       find_line(c, "MOD_CLK"), find_line(c, "MOD_DAT")};
	r->rate_hz = info->samplerate_hz;
	r->words_per_bin = WORDS_PER_BIN;
	r->bin_samples = WORDS_PER_BIN * BITPLANE_SAMPLES;
	r->pack = bitplane_pack_best();
	r->wave->has_position = r->line.a >= 0 && r->line.b >= 0;
	r->wave->has_current = r->line.clk >= 0 && r->line.dat >= 0;
	if (r->wave->has_position)
		r->decoder.lines =
			(struct quadrature_lines){(unsigned)r->line.a, (unsigned)r->line.b};
	sinc3_init(&r->filter, OSR);
	start_current_bin(r);
}

static void scale_bins(struct plot_bin *bin, size_t count, double factor, double offset)
{
	for (size_t i = 0; i < count; i++) {
		if (bin[i].min > bin[i].max)
			continue;
		bin[i].min = (float)(bin[i].min * factor + offset);
		bin[i].max = (float)(bin[i].max * factor + offset);
	}
}

/* An output of the filter stands 1.5 (OSR - 1) bits after the middle of what it was made of. */
static void shift_current(struct reading *r)
{
	struct wave *w = r->wave;
	double per_bit = (double)r->samples / fmax(1, (double)r->filter.bits);
	size_t late = (size_t)llround(1.5 * (OSR - 1) * per_bit / (double)r->bin_samples);

	if (late >= r->current_bin)
		return;
	memmove(w->current, w->current + late, (r->current_bin - late) * sizeof w->current[0]);
	for (size_t i = r->current_bin - late; i < r->current_bin; i++)
		w->current[i] = (struct plot_bin){.min = INFINITY, .max = -INFINITY};
}

static void finish_current(struct reading *r, const struct wave_scale *scale)
{
	struct wave *w = r->wave;

	shift_current(r);
	scale_bins(w->current, r->current_bin, 1000 * scale->volt_full_scale / scale->shunt_ohm, 0);
	w->peak_ma = -INFINITY;
	for (size_t i = 0; i < r->current_bin; i++) {
		if ((double)w->current[i].max > w->peak_ma) {
			w->peak_ma = (double)w->current[i].max;
			w->peak_s = ((double)i + 0.5) * w->bin_s;
		}
	}
	for (size_t i = r->current_bin; i < w->count; i++)
		w->current[i] = (struct plot_bin){.min = INFINITY, .max = -INFINITY};
}

static void finish(struct reading *r, const struct wave_scale *scale)
{
	struct wave *w = r->wave;
	double zero_um =
		r->has_zero ? scale->z0_um - (double)r->first_zero * scale->um_per_count : 0;

	w->seconds = (double)r->samples / r->rate_hz;
	w->bin_s = (double)r->bin_samples / r->rate_hz;
	w->count = w->has_position ? r->position_bin : r->current_bin;
	w->is_from_nose = r->has_zero;
	w->first_motion_s = r->has_motion ? (double)r->first_motion / r->rate_hz : NAN;
	w->last_motion_s = r->has_motion ? (double)r->last_motion / r->rate_hz : NAN;
	w->top_um = (double)r->top * scale->um_per_count + zero_um;
	w->top_s = (double)r->top_at / r->rate_hz;
	if (w->has_position)
		scale_bins(w->position, w->count, scale->um_per_count, zero_um);
	if (w->has_current)
		finish_current(r, scale);
}

enum err_code wave_read(struct wave **out, const char *path, const struct wave_scale *scale,
			struct err *e)
{
	struct sr_reader *reader = NULL;
	struct reading r = {0};
	struct block block;
	enum err_code code = sr_reader_open(&reader, path, e);

	*out = NULL;
	if (code != ERR_NONE)
		return code;
	r.wave = calloc(1, sizeof *r.wave);
	if (r.wave == NULL) {
		code = err_set(e, ERR_BENCH, "report: out of memory for the plots of %s", path);
		goto out;
	}
	begin(&r, sr_reader_info(reader));
	if (!(r.rate_hz > 0))
		code = err_set(e, ERR_CONFIG, "%s: no sample rate, so no time to plot over", path);
	while (code == ERR_NONE) {
		code = sr_reader_next(reader, &block, e);
		if (code != ERR_NONE || block.sample_count == 0)
			break;
		if (r.take == NULL)
			r.take = bitplane_best(block.unit_size);
		if (r.wave->has_position)
			feed_position(&r, &block);
		if (r.wave->has_current)
			feed_current(&r, &block);
		r.samples = block.first_index + block.sample_count;
	}
	if (code == ERR_NONE && r.samples > 0) {
		finish(&r, scale);
		*out = r.wave;
		r.wave = NULL;
	} else if (code == ERR_NONE) {
		code = err_set(e, ERR_CONFIG, "%s: it holds no samples", path);
	}
out:
	free(r.wave);
	sr_reader_close(reader);
	return code;
}

void wave_free(struct wave *w)
{
	free(w);
}
