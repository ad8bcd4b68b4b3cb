/*
 * The one file that includes libsigrok and GLib. It turns libsigrok's status codes and log lines
 * into errors, and keeps a session's main context owned by the thread that runs it from first to
 * last: otherwise a stop from another thread could run the driver there.
 */
#include "inst/link_sigrok.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libsigrok/libsigrok.h>

enum { LOG_TEXT_SIZE = 160 };

struct link_sigrok {
	char where[NAME_SIZE + 128]; /* "analyzer DRIVER at CONN": how messages open */
	struct sr_context *context;
	struct sr_dev_inst *device;
	/* Two locks, since libsigrok logs while it holds locks that a stop needs. */
	pthread_mutex_t log_lock;
	char log[LOG_TEXT_SIZE]; /* first line since log_clear; under log_lock */
	pthread_mutex_t lock;
	struct sr_session *session; /* while it runs; under lock */
	bool stop;                  /* under lock */
};

/* ---- libsigrok's log ---- */

static int log_keep(void *user, int level, const char *format, va_list args)
{
	struct link_sigrok *l = user;

	(void)level;
	(void)pthread_mutex_lock(&l->log_lock);
	if (l->log[0] == '\0') {
		(void)vsnprintf(l->log, sizeof l->log, format, args);
		size_t length = strlen(l->log);
		if (length > 0 && l->log[length - 1] == '.')
			l->log[length - 1] = '\0'; /* it becomes part of a sentence */
	}
	(void)pthread_mutex_unlock(&l->log_lock);
	return SR_OK;
}

static void log_clear(struct link_sigrok *l)
{
	(void)pthread_mutex_lock(&l->log_lock);
	l->log[0] = '\0';
	(void)pthread_mutex_unlock(&l->log_lock);
}

static bool log_has_line(struct link_sigrok *l)
{
	(void)pthread_mutex_lock(&l->log_lock);
	bool has_line = l->log[0] != '\0';
	(void)pthread_mutex_unlock(&l->log_lock);
	return has_line;
}

/* What the driver logged, or else what its status means. Copied, since the log may move on. */
static const char *log_or_status(struct link_sigrok *l, int status, char text[LOG_TEXT_SIZE])
{
	(void)pthread_mutex_lock(&l->log_lock);
	(void)snprintf(text, LOG_TEXT_SIZE, "%s", l->log[0] != '\0' ? l->log : sr_strerror(status));
	(void)pthread_mutex_unlock(&l->log_lock);
	return text;
}

/* ---- opening ---- */

static struct sr_dev_driver *find_driver(const struct link_sigrok *l, const char *name)
{
	struct sr_dev_driver **list = sr_driver_list(l->context);

	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		if (strcmp(list[i]->name, name) == 0)
			return list[i];
	return NULL;
}

static GSList *scan(struct sr_dev_driver *driver, const char *conn)
{
	struct sr_config option = {.key = SR_CONF_CONN};
	GSList *options = NULL;

	if (conn[0] != '\0') {
		option.data = g_variant_ref_sink(g_variant_new_string(conn));
		options = g_slist_append(NULL, &option);
	}
	GSList *devices = sr_driver_scan(driver, options);
	g_slist_free(options);
	if (option.data != NULL)
		g_variant_unref(option.data);
	return devices;
}

static enum err_code open_device(struct link_sigrok *l, const char *driver_name, const char *conn,
				 struct err *e)
{
	char why[LOG_TEXT_SIZE];
	struct sr_dev_driver *driver = find_driver(l, driver_name);
	int status;

