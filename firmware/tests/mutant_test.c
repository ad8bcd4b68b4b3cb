/*
 * Each mutant differs from the release in its own behaviour and in no other. Compiled once with
 * every MUTANT_ macro, and once with none (MUTANT_NAME says which); no-watchdog has no pure part
 * and must behave like the release here.
 */
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "base/tap.h"
#include "command.h"
#include "config.h"
#include "crank_model.h"
#include "nose.h"

enum behaviour { RATE_MAP, STROKE_COUNT, STALL, SOFT_STOP, CLAMP, VERSION, JITTER, BEHAVIOURS };

static const char *const owners[BEHAVIOURS] = {
	[RATE_MAP] = "rate-map",      [STROKE_COUNT] = "stroke-count", [STALL] = "no-stall-cutout",
	[SOFT_STOP] = "no-soft-stop", [CLAMP] = "no-depth-clamp",      [VERSION] = "wrong-version",
	[JITTER] = "jitter",
};

static void run_ms(struct crank_model *m, int ms)
{
	for (int i = 0; i < ms; i++)
		crank_model_ms(m);
}

/* Every setting turns as it says. */
static bool is_rate_map_right(void)
{
	for (uint16_t hz = CONFIG_RATE_MIN_HZ; hz <= CONFIG_RATE_MAX_HZ; hz++) {
		if (speed_setting_chz(hz) != hz * 100u)
			return false;
	}
	return true;
}

/* The pen's own count, so that a crank that coasts on is not taken for a wrong goal: passages up to
 * the end of the drive. */
static bool is_count_right(void)
{
	static const uint16_t turns[] = {1, 3, 50, 51, 80};

	for (unsigned i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
		struct crank_model m = crank_model_make();
		stroke_start(&m.stroke, &m.in, turns[i], false);
		for (int ms = 0; ms < 4000 && m.stroke.phase != STROKE_PHASE_COAST; ms++)
			crank_model_ms(&m);
		if (m.tach.entries != turns[i])
			return false;
	}
	return true;
}

static bool is_stall_cut(void)
{
	struct crank_model m = crank_model_make();

	stroke_start(&m.stroke, &m.in, 0, false);
	run_ms(&m, 600);
	m.blocked = true;
	run_ms(&m, CONFIG_STALL_MS + 5);
	return m.duty == 0 && m.stroke.fault == STROKE_FAULT_STALL;
}

/* How fast the crank is when the last passage is over. */
static bool is_stop_soft(void)
{
	struct crank_model m = crank_model_make();

	stroke_start(&m.stroke, &m.in, 40, false);
	for (int ms = 0; ms < 4000 && m.stroke.phase != STROKE_PHASE_COAST; ms++)
		crank_model_ms(&m);
	return m.stroke.phase == STROKE_PHASE_COAST && m.speed_rad_s < 20.0 * MODEL_TAU;
}

static bool is_depth_clamped(void)
{
	struct command c = {0};
	struct nose n;
	int steps = 0;
	bool before = false;

	nose_init(&n);
	nose_go(&n, 2800);
	for (int ms = 0; ms < 3000 && (nose_is_moving(&n) || ms == 0); ms++) {
		struct nose_output out = nose_tick(&n, steps <= 0);
		if (out.step && !before)
			steps += out.extend ? 1 : -1;
		before = out.step;
	}
	return steps == 250 && command_parse(&c, "DEPTH 2510") == REFUSAL_RANGE &&
	       command_parse(&c, "DEPTH 2500") == REFUSAL_NONE;
}

static bool is_version_right(void)
{
	struct text text;

	text_init(&text);
	answer_id(&text, 0, 1);
	return strcmp(text.chars, "OK PEN 1.1.0 00000000 1") == 0;
}

/* Turns of a run at `hz`, once it is steady: mean and standard deviation, Hz. */
static void steady(double hz, double *mean, double *sd)
{
	struct crank_model m = crank_model_make();
	double sum = 0.0, squares = 0.0;
	enum { MS = 1024 };

	m.in.rate_chz = (uint16_t)(hz * 100.0);
	stroke_start(&m.stroke, &m.in, 0, false);
	run_ms(&m, 700);
	for (int i = 0; i < MS; i++) {
		crank_model_ms(&m);
		double now = m.speed_rad_s / MODEL_TAU;
		sum += now;
		squares += now * now;
	}
	*mean = sum / MS;
	*sd = sqrt(fmax(0.0, squares / MS - *mean * *mean));
}

static bool is_rate_steady(struct tap *t)
{
	double mean, sd, worst = 0.0;

	for (int hz = 90; hz <= 150; hz += 15) {
		steady(hz, &mean, &sd);
		worst = fmax(worst, sd / mean);
		tap_ok(t, fabs(mean / hz - 1.0) < 0.004, "%d Hz: the mean is right, %.2f Hz", hz,
		       mean);
	}
	tap_note("largest standard deviation %.3f %%", worst * 100.0);
	return worst < 0.01;
}

int main(void)
{
	struct tap t = tap_begin();
	bool right[BEHAVIOURS];

	right[RATE_MAP] = is_rate_map_right();
	right[STROKE_COUNT] = is_count_right();
	right[STALL] = is_stall_cut();
	right[SOFT_STOP] = is_stop_soft();
	right[CLAMP] = is_depth_clamped();
	right[VERSION] = is_version_right();
	right[JITTER] = is_rate_steady(&t);
	for (int i = 0; i < BEHAVIOURS; i++) {
		bool own = strcmp(MUTANT_NAME, owners[i]) == 0;
		tap_ok(&t, right[i] == !own, "%s: what %s breaks is %s", MUTANT_NAME, owners[i],
		       own ? "broken" : "sound");
	}
	return tap_end(&t);
}
