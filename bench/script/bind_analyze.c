/*
 * raw.capture.analyze: analyses of a saved capture, for cases that are written at the desk and for
 * tests of lua/bench.
 *
 * The file lies in or below the folder of the case (case_file.h). The world hands it out, so that
 * it is evidence: kept with the run, and a replay reads the one that was kept. Its SHA-256 stands
 * in the record beside those of the Lua files. The supply must be off: nobody feeds the dead-man
 * while a file is read.
 */
#include <string.h>

#include "analysis/analysis.h"
#include "capture/sr_reader.h"
#include "record/digest.h"
#include "script/bind.h"
#include "script/case_file.h"

#define HANDLE "penbench.saved"

enum { ANALYZE_ANALYSES_MAX = 32, ANALYZE_SAMPLES_PER_COST = 1000 };

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
	state_add_type(lua, HANDLE, "__gc", close_saved);
}

/* The file, and its name and hash among those that the case has loaded. Without a world (a test of
 * a case) it is read where it lies, and nobody keeps it. */
static enum err_code find_file(const struct test_case *c, struct state *state, const char *name,
			       struct world_file *file, struct err *e)
{
	const struct world *world = c->bench->world;
	enum err_code code;

	if (world != NULL) {
		code = world->ops->file(world->self, c->path, name, file, e);
	} else {
		code = case_file_find(c->path, name, file->path, e);
		if (code == ERR_NONE && digest_file(file->path, file->sha256, NULL, e))
			code = err_set(e, ERR_SCRIPT, "analyze: \"%s\" cannot be read", name);
	}
	return code == ERR_NONE ? state_note(state, STATE_DATA, name, file->sha256, e) : code;
}

/* Everything that can take long or fail, without Lua. What is wrong with the file is the fault of
 * the case, which brought it. */
static enum err_code read_path(struct saved *s, const struct state *state, const char *path,
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

/* With the name that the case gave in messages: where the copy lies tells nobody anything, and is
 * another place in a replay. */
static enum err_code read_file(struct saved *s, const struct state *state, const char *name,
			       const char *path, const char *const *specs, size_t count,
			       struct err *e)
{
	enum err_code code = read_path(s, state, path, specs, count, e);
	const char *at = code == ERR_NONE ? NULL : strstr(e->text, path);

	if (at != NULL) {
		const struct err full = *e;
		(void)err_set(e, code, "%.*s\"%.200s\"%s", (int)(at - e->text), full.text, name,
			      full.text + (at - e->text) + strlen(path));
	}
	return code;
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
	struct world_file file;
	size_t length;
	struct err e;
	const char *name = luaL_checklstring(lua, 1, &length);

	luaL_checktype(lua, 2, LUA_TTABLE);
	lua_settop(lua, 2);
	luaL_argcheck(lua, strlen(name) == length, 1,
		      "wanted the name of a file in or below the folder of the case: it holds a "
		      "NUL");

	size_t count = read_specs(lua, specs);
	const struct test_case *c = bind_case(lua);

	if (c == NULL || c->bench == NULL)
		return luaL_error(lua, "analyze: a file can be read only inside the case's run "
				       "function: only there it is kept with the run");
	if (c->bench->world != NULL && c->bench->world->ops->is_powered(c->bench->world->self))
		return luaL_error(lua, "analyze: switch the supply off first: while a file is "
				       "read nobody feeds the jig's dead-man");

	struct saved *s = lua_newuserdatauv(lua, sizeof *s, 0);

	*s = (struct saved){.reader = NULL};
	luaL_setmetatable(lua, HANDLE);
	state_charge(lua, STATE_CALL_COST);
	state_leave(lua);

	enum err_code code = find_file(c, state_of(lua), name, &file, &e);

	if (code == ERR_NONE)
		code = read_file(s, state_of(lua), name, file.path, specs, count, &e);
	state_enter(lua);
	/* A mistake of the case it may catch; evidence that fails it may not. */
	if (code != ERR_NONE && code != ERR_SCRIPT)
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
