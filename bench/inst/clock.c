/*
 * The clock drivers and the table that lists them. Both keep int64 nanoseconds; "wall" never goes
 * backwards (CLOCK_MONOTONIC), "socket" is as good as its server and is checked for it.
 */
#include "inst/clock.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/priority.h"
#include "base/units.h"

enum {
	LINE_SIZE = 256,
	ANSWER_TIMEOUT_MS = 60000, /* a time base that computes may be slow, but not for ever */
};

struct clock {
	const struct clock_driver *driver;
	int fd;
	char path[PATH_SIZE];
	int64_t last_ns;
};

/* All slots are set. */
struct clock_driver {
	const char *name;
	enum err_code (*open)(struct clock *c, struct err *e);
	enum err_code (*now)(struct clock *c, int64_t *now_ns, struct err *e);
	enum err_code (*wait)(struct clock *c, int64_t until_ns, struct err *e);
	enum err_code (*date)(struct clock *c, char date[11], struct err *e);
	enum err_code (*mark)(struct clock *c, const char *text, struct err *e);
};

/* ---- wall ---- */

/* Who keeps the wall's time has to be awake when it comes: the dead-man wants an edge every 100 ms
 * however busy the machine is. */
static enum err_code wall_open(struct clock *c, struct err *e)
{
	(void)c;
	(void)e;
	if (!priority_real_time())
		log_line("clock",
			 "no real-time priority for this user: on a busy machine a heartbeat "
			 "may come late and the dead-man end the run; fixtures/README.md, "
			 "\"Real-time priority\", tells how to allow it");
	return ERR_NONE;
}

static enum err_code wall_now(struct clock *c, int64_t *now_ns, struct err *e)
{
	struct timespec now;

	(void)c;
	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return err_set(e, ERR_BENCH, "monotonic clock: %s", strerror(errno));
	*now_ns = (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
	return ERR_NONE;
}

static enum err_code wall_wait(struct clock *c, int64_t until_ns, struct err *e)
{
	struct timespec until = {.tv_sec = until_ns / NS_PER_S, .tv_nsec = until_ns % NS_PER_S};

	(void)c;
	/* A signal ends the sleep early; the caller looks at its flag and comes back. */
	int status = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
	if (status != 0 && status != EINTR)
		return err_set(e, ERR_BENCH, "sleep: %s", strerror(status));
	return ERR_NONE;
}

static enum err_code wall_date(struct clock *c, char date[11], struct err *e)
{
	time_t now = time(NULL);
	struct tm calendar;

	(void)c;
	if (now == (time_t)-1 || gmtime_r(&now, &calendar) == NULL ||
	    strftime(date, 11, "%Y-%m-%d", &calendar) != 10)
		return err_set(e, ERR_BENCH, "calendar date: %s", strerror(errno));
	return ERR_NONE;
}

static enum err_code wall_mark(struct clock *c, const char *text, struct err *e)
{
	(void)c;
	(void)text;
	(void)e;
	return ERR_NONE;
}

/* ---- socket ---- */

static enum err_code socket_gone(const struct clock *c, const char *what, const char *why,
				 struct err *e)
{
	return err_set(e, ERR_BENCH,
		       "time base at %s: %s: %s; start the run again, its log says why it left",
		       c->path, what, why);
}

static enum err_code socket_send(struct clock *c, const char *line, struct err *e)
{
	size_t size = strlen(line), sent = 0;

	while (sent < size) {
		ssize_t n = send(c->fd, line + sent, size - sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return socket_gone(c, "send", strerror(errno), e);
		sent += (size_t)n;
	}
	return ERR_NONE;
}

/* Reads one line without its end. The protocol has one answer per request, so nothing may follow.
 */
static enum err_code socket_receive(struct clock *c, char line[LINE_SIZE], struct err *e)
{
	size_t used = 0;

	while (used < LINE_SIZE - 1) {
		struct pollfd wait = {.fd = c->fd, .events = POLLIN};
		int ready = poll(&wait, 1, ANSWER_TIMEOUT_MS);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0)
			return socket_gone(c, "poll", strerror(errno), e);
		if (ready == 0)
			return socket_gone(c, "no answer", "waited 60 s", e);
		ssize_t n = recv(c->fd, line + used, LINE_SIZE - 1 - used, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return socket_gone(c, "receive", strerror(errno), e);
		if (n == 0)
			return socket_gone(c, "receive", "connection closed", e);
		used += (size_t)n;
		if (line[used - 1] == '\n') {
			line[used - 1] = '\0';
			return ERR_NONE;
		}
	}
	return socket_gone(c, "receive", "answer too long", e);
}

static enum err_code socket_request(struct clock *c, const char *request, char answer[LINE_SIZE],
				    struct err *e)
{
	char line[LINE_SIZE];

