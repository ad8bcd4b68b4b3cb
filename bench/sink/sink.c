/* Hands one event to many sinks: see sink.h. */
#include "sink/sink.h"

#include <assert.h>

void sinks_add(struct sinks *s, struct sink sink)
{
	assert(s->count < SINKS_MAX);
	s->list[s->count++] = sink;
}

/* The same walk for every kind of event: all sinks see it, the first error stands. */
#define HAND_OUT(s, event, argument, e)                                                          \
	do {                                                                                     \
		enum err_code first = ERR_NONE;                                                  \
		for (size_t i = 0; i < (s)->count; i++) {                                        \
			const struct sink *sink = &(s)->list[i];                                 \
			struct err other;                                                        \
			enum err_code code = sink->ops->event(sink->self, (argument),            \
							      first == ERR_NONE ? (e) : &other); \
			first = first == ERR_NONE ? code : first;                                \
		}                                                                                \
		return first;                                                                    \
	} while (0)

enum err_code sinks_run_begin(struct sinks *s, const struct sink_run *run, struct err *e)
{
	HAND_OUT(s, run_begin, run, e);
}

enum err_code sinks_case_begin(struct sinks *s, const struct sink_case *which, struct err *e)
{
	HAND_OUT(s, case_begin, which, e);
}

enum err_code sinks_log(struct sinks *s, const char *text, struct err *e)
{
	HAND_OUT(s, log, text, e);
}

enum err_code sinks_capture(struct sinks *s, const struct sink_capture *capture, struct err *e)
{
	HAND_OUT(s, capture, capture, e);
}

enum err_code sinks_input(struct sinks *s, const struct sink_input *input, struct err *e)
{
	HAND_OUT(s, input, input, e);
}

enum err_code sinks_case_end(struct sinks *s, const struct sink_case_end *end, struct err *e)
{
	for (size_t i = 0; i < s->count; i++) {
		enum err_code code = s->list[i].ops->case_end(s->list[i].self, end, e);
		if (code != ERR_NONE)
			return code;
	}
	return ERR_NONE;
}

enum err_code sinks_run_end(struct sinks *s, const struct sink_run_end *end, struct err *e)
{
	struct sink_run_end said = *end;
	enum err_code first = ERR_NONE;
	struct err error, other;

	for (size_t i = 0; i < s->count; i++) {
		const struct sink *sink = &s->list[i];
		enum err_code code =
			sink->ops->run_end(sink->self, &said, first == ERR_NONE ? &error : &other);
		if (code == ERR_NONE || first != ERR_NONE)
			continue;
		first = code;
		if (e != NULL)
			*e = error;
		said.blame = code;
		said.blame_cause = error.text;
		if (outcome_of_err(code) > said.outcome) {
			said.outcome = outcome_of_err(code);
			said.cause = error.text;
		}
	}
	return first;
}

enum err_code sink_ignore_capture(void *self, const struct sink_capture *capture, struct err *e)
{
	(void)self;
	(void)capture;
	(void)e;
	return ERR_NONE;
}

enum err_code sink_ignore_input(void *self, const struct sink_input *input, struct err *e)
{
	(void)self;
	(void)input;
	(void)e;
	return ERR_NONE;
}
