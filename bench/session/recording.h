/*
 * One capture with actions inside it: the main thread grants the analyzer its time block by block,
 * runs the actions that are due between two blocks, feeds the dead-man once per block, and hands
 * every block to the analyses and, where asked, to a .sr file. The last sample is fixed before the
 * first.
 */
#ifndef SESSION_RECORDING_H
#define SESSION_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "capture/sr_writer.h"
#include "session/session.h"

enum { RECORDING_ACTIONS_MAX = 64, RECORDING_ANALYSES_MAX = 32, RECORDING_SECONDS_MAX = 3600 };

/* One of four: a request, raw bytes on the pen's line, the supply, a stimulus. */
struct recording_action {
	int64_t at_ns;       /* after the start of the capture; ascending */
	const char *request; /* a line to the pen, or NULL: then the next */
	const uint8_t *raw;  /* raw_size bytes (1..SESSION_RAW_MAX), or NULL: then the next */
	size_t raw_size;
	bool is_power; /* PEN_POWER becomes `on`; or else the stimulus does */
	enum session_stimulus stimulus;
	bool on;
};

struct recording {
	double seconds;
	const struct recording_action *actions;
	size_t action_count;
	struct analysis *const *analyses; /* fed, not finished; owned by the caller */
	size_t analysis_count;
	const char *sr_path; /* NULL: no file */
	/* Or one that the caller owns, opened with recording_format: fed, and sealed at the end;
	 * NULL: none. */
	struct sr_writer *writer;
	/* After each block, with samples done and to do; NULL: nobody asks. Quick. */
	void (*progress)(uint64_t done, uint64_t total);
	int64_t start_ns; /* out: clock at the first sample */
	uint64_t samples; /* out: of the whole capture, or that came */
	bool is_whole;    /* out: every sample has come, and a writer has them all */
	bool is_cut;      /* out: an instrument failed on the way; the first `samples` came, and the
			     caller's writer has them, sealed */
	double rate_ratio; /* out: measured sample rate / nominal, against MOD_CLK; 1 when the
			      capture carries no MOD_CLK */
};

/* ERR_SCRIPT: times that make no capture. ERR_CONFIG: the station's analyzer cannot carry it, or
 * the file cannot be written. ERR_BENCH: short capture, no or wrong modulator clock (more than 100
 * ppm off), stall, dead-man; the session is broken then. A file is written as soon as all samples
 * are there, also when they turn out to be worth nothing, and never before. */
enum err_code recording_run(struct session *s, struct recording *r, struct err *e);

/* How the analyzer's samples stand in a file. Borrowed from it. */
struct sr_format recording_format(const struct analyzer *a);

#endif
