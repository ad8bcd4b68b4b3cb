/*
 * The loop around one capture. Time is granted in steps of at most 50 ms and exactly up to every
 * action; samples are taken as they come and never waited for while time has to run, so that
 * nothing hangs on packet sizes or on the host's scheduling. Only at the end, when the last sample
 * is due for certain, does it wait for the number that was fixed before the first.
 */
#include "session/recording.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "capture/sr_writer.h"
#include "session/clock_check.h"
#include "session/inside.h"

enum {
	BLOCK_SIZE = 1 << 20, /* bytes handed to the analyses at a time: some ms of work */
	WAIT_MS = 20,         /* host time per look at an empty analyzer; a feed fits in between */
	END_WAITS = 100,      /* such looks for the driver's own end: 2 s */
	REST_LOOKS_MAX = 50,  /* at what a broken capture has left: 1 s at most, */
	QUIET_LOOKS = 5,      /* or until nothing came for 0.1 s */
};

#define STEP_NS (50 * NS_PER_MS)
/* A sample clock up to this much slow still ends in time; beyond 100 ppm it is a fault anyway. */
#define SLOW_PPM  200
#define MARGIN_NS NS_PER_MS

struct state {
	struct session *session;
	struct analyzer *analyzer;
	struct recording *recording;
	struct sr_writer *writer; /* NULL: no file */
	struct clock_check clock;
	bool has_clock;
	bool has_hole; /* a block did not get into the file */
	unsigned unit_size;
	uint64_t done;  /* samples */
	uint8_t *block; /* BLOCK_SIZE */
};

/* ---- before ---- */

static enum err_code check_times(const struct recording *r, uint64_t rate_hz, struct err *e)
{
	if (!(r->seconds > 0 && r->seconds <= RECORDING_SECONDS_MAX) ||
	    r->seconds * (double)rate_hz < 1.0)
		return err_set(
			e, ERR_SCRIPT,
			"capture of %g s: more than one sample and at most %d s are possible",
			r->seconds, RECORDING_SECONDS_MAX);
	if (r->action_count > RECORDING_ACTIONS_MAX)
		return err_set(e, ERR_SCRIPT, "%zu actions in one capture, at most %d are possible",
			       r->action_count, RECORDING_ACTIONS_MAX);
	for (size_t i = 0; i < r->action_count; i++) {
		int64_t at_ns = r->actions[i].at_ns;
		if (at_ns < 0 || (double)at_ns > r->seconds * (double)NS_PER_S ||
		    (i > 0 && at_ns < r->actions[i - 1].at_ns))
			return err_set(
				e, ERR_SCRIPT,
				"action %zu at %.6f s: actions stand in ascending order within "
				"the capture's 0..%g s",
				i + 1, (double)at_ns / (double)NS_PER_S, r->seconds);
	}
	return ERR_NONE;
}

static void find_clock(struct state *st)
{
	struct err ignored; /* a station without that channel is one that cannot check */
	unsigned bit;

	if (channels_find(analyzer_channels(st->analyzer), "MOD_CLK", &bit, &ignored) == ERR_NONE) {
		clock_check_init(&st->clock, bit);
		st->has_clock = true;
	}
}

struct sr_format recording_format(const struct analyzer *a)
{
	return (struct sr_format){
		.channels = analyzer_channels(a),
		.samplerate_hz = analyzer_samplerate_hz(a),
		.unit_size = analyzer_unit_size(a),
	};
}

static enum err_code open_writer(struct state *st, struct err *e)
{
	const struct sr_format format = recording_format(st->analyzer);

	st->writer = st->recording->writer;
	if (st->recording->sr_path == NULL)
		return ERR_NONE;
	assert(st->writer == NULL);
	return sr_writer_open(&st->writer, st->recording->sr_path, &format, e);
}

/* ---- samples ---- */

static enum err_code hand_on(struct state *st, size_t count, struct err *e)
{
	const struct recording *r = st->recording;
	const struct block block = {
		.data = st->block,
		.sample_count = count,
		.unit_size = st->unit_size,
		.first_index = st->done,
	};

	st->done += count;
	if (st->has_clock)
		clock_check_feed(&st->clock, &block);
	if (r->analysis_count > 0)
		analysis_feed(r->analyses, r->analysis_count, &block);
	enum err_code code = st->writer != NULL ? sr_writer_feed(st->writer, &block, e) : ERR_NONE;
	st->has_hole = code != ERR_NONE;
	return code;
}

