/*
 * The text of an analysis, "NAME:key=value,key=value", checked against the keys of its kind.
 *
 * A comma separates only before a known key, so that channel names may hold commas. A channel is
 * given by name or bit; a moment in seconds ("0.25", "0.25s") or in samples ("1000sa").
 */
#ifndef ANALYSIS_ARGUMENTS_H
#define ANALYSIS_ARGUMENTS_H

#include "analysis/kind.h"
#include "capture/channels.h"

/* The kind named by spec (up to the colon) among table[0..count), NULL if there is none. */
const struct kind *arguments_kind(const struct kind *const *table, size_t count, const char *spec);

/* samplerate_hz 0: unknown. ERR_CONFIG: unknown, missing, double or bad key; no such channel. */
enum err_code arguments_parse(struct kind_args *out, const struct kind *kind, const char *spec,
			      const struct channels *channels, double samplerate_hz, struct err *e);

/* ", "-separated names of the keys of kind; text is cut when it does not fit. */
void arguments_list_keys(const struct kind *kind, char *text, size_t size);

#endif
