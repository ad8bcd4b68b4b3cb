/* Order by value, text without addresses, sorting without chance: see stable.h. */
#include "script/stable.h"

#include <lauxlib.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "script/state.h"

/* What a key is sorted by. A string is Lua's and lives as long as its table holds it. */
struct key {
	enum { KEY_FALSE, KEY_TRUE, KEY_NUMBER, KEY_STRING } rank;
	bool is_integer;
	lua_Integer integer;
	lua_Number number;
	const char *text;
	size_t size;
	int index; /* in the list of keys, from 1 */
};

static struct key key_at(lua_State *lua, int at)
{
	struct key k = {.rank = KEY_STRING};

	switch (lua_type(lua, at)) {
	case LUA_TBOOLEAN:
		k.rank = lua_toboolean(lua, at) ? KEY_TRUE : KEY_FALSE;
		break;
	case LUA_TNUMBER:
		k.rank = KEY_NUMBER;
		k.is_integer = lua_isinteger(lua, at) != 0;
		k.integer = k.is_integer ? lua_tointeger(lua, at) : 0;
		k.number = lua_tonumber(lua, at);
		break;
	case LUA_TSTRING:
		k.text = lua_tolstring(lua, at, &k.size);
		break;
	default:
		luaL_error(lua,
			   "a key is a %s: such keys have no order that repeats; use strings or "
			   "numbers, or a list",
			   luaL_typename(lua, at));
	}
	return k;
}

static int compare_numbers(const struct key *a, const struct key *b)
{
	if (a->is_integer && b->is_integer)
		return (a->integer > b->integer) - (a->integer < b->integer);
	if (a->number != b->number || a->is_integer == b->is_integer)
		return (a->number > b->number) - (a->number < b->number);
	return a->is_integer ? -1 : 1; /* 2^63 - 1, rounded, beside 2^63 */
}

static int compare(const void *left, const void *right)
{
	const struct key *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->rank == KEY_NUMBER)
		return compare_numbers(a, b);
	if (a->rank != KEY_STRING)
		return 0;
	int order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
	return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

/* Upvalues: the keys in order, how many have come. */
static int step(lua_State *lua)
{
	lua_Integer i = lua_tointeger(lua, lua_upvalueindex(2));

	for (;;) {
		if (lua_rawgeti(lua, lua_upvalueindex(1), ++i) == LUA_TNIL)
			return 1;
		lua_pushvalue(lua, -1);
		if (lua_rawget(lua, 1) != LUA_TNIL)
			break;
		lua_pop(lua, 2); /* removed since the loop began */
	}
	lua_pushinteger(lua, i);
	lua_replace(lua, lua_upvalueindex(2));
	return 2;
}

/* The table is at 1; leaves the list of its keys at 2, unsorted. */
static size_t list_keys(lua_State *lua)
{
	size_t count = 0;

	lua_newtable(lua);
	lua_pushnil(lua);
	while (lua_next(lua, 1) != 0) {
		lua_pop(lua, 1);
		lua_pushvalue(lua, -1);
		lua_rawseti(lua, 2, (lua_Integer)++count);
	}
	state_charge(lua, count);
	return count;
}

int stable_pairs(lua_State *lua)
{
	luaL_checkany(lua, 1);
	lua_settop(lua, 1);
	if (luaL_getmetafield(lua, 1, "__pairs") != LUA_TNIL) {
		lua_insert(lua, 1);
		lua_call(lua, 1, 3);
		return 3;
	}
	luaL_checktype(lua, 1, LUA_TTABLE);
	size_t count = list_keys(lua);
	struct key *keys = lua_newuserdatauv(lua, (count + 1) * sizeof *keys, 0);
	for (size_t i = 0; i < count; i++) {
		lua_rawgeti(lua, 2, (lua_Integer)i + 1);
		keys[i] = key_at(lua, -1);
		keys[i].index = (int)i + 1;
		lua_pop(lua, 1);
	}
	qsort(keys, count, sizeof *keys, compare);
	lua_createtable(lua, (int)count, 0);
	for (size_t i = 0; i < count; i++) {
		lua_rawgeti(lua, 2, keys[i].index);
		lua_rawseti(lua, -2, (lua_Integer)i + 1);
	}
	lua_pushinteger(lua, 0);
	lua_pushcclosure(lua, step, 2);
	lua_pushvalue(lua, 1);
	lua_pushnil(lua);
	return 3;
}

/* The smallest key above the one that is given: as slow as the table is long, but mostly asked
 * once, to see whether a table is empty. */
