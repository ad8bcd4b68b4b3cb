/*
 * The analyzer against two devices below libsigrok: its "demo" driver, and a small server of this
 * test that speaks BeagleLogic's text protocol and can be told to misbehave. The last test leaves a
 * thread that cannot be joined, as its driver does: the program ends by _exit.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/tap.h"
#include "inst/analyzer.h"
#include "inst/analyzer_ring.h"
#include "inst/analyzer_units.h"

enum { RATE_HZ = 1000000, BURST = 65536 };

/* ---- the server ---- */

enum behaviour { GOOD, SILENT, CLOSES, NO_RATE };

struct server {
	int fd;
	unsigned port, buffer_size;
	enum behaviour behaviour;
	pthread_t thread;
	atomic_bool quit;
};

static void say(int fd, const char *text)
{
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* One command. True: samples are to flow. */
static bool obey(const struct server *s, int fd, const char *line, bool streaming, bool *close_it)
{
	char number[16];

	(void)snprintf(number, sizeof number, "%u", s->buffer_size);
	if (strcmp(line, "get") == 0) {
		*close_it = s->behaviour == CLOSES;
		return s->behaviour != SILENT;
	}
	if (strcmp(line, "close") == 0)
		return false;
	if (strcmp(line, "version") == 0)
		say(fd, "BeagleLogic 1.0");
	else if (strcmp(line, "memalloc") == 0)
		say(fd, number);
	else if (strncmp(line, "samplerate ", 11) == 0 && s->behaviour == NO_RATE)
		say(fd, "error");
	else
		say(fd, strchr(line, ' ') != NULL ? "ok" : "1");
	return streaming;
}

/* Samples count up, so that a lost or doubled byte shows. */
static bool send_burst(int fd, uint8_t *next)
{
	uint8_t data[BURST];
	for (unsigned i = 0; i < BURST; i++)
		data[i] = (uint8_t)(*next + i);
	ssize_t n = send(fd, data, BURST, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n > 0)
		*next = (uint8_t)(*next + n);
	return true;
}

static void serve_one(struct server *s, int fd)
{
	char line[256];
	bool streaming = false, close_it = false;
	uint8_t next = 0;

	while (!atomic_load(&s->quit)) {
		struct pollfd p = {.fd = fd, .events = (short)(POLLIN | (streaming ? POLLOUT : 0))};
		if (poll(&p, 1, 20) < 0)
			break;
		if (p.revents & POLLIN) {
			ssize_t n = recv(fd, line, sizeof line - 1, 0);
			if (n <= 0)
				break;
			line[n] = '\0';
			char *rest = line, *one;
			while ((one = strsep(&rest, "\n")) != NULL)
				if (*one != '\0')
					streaming = obey(s, fd, one, streaming, &close_it);
		}
		if (streaming && (p.revents & POLLOUT))
			(void)send_burst(fd, &next);
		if (close_it)
			break;
	}
	(void)close(fd);
}

static void *server_thread(void *user)
{
	struct server *s = user;
	while (!atomic_load(&s->quit)) {
		struct pollfd p = {.fd = s->fd, .events = POLLIN};
		int fd = poll(&p, 1, 20) > 0 ? accept(s->fd, NULL, NULL) : -1;
		if (fd >= 0)
			serve_one(s, fd);
	}
	return NULL;
}

static bool server_start(struct server *s)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;

	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&address, size) != 0 ||
	    listen(s->fd, 4) != 0 || getsockname(s->fd, (struct sockaddr *)&address, &size) != 0)
		return false;
	s->port = ntohs(address.sin_port);
	return pthread_create(&s->thread, NULL, server_thread, s) == 0;
}

static void server_stop(struct server *s)
{
	atomic_store(&s->quit, true);
	(void)pthread_join(s->thread, NULL);
	(void)close(s->fd);
}

static struct station make_station(const char *driver, unsigned port)
{
	struct station s = {.analyzer = {.sample_rate_hz = RATE_HZ,
					 .stream_bytes_per_s = RATE_HZ,
					 .channel_count = 8},
			    .stall_s = 0.3};
	strcpy(s.analyzer.driver, driver);
	if (port != 0)
		(void)snprintf(s.analyzer.conn, sizeof s.analyzer.conn, "tcp/127.0.0.1/%u", port);
	for (unsigned i = 0; i < 8; i++)
		(void)snprintf(s.analyzer.channels[i], NAME_SIZE, "CH%u", i);
	return s;
}

/* ---- ring and units ---- */

