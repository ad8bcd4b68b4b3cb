/* What a case may call: the harmless parts of Lua's libraries, and `require` of lua/bench alone. */
#ifndef SCRIPT_SANDBOX_H
#define SCRIPT_SANDBOX_H

#include <lua.h>

/* Fills the globals of the state. Raises on out-of-memory: call it protected. */
void sandbox_open(lua_State *lua);

/* Makes the table on top of the stack the module `name` for require, and pops it. */
void sandbox_preload(lua_State *lua, const char *name);

#endif
