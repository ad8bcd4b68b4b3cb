/* Runs configuration text in a bare Lua state and copies checked values out of it. Nothing of Lua
 * leaves this file. */
#include "config/luafile.h"

#include <assert.h>
#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	INSTRUCTIONS_MAX = 1000000,
	MEMORY_MAX = 4 * 1024 * 1024,
	ENTRIES_MAX = 256,
	DEPTH_MAX = 4,
};

struct luafile {
	lua_State *lua;
	size_t memory_size;
	bool loaded; /* the file has run: what is left are our own, small, look-ups */
	char path[PATH_SIZE];
};

static void *allocate(void *context, void *block, size_t old_size, size_t new_size)
{
	struct luafile *f = context;
	size_t held = block == NULL ? 0 : old_size;

	if (new_size == 0) {
		free(block);
		f->memory_size -= held;
		return NULL;
	}
	if (!f->loaded && f->memory_size - held + new_size > MEMORY_MAX)
		return NULL;
	void *moved = realloc(block, new_size);
	if (moved != NULL)
		f->memory_size = f->memory_size - held + new_size;
	return moved;
}

static int lua_env(lua_State *lua)
{
	const char *value = getenv(luaL_checkstring(lua, 1));
	lua_pushstring(lua, value == NULL ? "" : value);
	return 1;
}

static void too_long(lua_State *lua, lua_Debug *activation)
{
	(void)activation;
	luaL_error(lua, "runs too long for a configuration file");
}

enum err_code luafile_open(struct luafile **out, const char *path, bool allow_env, struct err *e)
{
	struct luafile *f = calloc(1, sizeof *f);
	enum err_code code;

	*out = NULL;
	if (f == NULL)
		return err_set(e, ERR_BENCH, "%s: out of memory", path);
	(void)snprintf(f->path, sizeof f->path, "%s", path);
	f->lua = lua_newstate(allocate, f);
	if (f->lua == NULL) {
		code = err_set(e, ERR_BENCH, "%s: out of memory", path);
		goto err_free;
	}
	if (allow_env)
		lua_register(f->lua, "env", lua_env);
	lua_sethook(f->lua, too_long, LUA_MASKCOUNT, INSTRUCTIONS_MAX);
	if (luaL_loadfilex(f->lua, path, "t") != LUA_OK || lua_pcall(f->lua, 0, 1, 0) != LUA_OK) {
		const char *why = lua_tostring(f->lua, -1);
		code = err_set(e, ERR_CONFIG, "%s", why == NULL ? "not a Lua file" : why);
		goto err_close;
	}
	if (!lua_istable(f->lua, -1)) {
		code = err_set(e, ERR_CONFIG, "%s: returns %s, wanted one table", path,
			       luaL_typename(f->lua, -1));
		goto err_close;
	}
	lua_sethook(f->lua, NULL, 0, 0);
	f->loaded = true;
	*out = f;
	return ERR_NONE;

err_close:
	lua_close(f->lua);
err_free:
	free(f);
	return code;
}

void luafile_close(struct luafile *f)
{
	if (f == NULL)
		return;
	lua_close(f->lua);
	free(f);
}

static void list_names(char *text, size_t size, const struct luafile_field *fields, size_t count)
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ", ",
					 fields[i].name);
}

/* The table on top of the stack may only have the keys of `fields`. */
static enum err_code check_keys(struct luafile *f, const char *where,
				const struct luafile_field *fields, size_t count, struct err *e)
{
	lua_pushnil(f->lua);
	while (lua_next(f->lua, -2) != 0) {
		bool known = false;
		lua_pop(f->lua, 1);
		const char *key =
			lua_type(f->lua, -1) == LUA_TSTRING ? lua_tostring(f->lua, -1) : NULL;
		for (size_t i = 0; key != NULL && i < count; i++)
			known = known || strcmp(key, fields[i].name) == 0;
		if (!known) {
			char names[ERR_TEXT_SIZE / 2];
			list_names(names, sizeof names, fields, count);
			return err_set(e, ERR_CONFIG, "%s: unknown key %s%s; valid are %s", f->path,
				       where, key == NULL ? "(not a name)" : key, names);
		}
	}
	return ERR_NONE;
}

