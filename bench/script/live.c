/* Each answer is the session's: see live.h. */
#include "script/live.h"

#include <stdio.h>

#include "record/digest.h"
#include "script/case_file.h"

static bool is_powered(void *self)
{
	const struct live *l = self;

	return session_is_powered(l->session);
}

static enum err_code ask(void *self, const char *request, int64_t timeout_ns,
			 char answer[WORLD_ANSWER_SIZE], struct err *e)
{
	struct live *l = self;

	return session_ask(l->session, request, answer, WORLD_ANSWER_SIZE, timeout_ns, e);
}

static enum err_code send_request(void *self, const char *request, struct err *e)
{
	struct live *l = self;

	return session_send(l->session, request, e);
}

static enum err_code power(void *self, bool on, struct err *e)
{
	struct live *l = self;

	return session_power(l->session, on, e);
}

static enum err_code stimulus(void *self, enum session_stimulus which, bool on, struct err *e)
{
	struct live *l = self;

	return session_stimulus(l->session, which, on, e);
}

static enum err_code sense(void *self, enum session_sense which, bool *level, struct err *e)
{
	struct live *l = self;

	return session_sense(l->session, which, level, e);
}

static enum err_code wait_ns(void *self, int64_t ns, struct err *e)
{
	struct live *l = self;

	return session_wait(l->session, ns, e);
}

static enum err_code capture(void *self, struct world_capture *c, struct err *e)
{
	struct live *l = self;
	const struct analyzer *analyzer = session_analyzer(l->session);
	struct sr_writer *writer = NULL;
	enum err_code code = world_start_analyses(c, analyzer_channels(analyzer),
						  analyzer_samplerate_hz(analyzer), e);

	if (code == ERR_NONE && l->spool != NULL)
		code = spool_capture(l->spool, analyzer, &writer, e);
	if (code != ERR_NONE)
		return code;
	struct recording recording = {
		.seconds = c->seconds,
		.actions = c->actions,
		.action_count = c->action_count,
		.analyses = c->analyses,
		.analysis_count = c->spec_count,
		.writer = writer,
	};
	code = recording_run(l->session, &recording, e);
	if (l->spool != NULL)
		spool_captured(l->spool, &recording);
	c->start_ns = recording.start_ns;
	c->samples = recording.samples;
	c->rate_ratio = recording.rate_ratio;
	if (code == ERR_NONE && c->wants_answers)
		code = session_collect(l->session, &c->answers, e);
	else if (code == ERR_NONE && c->action_count > 0)
		code = session_drain(l->session, e);
	return code;
}

static enum err_code zero(void *self, double *volt, struct err *e)
{
	const struct live *l = self;

	(void)e;
	*volt = l->zero_v;
	return ERR_NONE;
}

static enum err_code file(void *self, const char *case_path, const char *name,
			  struct world_file *out, struct err *e)
{
	const struct live *l = self;
	enum err_code code = case_file_find(case_path, name, out->path, e);

	if (code != ERR_NONE)
		return code;
	if (l->spool != NULL)
		return spool_file(l->spool, name, out, e);
	if (digest_file(out->path, out->sha256, NULL, e) != ERR_NONE)
		return err_set(e, ERR_SCRIPT, "analyze: \"%s\" cannot be read", name);
	return ERR_NONE;
}

static const struct world_ops ops = {
	.is_powered = is_powered,
	.ask = ask,
	.send = send_request,
	.power = power,
	.stimulus = stimulus,
	.sense = sense,
	.wait = wait_ns,
	.capture = capture,
	.zero = zero,
	.file = file,
};

struct world live_open(struct live *l, struct session *session, struct spool *spool,
		       const struct world_image *image, double zero_v)
{
	l->session = session;
	l->spool = spool;
	l->zero_v = zero_v;
	facts_of_jig(&l->facts.jig, &session_station(session)->jig);
	l->facts.image = *image;
	l->facts.samplerate_hz = analyzer_samplerate_hz(session_analyzer(session));
	return (struct world){.ops = &ops, .self = l, .facts = &l->facts};
}
