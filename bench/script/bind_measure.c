/* `measure`: one function for each declared measurement, and skip. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/bind.h"

/* A mistake of the author is said with the author's line in front of it, whatever pcall does. */
static void set_by_name(lua_State *lua, enum err_code code, struct err *e)
{
	if (code == ERR_NONE)
		return;
	if (code == ERR_SCRIPT) {
		luaL_where(lua, 1);
		int size = (int)strlen(lua_tostring(lua, -1));
		/* It ends in ": ", which err_prefix puts there itself; "" when pcall is the caller.
		 */
		if (size > 2)
			(void)err_prefix(e, "%.*s", size - 2, lua_tostring(lua, -1));
	}
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

/* Marks the measurement as spoilt and raises: a budget that is wrong is no lesser mistake than a
 * value that is. */
static _Noreturn void refuse(lua_State *lua, struct measurement *m, struct err *e)
{
	measurement_spoil(m);
	set_by_name(lua, ERR_SCRIPT, e);
	abort(); /* set_by_name raised */
}

/* The keys of the table at the top are among the NULL-terminated ones. */
static bool has_only(lua_State *lua, const char *const *keys, char wrong[NAME_SIZE])
{
	lua_pushnil(lua);
	while (lua_next(lua, -2) != 0) {
		bool known = false;
		lua_pop(lua, 1);
		const char *key = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : NULL;
		for (size_t i = 0; keys[i] != NULL && key != NULL && !known; i++)
			known = strcmp(keys[i], key) == 0;
		if (known)
			continue;
		(void)snprintf(wrong, NAME_SIZE, "%.60s",
			       key != NULL ? key : luaL_typename(lua, -1));
		lua_pop(lua, 1);
		return false;
	}
	return true;
}

/* Field of the table at the top of the stack, by raw access; fills text when it is a string. */
static int field_text(lua_State *lua, const char *key, const char *fallback, const char **text)
{
	(void)lua_pushstring(lua, key);
	int type = lua_rawget(lua, -2);
	*text = type == LUA_TSTRING ? lua_tostring(lua, -1) : fallback;
	lua_pop(lua, 1); /* the table still holds the string */
	return type;
}

static int field_number(lua_State *lua, const char *key, double fallback, double *number)
{
	(void)lua_pushstring(lua, key);
	int type = lua_rawget(lua, -2);
	*number = type == LUA_TNUMBER ? lua_tonumber(lua, -1) : fallback;
	lua_pop(lua, 1);
	return type;
}

static enum err_code wrong_field(struct err *e, lua_State *lua, const char *key, int type,
				 const char *wanted)
{
	return err_set(e, ERR_SCRIPT, "%s is %s, wanted %s", key,
		       type == LUA_TNIL ? "missing" : lua_typename(lua, type), wanted);
}

/* One line of a budget, the table at the top of the stack. */
static enum err_code read_line(lua_State *lua, struct budget *budget, struct err *e)
{
	static const char *const keys[] = {"name", "u", "type", "nu", "cause", NULL};
	const char *name, *cause, *kind;
	char wrong[NAME_SIZE];
	double u, nu;
	int type;

	if (!lua_istable(lua, -1))
		return wrong_field(e, lua, "it", lua_type(lua, -1),
				   "a table { name =, u =, type =, nu =, cause = }");
	if (!has_only(lua, keys, wrong))
		return err_set(e, ERR_SCRIPT,
			       "unknown key '%s'; valid are name, u, type, nu, cause", wrong);
	type = field_text(lua, "name", "", &name);
	if (type != LUA_TSTRING)
		return wrong_field(e, lua, "name", type, "a string");
	type = field_number(lua, "u", 0, &u);
	if (type != LUA_TNUMBER)
		return wrong_field(e, lua, "u", type, "a number");
	type = field_text(lua, "type", "B", &kind);
	if ((type != LUA_TSTRING && type != LUA_TNIL) ||
	    (strcmp(kind, "A") != 0 && strcmp(kind, "B") != 0))
		return err_set(e, ERR_SCRIPT,
			       "%s: type is %.20s, wanted \"A\" (from statistics) or \"B\"", name,
			       type == LUA_TSTRING ? kind : lua_typename(lua, type));
	bool type_a = kind[0] == 'A';
	type = field_number(lua, "nu", (double)INFINITY, &nu);
	if (type != LUA_TNUMBER && (type != LUA_TNIL || type_a))
		return wrong_field(e, lua, "nu", type,
				   "a number (type A has the degrees of freedom of its data)");
	type = field_text(lua, "cause", "", &cause);
	if (type != LUA_TSTRING && type != LUA_TNIL)
		return wrong_field(e, lua, "cause", type, "a string");
	return budget_add(budget, name, cause, type_a, u, nu, e);
}

/* A list of lines at argument 2, and nothing else in it. */
static enum err_code read_budget(lua_State *lua, struct budget *budget, struct err *e)
{
	lua_Unsigned count = lua_rawlen(lua, 2);
	lua_Unsigned keys = 0;

	*budget = (struct budget){.count = 0};
	lua_pushnil(lua);
	while (lua_next(lua, 2) != 0) {
		lua_pop(lua, 1);
		keys++;
		if (lua_type(lua, -1) == LUA_TNUMBER)
			continue;
		return err_set(e, ERR_SCRIPT,
			       "budget: key '%.40s' in a list of lines; wanted { { name =, u = }, "
			       "... }, or { n = COUNT } for a spread",
			       lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1)
								: luaL_typename(lua, -1));
	}
	if (count == 0 || keys != count)
		return err_set(e, ERR_SCRIPT, "budget: %s",
			       keys == 0 ? "it is empty" : "a hole in the list of its lines");
	for (lua_Unsigned i = 1; i <= count; i++) {
		(void)lua_rawgeti(lua, 2, (lua_Integer)i);
		if (read_line(lua, budget, e) != ERR_NONE)
			return err_prefix(e, "line %llu of the budget", (unsigned long long)i);
		lua_pop(lua, 1);
	}
	return ERR_NONE;
}

