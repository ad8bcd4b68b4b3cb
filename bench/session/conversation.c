/*
 * Requests to the pen and its answers over interface C: whole lines with a checksum, nothing of
 * what the words mean. While it waits it feeds the dead-man.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "inst/penline.h"
#include "session/inside.h"

enum {
	TRIES_MAX = 3,
	READS_MAX = 100000, /* of one answer; each takes time of the clock, so this is never met */
};

static enum err_code broken(struct session *s, enum err_code code)
{
	if (code == ERR_BENCH)
		session_break(s);
	return code;
}

enum err_code session_send(struct session *s, const char *request, struct err *e)
{
	char line[PENLINE_SIZE];
	enum err_code code = session_check(s, e);

	assert(s->line != NULL);
	if (code != ERR_NONE)
		return code;
	if (!penline_encode(line, request))
		return err_set(e, ERR_SCRIPT,
			       "request \"%.80s\" is empty, longer than %d characters or not "
			       "printable ASCII",
			       request, PENLINE_BODY_MAX);
	return broken(s, link_write(s->line, (const uint8_t *)line, strlen(line), e));
}

/* Reads until one line is complete or the time is up. */
static enum err_code receive(struct session *s, int64_t end_ns, enum penline_event *event,
			     char text[PENLINE_SIZE], struct err *e)
{
	struct penline collector = {.size = 0};
	int64_t now_ns = 0;
	enum err_code code = ERR_NONE;

	*event = PENLINE_NOTHING;
	for (unsigned reads = 0; code == ERR_NONE && reads < READS_MAX; reads++) {
		uint8_t byte[PENLINE_SIZE];
		size_t count;
		code = link_read(s->line, byte, sizeof byte, &count, e);
		for (size_t i = 0; code == ERR_NONE && i < count; i++) {
			*event = penline_take(&collector, byte[i], text);
			if (*event != PENLINE_NOTHING)
				return ERR_NONE;
		}
		if (code == ERR_NONE)
			code = session_feed(s, e);
		if (code == ERR_NONE)
			code = session_check(s, e);
		if (code == ERR_NONE)
			code = clock_now(s->clock, &now_ns, e);
		if (code == ERR_NONE && now_ns >= end_ns) {
			*event = penline_end(&collector, text);
			return ERR_NONE;
		}
	}
	return code;
}

/* Only a question may be asked twice: a repeated order might be obeyed twice. */
static unsigned tries(const char *request)
{
	size_t size = strlen(request);
	return size > 0 && request[size - 1] == '?' ? TRIES_MAX : 1;
}

enum err_code session_ask(struct session *s, const char *request, char *answer, size_t answer_size,
			  int64_t timeout_ns, struct err *e)
{
	enum penline_event event = PENLINE_NOTHING;
	char text[PENLINE_SIZE] = "";
	unsigned tries_max = tries(request);
	int64_t now_ns;
	bool nonsense = false;

	for (unsigned i = 0; i < tries_max; i++) {
		enum err_code code = session_feed(s, e); /* the answer may take its time */
		if (code == ERR_NONE)
			code = link_purge(s->line, e);
		if (code == ERR_NONE)
			code = session_send(s, request, e);
		if (code == ERR_NONE)
			code = clock_now(s->clock, &now_ns, e);
		if (code == ERR_NONE)
			code = receive(s, now_ns + timeout_ns, &event, text, e);
		if (code != ERR_NONE)
			return broken(s, code);
		if (event == PENLINE_BODY && strcmp(text, "ERR CHECKSUM") != 0) {
			(void)snprintf(answer, answer_size, "%s", text);
			return ERR_NONE;
		}
		nonsense = nonsense || event != PENLINE_NOTHING;
	}
	if (!nonsense)
		return err_set(
			e, ERR_PEN,
			"the pen does not answer \"%s\" (%s interface C, %u %s of %d ms): silent",
			request, s->station.ftdi_serial, tries_max,
			tries_max == 1 ? "try" : "tries", (int)(timeout_ns / NS_PER_MS));
	(void)snprintf(answer, answer_size, "%s", text[0] != '\0' ? text : "?");
	return err_set(
		e, ERR_PEN,
		"the pen answers nonsense to \"%s\" (%s interface C): last \"%s\", wanted a line "
		"with a good checksum",
		request, s->station.ftdi_serial, text);
}

enum err_code session_drain(struct session *s, struct err *e)
{
	enum err_code code = session_check(s, e);
	return code == ERR_NONE ? broken(s, link_purge(s->line, e)) : code;
}

enum err_code session_send_raw(struct session *s, const uint8_t *bytes, size_t size, struct err *e)
{
	enum err_code code = session_check(s, e);

	assert(s->line != NULL && size >= 1 && size <= SESSION_RAW_MAX);
	return code == ERR_NONE ? broken(s, link_write(s->line, bytes, size, e)) : code;
}

static void keep(struct session_answers *answers, enum penline_event event, const char *text)
{
	_Static_assert((int)PENLINE_SIZE <= (int)SESSION_ANSWER_SIZE, "every good line fits");

	if (event == PENLINE_BODY && answers->count < SESSION_ANSWERS_MAX)
		(void)snprintf(answers->text[answers->count++], SESSION_ANSWER_SIZE, "%s", text);
	else if (event != PENLINE_NOTHING)
		answers->nonsense++;
}

enum err_code session_collect(struct session *s, struct session_answers *answers, struct err *e)
{
	struct penline collector = {.size = 0};
	uint8_t byte[PENLINE_SIZE];
	char text[PENLINE_SIZE];
	size_t count = 1;
	enum err_code code = session_check(s, e);

	answers->count = answers->nonsense = 0;
	/* The chip holds LINK_FIFO_SIZE bytes; a line that goes on talking is cut off. */
	for (unsigned reads = 0; code == ERR_NONE && count > 0 && reads < LINK_FIFO_SIZE; reads++) {
		code = link_read(s->line, byte, sizeof byte, &count, e);
		for (size_t i = 0; code == ERR_NONE && i < count; i++)
			keep(answers, penline_take(&collector, byte[i], text), text);
		if (code == ERR_NONE)
			code = session_feed(s, e);
	}
	return broken(s, code);
}
