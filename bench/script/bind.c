/* What the bindings share: see bind.h. */
#include "script/bind.h"

#include <string.h>

#include "script/sandbox.h"
#include "script/stable.h"

static const char over_range_key;

struct test_case *bind_case(lua_State *lua)
{
	return state_of(lua)->owner;
}

const struct test_case_bench *bind_run(lua_State *lua)
{
	const struct test_case *c = bind_case(lua);

	if (c == NULL || c->bench == NULL)
		luaL_error(lua, "the pen can be judged only inside the case's run function");
	return c->bench;
}

const struct world *bind_world(lua_State *lua)
{
	const struct test_case_bench *bench = bind_run(lua);

	if (bench->world == NULL)
		luaL_error(lua, "the instruments can be used only inside the case's run function");
	state_charge(lua, STATE_CALL_COST);
	state_leave(lua);
	return bench->world;
}

const struct world *bind_powered(lua_State *lua, const char *what)
{
	const struct test_case_bench *bench = bind_run(lua);

	if (bench->world != NULL && !bench->world->ops->is_powered(bench->world->self))
		luaL_error(lua,
			   "%s: the case has switched the supply off; a pen without supply "
			   "cannot answer",
			   what);
	return bind_world(lua);
}

void bind_finish(lua_State *lua, enum err_code code, const struct err *e)
{
	state_enter(lua);
	if (code != ERR_NONE)
		state_raise(lua, e);
}

double bind_number(lua_State *lua, int argument, double fallback, double low, double high)
{
	double value = luaL_optnumber(lua, argument, fallback);

	/* NaN compares with nothing. */
	if (!(value >= low && value <= high))
		luaL_error(lua, "argument %d is %f, wanted %f..%f", argument, value, low, high);
	return value;
}

int bind_choice(lua_State *lua, int argument, const char *const *names)
{
	const char *text = luaL_checkstring(lua, argument);
	luaL_Buffer list;
	int i = 0;

	for (; names[i] != NULL; i++)
		if (strcmp(names[i], text) == 0)
			return i;
	luaL_buffinit(lua, &list);
	luaL_addstring(&list, names[0]);
	for (i = 1; names[i] != NULL; i++) {
		luaL_addstring(&list, ", ");
		luaL_addstring(&list, names[i]);
	}
	luaL_pushresult(&list);
	text = lua_pushfstring(lua, "\"%s\"; valid are %s", text, lua_tostring(lua, -1));
	return luaL_argerror(lua, argument, text);
}

int bind_is_over_range(lua_State *lua, int index)
{
	return lua_islightuserdata(lua, index) && lua_topointer(lua, index) == &over_range_key;
}

void bind_push_over_range(lua_State *lua)
{
	/* Arithmetic and comparison on it raise by themselves: a clipped reading is no number. */
	lua_pushlightuserdata(lua, (void *)&over_range_key);
}

static int print_note(lua_State *lua)
{
	struct test_case *c = bind_case(lua);
	luaL_Buffer line;
	int count = lua_gettop(lua);

	luaL_buffinit(lua, &line);
	for (int i = 1; i <= count; i++) {
		if (i > 1)
			luaL_addchar(&line, '\t');
		(void)stable_text(lua, i);
		luaL_addvalue(&line);
	}
	luaL_pushresult(&line);
	if (c != NULL && c->bench != NULL && c->bench->log != NULL)
		c->bench->log(c->bench->context, lua_tostring(lua, -1));
	return 0;
}

void bind_open(lua_State *lua)
{
	static const struct {
		const char *name;
		const luaL_Reg *functions;
	} modules[] = {
		{"raw.pen", bind_pen_functions},
		{"raw.jig", bind_jig_functions},
		{"raw.capture", bind_capture_functions},
	};

	for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
		lua_newtable(lua);
		luaL_setfuncs(lua, modules[i].functions, 0);
		if (modules[i].functions == bind_capture_functions) {
			bind_push_over_range(lua);
			lua_setfield(lua, -2, "OVER_RANGE");
		}
		sandbox_preload(lua, modules[i].name);
	}
	bind_capture_open(lua);
	lua_pushcfunction(lua, print_note);
	lua_setglobal(lua, "print");
}
