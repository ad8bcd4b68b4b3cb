/* A result for people: one member a line, names in a column, nested members indented. */
#ifndef SINK_TABLE_H
#define SINK_TABLE_H

#include <stdio.h>

#include "analysis/result.h"

/* Errors of out stay in its error flag. Strings and lists that are long are cut, and say so. */
void table_print(FILE *out, const struct result *object);

#endif
