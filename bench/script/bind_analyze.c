/*
 * raw.capture.analyze: analyses of a saved capture, for cases that are written at the desk and for
 * tests of lua/bench.
 *
 * The file lies in or below the folder of the case, so that a case sees nothing of the machine but
 * what was put beside it; its SHA-256 is kept with those of the Lua files, so that the record tells
 * what the case saw. The supply must be off: nobody feeds the dead-man while a file is read.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/analysis.h"
#include "capture/sr_reader.h"
#include "script/bind.h"

#define HANDLE "penbench.saved"

enum { ANALYZE_ANALYSES_MAX = 32, ANALYZE_SAMPLES_PER_COST = 1000, HASH_CHUNK = 16384 };

/* Made empty before anything is opened; closed once, by whoever comes first. */
struct saved {
	struct sr_reader *reader;
	size_t count;
	struct analysis *analyses[ANALYZE_ANALYSES_MAX];
	struct result *result; /* the one that is being handed over */
	uint64_t samples;
	double samplerate_hz; /* 0: unknown */
};

static int close_saved(lua_State *lua)
{
	struct saved *s = luaL_checkudata(lua, 1, HANDLE);

	for (size_t i = 0; i < s->count; i++)
		analysis_free(s->analyses[i]);
	result_free(s->result);
	sr_reader_close(s->reader);
	*s = (struct saved){.reader = NULL};
	return 0;
}

void bind_analyze_open(lua_State *lua)
{
	luaL_newmetatable(lua, HANDLE);
	lua_pushcfunction(lua, close_saved);
	lua_setfield(lua, -2, "__gc");
	lua_pushboolean(lua, 0);
	lua_setfield(lua, -2, "__metatable");
	lua_pop(lua, 1);
}

/* Components of letters, digits and "._- ", none of which begins with a dot. */
static bool is_plain_name(const char *name, size_t length)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._- /";

	if (length == 0 || strspn(name, allowed) != length || name[0] == '/')
		return false;
	for (size_t i = 0; i < length; i++)
		if ((i == 0 || name[i - 1] == '/') && name[i] == '.')
			return false;
	return true;
}

/* The file's true path, which must lie below the folder of the case: no link leads out of it. */
static enum err_code find_file(const struct test_case *c, const char *name, char path[PATH_MAX],
			       struct err *e)
{
	const char *slash = strrchr(c->path, '/');
	char wanted[PATH_SIZE + 256], folder[PATH_SIZE] = ".", true_folder[PATH_MAX];
	int size = slash == NULL ? 0 : (int)(slash - c->path);

	if (slash != NULL)
		(void)snprintf(folder, sizeof folder, "%.*s/", size, c->path);
	size = snprintf(wanted, sizeof wanted, "%s/%s", folder, name);
	if (size < 0 || (size_t)size >= sizeof wanted)
		return err_set(e, ERR_SCRIPT, "analyze: the name \"%.60s...\" is too long", name);
	if (realpath(folder, true_folder) == NULL || realpath(wanted, path) == NULL)
		return err_set(e, ERR_SCRIPT, "analyze: there is no file \"%s\" beside the case",
			       name);

	size_t length = strlen(true_folder);

	if (strncmp(path, true_folder, length) != 0 || (length > 1 && path[length] != '/'))
		return err_set(e, ERR_SCRIPT,
			       "analyze: \"%s\" is a link out of the folder of the case", name);
	return ERR_NONE;
}

static enum err_code note_file(struct state *state, const char *path, const char *name,
			       struct err *e)
{
	char hash[SHA256_HEX_SIZE];
	uint8_t chunk[HASH_CHUNK];
	struct sha256 sha256;
	FILE *file = fopen(path, "r");
	size_t size;

	if (file == NULL)
		return err_set(e, ERR_SCRIPT, "analyze: \"%s\" cannot be opened", name);
	sha256_init(&sha256);
	while ((size = fread(chunk, 1, sizeof chunk, file)) > 0) /* ends with the file */
		sha256_feed(&sha256, chunk, size);

	bool is_bad = ferror(file) != 0;

	(void)fclose(file);
	sha256_finish(&sha256, hash);
	if (is_bad)
		return err_set(e, ERR_SCRIPT, "analyze: \"%s\" cannot be read", name);
	return state_note(state, name, hash, e);
}

/* Everything that can take long or fail, without Lua. What is wrong with the file is the fault of
 * the case, which brought it. */
