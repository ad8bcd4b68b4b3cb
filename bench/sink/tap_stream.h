/*
 * TAP on stdout: version 13 (what Debian 12's prove reads) or 14, plan first, rising numbers, one
 * test point a case with its measurements as flat YAML, flushed line by line. A bench fault or an
 * abort is `Bail out!` in column 0 and no test point.
 *
 * Whatever a title, a name or a message holds, the stream stays a valid one.
 */
#ifndef SINK_TAP_STREAM_H
#define SINK_TAP_STREAM_H

#include <stdio.h>

#include "sink/sink.h"

struct tap_stream {
	FILE *out; /* borrowed */
	int version;
	bool broken; /* a write failed: nothing more is written */
	int why;     /* errno of the write that failed */
};

/* version 13 or 14. */
struct sink tap_stream_open(struct tap_stream *t, FILE *out, int version);

/* Copies text as a description: control characters become spaces, `#` and `\` are escaped, what is
 * not UTF-8 becomes `?`. Always terminated; cut to size. */
void tap_stream_describe(char *out, size_t size, const char *text);

/* Copies text as a double-quoted YAML scalar in ASCII. Always terminated; cut to size, quotes kept.
 */
void tap_stream_scalar(char *out, size_t size, const char *text);

#endif