	if (snprintf(line, sizeof line, "%s\n", request) >= LINE_SIZE)
		return err_set(e, ERR_BENCH, "time base: request too long");
	enum err_code code = socket_send(c, line, e);
	if (code == ERR_NONE)
		code = socket_receive(c, answer, e);
	return code;
}

/* A request whose answer is the time, after `prefix`. */
static enum err_code socket_time(struct clock *c, const char *request, const char *prefix,
				 int64_t *now_ns, struct err *e)
{
	char answer[LINE_SIZE], *end;
	size_t skip = strlen(prefix);
	enum err_code code = socket_request(c, request, answer, e);

	if (code != ERR_NONE)
		return code;
	errno = 0;
	*now_ns = strncmp(answer, prefix, skip) == 0 ? strtoll(answer + skip, &end, 10) : -1;
	if (*now_ns < c->last_ns || errno != 0 || *end != '\0')
		return err_set(e, ERR_BENCH, "time base at %s: asked \"%s\", answered \"%s\"",
			       c->path, request, answer);
	c->last_ns = *now_ns;
	return ERR_NONE;
}

static enum err_code socket_open(struct clock *c, struct err *e)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int64_t now_ns;

	if (c->path[0] == '\0' || strlen(c->path) >= sizeof address.sun_path)
		return err_set(
			e, ERR_CONFIG,
			"clock.path \"%s\" is no socket path; clock.driver \"socket\" needs one",
			c->path);
	memcpy(address.sun_path, c->path, strlen(c->path));
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return socket_gone(c, "socket", strerror(errno), e);
	if (connect(c->fd, (const struct sockaddr *)&address, sizeof address) != 0)
		return socket_gone(c, "connect", strerror(errno), e);
	return socket_time(c, "hello", "clock 1 ", &now_ns, e);
}

static enum err_code socket_now(struct clock *c, int64_t *now_ns, struct err *e)
{
	return socket_time(c, "now", "", now_ns, e);
}

static enum err_code socket_wait(struct clock *c, int64_t until_ns, struct err *e)
{
	char request[LINE_SIZE];
	int64_t now_ns;

	if (until_ns <= c->last_ns)
		return ERR_NONE;
	(void)snprintf(request, sizeof request, "advance %" PRId64, until_ns);
	enum err_code code = socket_time(c, request, "", &now_ns, e);
	if (code == ERR_NONE && now_ns < until_ns)
		return err_set(e, ERR_BENCH,
			       "time base at %s stopped at %" PRId64 " ns, wanted %" PRId64 " ns",
			       c->path, now_ns, until_ns);
	return code;
}

static enum err_code socket_date(struct clock *c, char date[11], struct err *e)
{
	char answer[LINE_SIZE];
	enum err_code code = socket_request(c, "date", answer, e);
	int year, month, day, used = 0;

	if (code != ERR_NONE)
		return code;
	if (sscanf(answer, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used != 10 ||
	    answer[10] != '\0')
		return err_set(e, ERR_BENCH, "time base at %s: \"%s\" is no date", c->path, answer);
	memcpy(date, answer, 11);
	return ERR_NONE;
}

static enum err_code socket_mark(struct clock *c, const char *text, struct err *e)
{
	char request[LINE_SIZE], answer[LINE_SIZE];

	(void)snprintf(request, sizeof request, "mark %.200s", text);
	for (char *s = request; *s != '\0'; s++)
		if (*s == '\n')
			*s = ' ';
	return socket_request(c, request, answer, e);
}

static const struct clock_driver drivers[] = {
	{"wall", wall_open, wall_now, wall_wait, wall_date, wall_mark},
	{"socket", socket_open, socket_now, socket_wait, socket_date, socket_mark},
};

enum err_code clock_open(struct clock **out, const char *driver, const char *path, struct err *e)
{
	struct clock *c;

	*out = NULL;
	for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
		if (strcmp(drivers[i].name, driver) != 0)
			continue;
		c = calloc(1, sizeof *c);
		if (c == NULL)
			return err_set(e, ERR_BENCH, "clock: out of memory");
		*c = (struct clock){.driver = &drivers[i], .fd = -1};
		(void)snprintf(c->path, sizeof c->path, "%s", path);
		enum err_code code = c->driver->open(c, e);
		if (code != ERR_NONE)
			clock_close(c);
		else
			*out = c;
		return code;
	}
	return err_set(e, ERR_CONFIG, "clock driver \"%s\"; valid are wall, socket", driver);
}

void clock_close(struct clock *c)
{
	if (c == NULL)
		return;
	if (c->fd >= 0)
		(void)close(c->fd);
	free(c);
}

enum err_code clock_now(struct clock *c, int64_t *now_ns, struct err *e)
{
	return c->driver->now(c, now_ns, e);
}

enum err_code clock_wait(struct clock *c, int64_t until_ns, struct err *e)
{
	return c->driver->wait(c, until_ns, e);
}

enum err_code clock_date(struct clock *c, char date[11], struct err *e)
{
	return c->driver->date(c, date, e);
}

enum err_code clock_mark(struct clock *c, const char *text, struct err *e)
{
	return c->driver->mark(c, text, e);
}