/* Reads once, waiting at most wait_ms, and serves the dead-man and the operator's Ctrl-C. */
static enum err_code take_one(struct state *st, int wait_ms, size_t *count, struct err *e)
{
	size_t capacity = BLOCK_SIZE / st->unit_size;
	enum err_code code = analyzer_read(st->analyzer, st->block, capacity, wait_ms, count, e);

	if (code == ERR_NONE && *count > 0)
		code = hand_on(st, *count, e);
	if (code == ERR_NONE && st->recording->progress != NULL)
		st->recording->progress(st->done, st->recording->samples);
	if (code == ERR_NONE)
		code = session_feed(st->session, e);
	return code == ERR_NONE ? session_check(st->session, e) : code;
}

/* Everything that is there; a capture's number of samples bounds it. */
static enum err_code take_all(struct state *st, struct err *e)
{
	enum err_code code = ERR_NONE;
	size_t count = 1;

	while (code == ERR_NONE && count > 0)
		code = take_one(st, 0, &count, e);
	return code;
}

/* Waits for the samples up to number `until`; the analyzer's stall guard bounds it. */
static enum err_code take_until(struct state *st, uint64_t until, struct err *e)
{
	enum err_code code = ERR_NONE;
	size_t count;

	while (code == ERR_NONE && st->done < until)
		code = take_one(st, WAIT_MS, &count, e);
	return code;
}

/* The driver's own end, with the dead-man fed; one that still goes on after END_WAITS looks is told
 * by analyzer_finish. */
static enum err_code take_end(struct state *st, struct err *e)
{
	enum err_code code = ERR_NONE;
	bool ended = false;

	for (int i = 0; i < END_WAITS && code == ERR_NONE && !ended; i++) {
		ended = analyzer_wait_end(st->analyzer, WAIT_MS);
		code = session_feed(st->session, e);
	}
	if (code == ERR_NONE)
		code = analyzer_finish(st->analyzer, e);
	return code == ERR_NONE ? session_feed(st->session, e) : code;
}

/* ---- the run ---- */

static enum err_code act(struct session *s, const struct recording_action *a, struct err *e)
{
	if (a->request != NULL)
		return session_send(s, a->request, e);
	if (a->raw != NULL)
		return session_send_raw(s, a->raw, a->raw_size, e);
	if (a->is_power)
		return session_power(s, a->on, e);
	return session_stimulus(s, a->stimulus, a->on, e);
}

/* Lets time run to the last sample, with the actions on the way. */
static enum err_code run_time(struct state *st, struct err *e)
{
	const struct recording *r = st->recording;
	double nominal_ns = (double)r->samples * (double)NS_PER_S /
			    (double)analyzer_samplerate_hz(st->analyzer);
	int64_t end_ns = (int64_t)ceil(nominal_ns);
	enum err_code code = ERR_NONE;
	/* From here on the analyzer may have its last sample, by its own clock. */
	int64_t hold_ns = end_ns - end_ns / 1000000 * SLOW_PPM - MARGIN_NS;
	size_t next = 0;

	for (int64_t at_ns = 0; code == ERR_NONE;) {
		for (; next < r->action_count && r->actions[next].at_ns <= at_ns; next++)
			if ((code = act(st->session, &r->actions[next], e)) != ERR_NONE)
				return code;
		if (at_ns >= end_ns)
			break;
		int64_t step_ns = end_ns - at_ns < STEP_NS ? end_ns - at_ns : STEP_NS;
		at_ns += step_ns;
		if (at_ns - step_ns < hold_ns && at_ns > hold_ns)
			at_ns = hold_ns;
		if (next < r->action_count && r->actions[next].at_ns < at_ns)
			at_ns = r->actions[next].at_ns;
		session_hold(st->session, at_ns > hold_ns);
		code = session_wait_until(st->session, r->start_ns + at_ns, e);
		if (code == ERR_NONE)
			code = take_all(st, e);
	}
	if (code != ERR_NONE)
		return code;
	end_ns += end_ns / 1000000 * SLOW_PPM + MARGIN_NS;
	return session_wait_until(st->session, r->start_ns + end_ns, e);
}

/* An instrument has failed, and what is worth seeing is the moment before: what the analyzer has
 * still sent. Nobody feeds the dead-man while it is waited for, so the supply goes off first. */
