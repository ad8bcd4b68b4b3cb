/* The filter of sinc3.h, and the analysis "sinc3" that takes its bits from a clock and a data
 * line. */
#include "analysis/sinc3.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "analysis/kind.h"
#include "analysis/statistics.h"
#include "capture/bitplane.h"

void sinc3_init(struct sinc3 *s, uint64_t osr)
{
	assert(osr >= 1 && osr <= SINC3_OSR_MAX);
	*s = (struct sinc3){.osr = osr, .left = osr};
}

static void sinc3_output(struct sinc3 *s)
{
	uint64_t value = s->integrator[2];

	for (unsigned i = 0; i < 3; i++) {
		uint64_t before = s->comb[i];

		s->comb[i] = value;
		value -= before;
	}
	s->left = s->osr;
	if (s->outputs_all++ < SINC3_DROPPED)
		return;

	int64_t level = 2 * (int64_t)value - (int64_t)(s->osr * s->osr * s->osr);
	bool is_first = s->outputs_all == SINC3_DROPPED + 1;

	if (is_first || level < s->min) {
		s->min = level;
		s->min_output = s->outputs_all - 1;
	}
	if (is_first || level > s->max) {
		s->max = level;
		s->max_output = s->outputs_all - 1;
	}
	s->sum += level;
	s->squares += (sinc3_wide)level * level;
}

/* A run of 127 spans at least two words or fills one: runs wholly inside a word cannot be that
 * long, so only the two ends of each word are looked at. */
static void sinc3_run(struct sinc3 *s, uint64_t stream, unsigned count)
{
	uint64_t differs = s->run_level ? ~stream : stream; /* 1: ends the run */
	unsigned leading = differs == 0 ? 64 : (unsigned)__builtin_ctzll(differs);

	if (leading >= count) {
		s->run += count;
	} else {
		uint64_t top = stream << (64 - count);

		s->run_level = top >> 63;
		s->is_clipped |= s->run + leading >= SINC3_CLIP_RUN;
		differs = s->run_level ? ~top : top;
		s->run = differs == 0 ? count : (unsigned)__builtin_clzll(differs);
		s->run = s->run < count ? s->run : count;
	}
	s->is_clipped |= s->run >= SINC3_CLIP_RUN;
}

void sinc3_feed(struct sinc3 *s, uint64_t stream, unsigned count)
{
	assert(count <= 64);
	if (count == 0)
		return;
	sinc3_run(s, stream, count);
	s->bits += count;
	s->ones += (uint64_t)__builtin_popcountll(stream & (UINT64_MAX >> (64 - count)));
	while (count > 0) {
		unsigned n = s->left < count ? (unsigned)s->left : count;
		uint64_t i0 = s->integrator[0], i1 = s->integrator[1], i2 = s->integrator[2];

		for (unsigned i = 0; i < n; i++) {
			i0 += stream & 1;
			i1 += i0;
			i2 += i1;
			stream >>= 1;
		}
		s->integrator[0] = i0;
		s->integrator[1] = i1;
		s->integrator[2] = i2;
		s->left -= n;
		count -= n;
		if (s->left == 0)
			sinc3_output(s);
	}
}

uint64_t sinc3_outputs(const struct sinc3 *s)
{
	return s->outputs_all > SINC3_DROPPED ? s->outputs_all - SINC3_DROPPED : 0;
}

static double sinc3_scale(const struct sinc3 *s)
{
	return (double)(s->osr * s->osr * s->osr);
}

double sinc3_mean(const struct sinc3 *s)
{
	return (double)s->sum / (double)sinc3_outputs(s) / sinc3_scale(s);
}

double sinc3_rms(const struct sinc3 *s)
{
	return sqrt((double)s->squares / (double)sinc3_outputs(s)) / sinc3_scale(s);
}

double sinc3_center(const struct sinc3 *s, uint64_t output)
{
	return (double)((output + 1) * s->osr - 1) - 1.5 * (double)(s->osr - 1);
}

/* The analysis. */
enum { KEY_CLK, KEY_DAT, KEY_OSR, KEY_EDGE, KEY_FROM, KEY_TO };

struct current {
	unsigned clk, dat;
	bool is_rising;
	uint64_t from, to; /* samples: bits of edges in from..to-1 are taken */
	bool has_to;
	uint64_t clk_before;                 /* level in the sample before, 0 or 1 */
	uint64_t first_edge, last_edge, gap; /* samples; gap: the largest between two edges */
	unsigned unit_size;                  /* that take is for; 0: none yet */
	bitplane_take *take;
	bitplane_pack *pack;
	struct sinc3 filter;
};

static enum err_code current_init(void *state, const struct kind_args *args, struct err *e)
{
	struct current *c = state;
	const struct kind_value *v = args->value;
	const char *edge = v[KEY_EDGE].given ? v[KEY_EDGE].text : "falling";
	int64_t osr;

