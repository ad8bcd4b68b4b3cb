/* Loading, checking and running one case: see test_case.h. */
#include "script/test_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/bind.h"

static int open_bindings(lua_State *lua)
{
	bind_open(lua);
	return 0;
}

static int compare_measurements(const void *a, const void *b)
{
	return strcmp(((const struct measurement *)a)->name, ((const struct measurement *)b)->name);
}

/* Names are keys of the YAML block and fields in Lua: identifiers that mean nothing else there. */
static void check_name(lua_State *lua, const char *name)
{
	static const char *const taken[] = {"skip", "outcome", "cause", "trace", "case"};

	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name) ||
	    strspn(name, "0123456789_") > 0 || name[0] == '\0')
		luaL_error(lua, "measures: '%s' is no name: lower-case letters, digits and _",
			   name);
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		if (strcmp(name, taken[i]) == 0)
			luaL_error(lua, "measures: the name '%s' is taken by the bench", name);
}

/* Key at -2, clause at -1. */
static void declare(lua_State *lua, struct test_case *c)
{
	struct err e;

	if (lua_type(lua, -2) != LUA_TSTRING || lua_type(lua, -1) != LUA_TSTRING)
		luaL_error(lua, "measures: wanted name = \"CLAUSE\", got a %s = a %s",
			   luaL_typename(lua, -2), luaL_typename(lua, -1));
	const char *name = lua_tostring(lua, -2);
	const struct limit *limit = spec_find(c->spec, lua_tostring(lua, -1));
	check_name(lua, name);
	if (limit == NULL)
		luaL_error(lua, "measures: %s: clause %s has no limit in %s", name,
			   lua_tostring(lua, -1), c->spec->path);
	if (c->measurement_count == TEST_CASE_MEASUREMENTS_MAX)
		luaL_error(lua, "measures: more than %d", TEST_CASE_MEASUREMENTS_MAX);
	if (measurement_declare(&c->measurements[c->measurement_count], name, limit, &e) !=
	    ERR_NONE)
		luaL_error(lua, "%s", e.text);
	c->measurement_count++;
}

static void check_keys(lua_State *lua)
{
	lua_pushnil(lua);
	while (lua_next(lua, 1) != 0) {
		lua_pop(lua, 1);
		const char *key = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "";
		if (strcmp(key, "title") != 0 && strcmp(key, "measures") != 0 &&
		    strcmp(key, "run") != 0)
			luaL_error(lua,
				   "unknown key '%s' in the case; valid are title, measures, "
				   "run",
				   key);
	}
}

/* The chunk's value is at 1. Leaves nothing; `run` goes to the registry. */
static int check_case(lua_State *lua)
{
	struct test_case *c = bind_case(lua);
	size_t size;

	if (!lua_istable(lua, 1))
		luaL_error(lua,
			   "the file returns %s, wanted bench.case { title=, measures=, run= }",
			   luaL_typename(lua, 1));
	check_keys(lua);
	if (lua_getfield(lua, 1, "title") != LUA_TSTRING)
		luaL_error(lua, "title is %s, wanted a string", luaL_typename(lua, -1));
	const char *title = lua_tolstring(lua, -1, &size);
	if (size == 0 || size >= sizeof c->title || strlen(title) != size)
		luaL_error(lua, "title has %d characters, wanted 1..%d", (int)size,
			   (int)sizeof c->title - 1);
	memcpy(c->title, title, size + 1);
	if (lua_getfield(lua, 1, "measures") != LUA_TTABLE)
		luaL_error(lua, "measures is %s, wanted a table", luaL_typename(lua, -1));
	lua_pushnil(lua);
	while (lua_next(lua, -2) != 0) {
		declare(lua, c);
		lua_pop(lua, 1);
	}
	qsort(c->measurements, c->measurement_count, sizeof c->measurements[0],
	      compare_measurements);
	if (c->measurement_count == 0)
		luaL_error(lua, "the case declares no measurement: it could not fail");
	if (lua_getfield(lua, 1, "run") != LUA_TFUNCTION)
		luaL_error(lua, "run is %s, wanted a function", luaL_typename(lua, -1));
	lua_rawsetp(lua, LUA_REGISTRYINDEX, c);
	return 0;
}

