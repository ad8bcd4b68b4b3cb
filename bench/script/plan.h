/*
 * The case files of a run: what the command line names, folders searched for *.lua, in one sorted
 * order a folder. Owns copies of the paths.
 */
#ifndef SCRIPT_PLAN_H
#define SCRIPT_PLAN_H

#include <stddef.h>

#include "base/err.h"

enum {
	PLAN_CASES_MAX = 256,
	PLAN_DEPTH_MAX = 8, /* folders inside folders */
};

struct plan {
	size_t count;
	char *paths[PLAN_CASES_MAX];
};

/* ERR_CONFIG: no such file or folder, too many, or none at all. Call plan_deinit in any case. */
enum err_code plan_collect(struct plan *plan, const char *const *names, size_t count,
			   struct err *e);
void plan_deinit(struct plan *plan);

#endif