	if (driver == NULL)
		return err_set(e, ERR_CONFIG,
			       "%s: libsigrok has no such driver; \"sigrok-cli -L\" lists them, "
			       "the station file names one",
			       l->where);
	log_clear(l);
	if ((status = sr_driver_init(l->context, driver)) != SR_OK)
		return err_set(e, ERR_BENCH,
			       "%s: driver does not start: %s; check its cable and power, then "
			       "start again",
			       l->where, log_or_status(l, status, why));
	GSList *devices = scan(driver, conn);
	guint count = g_slist_length(devices);
	l->device = count == 1 ? devices->data : NULL;
	g_slist_free(devices);
	if (count == 0)
		return err_set(e, ERR_BENCH,
			       "%s: no analyzer there (%s); check its power and cable", l->where,
			       log_or_status(l, SR_ERR_TIMEOUT, why));
	if (count > 1)
		return err_set(e, ERR_BENCH,
			       "%s: %u analyzers found, one wanted; name one by analyzer.conn in "
			       "the station file",
			       l->where, count);
	log_clear(l);
	if ((status = sr_dev_open(l->device)) != SR_OK) {
		l->device = NULL;
		return err_set(e, ERR_BENCH,
			       "%s: does not open: %s; end whoever else uses it, or plug it out "
			       "and in",
			       l->where, log_or_status(l, status, why));
	}
	return ERR_NONE;
}

enum err_code link_sigrok_open(struct link_sigrok **out, const char *driver, const char *conn,
			       struct err *e)
{
	struct link_sigrok *l = calloc(1, sizeof *l);
	enum err_code code;

	*out = NULL;
	if (l == NULL)
		return err_set(e, ERR_BENCH, "out of memory for analyzer %s", driver);
	(void)snprintf(l->where, sizeof l->where, "analyzer %s%s%s", driver,
		       conn[0] == '\0' ? "" : " at ", conn);
	(void)pthread_mutex_init(&l->log_lock, NULL);
	(void)pthread_mutex_init(&l->lock, NULL);
	(void)sr_log_callback_set(log_keep, l);
	(void)sr_log_loglevel_set(SR_LOG_WARN);
	int status = sr_init(&l->context);
	if (status != SR_OK) {
		code = err_set(e, ERR_BENCH, "libsigrok does not start: %s", sr_strerror(status));
		goto err_free;
	}
	if ((code = open_device(l, driver, conn, e)) != ERR_NONE)
		goto err_exit;
	*out = l;
	return ERR_NONE;

err_exit:
	(void)sr_exit(l->context);
err_free:
	(void)sr_log_callback_set_default();
	(void)pthread_mutex_destroy(&l->lock);
	(void)pthread_mutex_destroy(&l->log_lock);
	free(l);
	return code;
}

void link_sigrok_close(struct link_sigrok *l)
{
	if (l == NULL)
		return;
	assert(l->session == NULL);
	/* Nothing hangs on how these end: what the analyzer measured is already taken. */
	(void)sr_dev_close(l->device);
	(void)sr_exit(l->context);
	(void)sr_log_callback_set_default();
	(void)pthread_mutex_destroy(&l->lock);
	(void)pthread_mutex_destroy(&l->log_lock);
	free(l);
}

/* ---- settings ---- */

enum err_code link_sigrok_set_channels(struct link_sigrok *l, unsigned count, struct err *e)
{
	char why[LOG_TEXT_SIZE];
	unsigned enabled = 0;

	for (GSList *at = sr_dev_inst_channels_get(l->device); at != NULL; at = at->next) {
		struct sr_channel *channel = at->data;
		bool wanted = channel->type == SR_CHANNEL_LOGIC && channel->index >= 0 &&
			      (unsigned)channel->index < count;
		log_clear(l);
		int status = sr_dev_channel_enable(channel, wanted);
		if (status != SR_OK)
			return err_set(e, ERR_BENCH,
				       "%s: cannot switch channel %s %s: %s; plug it out and in",
				       l->where, channel->name, wanted ? "on" : "off",
				       log_or_status(l, status, why));
		enabled += wanted ? 1 : 0;
	}
	if (enabled != count)
		return err_set(e, ERR_CONFIG,
			       "%s: has %u of the %u logic channels that the station file lists; "
			       "correct its analyzer, or plug in the right one",
			       l->where, enabled, count);
	return ERR_NONE;
}

enum err_code link_sigrok_set_rate(struct link_sigrok *l, uint64_t rate_hz, struct err *e)
{
	char why[LOG_TEXT_SIZE];
	GVariant *value = NULL;
	uint64_t got_hz = rate_hz;

