/*
 * The sink that keeps a run: each event becomes rows of the record (bench/record/). The verdict of
 * a case is one commit, made before case_end returns; so whoever stands later in the list of sinks
 * says nothing that is not kept.
 */
#ifndef SINK_RECORD_SINK_H
#define SINK_RECORD_SINK_H

#include "record/gate.h"
#include "sink/sink.h"

/* What one case may leave; more is counted and the rest dropped (notes), or refused (captures). */
enum { RECORD_SINK_NOTES_MAX = 256, RECORD_SINK_CAPTURES_MAX = 256, RECORD_SINK_INPUTS_MAX = 512 };

struct record_sink;

/* record is borrowed and outlives the sink. ERR_BENCH: out of memory. */
enum err_code record_sink_open(struct record_sink **out, struct record *record, struct err *e);
/* Before run_begin: the run is a check of the shift gate with pen `serial`, of the whole plan. What
 * it shows is kept with the case or the end that shows it (record/gate.h); one that locks the
 * station is a bench fault, which run_end returns after it was committed. golden is borrowed. */
void record_sink_check(struct record_sink *s, const struct golden *golden, const char *serial);

/* Of a run that never ended (it is closed as ABORT by the next start): frees it. NULL is fine. */
void record_sink_close(struct record_sink *s);

struct sink record_sink_of(struct record_sink *s);

/* The number of the run in the record; 0 before run_begin. */
int64_t record_sink_run(const struct record_sink *s);

/* Of a check, after run_end. */
enum gate_verdict record_sink_verdict(const struct record_sink *s);

#endif
