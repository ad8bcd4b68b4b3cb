/*
 * The capture loop on a station of one analyzer, libsigrok's "demo" device, and the wall clock:
 * number of samples, start, progress, file, a Ctrl-C half-way and life after it, a wrong modulator
 * clock.
 */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"
#include "base/units.h"
#include "session/recording.h"

enum { RATE_HZ = 2000000 };

static volatile sig_atomic_t interrupted;
static uint64_t seen_done, seen_total;
static bool interrupt_at_half;

static void on_progress(uint64_t done, uint64_t total)
{
	seen_done = done;
	seen_total = total;
	if (interrupt_at_half && done >= total / 2)
		interrupted = SIGINT;
}

static struct station make_station(const char *channel_0)
{
	struct station s = {
		.name = "test",
		.ftdi_serial = "none",
		.clock_driver = "wall",
		.analyzer = {.driver = "demo",
			     .sample_rate_hz = RATE_HZ,
			     .stream_bytes_per_s = RATE_HZ,
			     .channel_count = 8},
		.stall_s = 5,
		.jig.clock.mod_clk_hz = 5e6,
	};
	(void)snprintf(s.analyzer.channels[0], NAME_SIZE, "%s", channel_0);
	return s;
}

static void test_capture(struct tap *t, struct session *s)
{
	char path[] = "/tmp/recording_test-XXXXXX";
	struct recording r = {.seconds = 0.13, .progress = on_progress};
	struct err e = {0};
	struct stat file;
	int64_t before_ns = 0, after_ns = 0;

	(void)close(mkstemp(path));
	r.sr_path = path;
	(void)clock_now(session_clock(s), &before_ns, &e);
	if (!tap_is_int(t, recording_run(s, &r, &e), ERR_NONE, "0.13 s"))
		tap_note("%s", e.text);
	(void)clock_now(session_clock(s), &after_ns, &e);
	tap_is_int(t, (int64_t)r.samples, RATE_HZ / 100 * 13, "its samples");
	tap_ok(t, seen_done == r.samples && seen_total == r.samples, "progress saw the end");
	tap_ok(t, r.start_ns > before_ns && after_ns - r.start_ns >= 130 * NS_PER_MS,
	       "started after the call, took its time");
	tap_near(t, r.rate_ratio, 1.0, 0, "no MOD_CLK, no correction");
	tap_ok(t, stat(path, &file) == 0 && file.st_size > 100, "a file is there");
	(void)unlink(path);
}

static void test_interrupt(struct tap *t, struct session *s)
{
	struct recording r = {.seconds = 5, .progress = on_progress};
	struct err e = {0};
	char path[] = "/tmp/recording_test-XXXXXX";

	(void)close(mkstemp(path));
	(void)unlink(path);
	r.sr_path = path;
	r.seconds = 0.5;
	interrupt_at_half = true;
	tap_is_int(t, recording_run(s, &r, &e), ERR_ABORT, "Ctrl-C half-way");
	tap_ok(t, seen_done < r.samples, "ends before the capture would");
	tap_ok(t, access(path, F_OK) != 0, "and leaves no part of a file");
	interrupt_at_half = false;
	interrupted = 0;
	r.sr_path = NULL;
	r.seconds = 0.02;
	tap_is_int(t, recording_run(s, &r, &e), ERR_NONE, "the next capture works");
}

static void test_refused(struct tap *t, struct session *s)
{
	static const double seconds[] = {0, -1, 1e-9, 3601, (double)NAN};
	const struct recording_action descending[] = {{.at_ns = 5}, {.at_ns = 4}};
	const struct recording_action late[] = {{.at_ns = NS_PER_S}};
	struct recording r = {0};
	struct err e = {0};

	for (unsigned i = 0; i < 5; i++) {
		r.seconds = seconds[i];
		tap_is_int(t, recording_run(s, &r, &e), ERR_SCRIPT, "a time that makes no capture");
	}
	r = (struct recording){.seconds = 0.1, .actions = descending, .action_count = 2};
	tap_is_int(t, recording_run(s, &r, &e), ERR_SCRIPT, "actions out of order");
	r = (struct recording){.seconds = 0.1, .actions = late, .action_count = 1};
	tap_is_int(t, recording_run(s, &r, &e), ERR_SCRIPT, "an action after the end");
	r = (struct recording){.seconds = 0.1, .sr_path = "/nonexistent/x.sr"};
	tap_is_int(t, recording_run(s, &r, &e), ERR_CONFIG, "a file that cannot be");
	tap_note("%s", e.text);
}

static struct session *open_session(struct tap *t, const struct station *station)
{
	struct session *s = NULL;
	struct err e = {0};

	if (!tap_is_int(t, session_open(&s, station, SESSION_ANALYZER, &interrupted, &e), ERR_NONE,
			"session opens"))
		tap_note("%s", e.text);
	return s;
}

int main(void)
{
	struct tap t = tap_begin();
	struct station plain = make_station("A"), clocked = make_station("MOD_CLK");
	struct recording r = {.seconds = 0.05};
	struct err e = {0};
	struct session *s = open_session(&t, &plain);

	if (s == NULL)
		return 1;
	test_refused(&t, s);
	test_capture(&t, s);
	test_interrupt(&t, s);
	tap_is_int(&t, session_close(s, &e), ERR_NONE, "session closes");

	if ((s = open_session(&t, &clocked)) == NULL)
		return 1;
	tap_is_int(&t, recording_run(s, &r, &e), ERR_BENCH, "a MOD_CLK that is none");
	tap_note("%s", e.text);
	tap_is_int(&t, recording_run(s, &r, &e), ERR_BENCH, "leaves the session broken");
	tap_is_int(&t, session_close(s, &e), ERR_NONE, "which closes all the same");
	return tap_end(&t);
}
