/*
 * The text members of a sigrok session: "version", and "metadata", an ini file that names channels,
 * unit size and sample rate (sigrok.org/wiki/File_format:Sigrok/v2). Pure: text in, struct out.
 */
#ifndef CAPTURE_SESSIONFILE_H
#define CAPTURE_SESSIONFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "capture/channels.h"

struct sessionfile {
	char capturefile[NAME_SIZE]; /* base name of the logic members; empty: no logic */
	unsigned unit_size; /* bytes per logic sample as stored, 1..8; 0: no logic */
	double samplerate_hz; /* 0: absent or not a rate */
	char samplerate_text[NAME_SIZE]; /* what stands there; empty: absent */
	struct channels channels; /* count = 8 * unit_size; name of probeN at bit N - 1. A name too
				     long for NAME_SIZE is left empty: give the bit */
	struct sessionfile_analog {
		unsigned number; /* N of analogN, which its members carry */
		char name[NAME_SIZE];
	} analog[CHANNELS_MAX];
	unsigned analog_count;
};

/* text need not end in NUL. ERR_CONFIG: a second device, a unit size that is none, a channel
 * twice. */
enum err_code sessionfile_parse(struct sessionfile *out, const char *text, size_t size,
				struct err *e);

/* "1MHz", "1.515151 MHz", "2 mHz" (which means MHz), "500 kHz", "24000000". False: not a rate. */
bool sessionfile_rate(const char *text, double *rate_hz);

#endif
