/*
 * The files that lie beside a case: in or below its folder, so that a case sees nothing of the
 * machine but what was put there with it.
 */
#ifndef SCRIPT_CASE_FILE_H
#define SCRIPT_CASE_FILE_H

#include <limits.h>

#include "base/err.h"

/* The true path of `name`, a regular file in or below the folder of the case at case_path; no link
 * leads out of it. ERR_SCRIPT: there is none; the text shows the name alone. */
enum err_code case_file_find(const char *case_path, const char *name, char path[PATH_MAX],
			     struct err *e);

#endif
