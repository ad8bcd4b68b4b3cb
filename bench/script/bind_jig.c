/* raw.jig: stimuli, senses, time and calibration of the jig. */
#include <math.h>

#include "base/units.h"
#include "script/bind.h"

static int stimulus(lua_State *lua)
{
	int which = bind_choice(lua, 1, world_stimuli);
	luaL_checktype(lua, 2, LUA_TBOOLEAN);
	const struct world *world = bind_world(lua);
	struct err e;
	enum err_code code = world->ops->stimulus(world->self, (enum session_stimulus)which,
						  lua_toboolean(lua, 2), &e);

	bind_finish(lua, code, &e);
	return 0;
}

static int sense(lua_State *lua)
{
	int which = bind_choice(lua, 1, world_senses);
	const struct world *world = bind_world(lua);
	struct err e;
	bool level = false;
	enum err_code code = world->ops->sense(world->self, (enum session_sense)which, &level, &e);

	bind_finish(lua, code, &e);
	lua_pushboolean(lua, level);
	return 1;
}

static int wait(lua_State *lua)
{
	luaL_checknumber(lua, 1);
	double seconds = bind_number(lua, 1, 0.0, 0.0, 60.0);
	state_charge(lua, (uint64_t)(seconds * STATE_SECOND_COST));
	const struct world *world = bind_world(lua);
	struct err e;
	enum err_code code =
		world->ops->wait(world->self, (int64_t)llround(seconds * (double)NS_PER_S), &e);

	bind_finish(lua, code, &e);
	return 0;
}

static int calibration(lua_State *lua)
{
	const struct world *world = bind_world(lua);
	const struct facts *jig = &world->facts->jig;
	struct err e;
	double zero_v = 0;
	enum err_code code = world->ops->zero(world->self, &zero_v, &e);

	bind_finish(lua, code, &e);
	lua_createtable(lua, 0, (int)jig->count + 1);
	for (size_t i = 0; i < jig->count; i++) {
		lua_pushnumber(lua, jig->list[i].value);
		lua_setfield(lua, -2, jig->list[i].name);
	}
	lua_pushnumber(lua, zero_v);
	lua_setfield(lua, -2, "zero_v");
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
	{"stimulus", stimulus},       {"sense", sense}, {"wait", wait},
	{"calibration", calibration}, {"fault", fault}, {NULL, NULL},
};
