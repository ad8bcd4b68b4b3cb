/*
 * raw.capture: one capture with actions inside it, its analyses' results as a table.
 *
 * What lives in C while Lua can raise (analyses, results) hangs on a userdata that is made first,
 * empty, and whose one closer is idempotent.
 */
#include <math.h>
#include <string.h>

#include "analysis/analysis.h"
#include "base/units.h"
#include "script/bind.h"
#include "session/recording.h"

#define HANDLE "penbench.capture"

enum { RESULT_DEPTH_MAX = 16 };

struct handle {
	size_t count;
	struct analysis *analyses[RECORDING_ANALYSES_MAX]; /* NULL: none, or finished */
	struct result *results[RECORDING_ANALYSES_MAX];
};

static int close_handle(lua_State *lua)
{
	struct handle *h = luaL_checkudata(lua, 1, HANDLE);

	for (size_t i = 0; i < h->count; i++) {
		analysis_free(h->analyses[i]);
		result_free(h->results[i]);
		h->analyses[i] = NULL;
		h->results[i] = NULL;
	}
	h->count = 0;
	return 0;
}

void bind_capture_open(lua_State *lua)
{
	state_add_type(lua, HANDLE, "__gc", close_handle);
	bind_analyze_open(lua);
}

static void push_nested(lua_State *lua, const struct result *r, unsigned depth)
{
	size_t size;
	const char *text;

	luaL_checkstack(lua, 4, "result");
	if (depth > RESULT_DEPTH_MAX)
		luaL_error(lua, "a result is nested too deep");
	switch (result_kind(r)) {
	case RESULT_NULL:
		lua_pushnil(lua);
		return;
	case RESULT_BOOL:
		lua_pushboolean(lua, result_as_bool(r));
		return;
	case RESULT_INTEGER:
		lua_pushinteger(lua, result_as_integer(r));
		return;
	case RESULT_NUMBER:
		lua_pushnumber(lua, result_as_number(r));
		return;
	case RESULT_STRING:
		text = result_as_string(r, &size);
		lua_pushlstring(lua, text, size);
		return;
	case RESULT_ARRAY:
		lua_createtable(lua, (int)result_count(r), 0);
		for (size_t i = 0; i < result_count(r); i++) {
			push_nested(lua, result_at(r, i), depth + 1);
			lua_rawseti(lua, -2, (lua_Integer)i + 1);
		}
		return;
	case RESULT_OBJECT:
		lua_createtable(lua, 0, (int)result_count(r));
		for (size_t i = 0; i < result_count(r); i++) {
			push_nested(lua, result_at(r, i), depth + 1);
			lua_setfield(lua, -2, result_name_at(r, i));
		}
		return;
	}
	luaL_error(lua, "a result of no known kind");
}

void bind_push_result(lua_State *lua, const struct result *r)
{
	push_nested(lua, r, 0);
}

/* Raw: a metamethod might make a string that lives no longer than its look. The strings of a plain
 * table stay in it, and nothing changes it during the call. Returns the type. */
static int get_field(lua_State *lua, int index, const char *name)
{
	index = lua_absindex(lua, index);
	lua_pushstring(lua, name);
	return lua_rawget(lua, index);
}

/* A key that nobody reads is a case that does something else than it says. Table on top. */
static void check_keys(lua_State *lua, const char *what, const char *const *names)
{
	lua_pushnil(lua);
	while (lua_next(lua, -2) != 0) {
		const char *const *name = names;
		lua_pop(lua, 1);
		const char *key = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "?";
		while (*name != NULL && strcmp(*name, key) != 0)
			name++;
		if (*name == NULL)
			luaL_error(lua, "capture: %s has an unknown key '%s'", what, key);
	}
}

static size_t read_specs(lua_State *lua, const char *specs[RECORDING_ANALYSES_MAX])
{
	if (get_field(lua, 1, "analyses") != LUA_TTABLE)
		luaL_error(lua, "capture: analyses is %s, wanted a list of strings",
			   luaL_typename(lua, -1));
	size_t count = (size_t)lua_rawlen(lua, -1);
	if (count > RECORDING_ANALYSES_MAX)
		luaL_error(lua, "capture: %d analyses, at most %d", (int)count,
			   RECORDING_ANALYSES_MAX);
	for (size_t i = 0; i < count; i++) {
		if (lua_rawgeti(lua, -1, (lua_Integer)i + 1) != LUA_TSTRING)
			luaL_error(lua, "capture: analysis %d is %s, wanted a string", (int)i + 1,
				   luaL_typename(lua, -1));
		specs[i] = lua_tostring(lua, -1);
		lua_pop(lua, 1);
	}
	lua_pop(lua, 1);
	return count;
}

