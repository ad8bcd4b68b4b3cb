/*
 * What a run stands on before anything moves: the day by the station's clock, and the calibration
 * of the jig on that day. A production run on a jig that is not calibrated is refused; any other
 * run goes on and carries a mark that every sink shows.
 */
#ifndef SCRIPT_PREMISES_H
#define SCRIPT_PREMISES_H

#include "config/calibration.h"
#include "session/session.h"
#include "sink/sink.h"

enum { PREMISES_MARKS_SIZE = CALIBRATION_TEXT_SIZE + 1024 };

/* run is what the sinks are told; its date, marks and equipment point into this struct. */
struct premises {
	struct sink_run run;
	char date[JIG_DATE_SIZE];
	char marks[PREMISES_MARKS_SIZE]; /* "" when there is nothing to say */
	struct sink_equipment equipment[JIG_INSTRUMENTS];
};

/* about, without the date; its marks stay in front of ours; s NULL: the session could not be
 * opened, and nothing is known. out is filled in any case. ERR_CONFIG for a production run on a jig
 * whose calibration is expired, missing or not yet valid: which, since when, how to renew. */
enum err_code premises_check(struct premises *out, const struct sink_run *about, struct session *s,
			     struct err *e);

/* The same for a given day. */
enum err_code premises_judge(struct premises *out, const struct sink_run *about,
			     const struct jig *jig, const char *today, struct err *e);

#endif
