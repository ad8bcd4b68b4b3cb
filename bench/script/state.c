/* The Lua state and its limits: see state.h. */
#include "script/state.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/guard.h"
#include "script/sandbox.h"
#include "verdict/outcome.h"

#define ERR_TYPE "penbench.err"

enum {
	HOOK_EVERY = 10000,
	/* Instructions that a refused allocation stands for: Lua collects all garbage before it
	 * tries again, so code that catches the error and goes on would take hours to its deadline.
	 */
	REFUSAL_COST = 100000,
};

struct state_limits state_default_limits(void)
{
	return (struct state_limits){
		.memory_max = 32u << 20,
		.instructions_max = 100000000,
		.host_s_max = 20,
	};
}

/* For tests: one allocation, and the second try that Lua makes after collecting. */
static bool is_chosen_to_fail(const struct state *s)
{
	uint64_t chosen = s->limits.fail_allocation;

	return chosen != 0 && (s->allocation_count == chosen || s->allocation_count == chosen + 1);
}

static void *allocate(void *context, void *block, size_t old_size, size_t new_size)
{
	struct state *s = context;
	size_t held = block == NULL ? 0 : old_size; /* of no block, old_size is a type tag */

	if (new_size == 0) {
		free(block);
		s->memory_size -= held;
		return NULL;
	}
	/* Lua counts on shrinking never to fail. */
	if (new_size > held) {
		s->allocation_count++;
		if (s->memory_size - held + new_size > s->limits.memory_max ||
		    is_chosen_to_fail(s)) {
			s->instruction_count += REFUSAL_COST;
			return NULL;
		}
	}
	void *moved = realloc(block, new_size);
	if (moved == NULL)
		return new_size <= held ? block : NULL;
	s->memory_size = s->memory_size - held + new_size;
	return moved;
}

struct state *state_of(lua_State *lua)
{
	struct state *s;

	memcpy(&s, lua_getextraspace(lua), sizeof s);
	return s;
}

static void on_count(lua_State *lua, lua_Debug *activation);

/* Once a limit is met every further instruction meets it: catching the error does not help. */
static _Noreturn void end_run(lua_State *lua, const struct err *e)
{
	lua_sethook(lua, on_count, LUA_MASKCOUNT, 1);
	state_raise(lua, e);
}

static _Noreturn void end_long_run(lua_State *lua)
{
	struct err e;

	(void)err_set(&e, ERR_SCRIPT,
		      "runs too long: more than %llu Lua instructions; look "
		      "for an endless loop",
		      (unsigned long long)state_of(lua)->limits.instructions_max);
	end_run(lua, &e);
}

static void on_count(lua_State *lua, lua_Debug *activation)
{
	struct state *s = state_of(lua);
	struct err e;

	(void)activation;
	s->instruction_count += HOOK_EVERY;
	if (s->interrupted != NULL && *s->interrupted != 0) {
		(void)err_set(&e, ERR_ABORT, "interrupted");
		end_run(lua, &e);
	}
	if (s->instruction_count > s->limits.instructions_max)
		end_long_run(lua);
}

static int err_to_string(lua_State *lua)
{
	const struct err *e = luaL_checkudata(lua, 1, ERR_TYPE);

	lua_pushfstring(lua, "%s: %s", err_blame(e->code), e->text);
	return 1;
}

void state_add_type(lua_State *lua, const char *name, const char *event, lua_CFunction answer)
{
	luaL_newmetatable(lua, name);
	lua_pushcfunction(lua, answer);
	lua_setfield(lua, -2, event);
	lua_pushboolean(lua, 0);
	lua_setfield(lua, -2, "__metatable");
	lua_pop(lua, 1);
}

static int open_protected(lua_State *lua)
{
	state_add_type(lua, ERR_TYPE, "__tostring", err_to_string);
	sandbox_open(lua);
	return 0;
}

