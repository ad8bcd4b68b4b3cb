/* settling and activity: every rule of their contract on captures made by hand. */
#include "analysis/wave_test.h"

#define SETTLING "settling:a=c0,b=c1,hysteresis=5"

/* Strokes of 20 counts from 0: stroke k takes 40 step[k] samples, and its rise passes the middle,
 * 10, at its start + 9 step[k]. The first rise comes from no bottom, so it has no crossing. */
static void strokes(struct wave *w, const size_t *step, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		wave_move(w, 0, 1, 20, step[i]);
		wave_move(w, 0, 1, -20, step[i]);
	}
}

/* Starts at 50, 450, 770, 970, 1130, then every 160: crossings at 522, 815, 1006, 1166, ... */
static const size_t start[12] = {10, 8, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4};

static void is(struct tap *t, const struct wave *w, const char *spec, double rate,
	       const char *wanted, const char *what)
{
	struct result *r = wave_analyse(w, spec, rate);

	tap_ok(t, wave_all(r, wanted), "%s", what);
	result_free(r);
}

static void test_settling(struct tap *t)
{
	struct wave w = {0};

	wave_run(&w, 50);
	strokes(&w, start, 12);
	is(t, &w, SETTLING, 1e3,
	   "motion_sample 140 settled_sample 1006 seconds 0.866 rate_hz 6.25 crossings.0 522 "
	   "crossings.1 815 crossings.2 1006 crossings.3 1166",
	   "a start");
	is(t, &w, SETTLING ",counts=1", 1e3, "motion_sample 50 seconds 0.956", "counts");
	is(t, &w, SETTLING ",band=20", 1e3, "settled_sample 815", "a wider band");
	is(t, &w, SETTLING ",band=10", 1e3, "settled_sample 1006", "one stroke");
	is(t, &w, SETTLING ",band=10,over=2", 1e3, "settled_sample 815", "a mean of two");
	is(t, &w, SETTLING, 0,
	   "motion_sample 140 settled_sample 1006 seconds null rate_hz null crossings.0 522",
	   "no rate, no seconds");
	is(t, &w, SETTLING ",to=99999sa", 1e3,
	   "motion_sample 140 settled_sample null seconds null rate_hz null earliest_sample null "
	   "earliest_seconds null latest_sample null latest_seconds null",
	   "a window that the capture does not hold");

	static const size_t late[1] = {8};

	strokes(&w, late, 1);
	is(t, &w, SETTLING, 1e3, "motion_sample 140 settled_sample null seconds null",
	   "a last stroke outside the band: never settled");
	is(t, &w, SETTLING ",to=2410sa", 1e3, "settled_sample 1006 seconds 0.866 rate_hz 6.25",
	   "the stroke after the window does not count");
	wave_free(&w);
}

/* Strokes of 160 samples, one every 160 + extra[k]; crossings at 246, 406 + extra[1], ... A rate of
 * one of them is known to 0.25 % (two samples, sqrt(2 / 12) of 160), twice that is 0.51 %. */
static void edge(struct tap *t, const size_t extra[12], const char *options, const char *wanted,
		 const char *what)
{
	struct wave w = {0};
	char spec[128];

	snprintf(spec, sizeof spec, "%s%s", SETTLING, options);
	wave_run(&w, 50);
	for (size_t i = 0; i < 12; i++) {
		wave_move(&w, 0, 1, 20, 4);
		wave_move(&w, 0, 1, -20, 4);
		wave_run(&w, extra[i]);
	}
	is(t, &w, spec, 1e3, wanted, what);
	is(t, &w, spec, 0, "seconds null earliest_seconds null latest_seconds null",
	   "  no rate, no seconds");
	wave_free(&w);
}

static void test_settling_edge(struct tap *t)
{
	static const size_t clear[12] = {0, 40, 8}, outside[12] = {0, 40, 2},
			    inside[12] = {0, 40, 1}, two[12] = {0, 40, 1, 1},
			    steep[12] = {0, 160, 2}, last_inside[12] = {[10] = 2},
			    last_outside[12] = {[10] = 3}, last_far[12] = {[10] = 4};

	edge(t, clear, "",
	     "settled_sample 614 seconds 0.528 earliest_sample 614 earliest_seconds 0.528 "
	     "latest_sample 614 latest_seconds 0.528",
	     "no stroke near the edge: one instant");
	edge(t, outside, "",
	     "settled_sample 608 earliest_sample 446 earliest_seconds 0.36 latest_sample 608",
	     "1.23 % low, seen outside: may be settled a stroke earlier");
	edge(t, inside, "",
	     "settled_sample 446 earliest_sample 446 latest_sample 607 latest_seconds 0.521",
	     "0.62 % low, seen inside: may be settled a stroke later");
	edge(t, two, "", "settled_sample 446 earliest_sample 446 latest_sample 768",
	     "two strokes at the edge: two strokes later");
	edge(t, two, ",over=2", "settled_sample 446 earliest_sample 446 latest_sample 446",
	     "their mean is known better than either");
	edge(t, outside, ",band=0.65", "settled_sample 608 earliest_sample 608",
	     "1.23 % low is not 0.65 %");
	edge(t, steep, ",band=0.65", "settled_sample 728 earliest_sample 566 latest_sample 728",
	     "but may be behind a slow stroke, where the count of the middle takes longer");
	edge(t, last_inside, "",
	     "settled_sample 246 earliest_sample 246 latest_sample null latest_seconds null",
	     "a last stroke at the edge, seen inside: perhaps never settled");
	edge(t, last_outside, "",
	     "settled_sample null seconds null earliest_sample 246 latest_sample null",
	     "seen outside: perhaps settled");
	edge(t, last_far, "", "settled_sample null earliest_sample null latest_sample null",
	     "well outside: never settled");
}

