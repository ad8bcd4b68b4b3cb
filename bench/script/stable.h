/*
 * What plain Lua answers by address or by the time, and so otherwise in each process: the order of
 * the keys of a table, the text of a table, the order of equal ones. For a case they are the same
 * in every run, or its run would not repeat and its evidence would not give its verdict again.
 */
#ifndef SCRIPT_STABLE_H
#define SCRIPT_STABLE_H

#include <lua.h>

/* Of the base library. Keys come as false, true, numbers, strings, each ascending; what is set
 * while the loop runs does not come. A key of another type is an error. */
int stable_pairs(lua_State *lua);
int stable_next(lua_State *lua);
/* A table, function or userdata is named by its type, unless it has a __tostring. */
int stable_tostring(lua_State *lua);

/* string.format, with %s as tostring and without %p. Upvalue 1: Lua's own. */
int stable_format(lua_State *lua);

/* table.sort by merging: what compares as equal stays in its order, and an order function that
 * contradicts itself gives some order. Lua's own picks by the time of day where a list is hard. */
int stable_sort(lua_State *lua);

/* Pushes the text of the value at the index and returns it. */
const char *stable_text(lua_State *lua, int index);

#endif