enum err_code state_open(struct state *s, const char *lua_root, const struct state_limits *limits,
			 const volatile sig_atomic_t *interrupted, struct err *e)
{
	enum err_code code;

	memset(s, 0, sizeof *s);
	s->limits = *limits;
	s->interrupted = interrupted;
	(void)snprintf(s->lua_root, sizeof s->lua_root, "%s", lua_root);
	s->lua = lua_newstate(allocate, s);
	if (s->lua == NULL)
		return err_set(e, ERR_SCRIPT, "out of memory: no Lua state fits into %zu bytes",
			       limits->memory_max);
	memcpy(lua_getextraspace(s->lua), &s, sizeof s);
	lua_pushcfunction(s->lua, open_protected);
	code = state_call(s, 0, 0, e);
	if (code != ERR_NONE) {
		state_close(s);
		return code;
	}
	lua_sethook(s->lua, on_count, LUA_MASKCOUNT, HOOK_EVERY);
	return ERR_NONE;
}

void state_close(struct state *s)
{
	if (s->lua == NULL)
		return;
	lua_close(s->lua);
	s->lua = NULL;
}

const char *state_role_name(enum state_role role)
{
	return role == STATE_DATA ? "data" : "script";
}

enum err_code state_note(struct state *s, enum state_role role, const char *name,
			 const char sha256[SHA256_HEX_SIZE], struct err *e)
{
	if (s->loaded_count == STATE_FILES_MAX)
		return err_set(e, ERR_SCRIPT, "%s: the case loads more than %d files", name,
			       STATE_FILES_MAX);
	struct state_file *file = &s->loaded[s->loaded_count++];
	file->role = role;
	(void)snprintf(file->name, sizeof file->name, "%s", name);
	memcpy(file->sha256, sha256, SHA256_HEX_SIZE);
	return ERR_NONE;
}

static enum err_code note_loaded(struct state *s, const char *name, const char *text, size_t size,
				 struct err *e)
{
	char hex[SHA256_HEX_SIZE];
	struct sha256 hash;

	sha256_init(&hash);
	sha256_feed(&hash, text, size);
	sha256_finish(&hash, hex);
	return state_note(s, STATE_SCRIPT, name, hex, e);
}

enum err_code state_load_file(struct state *s, const char *path, const char *name, struct err *e)
{
	char chunk[NAME_SIZE * 4];
	enum err_code code = ERR_NONE;
	char *text = malloc(STATE_FILE_MAX + 1u);
	FILE *file = text == NULL ? NULL : fopen(path, "r");

	if (file == NULL) {
		code = err_set(e, ERR_SCRIPT, "%s: %s", path, strerror(errno));
		goto out;
	}
	size_t size = fread(text, 1, STATE_FILE_MAX + 1u, file);
	if (ferror(file) || size > STATE_FILE_MAX)
		code = err_set(e, ERR_SCRIPT, "%s: %s", path,
			       ferror(file) ? "cannot be read" : "is larger than 1 MiB");
	(void)fclose(file);
	if (code != ERR_NONE)
		goto out;
	code = note_loaded(s, name, text, size, e);
	if (code != ERR_NONE)
		goto out;
	(void)snprintf(chunk, sizeof chunk, "@%s", name);
	/* lua_load is protected by itself: text outlives it in every case. */
	if (luaL_loadbufferx(s->lua, text, size, chunk, "t") != LUA_OK) {
		const char *why = lua_tostring(s->lua, -1);
		code = err_set(e, ERR_SCRIPT, "%s", why == NULL ? "cannot be loaded" : why);
		lua_pop(s->lua, 1);
	}
out:
	free(text);
	return code;
}

/* "lua/bench/NAME.lua:LINE: " as messages of the library open, whose chunks sandbox.c names. */
static bool is_of_library(const char *text)
{
	static const char room[] = "lua/bench/";

	if (strncmp(text, room, strlen(room)) != 0)
		return false;
	const char *name = text + strlen(room);
	size_t size = strcspn(name, "/:");
	return size > strlen(".lua") && strncmp(name + size - 4, ".lua", 4) == 0 &&
	       name[size] == ':' && name[size + 1] >= '0' && name[size + 1] <= '9';
}

