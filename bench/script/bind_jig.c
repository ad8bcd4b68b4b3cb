/* raw.jig: stimuli, senses, time and calibration of the jig. */
#include <math.h>

#include "base/units.h"
#include "script/bind.h"

const char *const bind_stimuli[] = {
	[SESSION_BUTTON] = "button",	     [SESSION_LOAD] = "load",
	[SESSION_CHARGER] = "charger",	     [SESSION_BRAKE] = "brake",
	[SESSION_LOW_SUPPLY] = "low_supply", NULL,
};

static const char *const senses[] = {
	[SESSION_PEN_PRESENT] = "pen_present",
	[SESSION_LID_CLOSED] = "lid_closed",
	[SESSION_ENC_ALARM] = "enc_alarm",
	[SESSION_POWER_GOOD] = "power_good",
	NULL,
};

static int stimulus(lua_State *lua)
{
	int which = bind_choice(lua, 1, bind_stimuli);
	luaL_checktype(lua, 2, LUA_TBOOLEAN);
	struct session *session = bind_session(lua);
	struct err e;
	enum err_code code =
		session_stimulus(session, (enum session_stimulus)which, lua_toboolean(lua, 2), &e);

	bind_finish(lua, code, &e);
	return 0;
}

static int sense(lua_State *lua)
{
	int which = bind_choice(lua, 1, senses);
	struct session *session = bind_session(lua);
	struct err e;
	bool level = false;
	enum err_code code = session_sense(session, (enum session_sense)which, &level, &e);

	bind_finish(lua, code, &e);
	lua_pushboolean(lua, level);
	return 1;
}

static int wait(lua_State *lua)
{
	luaL_checknumber(lua, 1);
	double seconds = bind_number(lua, 1, 0.0, 0.0, 60.0);
	state_charge(lua, (uint64_t)(seconds * STATE_SECOND_COST));
	struct session *session = bind_session(lua);
	struct err e;
	enum err_code code =
		session_wait(session, (int64_t)llround(seconds * (double)NS_PER_S), &e);

	bind_finish(lua, code, &e);
	return 0;
}

static int calibration(lua_State *lua)
{
	const struct jig *jig = &session_station(bind_session(lua))->jig;
	double zero_v = bind_run(lua)->zero_v;
	const struct {
		const char *name;
		double value;
	} members[] = {
		{"um_per_count", jig->encoder.um_per_count},
		{"u_um_per_count", jig->encoder.u_um_per_count},
		{"z0_um", jig->encoder.z0_um},
		{"u_z0_um", jig->encoder.u_z0_um},
		{"mod_clk_hz", jig->clock.mod_clk_hz},
		{"u_clock_ppm", jig->clock.u_ppm},
		{"shunt_ohm", jig->shunt.ohm},
		{"u_shunt_percent", jig->shunt.u_percent},
		{"offset_v", jig->shunt.offset_v},
		{"u_offset_v", jig->shunt.u_offset_v},
		{"full_scale_v", jig->shunt.full_scale_v},
		{"zero_v", zero_v},
	};
	int count = (int)(sizeof members / sizeof members[0]);

	bind_finish(lua, ERR_NONE, NULL);
	lua_createtable(lua, 0, count);
	for (int i = 0; i < count; i++) {
		lua_pushnumber(lua, members[i].value);
		lua_setfield(lua, -2, members[i].name);
	}
	return 1;
}

/* fault(text): the bench is at fault, not the pen. Final, like pen.fail. */
static int fault(lua_State *lua)
{
	struct err e;

	(void)err_set(&e, ERR_BENCH, "%s", luaL_checkstring(lua, 1));
	(void)bind_run(lua);
	state_raise(lua, &e);
}

const luaL_Reg bind_jig_functions[] = {
	{"stimulus", stimulus},	      {"sense", sense}, {"wait", wait},
	{"calibration", calibration}, {"fault", fault}, {NULL, NULL},
};
