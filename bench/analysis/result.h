/*
 * What an analysis found: a tree of named values in a fixed order, printed as JSON by `penbench
 * analyze` and handed to Lua by the cases, so that both see the same numbers under the same names.
 */
#ifndef ANALYSIS_RESULT_H
#define ANALYSIS_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum result_kind {
	RESULT_NULL,
	RESULT_BOOL,
	RESULT_INTEGER,
	RESULT_NUMBER,
	RESULT_STRING,
	RESULT_ARRAY,
	RESULT_OBJECT,
};

struct result; /* one value; owns what is below it */

/* Constructors return a value owned by the caller until it is added to a parent. Out of memory
 * ends the program (there is no partial result). */
struct result *result_null(void);
struct result *result_bool(bool value);
struct result *result_integer(int64_t value);
struct result *result_number(double value); /* NaN and infinities become null */
struct result *result_string(const char *text, size_t size); /* copies; may hold NUL */
struct result *result_array(void);
struct result *result_object(void);
void result_free(struct result *r); /* NULL is fine */

/* Parent takes ownership of child; name is copied. */
void result_append(struct result *array, struct result *child);
void result_set(struct result *object, const char *name, struct result *child);

enum result_kind result_kind(const struct result *r);
bool result_as_bool(const struct result *r);
int64_t result_as_integer(const struct result *r);
double result_as_number(const struct result *r); /* of an integer too */
const char *result_as_string(const struct result *r, size_t *size);
size_t result_count(const struct result *r);                    /* children of array or object */
const struct result *result_at(const struct result *r, size_t i);
const char *result_name_at(const struct result *object, size_t i);
const struct result *result_get(const struct result *object, const char *name); /* NULL: absent */

#endif