/* An error in the bench's own library is not one of the line of the case that it names nowhere. */
static void name_library(lua_State *lua, struct err *e)
{
	enum { LEVELS_MAX = 200 };
	char text[ERR_TEXT_SIZE], where[LUA_IDSIZE + 32] = "";
	lua_Debug at;

	/* A module that does not compile says so behind its name. */
	const char *colon = strncmp(e->text, "module '", 8) == 0 ? strstr(e->text, "': ") : NULL;
	if (e->code != ERR_SCRIPT || !is_of_library(colon == NULL ? e->text : colon + 3))
		return;
	for (int level = 0; where[0] == '\0' && level < LEVELS_MAX; level++) {
		if (lua_getstack(lua, level, &at) == 0 || lua_getinfo(lua, "Sl", &at) == 0)
			break;
		if (at.currentline > 0 && strncmp(at.source, "@lua/bench/", 11) != 0)
			(void)snprintf(where, sizeof where, "%s:%d", at.short_src, at.currentline);
	}
	memcpy(text, e->text, sizeof text);
	(void)err_set(e, ERR_SCRIPT,
		      "%.290s (in the bench's own library, called from %s: correct what the case "
		      "hands to it, or report the library's mistake)",
		      text, where[0] == '\0' ? "no line of the case" : where);
}

/* Keeps the cause in C before anything here can fail, then adds where it happened. Calls nothing of
 * the case: a __tostring of its own might never come back. */
static int on_error(lua_State *lua)
{
	struct state *s = state_of(lua);
	const struct err *raised = luaL_testudata(lua, 1, ERR_TYPE);

	if (raised != NULL)
		s->error = *raised;
	else if (lua_type(lua, 1) == LUA_TSTRING)
		(void)err_set(&s->error, ERR_SCRIPT, "%s", lua_tostring(lua, 1));
	else
		(void)err_set(&s->error, ERR_SCRIPT, "an error that is no text: a %s value",
			      luaL_typename(lua, 1));
	name_library(lua, &s->error);
	s->trace[0] = '\0';
	luaL_traceback(lua, lua, NULL, 1);
	const char *trace = lua_tostring(lua, -1);
	(void)snprintf(s->trace, sizeof s->trace, "%s", trace == NULL ? "" : trace);
	return 1;
}

enum err_code state_call(struct state *s, int argument_count, int result_count, struct err *e)
{
	int function = lua_gettop(s->lua) - argument_count;

	s->error.code = ERR_NONE;
	s->trace[0] = '\0';
	lua_pushcfunction(s->lua, on_error);
	lua_insert(s->lua, function);
	guard_arm(s->limits.host_s_max);
	int status = lua_pcall(s->lua, argument_count, result_count, function);
	guard_arm(0);
	lua_remove(s->lua, function);
	if (status == LUA_OK && s->fault.code == ERR_NONE)
		return ERR_NONE;
	lua_settop(s->lua, function - 1);
	if (s->fault.code != ERR_NONE)
		(void)err_set(e, s->fault.code, "%s", s->fault.text);
	else if (status == LUA_ERRMEM)
		(void)err_set(e, ERR_SCRIPT, "out of memory: the case needs more than %zu MiB",
			      s->limits.memory_max >> 20);
	else if (s->error.code != ERR_NONE)
		(void)err_set(e, s->error.code, "%s", s->error.text);
	else
		(void)err_set(e, ERR_SCRIPT, "an error inside an error (Lua status %d)", status);
	return s->fault.code != ERR_NONE   ? s->fault.code
	       : status == LUA_ERRMEM      ? ERR_SCRIPT
	       : s->error.code != ERR_NONE ? s->error.code
					   : ERR_SCRIPT;
}

_Noreturn void state_raise(lua_State *lua, const struct err *e)
{
	struct state *s = state_of(lua);

	/* First in C: making the Lua value may run out of memory. A caught fault must not hide a
	 * worse one: a bench that failed afterwards takes the verdict on the pen back. */
	if (outcome_of_err(e->code) > outcome_of_err(s->fault.code))
		s->fault = *e;
	struct err *copy = lua_newuserdatauv(lua, sizeof *copy, 0);
	*copy = *e;
	luaL_setmetatable(lua, ERR_TYPE);
	(void)lua_error(lua);
	abort(); /* lua_error does not return; its declaration does not say so */
}

void state_charge(lua_State *lua, uint64_t instructions)
{
	struct state *s = state_of(lua);

	s->instruction_count += instructions;
	if (s->instruction_count > s->limits.instructions_max)
		end_long_run(lua);
}

void state_leave(lua_State *lua)
{
	(void)lua;
	guard_arm(0);
}

void state_enter(lua_State *lua)
{
	guard_arm(state_of(lua)->limits.host_s_max);
}
