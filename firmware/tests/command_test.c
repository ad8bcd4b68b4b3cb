/* Every request and refusal of the protocol, and the spelling of the answers. */
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "base/tap.h"
#include "command.h"
#include "config.h"
#include "line.h"

static const struct conditions ready = {
	.fault = false,
	.charging = false,
	.idle = true,
	.parked = true,
	.depth_set = true,
	.battery_mv = 3650,
};

/* "OK", or the name of the refusal. */
static const char *verdict(const char *body, struct conditions now)
{
	struct command c = {0};
	enum refusal refusal = command_parse(&c, body);

	if (refusal == REFUSAL_NONE)
		refusal = command_admit(&c, &now);
	return refusal == REFUSAL_NONE ? "OK" : refusal_name(refusal);
}

static void test_parse(struct tap *t)
{
	static const struct {
		const char *body, *wanted;
	} rows[] = {
		{"ID?", "OK"},
		{"STATUS?", "OK"},
		{"DEPTH 250", "OK"},
		{"DEPTH 2500", "OK"},
		{"DEPTH 1500", "OK"},
		{"RATE 90", "OK"},
		{"RATE 150", "OK"},
		{"STROKE 1", "OK"},
		{"STROKE 1000", "OK"},
		{"RUN", "OK"},
		{"JOG 1", "OK"},
		{"JOG 20", "OK"},
		{"STOP", "OK"},
		{"LOG?", "OK"},
		{"SELFTEST WDT", "OK"},
		{"", "COMMAND"},
		{" ", "COMMAND"},
		{"id?", "COMMAND"},
		{"ID", "COMMAND"},
		{"ID? ", "COMMAND"},
		{"ID? 1", "COMMAND"},
		{"RUN 5", "COMMAND"},
		{"STOPP", "COMMAND"},
		{"DEPTH", "COMMAND"},
		{"DEPTH ", "COMMAND"},
		{"DEPTH  500", "COMMAND"},
		{"DEPTH 500 ", "COMMAND"},
		{"DEPTH -500", "COMMAND"},
		{"DEPTH +500", "COMMAND"},
		{"DEPTH 5e2", "COMMAND"},
		{"DEPTH500", "COMMAND"},
		{"SELFTEST", "COMMAND"},
		{"SELFTEST ", "COMMAND"},
		{"SELFTEST WD", "COMMAND"},
		{"SELFTEST WDT ", "COMMAND"},
		{"SELFTEST WDT 1", "COMMAND"},
		{"LOG", "COMMAND"},
		{"LOG? 1", "COMMAND"},
		{"DEPTH 0", "RANGE"},
		{"DEPTH 240", "RANGE"},
		{"DEPTH 2510", "RANGE"},
		{"DEPTH 1505", "RANGE"},
		{"DEPTH 65536", "RANGE"},
		{"DEPTH 67036", "RANGE"},      /* 1500 modulo 65536 */
		{"DEPTH 4294968796", "RANGE"}, /* 1500 modulo 2^32 */
		{"DEPTH 99999999999999999999999999999", "RANGE"},
		{"RATE 89", "RANGE"},
		{"RATE 151", "RANGE"},
		{"STROKE 0", "RANGE"},
		{"STROKE 1001", "RANGE"},
		{"JOG 0", "RANGE"},
		{"JOG 21", "RANGE"},
	};
	struct command c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tap_is_str(t, verdict(rows[i].body, ready), rows[i].wanted, rows[i].body);
	command_parse(&c, "DEPTH 01500");
	tap_ok(t, c.kind == COMMAND_DEPTH && c.value == 1500, "the value");
	command_parse(&c, "RUN");
	tap_ok(t, c.kind == COMMAND_RUN && c.value == 0, "no value is 0");
}

static void expect(struct tap *t, const char *what, struct conditions now, const char *moves,
		   const char *turns)
{
	char text[80];
	static const char *const always[] = {"ID?", "STATUS?", "STOP", "RATE 100", "LOG?"};
	static const char *const crank[] = {"STROKE 10", "RUN", "JOG 3"};

	for (size_t i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), "%s: %s", what, always[i]);
		tap_is_str(t, verdict(always[i], now), "OK", text);
	}
	for (size_t i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "%s: %s", what, crank[i]);
		tap_is_str(t, verdict(crank[i], now), turns, text);
	}
	snprintf(text, sizeof(text), "%s: DEPTH", what);
	tap_is_str(t, verdict("DEPTH 500", now), moves, text);
}

