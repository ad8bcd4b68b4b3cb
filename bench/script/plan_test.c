/* Plans and specs: what is found in which order, and what is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"
#include "script/plan.h"
#include "script/spec.h"

static char folder[] = "/tmp/penbench-plan-XXXXXX";
static char path[sizeof folder + 64];

static const char *in_folder(const char *name)
{
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(in_folder(name), "w");

	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

static enum err_code collect(const char *name, struct plan *plan, struct err *e)
{
	const char *names[] = {name};

	return plan_collect(plan, names, 1, e);
}

static void test_plan(struct tap *t)
{
	static const char *const wanted[] = {"/B.lua", "/a.lua", "/c/z.lua"};
	struct plan plan;
	struct err e;
	bool sorted = true;

	(void)mkdir(in_folder("c"), 0700);
	(void)mkdir(in_folder("empty"), 0700);
	(void)mkdir(in_folder("no-case.lua"), 0700);
	write_file("a.lua", "");
	write_file("B.lua", "");
	write_file(".hidden.lua", "");
	write_file("notes.txt", "");
	write_file("c/z.lua", "");
	tap_is_int(t, collect(folder, &plan, &e), ERR_NONE, "a folder is searched");
	tap_is_int(t, (int64_t)plan.count, 3, "for *.lua, folders inside too");
	for (size_t i = 0; i < plan.count && i < 3; i++)
		sorted = sorted && strcmp(plan.paths[i] + strlen(folder), wanted[i]) == 0;
	tap_ok(t, sorted, "in the order of their bytes");
	plan_deinit(&plan);
	tap_is_int(t, collect(in_folder("empty"), &plan, &e), ERR_CONFIG, "no case in a folder");
	tap_ok(t, strstr(e.text, "no case selected") != NULL, "which says so: %s", e.text);
	plan_deinit(&plan);
	tap_is_int(t, plan_collect(&plan, NULL, 0, &e), ERR_CONFIG, "no name at all");
	tap_is_int(t, collect(in_folder("none.lua"), &plan, &e), ERR_CONFIG, "a name of nothing");
	tap_ok(t, strstr(e.text, path) != NULL, "which is named");
	tap_is_int(t, collect(in_folder("notes.txt"), &plan, &e), ERR_CONFIG, "no Lua file");
	plan_deinit(&plan);
	(void)symlink(".", in_folder("loop"));
	tap_is_int(t, collect(folder, &plan, &e), ERR_CONFIG, "a loop of folders ends");
	plan_deinit(&plan);
	(void)unlink(in_folder("loop"));
	(void)symlink("gone.lua", in_folder("lost.lua"));
	tap_is_int(t, collect(folder, &plan, &e), ERR_CONFIG, "a case that is not there");
	tap_ok(t, strstr(e.text, "lost.lua") != NULL, "is not left out: %s", e.text);
	plan_deinit(&plan);
	(void)unlink(in_folder("lost.lua"));
}

#define IMAGE    "image = 'x', version = '1'"
#define GOOD     "name = 'n', unit = '1', low = 0, high = 1, rule = 'simple'"
#define QUANTITY "name = 'n', unit = 'um',"

static void test_spec(struct tap *t)
{
	static const char *const rows[][2] = {
		{"return { image = 'x.hex', version = '1', limits = { ['P-1'] = { " GOOD " } } }",
		 NULL},
		{"return { limits = {} }", "image is missing"},
		{"return { image = 'x', limits = {} }", "version is missing"},
		{"return { " IMAGE " }", "limits"},
		{"return { " IMAGE ", limits = 5 }", "limits"},
		{"return { " IMAGE ", limits = { ['P-1'] = 5 } }", "P-1"},
		{"return { " IMAGE ", limits = {}, limit = {} }", "unknown key limit"},
		{"return { " IMAGE ", limits = { ['P-1'] = { " GOOD ", nominal = 2 } } }",
		 "unknown key"},
		{"return { " IMAGE ", limits = { ['P-1'] = { name = 'n', unit = '1', low = 0 } } "
		 "}",
		 "rule is missing"},
		{"return { " IMAGE ", limits = { ['P-1'] = { name = 'n', unit = '1', low = 0,"
		 " rule = 'kind' } } }",
		 "no rule 'kind'"},
		{"return { " IMAGE ", limits = { ['P-1'] = { name = 'n', unit = '1',"
		 " rule = 'simple' } } }",
		 "needs low, high or both"},
		{"return { " IMAGE ", limits = { ['P-1'] = { name = 'n', unit = '1', low = 2,"
		 " high = 1, rule = 'simple' } } }",
		 "lies above"},
		{"return { " IMAGE ", limits = { ['P-1'] = { name = 'n', unit = '1', low = 0/0,"
		 " rule = 'simple' } } }",
		 "low is"},
		{"return { " IMAGE ", limits = { ['P-1'] = { " QUANTITY " low = 0, high = 1,"
		 " rule = 'guarded' } } }",
		 "valid are simple, iso14253, ilac-g8, z540-m6"},
		{"return { " IMAGE ", limits = { ['P-1'] = { " QUANTITY " high = 1,"
		 " rule = 'z540-m6', u = 0.1 } } }",
		 "z540-m6 needs low and high"},
		{"return { " IMAGE ", limits = { ['P-1'] = { " QUANTITY " low = 0, high = 1,"
		 " rule = 'ilac-g8', u = 0.5 } } }",
		 "leave nothing to accept"},
		{"return { " IMAGE ", limits = { ['P-1'] = { " QUANTITY " low = 0, high = 1,"
		 " rule = 'ilac-g8' } } }",
		 "needs u"},
		{"return { " IMAGE ", limits = { ['P-1'] = { name = 'n', unit = '1', high = 1,"
		 " rule = 'ilac-g8' } } }",
		 "is a count"},
		{"return { " IMAGE ", limits = { ['P-1'] = { " QUANTITY " high = 1,"
		 " rule = 'simple', kind = 'range' } } }",
		 "no kind 'range'"},
		{"return { " IMAGE ", limits = { ['P-1'] = { " QUANTITY " high = 1,"
		 " rule = 'simple', kind = 'spread' } } }",
		 "its rule is iso14253"},
		{"return { " IMAGE ", limits = { ['P-1'] = { " QUANTITY " high = 1,"
		 " rule = 'simple', kind = 5 } } }",
		 "kind"},
		{"return { " IMAGE ", limits = { ['P-1'] = { " QUANTITY " high = 1,"
		 " rule = 'simple', u = -1 } } }",
		 "not negative"},
		{"return { image = os.getenv 'HOME', version = '1', limits = {} }", "os"},
		{"return { image = env 'HOME', version = '1', limits = {} }", "env"},
		{"while true do end", "too long"},
	};
	struct spec *spec = malloc(sizeof *spec);
	struct err e;

	for (size_t i = 0; spec != NULL && i < sizeof rows / sizeof rows[0]; i++) {
		e.text[0] = '\0';
		write_file("spec", rows[i][0]);
		enum err_code code = spec_load(spec, in_folder("spec"), &e);
		if (rows[i][1] == NULL) {
			tap_is_int(t, code, ERR_NONE, "a good spec");
			const struct limit *l = spec_find(spec, "P-1");
			tap_ok(t, l != NULL && l->has_low && l->has_high && l->high == 1,
			       "its limit");
			tap_ok(t, spec_find(spec, "P-2") == NULL, "and no other");
			tap_is_str(t, spec->version, "1", "version");
			tap_is_str(t, spec->image_path, in_folder("x.hex"),
				   "image beside the spec");
			continue;
		}
		tap_ok(t, code == ERR_CONFIG && strstr(e.text, rows[i][1]) != NULL, "refused: %s",
		       e.text);
	}
	free(spec);
}

int main(void)
{
	static const char *const left[] = {"a.lua", "B.lua", ".hidden.lua", "notes.txt", "c/z.lua",
					   "c",     "empty", "no-case.lua", "spec"};
	struct tap t = tap_begin();

	if (mkdtemp(folder) == NULL)
		return 1;
	test_plan(&t);
	test_spec(&t);
	for (size_t i = 0; i < sizeof left / sizeof left[0]; i++)
		(void)remove(in_folder(left[i]));
	(void)rmdir(folder);
	return tap_end(&t);
}
