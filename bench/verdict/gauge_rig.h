/* For the tests of this room: the published gauge studies, ten parts, three operators, three
 * trials. */
#ifndef VERDICT_GAUGE_RIG_H
#define VERDICT_GAUGE_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define FOLDER "../shared/data/"

enum { PARTS = 10, OPERATORS = 3, TRIALS = 3, VALUES = PARTS * OPERATORS * TRIALS };

/* Lines "part,operator,trial,value"; the operator is a letter or a digit. false: no such file. */
static inline bool read_study(const char *file, double *value)
{
	char path[128], line[128];
	size_t part, trial, count = 0;
	char op;
	double x;

	(void)snprintf(path, sizeof path, FOLDER "%s", file);
	FILE *in = fopen(path, "r");
	if (in == NULL)
		return false;
	while (fgets(line, sizeof line, in) != NULL)
		if (sscanf(line, "%zu,%c,%zu,%lf", &part, &op, &trial, &x) == 4) {
			size_t o = (size_t)(op >= 'A' ? op - 'A' : op - '1');

			value[((part - 1) * OPERATORS + o) * TRIALS + trial - 1] = x;
			count++;
		}
	(void)fclose(in);
	return count == VALUES;
}

#endif
