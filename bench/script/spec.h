/*
 * The pen's spec file: the firmware image that belongs into the pen and the limit of every clause.
 * Loaded in a bare state (config/luafile.h); unknown keys and half limits are errors.
 */
#ifndef SCRIPT_SPEC_H
#define SCRIPT_SPEC_H

#include <stddef.h>

#include "verdict/limit.h"

enum { SPEC_LIMITS_MAX = 128 };

struct spec {
	char path[PATH_SIZE];
	char image_path[PATH_SIZE];           /* can be opened as it is */
	char version[NAME_SIZE];              /* that the image must report: "1.1.0" */
	struct limit limits[SPEC_LIMITS_MAX]; /* sorted by clause */
	size_t limit_count;
};

/* ERR_CONFIG names the file and the clause. */
enum err_code spec_load(struct spec *out, const char *path, struct err *e);

/* NULL: no such clause. Owned by the spec. */
const struct limit *spec_find(const struct spec *spec, const char *clause);

#endif
