/* For the tests of studies: a study from the text of a CSV file. */
#ifndef CLI_STUDY_RIG_H
#define CLI_STUDY_RIG_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/study.h"

/* The column of values is "value", that of parts the default one. */
static inline enum err_code rig_read(struct study *s, const char *text, const char *factor,
				     struct err *e)
{
	char path[] = "/tmp/study_test.XXXXXX";
	int fd = mkstemp(path);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	if (out == NULL || fputs(text, out) < 0 || fclose(out) != 0)
		return err_set(e, ERR_BENCH, "%s cannot be written", path);
	enum err_code code = study_read_csv(s, path, NULL, factor, "value", e);
	(void)unlink(path);
	return code;
}

#endif
