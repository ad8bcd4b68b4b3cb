/* Getting the right firmware into a pen that may be anything: see bringup.h. */
#include "script/bringup.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "analysis/analysis.h"
#include "base/log.h"
#include "base/units.h"
#include "session/flashing.h"
#include "session/recording.h"

enum { ANSWER_SIZE = 128 };

#define ASK_TIMEOUT_NS (250 * NS_PER_MS)
#define CURRENT_S      0.02 /* 100 000 bits: the modulator's noise is down to a microvolt */
/* With the supply off: what stands there beyond this is no offset. 10 mA in 0.1 ohm. */
#define ZERO_MAX_V 0.001

enum identity {
	IDENTITY_SILENT,
	IDENTITY_NONSENSE, /* bytes come, and no good line among them */
	IDENTITY_OTHER,    /* it answers, but it is not the image */
	IDENTITY_EQUAL,
};

static enum err_code check_jig(struct session *session, struct err *e)
{
	bool present = false, closed = false;
	enum err_code code = session_sense(session, SESSION_PEN_PRESENT, &present, e);

	if (code == ERR_NONE)
		code = session_sense(session, SESSION_LID_CLOSED, &closed, e);
	if (code != ERR_NONE)
		return code;
	if (!present)
		return err_set(e, ERR_BENCH,
			       "no pen in the jig (PEN_PRESENT is low): insert the pen "
			       "until it clicks, close the lid and run again");
	if (!closed)
		return err_set(e, ERR_BENCH,
			       "the lid is open (LID_CLOSED is low): close it and run "
			       "again");
	return ERR_NONE;
}

enum err_code bringup_power(struct session *session, struct err *e)
{
	enum err_code code = session_power(session, true, e);

	return code == ERR_NONE ? session_wait(session, BRINGUP_BOOT_MS * NS_PER_MS, e) : code;
}

static bool is_mute(enum identity identity)
{
	return identity == IDENTITY_SILENT || identity == IDENTITY_NONSENSE;
}

static enum err_code ask_identity(struct session *session, const struct image *image,
				  enum identity *identity, struct err *e)
{
	char answer[ANSWER_SIZE] = "", version[ANSWER_SIZE];
	uint32_t crc32;
	size_t size;
	enum err_code code = session_ask(session, "ID?", answer, sizeof answer, ASK_TIMEOUT_NS, e);

	*identity = IDENTITY_SILENT;
	if (code == ERR_PEN) {
		*identity = answer[0] == '\0' ? IDENTITY_SILENT : IDENTITY_NONSENSE;
		return ERR_NONE;
	}
	if (code != ERR_NONE)
		return code;
	*identity = IDENTITY_OTHER;
	if (sscanf(answer, "OK PEN %127s %8" SCNx32 " %zu", version, &crc32, &size) == 3 &&
	    crc32 == image->crc32 && size == image->size)
		*identity = IDENTITY_EQUAL;
	return ERR_NONE;
}

double bringup_volt(struct analysis *analysis, double full_scale_v)
{
	struct result *result = analysis_finish(analysis);
	const struct result *value = result_get(result, "mean");
	double volt = value == NULL || result_kind(value) == RESULT_NULL
			      ? NAN
			      : result_as_number(value) * full_scale_v;

	result_free(result);
	return volt;
}

/* Mean voltage at the modulator's input. */
static enum err_code read_shunt(struct session *session, struct spool *spool, double *volt,
				struct err *e)
{
	double full_scale_v = session_station(session)->jig.shunt.full_scale_v;
	const struct analyzer *analyzer = session_analyzer(session);
	struct analysis *analysis;
	enum err_code code = analysis_new(&analysis, BRINGUP_ZERO_SPEC, analyzer_channels(analyzer),
					  (double)analyzer_samplerate_hz(analyzer), e);

	if (code != ERR_NONE)
		return code;
	struct recording recording = {.seconds = CURRENT_S,
				      .analyses = &analysis,
				      .analysis_count = 1};
	if (spool != NULL)
		code = spool_capture(spool, analyzer, &recording.writer, e);
	if (code == ERR_NONE) {
		code = recording_run(session, &recording, e);
		if (spool != NULL)
			spool_captured(spool, &recording);
	}
	if (code == ERR_NONE) {
		*volt = bringup_volt(analysis, full_scale_v);
		if (isnan(*volt))
			code = err_set(e, ERR_BENCH, "supply current: the modulator gave no value");
	}
	analysis_free(analysis);
	return code;
}

enum err_code bringup_zero(struct session *session, struct spool *spool, double *zero_v,
			   struct err *e)
{
	enum err_code code = check_jig(session, e);