static void take_rest(struct state *st)
{
	struct err ignored; /* the first failure is the one to tell */
	size_t count = 0;

	if (session_is_powered(st->session))
		(void)session_power(st->session, false, &ignored);
	if (st->writer == NULL || st->has_hole)
		return;
	for (int quiet = 0, look = 0; quiet < QUIET_LOOKS && look < REST_LOOKS_MAX; look++) {
		if (!analyzer_is_running(st->analyzer) ||
		    analyzer_read(st->analyzer, st->block, BLOCK_SIZE / st->unit_size, WAIT_MS,
				  &count, &ignored) != ERR_NONE)
			return;
		quiet = count > 0 ? 0 : quiet + 1;
		if (count > 0 && hand_on(st, count, &ignored) != ERR_NONE)
			return;
		if (st->done == st->recording->samples)
			return;
	}
}

static enum err_code capture(struct state *st, struct err *e)
{
	struct recording *r = st->recording;
	/* Before arming: a feed that is due while the capture comes up would be in it or not, as
	 * the host has it. */
	enum err_code code = session_feed(st->session, e);

	if (code == ERR_NONE)
		code = analyzer_start(st->analyzer, r->samples, e);
	/* With sample 0 here the capture runs; where the bench steers time, none has passed. */
	if (code == ERR_NONE)
		code = take_until(st, 1, e);
	if (code == ERR_NONE)
		code = clock_now(session_clock(st->session), &r->start_ns, e);
	if (code == ERR_NONE)
		code = run_time(st, e);
	if (code == ERR_NONE)
		code = take_until(st, r->samples, e);
	if (code == ERR_NONE)
		code = take_end(st, e);
	session_hold(st->session, false);
	if (code == ERR_BENCH)
		take_rest(st);
	if (code != ERR_NONE)
		analyzer_stop(st->analyzer);
	return code;
}

static enum err_code judge(struct state *st, struct err *e)
{
	struct recording *r = st->recording;
	enum err_code code = session_check_supply(st->session, e);

	if (code == ERR_NONE && st->writer != NULL)
		code = r->sr_path != NULL ? sr_writer_finish(st->writer, e)
					  : sr_writer_seal(st->writer, e);
	r->is_whole = code == ERR_NONE;
	if (code == ERR_NONE && st->has_clock)
		code = clock_check_finish(&st->clock,
					  session_station(st->session)->jig.clock.mod_clk_hz,
					  (double)analyzer_samplerate_hz(st->analyzer),
					  &r->rate_ratio, e);
	return code;
}

/* What came of a capture that failed is the caller's, if he brought the writer. */
static void cut(struct state *st)
{
	struct recording *r = st->recording;
	struct err ignored; /* the first failure is the one to tell */

	r->samples = st->done;
	r->is_cut = r->writer != NULL && !st->has_hole && st->done > 0 &&
		    sr_writer_seal(st->writer, &ignored) == ERR_NONE;
}

enum err_code recording_run(struct session *s, struct recording *r, struct err *e)
{
	struct state st = {.session = s, .analyzer = session_analyzer(s), .recording = r};
	enum err_code code;

	assert(st.analyzer != NULL && r->analysis_count <= RECORDING_ANALYSES_MAX);
	uint64_t rate_hz = analyzer_samplerate_hz(st.analyzer);
	r->start_ns = 0;
	r->rate_ratio = 1.0;
	r->is_whole = r->is_cut = false;
	if ((code = session_check(s, e)) != ERR_NONE ||
	    (code = check_times(r, rate_hz, e)) != ERR_NONE)
		return code;
	r->samples = (uint64_t)llround(r->seconds * (double)rate_hz);
	st.unit_size = analyzer_unit_size(st.analyzer);
	find_clock(&st);
	if ((st.block = malloc(BLOCK_SIZE)) == NULL)
		return err_set(e, ERR_BENCH, "out of memory for a capture");
	if ((code = open_writer(&st, e)) != ERR_NONE)
		goto err_free;
	code = capture(&st, e);
	if (code == ERR_NONE)
		code = judge(&st, e);
	if (code == ERR_BENCH || analyzer_is_stuck(st.analyzer))
		session_break(s);
	if (code == ERR_BENCH && !r->is_whole)
		cut(&st);
	if (r->sr_path != NULL)
		sr_writer_free(st.writer);
err_free:
	free(st.block);
	return code;
}
