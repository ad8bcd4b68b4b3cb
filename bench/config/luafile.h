/*
 * A configuration file: Lua text that returns one table, run in a bare state. There are no
 * libraries; `env "NAME"` (the environment variable or "") is the only function, and only where the
 * caller allows it. Text chunks only, bounded in instructions and memory.
 *
 * A struct of fields says which keys a table may have; unknown keys are errors that list them.
 */
#ifndef CONFIG_LUAFILE_H
#define CONFIG_LUAFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct luafile;

enum luafile_kind {
	LUAFILE_NUMBER,  /* double */
	LUAFILE_INTEGER, /* uint64_t */
	LUAFILE_STRING,  /* char[size] */
	LUAFILE_STRINGS, /* char[count][NAME_SIZE]; rest is "" ; size = count */
	LUAFILE_TABLE,   /* fields below it, into the same struct; no fields: see luafile_each */
};

struct luafile_field {
	const char *name;
	enum luafile_kind kind;
	bool optional;
	size_t offset;   /* in the target struct */
	size_t size;     /* STRING: bytes; STRINGS: how many; TABLE: number of fields below */
	double min, max; /* NUMBER, INTEGER: both inclusive; min == max: no range */
	const struct luafile_field *fields; /* TABLE */
};

/* Runs the file. ERR_CONFIG names the file and line. */
enum err_code luafile_open(struct luafile **out, const char *path, bool allow_env, struct err *e);
void luafile_close(struct luafile *f); /* NULL is fine */

/* Reads the returned table into target by fields. ERR_CONFIG: "FILE: analyzer.sample_rate_hz: ...".
 */
enum err_code luafile_read(struct luafile *f, const struct luafile_field *fields, size_t count,
			   void *target, struct err *e);

/* Walks a table of tables under key `name` of the returned table (NULL: the returned table itself),
 * keys in sorted order: each entry is read by fields and handed to `entry` with its key; stops at
 * the first error. What target holds at the call is the default of every entry. */
typedef enum err_code luafile_entry(void *context, const char *key, const void *target,
				    struct err *e);
enum err_code luafile_each(struct luafile *f, const char *name, const struct luafile_field *fields,
			   size_t count, void *target, size_t target_size, luafile_entry *entry,
			   void *context, struct err *e);

#endif
