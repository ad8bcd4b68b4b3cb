/*
 * Runs the tests of the comfort layer (lua/tests: files that return named functions) inside the
 * same sandbox that cases have, and compares the names of the bindings with their descriptions in
 * lua/meta.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"
#include "script/bind.h"

enum { TEXT_MAX = 1 << 16, NAMES_MAX = 64 };

static int open_bindings(lua_State *lua)
{
	bind_open(lua);
	return 0;
}

static int compare_names_of_tests(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The table that the file returned is at 1. */
static void run_functions(struct tap *t, struct state *s, const char *file)
{
	char names[NAMES_MAX][128];
	size_t count = 0;
	struct err e;

	lua_pushnil(s->lua);
	while (lua_next(s->lua, 1) != 0) {
		lua_pop(s->lua, 1);
		if (count < NAMES_MAX && lua_type(s->lua, -1) == LUA_TSTRING)
			(void)snprintf(names[count++], sizeof names[0], "%s",
				       lua_tostring(s->lua, -1));
	}
	qsort(names, count, sizeof names[0], compare_names_of_tests);
	tap_ok(t, count > 0, "%s holds tests", file);
	for (size_t i = 0; i < count; i++) {
		lua_getfield(s->lua, 1, names[i]);
		bool ok = state_call(s, 0, 0, &e) == ERR_NONE;
		tap_ok(t, ok, "%s: %s", file, names[i]);
		if (!ok)
			tap_note("%s", e.text);
	}
}

static void run_file(struct tap *t, const char *file)
{
	const struct state_limits limits = state_default_limits();
	struct state s;
	struct err e;
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof path, "lua/tests/%.100s", file);
	if (state_open(&s, "lua", &limits, NULL, &e) != ERR_NONE) {
		tap_ok(t, false, "%s: %s", file, e.text);
		return;
	}
	lua_pushcfunction(s.lua, open_bindings);
	bool ok = state_call(&s, 0, 0, &e) == ERR_NONE &&
		  state_load_file(&s, path, path, &e) == ERR_NONE &&
		  state_call(&s, 0, 1, &e) == ERR_NONE;
	if (ok && lua_istable(s.lua, 1))
		run_functions(t, &s, file);
	else
		tap_ok(t, false, "%s: %s", file, ok ? "returns no table" : e.text);
	state_close(&s);
}

static int is_test(const struct dirent *entry)
{
	size_t size = strlen(entry->d_name);

	return size > 9 && strcmp(entry->d_name + size - 9, "_test.lua") == 0;
}

static char *read_text(const char *path)
{
	char *text = calloc(1, TEXT_MAX);
	FILE *file = fopen(path, "r");

	if (text != NULL && file != NULL)
		(void)!fread(text, 1, TEXT_MAX - 1, file);
	if (file != NULL)
		(void)fclose(file);
	return text;
}

/* Every binding is described, and every description is bound. */
static void compare_names(struct tap *t, const char *module, const luaL_Reg *functions)
{
	char path[128], wanted[128];

	(void)snprintf(path, sizeof path, "lua/meta/%s.lua", module);
	char *text = read_text(path);
	if (text == NULL || text[0] == '\0') {
		tap_ok(t, false, "%s is there", path);
		free(text);
		return;
	}
	size_t bound = 0, described = 0;
	for (; functions[bound].name != NULL; bound++) {
		(void)snprintf(wanted, sizeof wanted, "\nfunction %s.%s(", module,
			       functions[bound].name);
		tap_ok(t, strstr(text, wanted) != NULL, "%s describes %s", path,
		       functions[bound].name);
	}
	(void)snprintf(wanted, sizeof wanted, "\nfunction %s.", module);
	for (const char *at = text; (at = strstr(at, wanted)) != NULL; at++)
		described++;
	tap_is_int(t, (int64_t)described, (int64_t)bound, "and nothing that is not bound");
	(void)snprintf(wanted, sizeof wanted, "---@meta raw.%s\n", module);
	tap_ok(t, strncmp(text, wanted, strlen(wanted)) == 0, "%s names its module", path);
	free(text);
}

int main(void)
{
	struct tap t = tap_begin();
	struct dirent **files = NULL;

	if (access("lua/bench/init.lua", R_OK) != 0)
		return tap_skip_all("not started in the folder that holds lua/");
	int count = scandir("lua/tests", &files, is_test, alphasort);
	tap_ok(&t, count > 0, "lua/tests holds tests");
	for (int i = 0; i < count; i++) {
		run_file(&t, files[i]->d_name);
		free(files[i]);
	}
	free(files);
	compare_names(&t, "pen", bind_pen_functions);
	compare_names(&t, "jig", bind_jig_functions);
	compare_names(&t, "capture", bind_capture_functions);
	return tap_end(&t);
}