static enum err_code read_number(struct luafile *f, const char *where,
				 const struct luafile_field *field, void *target, struct err *e)
{
	if (lua_type(f->lua, -1) != LUA_TNUMBER)
		return err_set(e, ERR_CONFIG, "%s: %s%s is %s, wanted a number", f->path, where,
			       field->name, luaL_typename(f->lua, -1));
	double value = lua_tonumber(f->lua, -1);
	if (!isfinite(value) && !(field->min < field->max))
		return err_set(e, ERR_CONFIG, "%s: %s%s is %g, wanted a finite number", f->path,
			       where, field->name, value);
	if (!isfinite(value) ||
	    (field->min < field->max && (value < field->min || value > field->max)))
		return err_set(e, ERR_CONFIG, "%s: %s%s is %g, wanted %g..%g", f->path, where,
			       field->name, value, field->min, field->max);
	if (field->kind == LUAFILE_NUMBER) {
		memcpy((char *)target + field->offset, &value, sizeof value);
		return ERR_NONE;
	}
	if (value < 0 || value != floor(value) || value > 9e15)
		return err_set(e, ERR_CONFIG, "%s: %s%s is %g, wanted a whole number", f->path,
			       where, field->name, value);
	uint64_t whole = (uint64_t)value;
	memcpy((char *)target + field->offset, &whole, sizeof whole);
	return ERR_NONE;
}

static enum err_code read_string(struct luafile *f, const char *where, const char *name, char *out,
				 size_t size, struct err *e)
{
	size_t length;
	if (lua_type(f->lua, -1) != LUA_TSTRING)
		return err_set(e, ERR_CONFIG, "%s: %s%s is %s, wanted a string", f->path, where,
			       name, luaL_typename(f->lua, -1));
	const char *text = lua_tolstring(f->lua, -1, &length);
	if (length >= size || strlen(text) != length)
		return err_set(e, ERR_CONFIG, "%s: %s%s is longer than %zu characters", f->path,
			       where, name, size - 1);
	memcpy(out, text, length + 1);
	return ERR_NONE;
}

static enum err_code read_strings(struct luafile *f, const char *where,
				  const struct luafile_field *field, void *target, struct err *e)
{
	char(*out)[NAME_SIZE] = (void *)((char *)target + field->offset);

	if (!lua_istable(f->lua, -1))
		return err_set(e, ERR_CONFIG, "%s: %s%s is %s, wanted a list of strings", f->path,
			       where, field->name, luaL_typename(f->lua, -1));
	size_t count = (size_t)lua_rawlen(f->lua, -1);
	if (count > field->size)
		return err_set(e, ERR_CONFIG, "%s: %s%s has %zu entries, at most %zu fit", f->path,
			       where, field->name, count, field->size);
	for (size_t i = 0; i < field->size; i++)
		out[i][0] = '\0';
	for (size_t i = 0; i < count; i++) {
		lua_rawgeti(f->lua, -1, (lua_Integer)i + 1);
		enum err_code code = read_string(f, where, field->name, out[i], NAME_SIZE, e);
		lua_pop(f->lua, 1);
		if (code != ERR_NONE)
			return code;
	}
	return ERR_NONE;
}