static void *write_all(void *user)
{
	uint8_t data[1000];
	unsigned at = 0;
	for (unsigned i = 0; i < 200; i++) {
		for (unsigned k = 0; k < sizeof data; k++)
			data[k] = (uint8_t)(at++ % 251);
		analyzer_ring_write(user, data, sizeof data);
	}
	analyzer_ring_end(user);
	return NULL;
}

static void test_ring(struct tap *t)
{
	struct analyzer_ring r;
	pthread_t thread;
	uint8_t data[64];
	unsigned at = 0;
	bool equal = true;

	tap_ok(t, analyzer_ring_init(&r, 7), "a ring of 7 bytes");
	(void)pthread_create(&thread, NULL, write_all, &r);
	for (size_t n; !analyzer_ring_is_drained(&r, 1); at += (unsigned)n) {
		(void)analyzer_ring_wait(&r, 1, 1000);
		n = analyzer_ring_read(&r, data, 1 + at % 5, 1);
		for (unsigned i = 0; i < n; i++)
			equal = equal && data[i] == (at + i) % 251;
	}
	(void)pthread_join(thread, NULL);
	tap_ok(t, equal && at == 200000, "200000 bytes pass through it in order");
	tap_is_int(t, (int64_t)analyzer_ring_written(&r), 200000, "and are counted");

	analyzer_ring_reset(&r);
	analyzer_ring_write(&r, (const uint8_t *)"abcde", 5);
	tap_is_int(t, (int64_t)analyzer_ring_read(&r, data, 64, 2), 4, "whole units only");
	tap_is_int(t, (int64_t)analyzer_ring_wait(&r, 2, 10), 1, "a wait ends by its time");
	analyzer_ring_end(&r);
	tap_is_int(t, (int64_t)analyzer_ring_wait(&r, 2, 60000), 1, "or by the end");
	tap_ok(t, analyzer_ring_is_drained(&r, 2) && !analyzer_ring_is_drained(&r, 1),
	       "half a unit is no unit");

	analyzer_ring_reset(&r);
	(void)pthread_create(&thread, NULL, write_all, &r);
	(void)analyzer_ring_wait(&r, 7, 1000);
	analyzer_ring_close(&r);
	tap_is_int(t, pthread_join(thread, NULL), 0, "closing frees a writer that waits");
	tap_is_int(t, (int64_t)analyzer_ring_written(&r), 7, "what comes later vanishes");
	analyzer_ring_deinit(&r);
}

static void test_units(struct tap *t)
{
	static const uint8_t three[] = {1, 2, 3, 4, 5, 6};
	uint8_t out[16];

	tap_ok(t,
	       analyzer_units_for(1) == 1 && analyzer_units_for(8) == 1 &&
		       analyzer_units_for(9) == 2 && analyzer_units_for(17) == 4 &&
		       analyzer_units_for(64) == 8,
	       "smallest unit for some channels");
	analyzer_units_convert(out, 1, three, 3, 2);
	tap_ok(t, out[0] == 1 && out[1] == 4, "3-byte samples to 1");
	analyzer_units_convert(out, 4, three, 3, 2);
	tap_ok(t, memcmp(out, "\1\2\3\0\4\5\6\0", 8) == 0, "3-byte samples to 4");
}

/* ---- captures ---- */

/* Reads to the end. *ramp: every sample is its predecessor + 1. */
static enum err_code read_all(struct analyzer *a, uint64_t samples, uint64_t *got, bool *ramp,
			      struct err *e)
{
	static uint8_t data[100000];
	enum err_code code = analyzer_start(a, samples, e);
	uint8_t next = 0;
	size_t count;

	*got = 0;
	*ramp = true;
	while (code == ERR_NONE && *got < samples) {
		code = analyzer_read(a, data, sizeof data - 1, 20, &count, e);
		for (size_t i = 0; i < count; i++)
			*ramp = *ramp && data[i] == next++;
		*got += count;
	}
	if (code == ERR_NONE)
		(void)analyzer_wait_end(a, 2000);
	return code == ERR_NONE ? analyzer_finish(a, e) : code;
}

