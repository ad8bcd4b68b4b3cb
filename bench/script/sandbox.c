/* The allow-list: see sandbox.h. Names that are not here do not exist for a case. */
#include "script/sandbox.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

#include "script/stable.h"
#include "script/state.h"

#define LOADED "penbench.loaded"

enum { SEED = 1 };

/* load, loadfile, dofile: other text than what was hashed; collectgarbage: could stop the
 * collector; coroutine: nothing here needs it, and it is a second place for hooks to be forgotten;
 * xpcall: the handler of an error that a hook raised runs without hooks, and no deadline would end
 * it. */
static const char *const base_names[] = {
	"assert", "error",  "getmetatable", "ipairs", "pcall",    "rawequal",
	"rawget", "rawlen", "rawset",       "select", "tonumber", "type",
};

/* In place of Lua's own. */
static const luaL_Reg own_functions[] = {
	{"next", stable_next},
	{"pairs", stable_pairs},
	{"tostring", stable_tostring},
	{NULL, NULL},
};

/* Functions of the libraries that are taken out again: dump makes byte code, randomseed makes a run
 * that does not repeat, move walks 2^53 fields of an empty table without an instruction. */
static const char *const removed[][2] = {
	{"string", "dump"},
	{"math", "randomseed"},
	{"table", "move"},
};

/* A finalizer runs without hooks, so no deadline would end it: none may be made. */
static int set_metatable(lua_State *lua)
{
	luaL_checktype(lua, 1, LUA_TTABLE);
	luaL_argcheck(lua, lua_isnil(lua, 2) || lua_istable(lua, 2), 2, "nil or table wanted");
	lua_settop(lua, 2);
	if (luaL_getmetafield(lua, 1, "__metatable") != LUA_TNIL)
		return luaL_error(lua, "cannot change a protected metatable");
	if (lua_istable(lua, 2)) {
		lua_pushliteral(lua, "__gc");
		if (lua_rawget(lua, 2) != LUA_TNIL)
			return luaL_error(lua, "__gc is not available to a case");
		lua_pop(lua, 1);
	}
	lua_setmetatable(lua, 1);
	return 1;
}

/* "bench" is lua/bench/init.lua, "bench.pen" is lua/bench/pen.lua; nothing else is a file. */
static void module_path(lua_State *lua, const char *name, char *path, size_t path_size, char *chunk,
			size_t chunk_size)
{
	const char *file = strcmp(name, "bench") == 0 ? "init" : name + strlen("bench.");

	if (strcmp(name, "bench") != 0 &&
	    (strncmp(name, "bench.", strlen("bench.")) != 0 || file[0] == '\0' ||
	     strspn(file, "abcdefghijklmnopqrstuvwxyz_") != strlen(file)))
		luaL_error(lua, "no module '%s': a case can require bench, bench.NAME and raw.NAME",
			   name);
	int size = snprintf(path, path_size, "%s/bench/%s.lua", state_of(lua)->lua_root, file);
	if (size < 0 || (size_t)size >= path_size)
		luaL_error(lua, "module '%s': the path is too long", name);
	(void)snprintf(chunk, chunk_size, "lua/bench/%s.lua", file);
}

static int require_module(lua_State *lua)
{
	size_t size;
	const char *name = luaL_checklstring(lua, 1, &size);
	char path[PATH_SIZE], chunk[NAME_SIZE * 2];
	struct err e;

	luaL_argcheck(lua, strlen(name) == size, 1, "the name holds a NUL");
	lua_settop(lua, 1);
	lua_getfield(lua, LUA_REGISTRYINDEX, LOADED);
	if (lua_getfield(lua, 2, name) != LUA_TNIL) {
		if (lua_isboolean(lua, -1))
			return luaL_error(lua, "module '%s' requires itself", name);
		return 1;
	}
	lua_pop(lua, 1);
	module_path(lua, name, path, sizeof path, chunk, sizeof chunk);
	lua_pushboolean(lua, 0);
	lua_setfield(lua, 2, name);
	if (state_load_file(state_of(lua), path, chunk, &e) != ERR_NONE)
		return luaL_error(lua, "module '%s': %s", name, e.text);
	lua_call(lua, 0, 1);
	luaL_argcheck(lua, lua_istable(lua, -1), 1, "the module does not return a table");
	lua_pushvalue(lua, -1);
	lua_setfield(lua, 2, name);
	return 1;
}

void sandbox_preload(lua_State *lua, const char *name)
{
	lua_getfield(lua, LUA_REGISTRYINDEX, LOADED);
	lua_insert(lua, -2);
	lua_setfield(lua, -2, name);
	lua_pop(lua, 1);
}

static void copy_names(lua_State *lua, int from)
{
	for (size_t i = 0; i < sizeof base_names / sizeof base_names[0]; i++) {
		lua_getfield(lua, from, base_names[i]);
		lua_setfield(lua, -2, base_names[i]);
	}
}

void sandbox_open(lua_State *lua)
{
	static const luaL_Reg libraries[] = {
		{"string", luaopen_string},
		{"table", luaopen_table},
		{"math", luaopen_math},
		{"utf8", luaopen_utf8},
	};
	int top = lua_gettop(lua);

	/* The base library only opens into the globals; what is kept moves to a table of our own.
	 */
	luaL_requiref(lua, "_G", luaopen_base, 0);
	lua_newtable(lua);
	copy_names(lua, top + 1);
	luaL_setfuncs(lua, own_functions, 0);
	for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
		luaL_requiref(lua, libraries[i].name, libraries[i].func, 0);
		lua_setfield(lua, top + 2, libraries[i].name);
	}
	lua_getfield(lua, top + 2, "math");
	lua_getfield(lua, -1, "randomseed");
	lua_pushinteger(lua, SEED); /* Lua's own seed is the time of day */
	lua_call(lua, 1, 0);
	lua_pop(lua, 1);
	lua_getfield(lua, top + 2, "string");
	lua_getfield(lua, -1, "format");
	lua_pushcclosure(lua, stable_format, 1);
	lua_setfield(lua, -2, "format");
	lua_pop(lua, 1);
	lua_getfield(lua, top + 2, "table");
	lua_pushcfunction(lua, stable_sort);
	lua_setfield(lua, -2, "sort");
	lua_pop(lua, 1);
	for (size_t i = 0; i < sizeof removed / sizeof removed[0]; i++) {
		lua_getfield(lua, top + 2, removed[i][0]);
		lua_pushnil(lua);
		lua_setfield(lua, -2, removed[i][1]);
		lua_pop(lua, 1);
	}
	lua_pushcfunction(lua, set_metatable);
	lua_setfield(lua, top + 2, "setmetatable");
	lua_pushcfunction(lua, require_module);
	lua_setfield(lua, top + 2, "require");
	lua_pushvalue(lua, top + 2);
	lua_setfield(lua, top + 2, "_G");
	lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
	lua_newtable(lua);
	lua_setfield(lua, LUA_REGISTRYINDEX, LOADED);
	lua_settop(lua, top);
}
