/* For the tests of this room: a folder with files of their own, and the limit of a count. */
#ifndef SCRIPT_CASE_RIG_H
#define SCRIPT_CASE_RIG_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/tap.h"
#include "verdict/limit.h"

/* Of clause PEN-1. */
#define RIG_COUNT(least, most)               \
	((struct limit){.clause = "PEN-1",   \
			.name = "value",     \
			.unit = "1",         \
			.kind = LIMIT_COUNT, \
			.has_low = true,     \
			.has_high = true,    \
			.low = (least),      \
			.high = (most)})

static char rig_folder[] = "/tmp/penbench-case-XXXXXX";

/* Stands until the next call. */
static inline const char *rig_path(const char *name)
{
	static char path[sizeof rig_folder + 64];

	(void)snprintf(path, sizeof path, "%s/%s", rig_folder, name);
	return path;
}

/* Returns rig_path(name). */
static inline const char *rig_write(const char *name, const char *text)
{
	FILE *file = fopen(rig_path(name), "w");

	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
		perror(name);
		exit(1);
	}
	return rig_path(name);
}

/* Ends the program where no case could run. */
static inline void rig_open(void)
{
	if (access("lua/bench/init.lua", R_OK) != 0)
		exit(tap_skip_all("not started in the folder that holds lua/"));
	if (mkdtemp(rig_folder) == NULL)
		exit(1);
}

/* All other files must be gone. */
static inline void rig_close(void)
{
	(void)unlink(rig_path("case.lua"));
	(void)rmdir(rig_folder);
}

#endif
