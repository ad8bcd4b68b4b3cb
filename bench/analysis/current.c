/*
 * The analysis "sinc3": the bits that a modulator's clock takes from its data line, filtered
 * (sinc3.h), the state of that clock (clockgap.h), and where the modulator clipped. Instants are
 * samples; those of the extremes have the filter's delay taken out, by the mean clock.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analysis/clockgap.h"
#include "analysis/kind.h"
#include "analysis/sinc3.h"
#include "analysis/statistics.h"
#include "capture/bitplane.h"

enum { KEY_CLK, KEY_DAT, KEY_OSR, KEY_EVERY, KEY_EDGE, KEY_FROM, KEY_TO };

struct current {
	unsigned clk, dat;
	bool is_rising;
	uint64_t from, to; /* samples: bits of edges in from..to-1 are taken */
	bool has_to;
	uint64_t clk_before; /* level in the sample before, 0 or 1 */
	struct clockgap clock;
	unsigned unit_size; /* that take is for; 0: none yet */
	bitplane_take *take;
	bitplane_pack *pack;
	struct sinc3 filter;
	/* When the bits came that ended the extreme outputs, and the one that made the clipping
	 * plain. */
	uint64_t min_end, max_end, clip_at;
};

static enum err_code current_init(void *state, const struct kind_args *args, struct err *e)
{
	struct current *c = state;
	const struct kind_value *v = args->value;
	const char *edge = v[KEY_EDGE].given ? v[KEY_EDGE].text : "falling";
	int64_t osr, every;

	c->clk = v[KEY_CLK].bit;
	c->dat = v[KEY_DAT].bit;
	c->is_rising = strcmp(edge, "rising") == 0;
	c->from = v[KEY_FROM].sample; /* 0 when not given */
	c->has_to = v[KEY_TO].given;
	c->to = c->has_to ? v[KEY_TO].sample : UINT64_MAX;
	c->pack = bitplane_pack_best();
	if (kind_whole(&v[KEY_OSR], "osr", 0, 1, SINC3_OSR_MAX, &osr, e))
		return e->code;
	if (kind_whole(&v[KEY_EVERY], "every", osr, 1, osr, &every, e))
		return e->code;
	if (osr % every != 0 || osr / every > SINC3_DELAY_MAX)
		return err_set(e, ERR_CONFIG,
			       "every=%" PRId64 ": osr=%" PRId64
			       " must be a multiple of it, 1 to %d "
			       "times",
			       every, osr, SINC3_DELAY_MAX);
	if (!c->is_rising && strcmp(edge, "falling") != 0)
		return err_set(e, ERR_CONFIG, "edge=%s: rising or falling", edge);
	if (c->clk == c->dat)
		return err_set(e, ERR_CONFIG, "clk and dat are both bit %u", c->clk);
	if (c->from >= c->to)
		return err_set(e, ERR_CONFIG, "the window from=%s,to=%s is empty", v[KEY_FROM].text,
			       v[KEY_TO].text);
	sinc3_init_sliding(&c->filter, (uint64_t)osr, (uint64_t)every);
	return ERR_NONE;
}

static void current_start(void *state, uint64_t sample)
{
	struct current *c = state;

	c->clk_before = sample >> c->clk & 1; /* sample 0 has no edge */
}