	log_clear(l);
	int status =
		sr_config_set(l->device, NULL, SR_CONF_SAMPLERATE, g_variant_new_uint64(rate_hz));
	if (status != SR_OK)
		return err_set(e, ERR_CONFIG,
			       "%s: refuses %" PRIu64 " samples/s: %s; correct the rate in the "
			       "station file",
			       l->where, rate_hz, log_or_status(l, status, why));
	/* Some drivers round; one that cannot tell is found out by the modulator's clock. */
	if (sr_config_get(sr_dev_inst_driver_get(l->device), l->device, NULL, SR_CONF_SAMPLERATE,
			  &value) == SR_OK) {
		got_hz = g_variant_get_uint64(value);
		g_variant_unref(value);
	}
	if (got_hz != rate_hz)
		return err_set(e, ERR_CONFIG,
			       "%s: asked for %" PRIu64 " samples/s, offers %" PRIu64
			       "; give that rate in the station file",
			       l->where, rate_hz, got_hz);
	return ERR_NONE;
}

enum err_code link_sigrok_arm(struct link_sigrok *l, uint64_t samples, struct err *e)
{
	char why[LOG_TEXT_SIZE];

	log_clear(l);
	int status = sr_config_set(l->device, NULL, SR_CONF_LIMIT_SAMPLES,
				   g_variant_new_uint64(samples));
	/* A driver that takes a limit with a warning is going to cut the capture short. */
	bool warned = log_has_line(l);
	(void)pthread_mutex_lock(&l->lock);
	l->stop = false;
	(void)pthread_mutex_unlock(&l->lock);
	if (status != SR_OK || warned)
		return err_set(e, ERR_CONFIG,
			       "%s: will not deliver %" PRIu64 " samples in one capture: %s; "
			       "capture for a shorter time or at a lower rate",
			       l->where, samples, log_or_status(l, status, why));
	return ERR_NONE;
}

/* ---- running ---- */

static void on_packet(const struct sr_dev_inst *device, const struct sr_datafeed_packet *packet,
		      void *user)
{
	const struct link_sigrok_sink *sink = user;

	(void)device;
	if (packet->type == SR_DF_LOGIC) {
		const struct sr_datafeed_logic *logic = packet->payload;
		sink->data(sink->user, logic->data, logic->length, logic->unitsize);
	} else if (packet->type == SR_DF_END) {
		sink->end(sink->user);
	}
}

/* Makes the running session known to link_sigrok_stop, and obeys a stop that came before that. */
static void announce(struct link_sigrok *l, struct sr_session *session)
{
	(void)pthread_mutex_lock(&l->lock);
	l->session = session;
	bool stop = l->stop;
	(void)pthread_mutex_unlock(&l->lock);
	if (session != NULL && stop)
		(void)sr_session_stop(session);
}

enum err_code link_sigrok_run(struct link_sigrok *l, const struct link_sigrok_sink *sink,
			      struct err *e)
{
	char why[LOG_TEXT_SIZE];
	GMainContext *main_context = g_main_context_new();
	struct sr_session *session = NULL;
	enum err_code code = ERR_NONE;

	g_main_context_push_thread_default(main_context);
	log_clear(l);
	int status = sr_session_new(l->context, &session);
	if (status == SR_OK)
		status = sr_session_dev_add(session, l->device);
	if (status == SR_OK)
		status = sr_session_datafeed_callback_add(session, on_packet, (void *)sink);
	if (status == SR_OK)
		status = sr_session_start(session);
	if (status == SR_OK) {
		announce(l, session);
		status = sr_session_run(session);
		announce(l, NULL);
	}
	if (status != SR_OK)
		code = err_set(e, ERR_BENCH,
			       "%s: capture does not start: %s; plug it out and in, then start "
			       "again",
			       l->where, log_or_status(l, status, why));
	if (session != NULL)
		(void)sr_session_destroy(session);
	g_main_context_pop_thread_default(main_context);
	g_main_context_unref(main_context);
	return code;
}

void link_sigrok_stop(struct link_sigrok *l)
{
	(void)pthread_mutex_lock(&l->lock);
	l->stop = true;
	struct sr_session *session = l->session;
	/* Under the lock, so that the session cannot go away; it only queues the request. */
	if (session != NULL)
		(void)sr_session_stop(session);
	(void)pthread_mutex_unlock(&l->lock);
}