	if (code == ERR_NONE)
		code = read_shunt(session, spool, zero_v, e);
	if (code == ERR_NONE && fabs(*zero_v) > ZERO_MAX_V)
		code = err_set(
			e, ERR_BENCH,
			"supply current: the modulator reads %.3f mV with the supply off, at "
			"most %.3f mV are an offset: check MOD_DAT, the shunt and its cable",
			*zero_v * 1000.0, ZERO_MAX_V * 1000.0);
	return code;
}

/* Supply current of the powered pen. Leaves the supply on. */
static enum err_code measure_current(struct session *session, double zero_v, double *ma,
				     struct err *e)
{
	double volt;
	enum err_code code = read_shunt(session, NULL, &volt, e);

	if (code == ERR_NONE)
		*ma = (volt - zero_v) / session_station(session)->jig.shunt.ohm * 1000.0;
	return code;
}

/* Neither the line nor ISP answers: whose fault is told by the current. */
static enum err_code judge_silence(double ma, struct err *e)
{
	if (ma < BRINGUP_CONTACT_MA)
		return err_set(
			e, ERR_BENCH,
			"neither UART nor ISP answers and the pen draws %.2f mA "
			"(less than %.1f mA): no contact; reseat the pen, clean the contacts "
			"and run again",
			ma, BRINGUP_CONTACT_MA);
	return err_set(e, ERR_PEN,
		       "neither UART nor ISP answers though the pen draws %.2f mA: its "
		       "controller is dead",
		       ma);
}

/* ISP, which feeds the logic by its own pads, answers; the line does not. */
static enum err_code judge_mute(enum identity identity, double ma, struct err *e)
{
	const char *says = identity == IDENTITY_SILENT ? "is silent" : "talks nonsense";

	if (ma < BRINGUP_CONTACT_MA)
		return err_set(e, ERR_BENCH,
			       "ISP wrote and verified the image, but the pen's UART %s and "
			       "it draws %.2f mA (less than %.1f mA): no contact at its battery "
			       "contacts; reseat the pen, clean the contacts and run again",
			       says, ma, BRINGUP_CONTACT_MA);
	return err_set(e, ERR_PEN,
		       "ISP wrote and verified the image, but the pen's UART %s: its "
		       "serial line or its resonator is bad",
		       says);
}

static enum err_code flash(struct session *session, const struct image *image, bool was_silent,
			   double ma, char readback[SHA256_HEX_SIZE], struct err *e)
{
	struct flashing_result result = {.silent = false};
	const struct flashing_job job = {
		.image = image,
		.part = avrisp_part_find(BRINGUP_PART),
		.has_fuses = true,
		.fuses = flashing_pen_fuses,
		.lock = 0xFF,
	};
	enum err_code code = flashing_run(session, &job, &result, e);

	if (code == ERR_BENCH && result.silent && was_silent)
		return judge_silence(ma, e);
	if (code == ERR_NONE)
		log_line("run", "flashed %zu bytes, verified, %.2f s", image->size,
			 (double)result.duration_ns / (double)NS_PER_S);
	memcpy(readback, result.readback, sizeof result.readback);
	return code;
}

/* Powers the pen for its identity, and for the current of one that does not give it. */
static enum err_code meet(struct session *session, const struct image *image, double zero_v,
			  enum identity *identity, double *ma, struct err *e)
{
	enum err_code code = bringup_power(session, e);

	if (code == ERR_NONE)
		code = ask_identity(session, image, identity, e);
	if (code == ERR_NONE && is_mute(*identity))
		code = measure_current(session, zero_v, ma, e);
	return code == ERR_NONE ? session_power(session, false, e) : code;
}

enum err_code bringup_pen(struct session *session, const struct image *image, double zero_v,
			  char readback[SHA256_HEX_SIZE], struct err *e)
{
	enum identity identity = IDENTITY_SILENT;
	double ma = 0;
	enum err_code code = meet(session, image, zero_v, &identity, &ma, e);

	readback[0] = '\0';
	if (code != ERR_NONE || identity == IDENTITY_EQUAL)
		return code;

	code = flash(session, image, is_mute(identity), ma, readback, e);
	if (code == ERR_NONE)
		code = meet(session, image, zero_v, &identity, &ma, e);
	if (code != ERR_NONE)
		return code;
	if (is_mute(identity))
		return judge_mute(identity, ma, e);
	if (identity == IDENTITY_OTHER)
		return err_set(e, ERR_PEN,
			       "the pen was flashed and verified, and still does not name "
			       "that image (ID?)");
	return ERR_NONE;
}