static enum err_code read_file(struct saved *s, const struct state *state, const char *path,
			       const char *const *specs, size_t count, struct err *e)
{
	struct block block = {.sample_count = 0};

	if (sr_reader_open(&s->reader, path, e))
		return e->code = ERR_SCRIPT;

	const struct sessionfile *info = sr_reader_info(s->reader);

	s->samplerate_hz = info->samplerate_hz;
	for (size_t i = 0; i < count; i++) {
		if (analysis_new(&s->analyses[i], specs[i], &info->channels, info->samplerate_hz,
				 e)) {
			e->code = ERR_SCRIPT;
			return err_prefix(e, "analysis \"%.100s\"", specs[i]);
		}
		s->count = i + 1;
	}
	do {
		if (state->interrupted != NULL && *state->interrupted)
			return err_set(e, ERR_ABORT, "interrupted");
		if (info->unit_size > 0 && sr_reader_next(s->reader, &block, e))
			return e->code = ERR_SCRIPT;
		analysis_feed(s->analyses, s->count, &block);
		s->samples += block.sample_count;
	} while (block.sample_count > 0);
	return ERR_NONE;
}

/* The specs, at index 2; they live as long as the table is there. */
static size_t read_specs(lua_State *lua, const char *specs[ANALYZE_ANALYSES_MAX])
{
	size_t count = (size_t)lua_rawlen(lua, 2);

	if (count > ANALYZE_ANALYSES_MAX)
		luaL_error(lua, "analyze: %d analyses, at most %d", (int)count,
			   ANALYZE_ANALYSES_MAX);
	for (size_t i = 0; i < count; i++) {
		if (lua_rawgeti(lua, 2, (lua_Integer)i + 1) != LUA_TSTRING)
			luaL_error(lua, "analyze: analysis %d is %s, wanted a string", (int)i + 1,
				   luaL_typename(lua, -1));
		specs[i] = lua_tostring(lua, -1);
		lua_pop(lua, 1);
	}
	return count;
}

static void push_saved(lua_State *lua, struct saved *s)
{
	lua_createtable(lua, (int)s->count, 2);
	lua_pushinteger(lua, (lua_Integer)s->samples);
	lua_setfield(lua, -2, "samples");
	if (s->samplerate_hz > 0) {
		lua_pushnumber(lua, s->samplerate_hz);
		lua_setfield(lua, -2, "samplerate_hz");
	}
	for (size_t i = 0; i < s->count; i++) {
		s->result = analysis_finish(s->analyses[i]);
		bind_push_result(lua, s->result);
		lua_rawseti(lua, -2, (lua_Integer)i + 1);
		result_free(s->result);
		s->result = NULL;
	}
}

int bind_analyze(lua_State *lua)
{
	const char *specs[ANALYZE_ANALYSES_MAX];
	char path[PATH_MAX];
	size_t length;
	struct err e;
	const char *name = luaL_checklstring(lua, 1, &length);

	luaL_checktype(lua, 2, LUA_TTABLE);
	lua_settop(lua, 2);
	luaL_argcheck(lua, is_plain_name(name, length), 1,
		      "wanted the name of a file in or below the folder of the case");

	size_t count = read_specs(lua, specs);
	const struct test_case *c = bind_case(lua);

	if (c == NULL)
		return luaL_error(lua, "analyze: there is no case, so no folder of it");
	if (c->bench != NULL && c->bench->world != NULL &&
	    c->bench->world->ops->is_powered(c->bench->world->self))
		return luaL_error(lua, "analyze: switch the supply off first: while a file is "
				       "read nobody feeds the jig's dead-man");

	struct saved *s = lua_newuserdatauv(lua, sizeof *s, 0);

	*s = (struct saved){.reader = NULL};
	luaL_setmetatable(lua, HANDLE);
	state_charge(lua, STATE_CALL_COST);
	state_leave(lua);

	enum err_code code = find_file(c, name, path, &e);

	if (code == ERR_NONE)
		code = note_file(state_of(lua), path, name, &e);
	if (code == ERR_NONE)
		code = read_file(s, state_of(lua), path, specs, count, &e);
	state_enter(lua);
	if (code == ERR_ABORT)
		state_raise(lua, &e);
	if (code != ERR_NONE)
		return luaL_error(lua, "%s", e.text);
	state_charge(lua, s->samples / ANALYZE_SAMPLES_PER_COST);
	push_saved(lua, s);
	lua_pushcfunction(lua, close_saved);
	lua_pushvalue(lua, 3);
	lua_call(lua, 1, 0);
	return 1;
}
