/*
 * A result as JSON (RFC 8259) on one line. Numbers have the shortest form that reads back as the
 * same double. Strings of a result are bytes: each stands for the Latin-1 character of its value.
 */
#ifndef SINK_JSON_H
#define SINK_JSON_H

#include <stdio.h>

#include "analysis/result.h"

/* Errors of out stay in its error flag. */
void json_print(FILE *out, const struct result *r);

/* A text of our own or of the operator's, such as a path, as a JSON string: UTF-8 as it is; bytes
 * that are not UTF-8 become U+FFFD. */
void json_print_text(FILE *out, const char *text);

/* The shortest of %.15g, %.16g, %.17g that reads back as value. Finite values only. */
enum { JSON_NUMBER_SIZE = 32 };
void json_format_number(double value, char text[JSON_NUMBER_SIZE]);

#endif
