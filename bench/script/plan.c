/* Finding case files: see plan.h. */
#include "script/plan.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* By bytes: the order must not depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool is_lua(const char *path)
{
	size_t size = strlen(path);

	return size > 4 && strcmp(path + size - 4, ".lua") == 0;
}

static enum err_code add_file(struct plan *plan, const char *path, struct err *e)
{
	if (plan->count == PLAN_CASES_MAX)
		return err_set(e, ERR_CONFIG, "more than %d cases at %.200s", PLAN_CASES_MAX, path);
	plan->paths[plan->count] = strdup(path);
	if (plan->paths[plan->count] == NULL)
		return err_set(e, ERR_BENCH, "out of memory");
	plan->count++;
	return ERR_NONE;
}

static enum err_code add(struct plan *plan, const char *path, unsigned depth, struct err *e);

static enum err_code add_folder(struct plan *plan, const char *path, unsigned depth, struct err *e)
{
	struct dirent **entries = NULL;
	enum err_code code = ERR_NONE;
	size_t length = strlen(path);

	if (depth == PLAN_DEPTH_MAX)
		return err_set(e, ERR_CONFIG, "%.200s: folders are nested deeper than %d", path,
			       PLAN_DEPTH_MAX);
	while (length > 1 && path[length - 1] == '/')
		length--;
	int count = scandir(path, &entries, is_visible, by_name);
	if (count < 0)
		return err_set(e, ERR_CONFIG, "%.200s: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		char below[PATH_SIZE];
		struct stat info;
		int size = snprintf(below, sizeof below, "%.*s/%s", (int)length, path,
				    entries[i]->d_name);
		free(entries[i]);
		if (code != ERR_NONE)
			continue;
		if (size < 0 || (size_t)size >= sizeof below)
			code = err_set(e, ERR_CONFIG, "%.200s: the path is too long", path);
		else if (stat(below, &info) != 0) /* a case that is not there is not left out */
			code = err_set(e, ERR_CONFIG, "%.200s: %s", below, strerror(errno));
		else if (S_ISDIR(info.st_mode) || is_lua(below))
			code = add(plan, below, depth + 1, e);
	}
	free(entries);
	return code;
}

static enum err_code add(struct plan *plan, const char *path, unsigned depth, struct err *e)
{
	struct stat info;

	if (stat(path, &info) != 0)
		return err_set(e, ERR_CONFIG, "%.200s: %s", path, strerror(errno));
	if (S_ISDIR(info.st_mode))
		return add_folder(plan, path, depth, e);
	if (!is_lua(path))
		return err_set(e, ERR_CONFIG, "%.200s: not a .lua file", path);
	return add_file(plan, path, e);
}

enum err_code plan_collect(struct plan *plan, const char *const *names, size_t count, struct err *e)
{
	plan->count = 0;
	for (size_t i = 0; i < count; i++) {
		enum err_code code = add(plan, names[i], 0, e);
		if (code != ERR_NONE)
			return code;
	}
	if (plan->count == 0)
		return err_set(
			e, ERR_CONFIG, "no case selected: %s",
			count == 0 ? "name a CASE.lua or a folder of cases, such as lua/cases/eol"
				   : "no *.lua file in the folders named");
	return ERR_NONE;
}

void plan_deinit(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		free(plan->paths[i]);
	plan->count = 0;
}