/* Bits 0..count-1 of a word, count 0..64. */
static uint64_t current_low(uint64_t count)
{
	return count >= 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

/* The sample of one of the bits that came with edges, the first of which was bit number `before`.
 */
static uint64_t current_when(uint64_t edges, uint64_t index, uint64_t before, uint64_t bit)
{
	for (; before < bit; before++)
		edges &= edges - 1;
	return index + (unsigned)__builtin_ctzll(edges);
}

/* The bits of edges go through the filter; what is new about its extremes gets its instant. */
static void current_filter(struct current *c, uint64_t stream, uint64_t edges, uint64_t index)
{
	struct sinc3 *f = &c->filter;
	uint64_t before = f->bits, min = f->min_output, max = f->max_output;
	bool was_clipped = f->is_clipped;

	sinc3_feed(f, stream, bitplane_count(edges));
	if (f->min_output != min)
		c->min_end = current_when(edges, index, before, sinc3_end(f, f->min_output));
	if (f->max_output != max)
		c->max_end = current_when(edges, index, before, sinc3_end(f, f->max_output));
	if (f->is_clipped && !was_clipped)
		c->clip_at = current_when(edges, index, before, f->clip_bit);
}

/* 64 samples from `index` on, of which the first `count` are real. */
static void current_planes(struct current *c, struct bitplane_pair plane, uint64_t index,
			   unsigned count)
{
	uint64_t shifted = plane.clk << 1 | c->clk_before;
	uint64_t edges = c->is_rising ? plane.clk & ~shifted : ~plane.clk & shifted;

	edges &= current_low(count);
	c->clk_before = plane.clk >> (count - 1) & 1;
	if (index < c->from)
		edges &= ~current_low(c->from - index);
	if (index + count > c->to)
		edges &= current_low(c->to > index ? c->to - index : 0);
	clockgap_feed(&c->clock, edges, index);
	current_filter(c, c->pack(plane.dat, edges), edges, index);
}

static void current_samples(void *state, const struct block *block)
{
	struct current *c = state;
	const size_t unit = block->unit_size, whole = block->sample_count / BITPLANE_SAMPLES;
	size_t rest = block->sample_count % BITPLANE_SAMPLES;
	uint64_t index = block->first_index;
	const uint8_t *data = block->data;

	if (c->unit_size != block->unit_size) {
		c->unit_size = block->unit_size;
		c->take = bitplane_best(c->unit_size);
	}
	for (size_t i = 0; i < whole; i++) {
		current_planes(c, c->take(data, c->clk, c->dat), index, BITPLANE_SAMPLES);
		data += BITPLANE_SAMPLES * unit;
		index += BITPLANE_SAMPLES;
	}
	if (rest > 0) {
		uint8_t padded[BITPLANE_SAMPLES * 8] = {0};

		memcpy(padded, data, rest * unit);
		current_planes(c, c->take(padded, c->clk, c->dat), index, (unsigned)rest);
	}
}

/* The longest time without an edge in the window, its two ends included: a clock that stops shows
 * here and nowhere else. */
static uint64_t current_gap(const struct current *c, uint64_t sample_count)
{
	uint64_t end = c->has_to ? c->to : sample_count;

	if (c->clock.edges == 0)
		return end - c->from;

	uint64_t before = c->clock.first - c->from, behind = end - c->clock.last;
	uint64_t ends = before > behind ? before : behind;

	return c->clock.longest > ends ? c->clock.longest : ends;
}

/* The sample in the middle of what an output was made of, that ended at the sample `end`. */
static double current_center(const struct current *c, uint64_t end)
{
	double spacing = (double)(c->clock.last - c->clock.first) / (double)(c->clock.edges - 1);

	return (double)end - sinc3_delay(&c->filter) * spacing;
}

/* value, or null when there is none. */
static struct result *current_whole(uint64_t value, bool exists)
{
	return exists ? result_integer((int64_t)value) : result_null();
}

static void current_clock(const struct current *c, uint64_t sample_count, bool is_whole,
			  struct result *out)
{
	struct result *list = is_whole ? result_array() : result_null();

	for (uint64_t i = 0; is_whole && i < c->clock.gaps && i < CLOCKGAP_LISTED; i++)
		result_append(list, result_integer((int64_t)c->clock.at[i]));
	result_set(out, "clock_gap_samples",
		   current_whole(is_whole ? current_gap(c, sample_count) : 0, is_whole));
	result_set(out, "clock_gaps", current_whole(c->clock.gaps, is_whole));
	result_set(out, "clock_missing", current_whole(c->clock.missing, is_whole));
	result_set(out, "clock_gap_at", list);
}

/* A window that the capture does not hold whole has no values: a part would pass for the whole. */
static void current_finish(void *state, uint64_t sample_count, struct result *out)
{
	struct current *c = state;
	const struct sinc3 *f = &c->filter;
	bool is_whole = c->from <= sample_count && (!c->has_to || c->to <= sample_count);
	uint64_t n = is_whole ? sinc3_outputs(f) : 0;
	double scale = sinc3_scale(f);

	clockgap_finish(&c->clock);
	result_set(out, "bits", current_whole(f->bits, is_whole));
	result_set(out, "ones", current_whole(f->ones, is_whole));
	result_set(out, "outputs", current_whole(n, is_whole));
	result_set(out, "mean", statistics_number(sinc3_mean(f), n));
	result_set(out, "rms", statistics_number(sinc3_rms(f), n));
	result_set(out, "min", statistics_number((double)f->min / scale, n));
	result_set(out, "max", statistics_number((double)f->max / scale, n));
	result_set(out, "clipped", is_whole ? result_bool(f->is_clipped) : result_null());
	result_set(out, "clipped_bits", current_whole(f->clipped_bits, is_whole));
	result_set(out, "clipped_at_sample", current_whole(c->clip_at, is_whole && f->is_clipped));
	result_set(out, "min_at_sample", statistics_number(current_center(c, c->min_end), n));
	result_set(out, "max_at_sample", statistics_number(current_center(c, c->max_end), n));
	current_clock(c, sample_count, is_whole, out);
}

const struct kind sinc3_kind = {
	.name = "sinc3",
	.keys = {[KEY_CLK] = {"clk", KIND_CHANNEL, true},
		 [KEY_DAT] = {"dat", KIND_CHANNEL, true},
		 [KEY_OSR] = {"osr", KIND_NUMBER, true},
		 [KEY_EVERY] = {"every", KIND_NUMBER, false},
		 [KEY_EDGE] = {"edge", KIND_TEXT, false},
		 [KEY_FROM] = {"from", KIND_MOMENT, false},
		 [KEY_TO] = {"to", KIND_MOMENT, false}},
	.state_size = sizeof(struct current),
	.wants_samples = true,
	.init = current_init,
	.start = current_start,
	.edges = kind_no_edges,
	.samples = current_samples,
	.finish = current_finish,
	.deinit = kind_no_deinit,
};
