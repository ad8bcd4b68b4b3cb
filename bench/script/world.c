/* What the worlds share: see world.h. */
#include "script/world.h"

const char *const world_stimuli[] = {
	[SESSION_BUTTON] = "button",         [SESSION_LOAD] = "load",
	[SESSION_CHARGER] = "charger",       [SESSION_BRAKE] = "brake",
	[SESSION_LOW_SUPPLY] = "low_supply", NULL,
};

const char *const world_senses[] = {
	[SESSION_PEN_PRESENT] = "pen_present",
	[SESSION_LID_CLOSED] = "lid_closed",
	[SESSION_ENC_ALARM] = "enc_alarm",
	[SESSION_POWER_GOOD] = "power_good",
	NULL,
};

enum err_code world_start_analyses(struct world_capture *c, const struct channels *channels,
				   uint64_t samplerate_hz, struct err *e)
{
	for (size_t i = 0; i < c->spec_count; i++) {
		enum err_code code = analysis_new(&c->analyses[i], c->specs[i], channels,
						  (double)samplerate_hz, e);
		if (code == ERR_NONE)
			continue;
		c->analyses[i] = NULL;
		if (code == ERR_CONFIG)
			e->code = ERR_SCRIPT;
		return err_prefix(e, "analysis \"%.100s\"", c->specs[i]);
	}
	return ERR_NONE;
}
