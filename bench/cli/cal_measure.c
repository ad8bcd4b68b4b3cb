/* Recordings of a reference, and the numbers in them: see cal_measure.h. */
#include "cli/cal_measure.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "session/recording.h"
#include "verdict/series.h"

enum { PARTS_MAX = 2 };

/* A recording of 0.2 s: a million modulator bits. */
#define VOLT_S    0.2
#define SETTLE_NS (200 * NS_PER_MS)
/* Beyond the linear range of the modulator (+-250 of +-320 mV) no mean is a calibration. */
#define LINEAR_V 0.25
/* Of a rectangular distribution one step wide (JCGM 100, 4.3.7). */
#define STEP_U 0.28867513459481287

/* One recording; results[i] of specs[i] belongs to the caller. On an error there are none. */
static enum err_code record(struct session *s, double seconds, const char *const *specs,
			    struct result **results, size_t count, uint64_t *samples, struct err *e)
{
	const struct analyzer *analyzer = session_analyzer(s);
	struct analysis *list[PARTS_MAX] = {NULL};
	enum err_code code = ERR_NONE;

	assert(count <= PARTS_MAX);
	for (size_t i = 0; i < count && code == ERR_NONE; i++)
		code = analysis_new(&list[i], specs[i], analyzer_channels(analyzer),
				    (double)analyzer_samplerate_hz(analyzer), e);
	struct recording recording = {.seconds = seconds,
				      .analyses = list,
				      .analysis_count = count};
	if (code == ERR_NONE)
		code = recording_run(s, &recording, e);
	for (size_t i = 0; i < count; i++) {
		if (code == ERR_NONE)
			results[i] = analysis_finish(list[i]);
		analysis_free(list[i]);
	}
	*samples = recording.samples;
	return code;
}

/* A member that may be null: NaN then. `name` may go one level down: "z", "first_count". */
static double member(const struct result *r, const char *name, const char *below)
{
	const struct result *value = result_get(r, name);

	if (value != NULL && below != NULL)
		value = result_kind(value) == RESULT_OBJECT ? result_get(value, below) : NULL;
	if (value == NULL ||
	    (result_kind(value) != RESULT_INTEGER && result_kind(value) != RESULT_NUMBER))
		return NAN;
	return result_as_number(value);
}

enum err_code cal_measure_counts(struct session *s, double seconds, double *counts, struct err *e)
{
	const char *const spec = "quadrature:a=ENC_A,b=ENC_B,z=ENC_Z";
	struct result *r = NULL;
	uint64_t samples;
	enum err_code code = record(s, seconds, &spec, &r, 1, &samples, e);

	if (code != ERR_NONE)
		return code;
	double illegal = member(r, "illegal", NULL), marks = member(r, "z", "marks");
	double last = member(r, "last_sample", NULL);
	*counts = member(r, "net", NULL) - member(r, "z", "first_count");
	if (illegal != 0.0)
		code = err_set(e, ERR_BENCH, "encoder: %g illegal transitions: check ENC_A, ENC_B",
			       illegal);
	else if (marks != 1.0)
		code = err_set(e, ERR_BENCH,
			       "encoder: the tip passed the reference mark %g times, wanted once: "
			       "begin with the tip held back, then push it through onto the block",
			       marks);
	else if (!(last < 0.9 * (double)samples))
		code = err_set(e, ERR_BENCH,
			       "encoder: the tip still moved when the %g s were over: "
			       "be quicker, or ask for more with --seconds",
			       seconds);
	result_free(r);
	return code;
}

static enum err_code read_volt(struct session *s, double *volt, struct err *e)
{
	const char *const spec = "sinc3:clk=MOD_CLK,dat=MOD_DAT,osr=160";
	struct result *r = NULL;
	uint64_t samples;
	enum err_code code = record(s, VOLT_S, &spec, &r, 1, &samples, e);