/* { at_s = 0.1, send = "JOG 3" }, { at_s = 0.1, stimulus = "load", on = true }, or raw = "bytes",
 * or power = true, on top of the stack. */
static void read_action(lua_State *lua, struct recording_action *action, double seconds, int number)
{
	if (!lua_istable(lua, -1))
		luaL_error(lua, "capture: action %d is %s, wanted a table", number,
			   luaL_typename(lua, -1));
	static const char *const order[] = {"at_s", "send", NULL};
	static const char *const raw[] = {"at_s", "raw", NULL};
	static const char *const power[] = {"at_s", "power", NULL};
	static const char *const stimulus[] = {"at_s", "stimulus", "on", NULL};
	*action = (struct recording_action){.request = NULL};
	(void)get_field(lua, -1, "at_s");
	double at_s = lua_type(lua, -1) == LUA_TNUMBER ? lua_tonumber(lua, -1) : NAN;
	if (!(at_s >= 0 && at_s < seconds))
		luaL_error(lua, "capture: action %d: at_s must lie inside the capture", number);
	action->at_ns = (int64_t)llround(at_s * (double)NS_PER_S);
	lua_pop(lua, 1);
	if (get_field(lua, -1, "send") == LUA_TSTRING) {
		action->request = lua_tostring(lua, -1);
		lua_pop(lua, 1);
		check_keys(lua, "an order", order);
		return;
	}
	lua_pop(lua, 1);
	if (get_field(lua, -1, "raw") == LUA_TSTRING) {
		action->raw = (const uint8_t *)lua_tolstring(lua, -1, &action->raw_size);
		lua_pop(lua, 1);
		if (action->raw_size < 1 || action->raw_size > SESSION_RAW_MAX)
			luaL_error(lua, "capture: action %d: raw has %d bytes, wanted 1..%d",
				   number, (int)action->raw_size, SESSION_RAW_MAX);
		check_keys(lua, "raw bytes", raw);
		return;
	}
	lua_pop(lua, 1);
	if (get_field(lua, -1, "power") == LUA_TBOOLEAN) {
		action->is_power = true;
		action->on = lua_toboolean(lua, -1);
		lua_pop(lua, 1);
		check_keys(lua, "the supply", power);
		return;
	}
	lua_pop(lua, 1);
	if (get_field(lua, -1, "stimulus") != LUA_TSTRING)
		luaL_error(lua, "capture: action %d has none of send, raw, power, stimulus",
			   number);
	action->stimulus = (enum session_stimulus)bind_choice(lua, lua_gettop(lua), world_stimuli);
	lua_pop(lua, 1);
	if (get_field(lua, -1, "on") != LUA_TBOOLEAN)
		luaL_error(lua, "capture: action %d: on must be true or false", number);
	action->on = lua_toboolean(lua, -1);
	lua_pop(lua, 1);
	check_keys(lua, "a stimulus", stimulus);
}

static size_t read_actions(lua_State *lua, struct recording_action list[RECORDING_ACTIONS_MAX],
			   double seconds)
{
	int type = get_field(lua, 1, "actions");

	if (type == LUA_TNIL) {
		lua_pop(lua, 1);
		return 0;
	}
	if (type != LUA_TTABLE)
		luaL_error(lua, "capture: actions is %s, wanted a list", luaL_typename(lua, -1));
	size_t count = (size_t)lua_rawlen(lua, -1);
	if (count > RECORDING_ACTIONS_MAX)
		luaL_error(lua, "capture: %d actions, at most %d", (int)count,
			   RECORDING_ACTIONS_MAX);
	for (size_t i = 0; i < count; i++) {
		lua_rawgeti(lua, -1, (lua_Integer)i + 1);
		read_action(lua, &list[i], seconds, (int)i + 1);
		lua_pop(lua, 1);
		if (i > 0 && list[i].at_ns < list[i - 1].at_ns)
			luaL_error(lua, "capture: action %d comes before the one above it",
				   (int)i + 1);
	}
	lua_pop(lua, 1);
	return count;
}