	c->clk = v[KEY_CLK].bit;
	c->dat = v[KEY_DAT].bit;
	c->is_rising = strcmp(edge, "rising") == 0;
	c->from = v[KEY_FROM].sample; /* 0 when not given */
	c->has_to = v[KEY_TO].given;
	c->to = c->has_to ? v[KEY_TO].sample : UINT64_MAX;
	c->pack = bitplane_pack_best();
	if (kind_whole(&v[KEY_OSR], "osr", 0, 1, SINC3_OSR_MAX, &osr, e))
		return e->code;
	if (!c->is_rising && strcmp(edge, "falling") != 0)
		return err_set(e, ERR_CONFIG, "edge=%s: rising or falling", edge);
	if (c->clk == c->dat)
		return err_set(e, ERR_CONFIG, "clk and dat are both bit %u", c->clk);
	if (c->from >= c->to)
		return err_set(e, ERR_CONFIG, "the window from=%s,to=%s is empty", v[KEY_FROM].text,
			       v[KEY_TO].text);
	sinc3_init(&c->filter, (uint64_t)osr);
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

/* Is there a run of n zeros (n >= 1) between the lowest and the highest one of edges? */
static bool current_has_run(uint64_t edges, uint64_t n)
{
	unsigned low = (unsigned)__builtin_ctzll(edges);
	unsigned high = 63 - (unsigned)__builtin_clzll(edges);
	uint64_t run = ~edges & current_low(high) & ~current_low(low);

	/* Bit i of run: zeros at i .. i + length - 1; lengths double. */
	for (uint64_t length = 1; length < n && run != 0;) {
		uint64_t step = length < n - length ? length : n - length;

		if (step >= 64)
			return false;
		run &= run >> step;
		length += step;
	}
	return run != 0;
}

/* Edges of 64 samples from index on. The look at each edge is for a new largest gap only. */
static void current_gaps(struct current *c, uint64_t edges, uint64_t index)
{
	if (edges == 0)
		return;
	if (c->filter.bits == 0)
		c->first_edge = c->last_edge = index + (unsigned)__builtin_ctzll(edges);

	uint64_t first = index + (unsigned)__builtin_ctzll(edges);

	c->gap = first - c->last_edge > c->gap ? first - c->last_edge : c->gap;
	c->last_edge = index + 63 - (unsigned)__builtin_clzll(edges);
	if (c->gap > 0 && !current_has_run(edges, c->gap))
		return;
	for (uint64_t before = first, left = edges & (edges - 1); left != 0; left &= left - 1) {
		uint64_t at = index + (unsigned)__builtin_ctzll(left);

		c->gap = at - before > c->gap ? at - before : c->gap;
		before = at;
	}
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
	current_gaps(c, edges, index);
	sinc3_feed(&c->filter, c->pack(plane.dat, edges), (unsigned)__builtin_popcountll(edges));
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

/* The longest time without an edge in the window, its two ends included: a clock that is missed, or
 * that stops, shows here and nowhere else. */
static uint64_t current_gap(const struct current *c, uint64_t sample_count)
{
	uint64_t end = c->has_to ? c->to : sample_count;

	if (c->filter.bits == 0)
		return end - c->from;

	uint64_t before = c->first_edge - c->from, behind = end - c->last_edge;
	uint64_t ends = before > behind ? before : behind;

	return c->gap > ends ? c->gap : ends;
}

/* The sample in the middle of what an output was made of, by the mean clock. */
static double current_sample(const struct current *c, uint64_t output)
{
	double spacing = (double)(c->last_edge - c->first_edge) / (double)(c->filter.bits - 1);

	return (double)c->first_edge + sinc3_center(&c->filter, output) * spacing;
}

/* A window that the capture does not hold whole has no values: a part would pass for the whole. */
static void current_finish(void *state, uint64_t sample_count, struct result *out)
{
	const struct current *c = state;
	const struct sinc3 *f = &c->filter;
	bool is_whole = c->from <= sample_count && (!c->has_to || c->to <= sample_count);
	uint64_t n = is_whole ? sinc3_outputs(f) : 0;
	double scale = sinc3_scale(f);

	result_set(out, "bits", is_whole ? result_integer((int64_t)f->bits) : result_null());
	result_set(out, "ones", is_whole ? result_integer((int64_t)f->ones) : result_null());
	result_set(out, "outputs", is_whole ? result_integer((int64_t)n) : result_null());
	result_set(out, "mean", statistics_number(sinc3_mean(f), n));
	result_set(out, "rms", statistics_number(sinc3_rms(f), n));
	result_set(out, "min", statistics_number((double)f->min / scale, n));
	result_set(out, "max", statistics_number((double)f->max / scale, n));
	result_set(out, "clipped", is_whole ? result_bool(f->is_clipped) : result_null());
	result_set(out, "min_at_sample", statistics_number(current_sample(c, f->min_output), n));
	result_set(out, "max_at_sample", statistics_number(current_sample(c, f->max_output), n));
	result_set(out, "clock_gap_samples",
		   is_whole ? result_integer((int64_t)current_gap(c, sample_count))
			    : result_null());
}

const struct kind sinc3_kind = {
	.name = "sinc3",
	.keys = {[KEY_CLK] = {"clk", KIND_CHANNEL, true},
		 [KEY_DAT] = {"dat", KIND_CHANNEL, true},
		 [KEY_OSR] = {"osr", KIND_NUMBER, true},
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
