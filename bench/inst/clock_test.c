/* The wall clock runs and waits; the socket clock speaks its protocol and distrusts a bad server.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/tap.h"
#include "base/units.h"
#include "inst/clock.h"

/* A server that answers each request with the next line of a script. */
struct server {
	int listener;
	const char *answers; /* separated by \n; the connection closes after the last */
	char heard[512];     /* what was asked */
};

static void *serve(void *context)
{
	struct server *s = context;
	int fd = accept(s->listener, NULL, NULL);
	const char *answer = s->answers;

	s->heard[0] = '\0';
	while (*answer != '\0') {
		char request[256];
		ssize_t n = recv(fd, request, sizeof request - 1, 0);
		if (n <= 0)
			break;
		request[n] = '\0';
		strncat(s->heard, request, sizeof s->heard - strlen(s->heard) - 1);
		size_t size = strcspn(answer, "\n") + 1;
		/* In two pieces, since a stream may cut a line anywhere. */
		(void)!write(fd, answer, 1);
		(void)!write(fd, answer + 1, size - 1);
		answer += size;
	}
	(void)close(fd);
	return NULL;
}

static char path[] = "/tmp/clock_test.XXXXXX";

/* Runs the usual sequence against a scripted server; returns the first error. */
static enum err_code talk(const char *answers, char heard[512], char date[11], struct err *e)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct server server = {.answers = answers};
	pthread_t thread;
	struct clock *clock;
	int64_t now_ns;

	(void)unlink(path);
	memcpy(address.sun_path, path, sizeof path);
	server.listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(server.listener, (struct sockaddr *)&address, sizeof address) != 0 ||
	    listen(server.listener, 1) != 0 || pthread_create(&thread, NULL, serve, &server) != 0)
		abort();
	enum err_code code = clock_open(&clock, "socket", path, e);
	if (code == ERR_NONE)
		code = clock_now(clock, &now_ns, e);
	if (code == ERR_NONE)
		code = clock_wait(clock, now_ns, e); /* already past: must not ask */
	if (code == ERR_NONE)
		code = clock_wait(clock, now_ns + 1000, e);
	if (code == ERR_NONE)
		code = clock_date(clock, date, e);
	if (code == ERR_NONE)
		code = clock_mark(clock, "two\nlines", e);
	clock_close(clock);
	(void)pthread_join(thread, NULL);
	(void)close(server.listener);
	(void)unlink(path);
	memcpy(heard, server.heard, sizeof server.heard);
	return code;
}

static void refuse(struct tap *t, const char *answers, const char *reason)
{
	char heard[512], date[11];
	struct err e;
	enum err_code code = talk(answers, heard, date, &e);
	if (!tap_ok(t, code == ERR_BENCH && strstr(e.text, reason) != NULL, "refused: %s", reason))
		tap_note("%d %s", (int)code, e.text);
}

static void test_socket(struct tap *t)
{
	char heard[512], date[11];
	struct err e;

	if (!tap_is_int(t, talk("clock 1 5\n7\n1007\n2026-11-22\nok\n", heard, date, &e), ERR_NONE,
			"a good server"))
		tap_note("%s", e.text);
	tap_is_str(t, heard, "hello\nnow\nadvance 1007\ndate\nmark two lines\n", "what is asked");
	tap_is_str(t, date, "2026-11-22", "date");
	refuse(t, "clock 2 5\n", "answered \"clock 2 5\"");
	refuse(t, "clock 1 5\n4\n", "answered \"4\"");
	refuse(t, "clock 1 5\nsoon\n", "answered \"soon\"");
	refuse(t, "clock 1 5\n7\n1006\n", "stopped at 1006 ns, wanted 1007 ns");
	refuse(t, "clock 1 5\n7\n", "start the run again");
	refuse(t, "clock 1 5\n7\n1007\n2026-11-2\n", "is no date");
	tap_is_int(t, clock_open(&(struct clock *){NULL}, "socket", "", &e), ERR_CONFIG,
		   "a socket clock wants a path");
	tap_is_int(t, clock_open(&(struct clock *){NULL}, "socket", "/nonexistent/x", &e),
		   ERR_BENCH, "nobody at the path");
	tap_is_int(t, clock_open(&(struct clock *){NULL}, "sun", "", &e), ERR_CONFIG,
		   "an unknown driver");
}

static void test_wall(struct tap *t)
{
	struct clock *clock = NULL;
	int64_t before_ns = 0, after_ns = 0;
	char date[11] = "";
	struct err e;

	tap_is_int(t, clock_open(&clock, "wall", "", &e), ERR_NONE, "wall opens");
	bool ok = clock_now(clock, &before_ns, &e) == ERR_NONE &&
		  clock_wait(clock, before_ns + 5 * NS_PER_MS, &e) == ERR_NONE &&
		  clock_now(clock, &after_ns, &e) == ERR_NONE;
	tap_ok(t, ok && after_ns - before_ns >= 5 * NS_PER_MS, "wall waits at least as asked");
	tap_ok(t, clock_wait(clock, before_ns, &e) == ERR_NONE, "a past time returns");
	tap_ok(t, clock_date(clock, date, &e) == ERR_NONE && strlen(date) == 10, "wall has a date");
	clock_close(clock);
}

int main(void)
{
	struct tap t = tap_begin();
	int fd = mkstemp(path);
	if (fd < 0)
		return 1;
	(void)close(fd);
	test_wall(&t);
	test_socket(&t);
	return tap_end(&t);
}
