/*
 * The sink that keeps a run: each event becomes rows of the record (bench/record/). The verdict of
 * a case is one commit, made before case_end returns; so whoever stands later in the list of sinks
 * says nothing that is not kept.
 */
#ifndef SINK_RECORD_SINK_H
#define SINK_RECORD_SINK_H

#include "record/record.h"
#include "sink/sink.h"

/* What one case may leave; more is counted and the rest dropped (notes), or refused (captures). */
enum { RECORD_SINK_NOTES_MAX = 256, RECORD_SINK_CAPTURES_MAX = 256, RECORD_SINK_INPUTS_MAX = 512 };

struct record_sink;

/* record is borrowed and outlives the sink. ERR_BENCH: out of memory. */
enum err_code record_sink_open(struct record_sink **out, struct record *record, struct err *e);
/* Of a run that never ended (it is closed as ABORT by the next start): frees it. NULL is fine. */
void record_sink_close(struct record_sink *s);

struct sink record_sink_of(struct record_sink *s);

/* The number of the run in the record; 0 before run_begin. */
int64_t record_sink_run(const struct record_sink *s);

#endif
