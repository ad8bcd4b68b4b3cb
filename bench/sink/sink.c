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

enum err_code sinks_case_end(struct sinks *s, const struct sink_case_end *end, struct err *e)
{
	HAND_OUT(s, case_end, end, e);
}

enum err_code sinks_run_end(struct sinks *s, const struct sink_run_end *end, struct err *e)
{
	HAND_OUT(s, run_end, end, e);
}
