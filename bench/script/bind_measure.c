/* `measure`: one function for each declared measurement, and skip. */
#include <math.h>
#include <string.h>

#include "script/bind.h"

static void set_by_name(lua_State *lua, enum err_code code, const struct err *e)
{
	if (code != ERR_NONE)
		state_raise(lua, e);
}

static struct measurement *find(lua_State *lua, const char *name)
{
	struct test_case *c = bind_case(lua);

	for (size_t i = 0; i < c->measurement_count; i++)
		if (strcmp(c->measurements[i].name, name) == 0)
			return &c->measurements[i];
	return NULL;
}

/* measure.NAME(value [, u]); value may be the mark of a clipped reading. */
static int set(lua_State *lua)
{
	struct test_case *c = bind_case(lua);
	struct measurement *m = &c->measurements[lua_tointeger(lua, lua_upvalueindex(1))];
	struct err e;

	if (bind_is_over_range(lua, 1)) {
		set_by_name(lua, measurement_set_over_range(m, &e), &e);
		return 0;
	}
	if (lua_type(lua, 1) != LUA_TNUMBER)
		return luaL_error(lua, "measurement %s is set to a %s value, wanted a number",
				  m->name, luaL_typename(lua, 1));
	double u = lua_isnoneornil(lua, 2) ? -1.0 : luaL_checknumber(lua, 2);
	if (!lua_isnoneornil(lua, 2) && u < 0)
		u = NAN; /* given and negative: refused like any U that is none */
	set_by_name(lua, measurement_set(m, lua_tonumber(lua, 1), u, &e), &e);
	return 0;
}

/* measure.skip(name, reason): the run can at best be INCOMPLETE. */
static int skip(lua_State *lua)
{
	struct measurement *m = find(lua, luaL_checkstring(lua, 1));
	struct err e;

	if (m == NULL)
		return luaL_error(lua, "no measurement '%s' is declared", lua_tostring(lua, 1));
	set_by_name(lua, measurement_skip(m, luaL_checkstring(lua, 2), &e), &e);
	return 0;
}

static int index_name(lua_State *lua)
{
	const char *name = luaL_checkstring(lua, 2);
	struct test_case *c = bind_case(lua);
	const struct measurement *m = find(lua, name);

	if (strcmp(name, "skip") == 0) {
		lua_pushcfunction(lua, skip);
		return 1;
	}
	if (m == NULL) {
		luaL_Buffer names;
		luaL_buffinit(lua, &names);
		for (size_t i = 0; i < c->measurement_count; i++) {
			luaL_addstring(&names, i == 0 ? "" : ", ");
			luaL_addstring(&names, c->measurements[i].name);
		}
		luaL_pushresult(&names);
		return luaL_error(lua, "no measurement '%s' is declared; declared are: %s", name,
				  lua_tostring(lua, -1));
	}
	lua_pushinteger(lua, m - c->measurements);
	lua_pushcclosure(lua, set, 1);
	return 1;
}

static int refuse_index(lua_State *lua)
{
	return luaL_error(lua, "measurements are set by a call: measure.NAME(value)");
}

void bind_push_measure(lua_State *lua)
{
	(void)lua_newuserdatauv(lua, 1, 0);
	lua_createtable(lua, 0, 3);
	lua_pushcfunction(lua, index_name);
	lua_setfield(lua, -2, "__index");
	lua_pushcfunction(lua, refuse_index);
	lua_setfield(lua, -2, "__newindex");
	lua_pushboolean(lua, 0);
	lua_setfield(lua, -2, "__metatable");
	lua_setmetatable(lua, -2);
}
