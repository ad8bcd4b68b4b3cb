/* The tree behind result.h: each value owns its children; children keep the order of their
 * adding. */
#include "analysis/result.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/store.h"

/* Invariant: child and name are used by arrays and objects only; name[i] is NULL in arrays. */
struct result {
	enum result_kind kind;
	union {
		bool truth;
		int64_t integer;
		double number;
		struct {
			char *at; /* size bytes and a NUL */
			size_t size;
		} string;
		struct {
			struct result **child;
			char **name;
			size_t count, capacity;
		} tree;
	};
};

static struct result *result_new(enum result_kind kind)
{
	struct result *r = store_resize(NULL, 1, sizeof *r);

	memset(r, 0, sizeof *r);
	r->kind = kind;
	return r;
}

static bool result_is_tree(const struct result *r)
{
	return r->kind == RESULT_ARRAY || r->kind == RESULT_OBJECT;
}

struct result *result_null(void)
{
	return result_new(RESULT_NULL);
}

struct result *result_bool(bool value)
{
	struct result *r = result_new(RESULT_BOOL);

	r->truth = value;
	return r;
}

struct result *result_integer(int64_t value)
{
	struct result *r = result_new(RESULT_INTEGER);

	r->integer = value;
	return r;
}

struct result *result_number(double value)
{
	if (!isfinite(value))
		return result_null();

	struct result *r = result_new(RESULT_NUMBER);

	r->number = value;
	return r;
}

struct result *result_string(const char *text, size_t size)
{
	struct result *r = result_new(RESULT_STRING);

	r->string.at = store_resize(NULL, size + 1, 1);
	if (size > 0)
		memcpy(r->string.at, text, size);
	r->string.at[size] = '\0';
	r->string.size = size;
	return r;
}

struct result *result_array(void)
{
	return result_new(RESULT_ARRAY);
}

struct result *result_object(void)
{
	return result_new(RESULT_OBJECT);
}

void result_free(struct result *r)
{
	if (r == NULL)
		return;
	if (r->kind == RESULT_STRING)
		free(r->string.at);
	if (result_is_tree(r)) {
		for (size_t i = 0; i < r->tree.count; i++) {
			result_free(r->tree.child[i]); /* as deep as the tree: a handful */
			free(r->tree.name[i]);
		}
		free(r->tree.child);
		free(r->tree.name);
	}
	free(r);
}

static void result_add(struct result *parent, char *name, struct result *child)
{
	assert(child != NULL);
	if (parent->tree.count == parent->tree.capacity) {
		size_t capacity = parent->tree.capacity == 0 ? 8 : 2 * parent->tree.capacity;

		parent->tree.child = store_resize(parent->tree.child, capacity, sizeof(void *));
		parent->tree.name = store_resize(parent->tree.name, capacity, sizeof(char *));
		parent->tree.capacity = capacity;
	}
	parent->tree.child[parent->tree.count] = child;
	parent->tree.name[parent->tree.count] = name;
	parent->tree.count++;
}

void result_append(struct result *array, struct result *child)
{
	assert(array->kind == RESULT_ARRAY);
	result_add(array, NULL, child);
}

void result_set(struct result *object, const char *name, struct result *child)
{
	assert(object->kind == RESULT_OBJECT);
	assert(result_get(object, name) == NULL); /* a member is given once */

	size_t size = strlen(name) + 1;
	char *copy = store_resize(NULL, size, 1);

	memcpy(copy, name, size);
	result_add(object, copy, child);
}

enum result_kind result_kind(const struct result *r)
{
	return r->kind;
}

bool result_as_bool(const struct result *r)
{
	assert(r->kind == RESULT_BOOL);
	return r->truth;
}

int64_t result_as_integer(const struct result *r)
{
	assert(r->kind == RESULT_INTEGER);
	return r->integer;
}

double result_as_number(const struct result *r)
{
	assert(r->kind == RESULT_NUMBER || r->kind == RESULT_INTEGER);
	return r->kind == RESULT_NUMBER ? r->number : (double)r->integer;
}

const char *result_as_string(const struct result *r, size_t *size)
{
	assert(r->kind == RESULT_STRING);
	if (size != NULL)
		*size = r->string.size;
	return r->string.at;
}

size_t result_count(const struct result *r)
{
	assert(result_is_tree(r));
	return r->tree.count;
}

const struct result *result_at(const struct result *r, size_t i)
{
	assert(result_is_tree(r) && i < r->tree.count);
	return r->tree.child[i];
}

const char *result_name_at(const struct result *object, size_t i)
{
	assert(object->kind == RESULT_OBJECT && i < object->tree.count);
	return object->tree.name[i];
}

const struct result *result_get(const struct result *object, const char *name)
{
	assert(object->kind == RESULT_OBJECT);
	for (size_t i = 0; i < object->tree.count; i++)
		if (strcmp(object->tree.name[i], name) == 0)
			return object->tree.child[i];
	return NULL;
}