static enum err_code load(struct test_case *c, struct err *e)
{
	enum err_code code;

	lua_pushcfunction(c->state.lua, open_bindings);
	code = state_call(&c->state, 0, 0, e);
	if (code == ERR_NONE)
		code = state_load_file(&c->state, c->path, c->path, e);
	if (code == ERR_NONE)
		code = state_call(&c->state, 0, 1, e);
	if (code != ERR_NONE)
		return code;
	lua_pushcfunction(c->state.lua, check_case);
	lua_insert(c->state.lua, -2);
	code = state_call(&c->state, 1, 0, e);
	return code == ERR_NONE ? code : err_prefix(e, "%.200s", c->path);
}

enum err_code test_case_open(struct test_case **out, const char *path, const char *lua_root,
			     const struct spec *spec, const struct state_limits *limits,
			     const volatile sig_atomic_t *interrupted, struct err *e)
{
	struct state_limits own = limits == NULL ? state_default_limits() : *limits;
	struct test_case *c = calloc(1, sizeof *c);

	*out = NULL;
	if (c == NULL)
		return err_set(e, ERR_BENCH, "%s: out of memory", path);
	(void)snprintf(c->path, sizeof c->path, "%s", path);
	(void)snprintf(c->title, sizeof c->title, "%.255s", path);
	c->spec = spec;
	if (state_open(&c->state, lua_root, &own, interrupted, &c->error) == ERR_NONE) {
		c->state.owner = c;
		if (load(c, &c->error) != ERR_NONE)
			state_close(&c->state);
	}
	if (c->error.code == ERR_ABORT) {
		*e = c->error;
		test_case_close(c);
		return e->code;
	}
	*out = c;
	return ERR_NONE;
}

void test_case_close(struct test_case *c)
{
	if (c == NULL)
		return;
	state_close(&c->state);
	free(c);
}

static int enter(lua_State *lua)
{
	lua_rawgetp(lua, LUA_REGISTRYINDEX, bind_case(lua));
	bind_push_measure(lua);
	lua_call(lua, 1, 0);
	return 0;
}

static bool is_met(const struct measurement *m)
{
	return measurement_judge(m) == JUDGEMENT_PASS;
}

/* Is the clause of measurement i among those of the measurements before it that are not met? */
static bool is_named(const struct test_case *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!is_met(&c->measurements[k]) &&
		    strcmp(c->measurements[k].limit.clause, c->measurements[i].limit.clause) == 0)
			return true;
	return false;
}

void test_case_name_clauses(const struct test_case *c, char cause[ERR_TEXT_SIZE])
{
	char text[ERR_TEXT_SIZE] = "";
	size_t used = 0;

	for (size_t i = 0; i < c->measurement_count && used < sizeof text / 2; i++)
		if (!is_met(&c->measurements[i]) && !is_named(c, i))
			used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
						 used == 0 ? "" : ", ",
						 c->measurements[i].limit.clause);
	if (used == 0)
		return;
	(void)snprintf(text + used, sizeof text - used, ": %s", cause);
	memcpy(cause, text, sizeof text);
}

enum err_code test_case_run(struct test_case *c, const struct test_case_bench *bench,
			    enum outcome *outcome, char cause[ERR_TEXT_SIZE])
{
	struct err e = c->error;

	cause[0] = '\0';
	if (e.code == ERR_NONE) {
		c->bench = bench;
		lua_pushcfunction(c->state.lua, enter);
		(void)state_call(&c->state, 0, 0, &e);
		c->bench = NULL;
	}
	if (e.code != ERR_NONE) {
		/* What was not set because the case never got there is not the case's mistake. */
		*outcome = outcome_of_err(e.code);
		(void)snprintf(cause, ERR_TEXT_SIZE, "%s", e.text);
		if (*outcome == OUTCOME_FAIL)
			test_case_name_clauses(c, cause);
		return e.code;
	}
	*outcome = outcome_of_measurements(c->measurements, c->measurement_count, cause,
					   ERR_TEXT_SIZE);
	return ERR_NONE;
}