/* { n = COUNT } at argument 2, of a spread. False: it is something else. */
static bool read_count(lua_State *lua, struct measurement *m, size_t *n)
{
	static const char *const keys[] = {"n", NULL};
	char wrong[NAME_SIZE];
	struct err e;

	lua_settop(lua, 2);
	(void)lua_pushstring(lua, "n");
	if (lua_rawget(lua, 2) == LUA_TNIL) {
		lua_settop(lua, 2);
		return false;
	}
	int exact = 0;
	lua_Integer count = lua_type(lua, 3) == LUA_TNUMBER ? lua_tointegerx(lua, 3, &exact) : 0;
	lua_settop(lua, 2);
	if (!has_only(lua, keys, wrong)) {
		(void)err_set(&e, ERR_SCRIPT, "measurement %s: unknown key '%s' beside n", m->name,
			      wrong);
		refuse(lua, m, &e);
	}
	if (exact == 0 || count < 0) {
		(void)err_set(&e, ERR_SCRIPT,
			      "measurement %s: n is no count, wanted how many values", m->name);
		refuse(lua, m, &e);
	}
	*n = (size_t)count;
	return true;
}

static void set_by_table(lua_State *lua, struct measurement *m)
{
	struct budget budget;
	struct err e;
	size_t n;

	if (read_count(lua, m, &n)) {
		set_by_name(lua, measurement_set_spread(m, lua_tonumber(lua, 1), n, &e), &e);
		return;
	}
	if (read_budget(lua, &budget, &e) != ERR_NONE) {
		(void)err_prefix(&e, "measurement %s", m->name);
		refuse(lua, m, &e);
	}
	set_by_name(lua, measurement_set_budget(m, lua_tonumber(lua, 1), &budget, &e), &e);
}

/* measure.NAME(value [, budget | { n = } | 0]); 0 says what nothing says: known exactly, or without
 * a budget. value may be the mark of a clipped reading. */
static int set(lua_State *lua)
{
	struct test_case *c = bind_case(lua);
	struct measurement *m = &c->measurements[lua_tointeger(lua, lua_upvalueindex(1))];
	int type = lua_type(lua, 2);
	struct err e;

	if (bind_is_over_range(lua, 1)) {
		set_by_name(lua, measurement_set_over_range(m, &e), &e);
		return 0;
	}
	if (lua_type(lua, 1) != LUA_TNUMBER)
		return luaL_error(lua, "measurement %s is set to a %s value, wanted a number",
				  m->name, luaL_typename(lua, 1));
	if (type == LUA_TTABLE) {
		set_by_table(lua, m);
	} else if (type == LUA_TNIL || type == LUA_TNONE ||
		   (type == LUA_TNUMBER && lua_tonumber(lua, 2) == 0)) {
		set_by_name(lua, measurement_set(m, lua_tonumber(lua, 1), &e), &e);
	} else {
		(void)err_set(&e, ERR_SCRIPT,
			      "measurement %s: its second argument is a %s, wanted a budget { { "
			      "name =, u = }, ... }, or { n = COUNT } for a spread",
			      m->name, lua_typename(lua, type));
		refuse(lua, m, &e);
	}
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
