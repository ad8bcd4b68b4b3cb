/* The analysis "pulse": periods (rising to rising), widths and duty of one line. All counts are
 * exact; a mean of duties is summed in the order of the cycles. */
#include "analysis/kind.h"
#include "analysis/statistics.h"

#include <math.h>

enum { KEY_CH };

/* Invariant: high_samples counts whole highs only; the one under way began at `rose`. */
struct pulse {
	unsigned bit;
	double samplerate_hz;	 /* 0: unknown */
	bool is_high, has_width; /* has_width: the present or last high began inside the capture */
	uint64_t rose, width;	 /* of the present or last high */
	uint64_t rising, falling, high_samples;
	uint64_t first_rise, last_rise;
	struct tally periods, widths;
	uint64_t cycle_high; /* over all complete cycles */
	double duty_sum, duty_min, duty_max;
};

static enum err_code pulse_init(void *state, const struct kind_args *args, struct err *e)
{
	struct pulse *p = state;

	(void)e;
	p->bit = args->value[KEY_CH].bit;
	p->samplerate_hz = args->samplerate_hz;
	p->duty_min = INFINITY;
	p->duty_max = -INFINITY;
	return ERR_NONE;
}

static void pulse_start(void *state, uint64_t sample)
{
	struct pulse *p = state;

	p->is_high = sample >> p->bit & 1;
}

static void pulse_rise(struct pulse *p, uint64_t index)
{
	if (p->rising++ == 0) {
		p->first_rise = index;
	} else {
		uint64_t period = index - p->last_rise;
		double duty = (double)p->width / (double)period;

		tally_add(&p->periods, period);
		p->cycle_high += p->width;
		p->duty_sum += duty;
		p->duty_min = duty < p->duty_min ? duty : p->duty_min;
		p->duty_max = duty > p->duty_max ? duty : p->duty_max;
	}
	p->last_rise = p->rose = index;
	p->is_high = p->has_width = true;
}

static void pulse_fall(struct pulse *p, uint64_t index)
{
	p->falling++;
	p->width = index - p->rose;
	p->high_samples += p->width;
	if (p->has_width)
		tally_add(&p->widths, p->width);
	p->is_high = false;
}

static void pulse_edges(void *state, const struct edge *list, size_t count)
{
	struct pulse *p = state;
	uint64_t mask = UINT64_C(1) << p->bit;

	for (size_t i = 0; i < count; i++) {
		if ((list[i].changed & mask) == 0)
			continue;
		if (list[i].value & mask)
			pulse_rise(p, list[i].index);
		else
			pulse_fall(p, list[i].index);
	}
}

static struct result *pulse_frequency(const struct pulse *p)
{
	struct result *r = result_object();
	uint64_t n = p->samplerate_hz > 0 ? p->periods.count : 0;
	double span = (double)(p->last_rise - p->first_rise);

	result_set(r, "mean", statistics_number(p->samplerate_hz * (double)n / span, n));
	result_set(r, "min", statistics_number(p->samplerate_hz / (double)p->periods.max, n));
	result_set(r, "max", statistics_number(p->samplerate_hz / (double)p->periods.min, n));
	return r;
}

static struct result *pulse_duty(const struct pulse *p)
{
	struct result *r = result_object();
	uint64_t n = p->periods.count;
	double weighted = (double)p->cycle_high / (double)p->periods.sum;

	result_set(r, "mean", statistics_number(100 * p->duty_sum / (double)n, n));
	result_set(r, "min", statistics_number(100 * p->duty_min, n));
	result_set(r, "max", statistics_number(100 * p->duty_max, n));
	result_set(r, "weighted", statistics_number(100 * weighted, n));
	return r;
}

static void pulse_finish(void *state, uint64_t sample_count, struct result *out)
{
	const struct pulse *p = state;
	uint64_t high = p->high_samples + (p->is_high ? sample_count - p->rose : 0);

	result_set(out, "rising", result_integer((int64_t)p->rising));
	result_set(out, "falling", result_integer((int64_t)p->falling));
	result_set(out, "high_samples", result_integer((int64_t)high));
	result_set(out, "periods", result_integer((int64_t)p->periods.count));
	result_set(out, "period_samples", tally_result(&p->periods));
	result_set(out, "frequency_hz", pulse_frequency(p));
	result_set(out, "duty_percent", pulse_duty(p));
	result_set(out, "width_samples", tally_result(&p->widths));
}

static void pulse_deinit(void *state)
{
	struct pulse *p = state;

	tally_deinit(&p->periods);
	tally_deinit(&p->widths);
}

const struct kind pulse_kind = {
	.name = "pulse",
	.keys = {[KEY_CH] = {"ch", KIND_CHANNEL, true}},
	.state_size = sizeof(struct pulse),
	.init = pulse_init,
	.start = pulse_start,
	.edges = pulse_edges,
	.samples = kind_no_samples,
	.finish = pulse_finish,
	.deinit = pulse_deinit,
};
