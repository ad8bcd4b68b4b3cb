/* The day and the calibration states, put into what the sinks are told; and the refusal. */
#include "script/premises.h"

#include <assert.h>
#include <stdio.h>

enum err_code premises_judge(struct premises *out, const struct sink_run *about,
			     const struct jig *jig, const char *today, struct err *e)
{
	char text[CALIBRATION_TEXT_SIZE];

	*out = (struct premises){.run = *about};
	if (!calibration_is_date(today))
		return err_set(e, ERR_BENCH,
			       "the station's clock says \"%.20s\", wanted a day, YYYY-MM-DD: set "
			       "the clock of this computer",
			       today);
	(void)snprintf(out->date, sizeof out->date, "%s", today);
	out->run.date = out->date;
	assert(about->equipment_count <= JIG_INSTRUMENTS);
	for (size_t i = 0; i < about->equipment_count; i++) {
		const struct jig_certificate *c = calibration_of(jig, (enum jig_instrument)i, NULL);
		out->equipment[i] = about->equipment[i];
		out->equipment[i].state = calibration_state_name(calibration_state(c, today));
	}
	out->run.equipment = out->equipment;
	if (calibration_is_valid(jig, today, text, sizeof text))
		return ERR_NONE;
	if (about->is_production)
		return err_set(e, ERR_CONFIG, "no production: %s", text);
	(void)snprintf(out->marks, sizeof out->marks, "%s%sengineering run: %s", about->marks,
		       about->marks[0] == '\0' ? "" : "; ", text);
	out->run.marks = out->marks;
	return ERR_NONE;
}

enum err_code premises_check(struct premises *out, const struct sink_run *about, struct session *s,
			     struct err *e)
{
	char today[JIG_DATE_SIZE];

	*out = (struct premises){.run = *about};
	if (s == NULL)
		return ERR_NONE;
	enum err_code code = clock_date(session_clock(s), today, e);
	return code == ERR_NONE ? premises_judge(out, about, &session_station(s)->jig, today, e)
				: code;
}