static void test_demo(struct tap *t)
{
	struct station station = make_station("demo", 0);
	struct analyzer *a = NULL;
	struct err e = {0};
	uint64_t got;
	bool ramp;

	tap_is_int(t, analyzer_open(&a, &station, &e), ERR_NONE, "demo opens");
	if (a == NULL) {
		tap_note("%s", e.text);
		return;
	}
	tap_is_int(t, analyzer_unit_size(a), 1, "8 channels are one byte");
	tap_is_str(t, analyzer_channels(a)->name[7], "CH7", "names are the station's");
	for (unsigned i = 0; i < 3; i++) {
		tap_is_int(t, read_all(a, 12345 + i, &got, &ramp, &e), ERR_NONE, "a capture");
		tap_is_int(t, (int64_t)got, 12345 + i, "has the samples that were asked");
	}
	tap_is_int(t, analyzer_start(a, UINT64_C(100000000), &e), ERR_NONE, "a long one starts");
	analyzer_close(a);
	tap_ok(t, true, "and is given up at once");

	station.analyzer.channel_count = 9;
	tap_is_int(t, analyzer_open(&a, &station, &e), ERR_CONFIG, e.text);
	tap_ok(t, strstr(e.text, "has 8 of the 9") != NULL, "too many channels");
}

static void test_refused(struct tap *t)
{
	struct station station = make_station("demo", 0);
	struct analyzer *a = NULL;
	struct err e = {0};

	strcpy(station.analyzer.driver, "no-such");
	tap_is_int(t, analyzer_open(&a, &station, &e), ERR_CONFIG, "unknown driver");
	tap_note("%s", e.text);
	station = make_station("beaglelogic", 1); /* nobody listens on port 1 */
	tap_is_int(t, analyzer_open(&a, &station, &e), ERR_BENCH, "nobody there");
	tap_note("%s", e.text);
	tap_ok(t, a == NULL, "nothing is left open");

	station = make_station("demo", 0);
	station.analyzer.stream_bytes_per_s = RATE_HZ - 1;
	station.analyzer.buffer_bytes = 5000;
	tap_is_int(t, analyzer_open(&a, &station, &e), ERR_NONE, "a slow link with a buffer");
	tap_is_int(t, analyzer_start(a, 5001, &e), ERR_CONFIG, "a byte more than the buffer");
	tap_note("%s", e.text);
	tap_is_int(t, analyzer_start(a, 5000, &e), ERR_NONE, "the buffer's size");
	analyzer_close(a);
}

static enum err_code with_server(enum behaviour behaviour, unsigned buffer_size, uint64_t samples,
				 uint64_t *got, bool *ramp, bool *stuck, struct err *e)
{
	struct server server = {.behaviour = behaviour, .buffer_size = buffer_size};
	struct analyzer *a = NULL;
	enum err_code code;

	*got = 0;
	*stuck = false;
	if (!server_start(&server))
		return err_set(e, ERR_ABORT, "no server");
	struct station station = make_station("beaglelogic", server.port);
	code = analyzer_open(&a, &station, e);
	if (code == ERR_NONE)
		code = read_all(a, samples, got, ramp, e);
	*stuck = analyzer_is_stuck(a);
	analyzer_close(a);
	server_stop(&server);
	return code;
}

static void test_beaglelogic(struct tap *t)
{
	struct err e = {0};
	uint64_t got;
	bool ramp, stuck;

	tap_is_int(t, with_server(GOOD, 1u << 30, 20000001, &got, &ramp, &stuck, &e), ERR_NONE,
		   "20 million samples");
	tap_ok(t, got == 20000001 && ramp && !stuck, "none lost, none twice");
	tap_is_int(t, with_server(GOOD, 100000, 100001, &got, &ramp, &stuck, &e), ERR_CONFIG,
		   "more than the analyzer's memory is refused before it starts");
	tap_note("%s", e.text);
	tap_is_int(t, with_server(NO_RATE, 100000, 1000, &got, &ramp, &stuck, &e), ERR_CONFIG,
		   "a rate that is refused");
	tap_note("%s", e.text);
	tap_is_int(t, with_server(SILENT, 100000, 1000, &got, &ramp, &stuck, &e), ERR_BENCH,
		   "an analyzer that never starts");
	tap_ok(t, strstr(e.text, "no sample for") != NULL && !stuck, "%s", e.text);
	tap_is_int(t, with_server(CLOSES, 1u << 30, 50000000, &got, &ramp, &stuck, &e), ERR_BENCH,
		   "a link that breaks");
	tap_ok(t, strstr(e.text, "does not come back") != NULL && stuck, "%s", e.text);
}

int main(void)
{
	struct tap t = tap_begin();
	test_ring(&t);
	test_units(&t);
	test_demo(&t);
	test_refused(&t);
	test_beaglelogic(&t);
	int status = tap_end(&t);
	(void)fflush(stdout);
	_exit(status);
}