	if (code != ERR_NONE)
		return code;
	double full_scale_v = session_station(s)->jig.shunt.full_scale_v;
	double least = member(r, "min", NULL) * full_scale_v;
	double most = member(r, "max", NULL) * full_scale_v;
	*volt = member(r, "mean", NULL) * full_scale_v;
	result_free(r);
	if (!(fabs(least) < LINEAR_V && fabs(most) < LINEAR_V))
		return err_set(e, ERR_BENCH,
			       "shunt: %.1f..%.1f mV at the modulator, linear are +-%.0f mV: take "
			       "less reference current, check MOD_DAT",
			       least * 1e3, most * 1e3, LINEAR_V * 1e3);
	return ERR_NONE;
}

static enum err_code read_volts(struct session *s, struct cal_reading *out, struct err *e)
{
	double volt[CAL_REPEATS];
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < CAL_REPEATS && code == ERR_NONE; i++)
		code = read_volt(s, &volt[i], e);
	if (code != ERR_NONE)
		return code;
	struct series row = series_of(volt, CAL_REPEATS);
	*out = (struct cal_reading){row.mean, row.sd / sqrt(CAL_REPEATS)};
	return ERR_NONE;
}

enum err_code cal_measure_volt(struct session *s, struct cal_reading *volt, struct err *e)
{
	struct cal_reading off = {0, 0}, on = {0, 0};
	struct err later;
	enum err_code code = read_volts(s, &off, e);

	if (code == ERR_NONE)
		code = session_power(s, true, e);
	if (code != ERR_NONE)
		return code;
	code = session_wait(s, SETTLE_NS, e);
	if (code == ERR_NONE)
		code = read_volts(s, &on, e);
	enum err_code off_code = session_power(s, false, &later);
	if (code == ERR_NONE && off_code != ERR_NONE) {
		*e = later;
		code = off_code;
	}
	*volt = (struct cal_reading){on.value - off.value, hypot(on.u, off.u)};
	if (code == ERR_NONE && !(volt->value > 20 * volt->u && volt->value > 1e-3))
		code = err_set(e, ERR_BENCH,
			       "shunt: %.3f mV with the supply on, nothing like a reference "
			       "current: is it connected to the battery contacts, the right way "
			       "round, and its compliance below 3.7 V?",
			       volt->value * 1e3);
	return code;
}

/* Both are counted over the same samples, so the sample clock cancels. What is left: each count
 * begins and ends up to one sample late (four ends). */
static enum err_code read_ratio(struct session *s, const char *channel, double seconds,
				struct cal_reading *ratio, struct err *e)
{
	char spec[2 * NAME_SIZE];
	const char *const specs[] = {"pulse:ch=MOD_CLK", spec};
	struct result *r[PARTS_MAX] = {NULL};
	uint64_t samples;

	(void)snprintf(spec, sizeof spec, "pulse:ch=%s", channel);
	enum err_code code = record(s, seconds, specs, r, PARTS_MAX, &samples, e);
	if (code != ERR_NONE)
		return code;
	double mod_hz = member(r[0], "frequency_hz", "mean");
	double reference_hz = member(r[1], "frequency_hz", "mean");
	result_free(r[0]);
	result_free(r[1]);
	if (isnan(mod_hz) || isnan(reference_hz))
		return err_set(e, ERR_BENCH, "clock: %s stands still",
			       isnan(mod_hz) ? "MOD_CLK" : channel);
	ratio->value = mod_hz / reference_hz;
	ratio->u = ratio->value * 2.0 * STEP_U / (double)samples;
	return ERR_NONE;
}

enum err_code cal_measure_ratio(struct session *s, const char *channel, double seconds,
				struct cal_reading *ratio, struct err *e)
{
	double value[CAL_REPEATS];
	struct cal_reading one = {0, 0};
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < CAL_REPEATS && code == ERR_NONE; i++) {
		code = read_ratio(s, channel, seconds, &one, e);
		value[i] = one.value;
	}
	if (code != ERR_NONE)
		return code;
	struct series row = series_of(value, CAL_REPEATS);
	/* Both: the scatter of five could by chance be small. */
	*ratio = (struct cal_reading){row.mean, hypot(row.sd / sqrt(CAL_REPEATS), one.u)};
	return ERR_NONE;
}
