/*
 * What `penbench cal` measures of a reference in the jig: encoder counts from the mark to a gauge
 * block, the shunt's voltage under a known current, MOD_CLK against a known clock. Each comes with
 * the part of its uncertainty that the bench itself adds; the reference's own is the caller's.
 */
#ifndef CLI_CAL_MEASURE_H
#define CLI_CAL_MEASURE_H

#include "session/session.h"

/* Counts from the reference mark to where the tip stands at the end of a capture of `seconds`, in
 * which somebody moves it through the mark onto the block. ERR_BENCH: no mark, an illegal
 * transition, the tip still moving during the last tenth. */
enum err_code cal_measure_counts(struct session *s, double seconds, double *counts, struct err *e);

struct cal_reading {
	double value, u; /* u: standard, of the mean of CAL_REPEATS readings */
};
enum { CAL_REPEATS = 5 };

/* Volt over the shunt, supply on less supply off. The supply is off afterwards. ERR_BENCH: no
 * current flows, the modulator clips. */
enum err_code cal_measure_volt(struct session *s, struct cal_reading *volt, struct err *e);

/* Frequency of MOD_CLK over that of `channel`. ERR_BENCH: one of them stands still. */
enum err_code cal_measure_ratio(struct session *s, const char *channel, double seconds,
				struct cal_reading *ratio, struct err *e);

#endif