int stable_next(lua_State *lua)
{
	uint64_t count = 0;
	struct key after = {.rank = KEY_FALSE}, best = after;

	luaL_checktype(lua, 1, LUA_TTABLE);
	lua_settop(lua, 2);
	bool is_first = lua_isnil(lua, 2), is_found = false;
	if (!is_first)
		after = key_at(lua, 2);
	lua_pushnil(lua); /* 3: the best so far */
	lua_pushnil(lua);
	for (; lua_next(lua, 1) != 0; count++) {
		lua_pop(lua, 1);
		const struct key k = key_at(lua, -1);
		if ((!is_first && compare(&k, &after) <= 0) ||
		    (is_found && compare(&k, &best) >= 0))
			continue;
		best = k;
		is_found = true;
		lua_pushvalue(lua, -1);
		lua_replace(lua, 3);
	}
	state_charge(lua, count);
	lua_settop(lua, 3);
	if (!is_found)
		return 1;
	lua_pushvalue(lua, 3);
	lua_rawget(lua, 1);
	return 2;
}

const char *stable_text(lua_State *lua, int index)
{
	int type = lua_type(lua, index);

	index = lua_absindex(lua, index);
	if (type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING)
		return luaL_tolstring(lua, index, NULL);
	if (luaL_getmetafield(lua, index, "__tostring") != LUA_TNIL) {
		lua_pop(lua, 1);
		return luaL_tolstring(lua, index, NULL);
	}
	return lua_pushstring(lua, lua_typename(lua, type));
}

int stable_tostring(lua_State *lua)
{
	luaL_checkany(lua, 1);
	(void)stable_text(lua, 1);
	return 1;
}

static bool has_pointer(const char *format, size_t size)
{
	const char *end = format + size;

	for (const char *at = format; at < end; at++) {
		if (*at != '%')
			continue;
		at++;
		while (at < end && *at != '\0' && strchr("-+ #0123456789.", *at) != NULL)
			at++;
		if (at < end && *at == 'p')
			return true;
	}
	return false;
}

int stable_format(lua_State *lua)
{
	size_t size;
	const char *format = luaL_checklstring(lua, 1, &size);
	int count = lua_gettop(lua);

	luaL_argcheck(lua, !has_pointer(format, size), 1, "%p is not available to a case");
	for (int i = 2; i <= count; i++)
		if (lua_istable(lua, i) || lua_isfunction(lua, i) || lua_isuserdata(lua, i)) {
			(void)stable_text(lua, i);
			lua_replace(lua, i);
		}
	lua_pushvalue(lua, lua_upvalueindex(1));
	lua_insert(lua, 1);
	lua_call(lua, count, 1);
	return 1;
}

/* Is the value at `left` to stand before the one at `right`? */
static bool is_before(lua_State *lua, int left, int right)
{
	if (lua_isnil(lua, 2))
		return lua_compare(lua, left, right, LUA_OPLT);
	lua_pushvalue(lua, 2);
	lua_pushvalue(lua, left);
	lua_pushvalue(lua, right);
	lua_call(lua, 2, 1);
	bool is = lua_toboolean(lua, -1);
	lua_pop(lua, 1);
	return is;
}

/* The values first..middle and middle + 1..last of the list at 3, each in order, into that at 4. */
static void merge(lua_State *lua, lua_Integer first, lua_Integer middle, lua_Integer last)
{
	lua_Integer left = first, right = middle + 1;

	for (lua_Integer to = first; to <= last; to++) {
		bool takes_left = right > last;
		if (left <= middle && right <= last) {
			lua_rawgeti(lua, 3, left);
			lua_rawgeti(lua, 3, right);
			int top = lua_gettop(lua);
			takes_left = !is_before(lua, top, top - 1);
			lua_pop(lua, 2);
		}
		lua_rawgeti(lua, 3, takes_left ? left++ : right++);
		lua_rawseti(lua, 4, to);
	}
}

int stable_sort(lua_State *lua)
{
	luaL_checktype(lua, 1, LUA_TTABLE);
	if (!lua_isnoneornil(lua, 2))
		luaL_checktype(lua, 2, LUA_TFUNCTION);
	lua_settop(lua, 2);
	lua_Integer count = luaL_len(lua, 1);
	luaL_argcheck(lua, count < INT_MAX, 1, "array too big");
	state_charge(lua, count > 0 ? (uint64_t)count : 0);
	lua_newtable(lua);
	lua_newtable(lua);
	for (lua_Integer i = 1; i <= count; i++) {
		lua_geti(lua, 1, i);
		lua_rawseti(lua, 3, i);
	}
	for (lua_Integer width = 1; width < count; width *= 2) {
		state_charge(lua, (uint64_t)count);
		for (lua_Integer at = 1; at <= count; at += 2 * width) {
			lua_Integer middle = at + width - 1, last = middle + width;
			merge(lua, at, middle < count ? middle : count,
			      last < count ? last : count);
		}
		lua_insert(lua, 3); /* the list that was filled is the next to read */
	}
	for (lua_Integer i = 1; i <= count; i++) {
		lua_rawgeti(lua, 3, i);
		lua_seti(lua, 1, i);
	}
	return 0;
}