static void test_settling_nothing(struct tap *t)
{
	static const size_t few[4] = {4, 4, 4, 4};
	struct wave w = {0};
	struct result *r;

	r = wave_analyse(&w, SETTLING, 1e3);
	tap_ok(t,
	       wave_all(r, "motion_sample null settled_sample null seconds null rate_hz null") &&
		       result_count(result_get(r, "crossings")) == 0,
	       "no samples");
	result_free(r);
	wave_run(&w, 50);
	wave_move(&w, 0, 1, -4, 3);
	wave_move(&w, 0, 1, 4, 3);
	is(t, &w, SETTLING, 1e3, "motion_sample null settled_sample null seconds null rate_hz null",
	   "a trembling is no motion");
	strokes(&w, few, 4);
	is(t, &w, SETTLING, 1e3, "settled_sample null seconds null rate_hz null",
	   "too few strokes have no final rate");
	wave_free(&w);
	wave_run(&w, 10);
	wave_move(&w, 0, 1, -10, 3);
	is(t, &w, SETTLING, 1e3, "motion_sample 37", "motion either way");
	wave_free(&w);
}

static void test_activity(struct tap *t)
{
	struct wave w = {0};

	wave_levels(&w, 2, "0110100", 10); /* edges at 10, 30, 40, 50 */
	is(t, &w, "activity:ch=c2", 1e3,
	   "edges 4 first_sample 10 first_seconds 0.01 last_sample 50 last_seconds 0.05 level 0",
	   "edges either way");
	is(t, &w, "activity:ch=c2", 0,
	   "edges 4 first_sample 10 first_seconds null last_sample 50 last_seconds null level 0",
	   "no rate, no seconds");
	is(t, &w, "activity:ch=c2,from=30sa,to=40sa", 1e3,
	   "edges 1 first_sample 30 last_sample 30 level 0", "from is in the window, to is not");
	is(t, &w, "activity:ch=c2,from=41sa,to=50sa", 1e3,
	   "edges 0 first_sample null first_seconds null last_sample null last_seconds null "
	   "level 1",
	   "a quiet window, and the level in it");
	is(t, &w, "activity:ch=c2,to=70sa", 1e3, "edges 4 level 0", "a window to the end");
	is(t, &w, "activity:ch=c2,to=71sa", 1e3,
	   "edges null first_sample null last_sample null level null",
	   "a window that the capture does not hold is not quiet");
	is(t, &w, "activity:ch=c2,from=70sa", 1e3, "edges null last_sample null level null",
	   "nor one behind it");
	is(t, &w, "activity:ch=c5", 1e3, "edges 0 first_sample null last_sample null level 0",
	   "another line");
	wave_free(&w);
}

/* Bytes on a line, then motion: the latency of a message is that from its last edge. */
static void test_message(struct tap *t)
{
	struct wave w = {0};

	wave_set(&w, 3, true);
	wave_run(&w, 10);
	wave_levels(&w, 3, "0100101", 5); /* edges at 10, 15, 20, 30, 35, 40 */
	wave_run(&w, 60);
	wave_move(&w, 0, 1, 12, 2); /* the tenth step at 105 + 18 */
	wave_levels(&w, 3, "01", 5);
	is(t, &w, "latency:from=c3,edge=last,a=c0,b=c1,counts=10", 1e3,
	   "event_sample 40 motion_sample 123 samples 83 seconds 0.083",
	   "the last edge before the motion");
	is(t, &w, "latency:from=c3,edge=last,a=c0,b=c1,counts=13", 1e3,
	   "motion_sample null samples null seconds null", "motion that falls short");
	wave_free(&w);
}

int main(void)
{
	struct tap t = tap_begin();

	test_settling(&t);
	test_settling_edge(&t);
	test_settling_nothing(&t);
	test_activity(&t);
	test_message(&t);
	return tap_end(&t);
}