static void test_admit(struct tap *t)
{
	struct conditions now = ready;

	expect(t, "ready", now, "OK", "OK");
	now.battery_mv = CONFIG_BATTERY_MIN_MV;
	expect(t, "battery at the limit", now, "OK", "OK");
	now.battery_mv--;
	expect(t, "battery low", now, "BATTERY", "BATTERY");
	now.depth_set = false;
	expect(t, "no depth", now, "BATTERY", "DEPTH");
	now.battery_mv = 3650;
	expect(t, "no depth, good battery", now, "OK", "DEPTH");
	now.idle = false;
	expect(t, "busy", now, "BUSY", "BUSY");
	now.charging = true;
	expect(t, "charging", now, "CHARGING", "CHARGING");
	now.fault = true;
	expect(t, "fault", now, "FAULT", "FAULT");
	tap_is_str(t, verdict("DEPTH 10", now), "RANGE", "a bad value is told before the fault");
	tap_is_str(t, verdict("DEEP", now), "COMMAND", "an unknown name too");
}

static void test_selftest(struct tap *t)
{
	struct conditions now = ready;

	now.depth_set = false;
	now.battery_mv = 3000;
	tap_is_str(t, verdict("SELFTEST WDT", now), "OK", "the self-test moves nothing");
	now.parked = false;
	tap_is_str(t, verdict("SELFTEST WDT", now), "BUSY", "but not when it is not parked");
	now.parked = true;
	now.idle = false;
	tap_is_str(t, verdict("SELFTEST WDT", now), "BUSY", "nor in the middle of something");
	now.fault = true;
	tap_is_str(t, verdict("SELFTEST WDT", now), "BUSY", "nor in a fault");
}

static const char *log_answer(struct text *text, const struct faultlog *log)
{
	text_init(text);
	answer_log(text, log);
	return text->chars;
}

static void test_log_answer(struct tap *t)
{
	uint8_t memory[FAULTLOG_SIZE];
	struct faultlog log;
	struct text text;

	memset(memory, 0xFF, sizeof(memory));
	faultlog_init(&log, memory);
	tap_is_str(t, log_answer(&text, &log), "OK LOG 0", "an empty log");
	faultlog_add(&log, FAULTLOG_STALL);
	faultlog_add(&log, FAULTLOG_WATCHDOG);
	faultlog_add(&log, FAULTLOG_PARK);
	tap_is_str(t, log_answer(&text, &log), "OK LOG 3 PARK WATCHDOG STALL", "newest first");
	for (int i = 0; i < 20; i++)
		faultlog_add(&log, i % 2 == 0 ? FAULTLOG_BROWNOUT : FAULTLOG_WATCHDOG);
	log_answer(&text, &log);
	line_seal(&text);
	tap_ok(t, !text.cut && text.length <= 84, "the longest log fits a line (%u)", text.length);
}

static void test_answers(struct tap *t)
{
	struct command c;
	struct text text;
	struct status s = {
		.state = STROKE_IDLE,
		.fault = STROKE_FAULT_NONE,
		.strokes = 60,
		.rate_dhz = 1200,
		.duty = 171,
		.current_ma = 182,
		.battery_mv = 3650,
		.depth_um = 1500,
		.cause = RESET_POWER,
	};

	text_init(&text);
	answer_status(&text, &s);
	tap_is_str(t, text.chars, "OK IDLE F=NONE N=60 R=1200 D=171 I=182 V=3650 P=1500 C=POWER",
		   "STATUS?");
	text_init(&text);
	answer_id(&text, 0x1A2B3C4D, 5872);
	tap_is_str(t, text.chars, "OK PEN " CONFIG_VERSION " 1A2B3C4D 5872", "ID?");
	text_init(&text);
	command_parse(&c, "DEPTH 1500");
	answer_done(&text, &c);
	tap_is_str(t, text.chars, "OK DEPTH 1500", "DEPTH");
	text_init(&text);
	command_parse(&c, "RUN");
	answer_done(&text, &c);
	tap_is_str(t, text.chars, "OK RUN", "RUN");
	text_init(&text);
	answer_refusal(&text, REFUSAL_TOO_LONG);
	tap_is_str(t, text.chars, "ERR TOO-LONG", "a refusal");

	s.state = STROKE_FAULT;
	s.fault = STROKE_FAULT_CURRENT;
	s.strokes = UINT32_MAX;
	s.duty = 255;
	s.rate_dhz = s.current_ma = s.battery_mv = s.depth_um = UINT16_MAX;
	s.cause = RESET_WATCHDOG;
	text_init(&text);
	answer_status(&text, &s);
	line_seal(&text);
	tap_ok(t, !text.cut, "the widest status fits a line");
	tap_is_int(t, text.length, 84, "and its length is the one that README.md states");
}

int main(void)
{
	struct tap t = tap_begin();

	test_parse(&t);
	test_admit(&t);
	test_selftest(&t);
	test_log_answer(&t);
	test_answers(&t);
	return tap_end(&t);
}
