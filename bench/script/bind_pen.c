/* raw.pen: the pen's line protocol and its supply, one request at a time. */
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "script/bind.h"

/* ask(request [, timeout_s]) -> answer. A refusal ("ERR ...") is an answer; silence raises. */
static int ask(lua_State *lua)
{
	const char *request = luaL_checkstring(lua, 1);
	double timeout_s = bind_number(lua, 2, 0.25, 0.001, 10.0);
	const struct world *world = bind_powered(lua, "ask");
	char answer[WORLD_ANSWER_SIZE] = "";
	struct err e;
	enum err_code code =
		world->ops->ask(world->self, request,
				(int64_t)llround(timeout_s * (double)NS_PER_S), answer, &e);

	bind_finish(lua, code, &e);
	lua_pushstring(lua, answer);
	return 1;
}

/* send(request): no answer is waited for; the next ask discards it. */
static int send_request(lua_State *lua)
{
	const char *request = luaL_checkstring(lua, 1);
	const struct world *world = bind_powered(lua, "send");
	struct err e;
	enum err_code code = world->ops->send(world->self, request, &e);

	bind_finish(lua, code, &e);
	return 0;
}

static int power(lua_State *lua)
{
	luaL_checktype(lua, 1, LUA_TBOOLEAN);
	const struct world *world = bind_world(lua);
	struct err e;
	enum err_code code = world->ops->power(world->self, lua_toboolean(lua, 1), &e);

	bind_finish(lua, code, &e);
	return 0;
}

/* fail(text): the pen is bad. Final: catching the error does not take it back. */
static int fail(lua_State *lua)
{
	struct err e;

	(void)err_set(&e, ERR_PEN, "%s", luaL_checkstring(lua, 1));
	(void)bind_run(lua); /* a file that is only loaded judges nothing */
	state_raise(lua, &e);
}

/* image() -> { crc32 = "1A2B3C4D", size = 5872, version = "1.1.0" }, what the pen should hold. */
static int image(lua_State *lua)
{
	const struct world_image *wanted = &bind_world(lua)->facts->image;
	char crc32[16];

	bind_finish(lua, ERR_NONE, NULL);
	(void)snprintf(crc32, sizeof crc32, "%08X", wanted->crc32);
	lua_createtable(lua, 0, 3);
	lua_pushstring(lua, crc32);
	lua_setfield(lua, -2, "crc32");
	lua_pushinteger(lua, wanted->size);
	lua_setfield(lua, -2, "size");
	lua_pushstring(lua, wanted->version);
	lua_setfield(lua, -2, "version");
	return 1;
}

const luaL_Reg bind_pen_functions[] = {
	{"ask", ask},   {"send", send_request}, {"power", power},
	{"fail", fail}, {"image", image},       {NULL, NULL},
};
