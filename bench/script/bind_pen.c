/* raw.pen: the pen's line protocol and its supply, one request at a time. */
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "script/bind.h"

enum { ANSWER_SIZE = 128 };

/* ask(request [, timeout_s]) -> answer. A refusal ("ERR ...") is an answer; silence raises. */
static int ask(lua_State *lua)
{
	const char *request = luaL_checkstring(lua, 1);
	double timeout_s = bind_number(lua, 2, 0.25, 0.001, 10.0);
	struct session *session = bind_powered(lua, "ask");
	char answer[ANSWER_SIZE] = "";
	struct err e;
	enum err_code code = session_ask(session, request, answer, sizeof answer,
					 (int64_t)llround(timeout_s * (double)NS_PER_S), &e);

	bind_finish(lua, code, &e);
	lua_pushstring(lua, answer);
	return 1;
}

/* send(request): no answer is waited for; the next ask discards it. */
static int send_request(lua_State *lua)
{
	const char *request = luaL_checkstring(lua, 1);
	struct session *session = bind_powered(lua, "send");
	struct err e;
	enum err_code code = session_send(session, request, &e);

	bind_finish(lua, code, &e);
	return 0;
}

static int power(lua_State *lua)
{
	luaL_checktype(lua, 1, LUA_TBOOLEAN);
	struct session *session = bind_session(lua);
	struct err e;
	enum err_code code = session_power(session, lua_toboolean(lua, 1), &e);

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
	(void)bind_session(lua);
	bind_finish(lua, ERR_NONE, NULL);
	const struct test_case_image *wanted = bind_case(lua)->bench->image;
	char crc32[16];

	if (wanted == NULL)
		return luaL_error(lua, "no firmware image is known");
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