/* Reads the table on top of the stack. `where` is "" or "outer." */
static enum err_code read_table(struct luafile *f, const char *where,
				const struct luafile_field *fields, size_t count, void *target,
				unsigned depth, struct err *e)
{
	enum err_code code = check_keys(f, where, fields, count, e);

	assert(depth < DEPTH_MAX);
	for (size_t i = 0; i < count && code == ERR_NONE; i++) {
		const struct luafile_field *field = &fields[i];
		char below[2 * NAME_SIZE];

		(void)lua_getfield(f->lua, -1, field->name);
		if (lua_isnil(f->lua, -1)) {
			if (!field->optional)
				code = err_set(e, ERR_CONFIG, "%s: %s%s is missing", f->path, where,
					       field->name);
			lua_pop(f->lua, 1);
			continue;
		}
		switch (field->kind) {
		case LUAFILE_NUMBER:
		case LUAFILE_INTEGER:
			code = read_number(f, where, field, target, e);
			break;
		case LUAFILE_STRING:
			code = read_string(f, where, field->name, (char *)target + field->offset,
					   field->size, e);
			break;
		case LUAFILE_STRINGS:
			code = read_strings(f, where, field, target, e);
			break;
		case LUAFILE_TABLE:
			(void)snprintf(below, sizeof below, "%s%s.", where, field->name);
			if (field->fields == NULL)
				break; /* left to luafile_each */
			if (!lua_istable(f->lua, -1))
				code = err_set(e, ERR_CONFIG, "%s: %s%s is %s, wanted a table",
					       f->path, where, field->name,
					       luaL_typename(f->lua, -1));
			else
				code = read_table(f, below, field->fields, field->size, target,
						  depth + 1, e);
			break;
		}
		lua_pop(f->lua, 1);
	}
	return code;
}

enum err_code luafile_read(struct luafile *f, const struct luafile_field *fields, size_t count,
			   void *target, struct err *e)
{
	return read_table(f, "", fields, count, target, 0, e);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Collects the string keys of the table on top of the stack, sorted: Lua's own order is not
 * repeatable. */
static enum err_code sorted_keys(struct luafile *f, char (*keys)[NAME_SIZE], size_t *count,
				 struct err *e)
{
	*count = 0;
	lua_pushnil(f->lua);
	while (lua_next(f->lua, -2) != 0) {
		lua_pop(f->lua, 1);
		if (lua_type(f->lua, -1) != LUA_TSTRING)
			return err_set(e, ERR_CONFIG, "%s: an entry has no name", f->path);
		if (*count == ENTRIES_MAX)
			return err_set(e, ERR_CONFIG, "%s: more than %d entries", f->path,
				       ENTRIES_MAX);
		lua_pushvalue(f->lua, -1);
		enum err_code code =
			read_string(f, "", "name of an entry", keys[*count], NAME_SIZE, e);
		lua_pop(f->lua, 1);
		if (code != ERR_NONE)
			return code;
		(*count)++;
	}
	qsort(keys, *count, NAME_SIZE, compare_names);
	return ERR_NONE;
}

enum err_code luafile_each(struct luafile *f, const char *name, const struct luafile_field *fields,
			   size_t count, void *target, size_t target_size, luafile_entry *entry,
			   void *context, struct err *e)
{
	int top = lua_gettop(f->lua);
	size_t key_count = 0;
	enum err_code code = ERR_NONE;
	char(*keys)[NAME_SIZE] = calloc(ENTRIES_MAX, NAME_SIZE);
	void *defaults = malloc(target_size);

	if (keys == NULL || defaults == NULL) {
		code = err_set(e, ERR_BENCH, "%s: out of memory", f->path);
		goto err_free;
	}
	memcpy(defaults, target, target_size);
	if (name != NULL)
		(void)lua_getfield(f->lua, -1, name);
	if (!lua_istable(f->lua, -1))
		code = err_set(e, ERR_CONFIG, "%s: %s is %s, wanted a table", f->path,
			       name == NULL ? "the file" : name, luaL_typename(f->lua, -1));
	else
		code = sorted_keys(f, keys, &key_count, e);
	for (size_t i = 0; i < key_count && code == ERR_NONE; i++) {
		char where[2 * NAME_SIZE];
		(void)snprintf(where, sizeof where, "%s.", keys[i]);
		memcpy(target, defaults, target_size);
		(void)lua_getfield(f->lua, -1, keys[i]);
		if (lua_istable(f->lua, -1))
			code = read_table(f, where, fields, count, target, 0, e);
		else
			code = err_set(e, ERR_CONFIG, "%s: %s is %s, wanted a table", f->path,
				       keys[i], luaL_typename(f->lua, -1));
		if (code == ERR_NONE)
			code = entry(context, keys[i], target, e);
		lua_pop(f->lua, 1);
	}
	lua_settop(f->lua, top);
err_free:
	free(defaults);
	free(keys);
	return code;
}