/* Is anything sent before an action of the capture switches the supply on? */
static bool needs_supply(const struct recording_action *list, size_t count)
{
	for (size_t i = 0; i < count && !(list[i].is_power && list[i].on); i++)
		if (list[i].request != NULL || list[i].raw != NULL)
			return true;
	return false;
}

/* Into the table on top: the pen's good lines, and how many were none. */
static void push_answers(lua_State *lua, const struct session_answers *answers)
{
	lua_createtable(lua, (int)answers->count, 0);
	for (size_t i = 0; i < answers->count; i++) {
		lua_pushstring(lua, answers->text[i]);
		lua_rawseti(lua, -2, (lua_Integer)i + 1);
	}
	lua_setfield(lua, -2, "answers");
	lua_pushinteger(lua, (lua_Integer)answers->nonsense);
	lua_setfield(lua, -2, "nonsense");
}

/* run{ seconds=, analyses={SPEC...} [, actions={...}] } -> { [1..n] = result, samples=, rate_ratio=
 * } */
static int run(lua_State *lua)
{
	static const char *const keys[] = {"seconds", "analyses", "actions", "answers", NULL};
	const char *specs[RECORDING_ANALYSES_MAX];
	struct recording_action actions[RECORDING_ACTIONS_MAX];
	struct err e;

	luaL_checktype(lua, 1, LUA_TTABLE);
	lua_settop(lua, 1);
	check_keys(lua, "a capture", keys);
	(void)get_field(lua, 1, "seconds");
	luaL_checknumber(lua, 2);
	double seconds = bind_number(lua, 2, 0.0, 1e-3, 600.0);
	lua_settop(lua, 1);
	size_t count = read_specs(lua, specs);
	size_t action_count = read_actions(lua, actions, seconds);
	bool wants_answers = get_field(lua, 1, "answers") == LUA_TBOOLEAN && lua_toboolean(lua, -1);
	lua_settop(lua, 1);

	struct handle *h = lua_newuserdatauv(lua, sizeof *h, 0);
	*h = (struct handle){.count = count};
	luaL_setmetatable(lua, HANDLE);

	state_charge(lua, (uint64_t)(seconds * STATE_SECOND_COST));
	const struct world *world =
		needs_supply(actions, action_count) ? bind_powered(lua, "send") : bind_world(lua);
	struct world_capture capture = {
		.seconds = seconds,
		.actions = actions,
		.action_count = action_count,
		.specs = specs,
		.spec_count = count,
		.wants_answers = wants_answers,
		.analyses = h->analyses,
	};
	enum err_code code = world->ops->capture(world->self, &capture, &e);
	bind_finish(lua, code, &e);

	lua_createtable(lua, (int)count, 2);
	lua_pushinteger(lua, (lua_Integer)capture.samples);
	lua_setfield(lua, -2, "samples");
	lua_pushnumber(lua, capture.rate_ratio);
	lua_setfield(lua, -2, "rate_ratio");
	if (wants_answers)
		push_answers(lua, &capture.answers);
	for (size_t i = 0; i < count; i++) {
		h->results[i] = analysis_finish(h->analyses[i]);
		bind_push_result(lua, h->results[i]);
		lua_rawseti(lua, -2, (lua_Integer)i + 1);
		result_free(h->results[i]);
		h->results[i] = NULL;
	}
	lua_pushcfunction(lua, close_handle);
	lua_pushvalue(lua, -3);
	lua_call(lua, 1, 0);
	return 1;
}

/* The analyzer's nominal rate; a result's samples count by it times rate_ratio. */
static int samplerate_hz(lua_State *lua)
{
	const struct world *world = bind_world(lua);

	bind_finish(lua, ERR_NONE, NULL);
	lua_pushnumber(lua, (lua_Number)world->facts->samplerate_hz);
	return 1;
}

const luaL_Reg bind_capture_functions[] = {
	{"run", run},
	{"analyze", bind_analyze},
	{"samplerate_hz", samplerate_hz},
	{NULL, NULL},
};
