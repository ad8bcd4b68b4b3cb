/*
 * The raw tables that Lua sees: pen, jig, capture (modules raw.pen, raw.jig, raw.capture) and the
 * `measure` value that is handed to a case. Each binding checks its arguments, calls one function
 * of the world (world.h), and pushes or raises. Comfort is written in lua/bench; names are
 * described in lua/meta.
 */
#ifndef SCRIPT_BIND_H
#define SCRIPT_BIND_H

#include <lauxlib.h>
#include <lua.h>

#include "script/test_case.h"
#include "script/world.h"

/* NULL-terminated; a test compares them with lua/meta. */
extern const luaL_Reg bind_pen_functions[], bind_jig_functions[], bind_capture_functions[];

/* Fills the modules. Raises on out-of-memory: call it protected. */
void bind_open(lua_State *lua);

/* Pushes the `measure` value of the case that owns the state. Raises on out-of-memory. */
void bind_push_measure(lua_State *lua);

/* The case that owns the state. */
struct test_case *bind_case(lua_State *lua);

/* What `run` may use; raises when the code runs outside of it. */
const struct test_case_bench *bind_run(lua_State *lua);

/* The world; raises when the code runs outside of `run`. Until bind_finish, the host guard stands
 * still. */
const struct world *bind_world(lua_State *lua);

/* The same for a request to the pen: raises when the case has switched the supply off. */
const struct world *bind_powered(lua_State *lua, const char *what);

/* After the world's function: restarts the host guard, raises e when code is not ERR_NONE. */
void bind_finish(lua_State *lua, enum err_code code, const struct err *e);

/* Optional number in low..high, else raises naming the argument. */
double bind_number(lua_State *lua, int argument, double fallback, double low, double high);

/* One of the names (NULL-terminated), as its index. */
int bind_choice(lua_State *lua, int argument, const char *const *names);

/* Is the value the mark of a clipped reading (raw.capture.OVER_RANGE)? */
int bind_is_over_range(lua_State *lua, int index);
void bind_push_over_range(lua_State *lua);

/* bind_capture.c: raw.capture's own needs of the registry. */
void bind_capture_open(lua_State *lua);

/* Pushes a result as `penbench analyze --json` prints it: objects and lists as tables, null as nil.
 */
void bind_push_result(lua_State *lua, const struct result *r);

/* bind_analyze.c: raw.capture.analyze, and its needs of the registry. */
int bind_analyze(lua_State *lua);
void bind_analyze_open(lua_State *lua);

#endif
