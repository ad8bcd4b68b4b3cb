/* Which keys a golden file may have; its two tables are walked entry by entry. */
#include "config/golden.h"

#include <stdio.h>
#include <string.h>

#include "config/luafile.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct luafile_field fields[] = {
	{.name = "serial",
	 .kind = LUAFILE_STRING,
	 .offset = offsetof(struct golden, serial),
	 .size = NAME_SIZE},
	{.name = "valid_hours",
	 .kind = LUAFILE_NUMBER,
	 .offset = offsetof(struct golden, valid_hours),
	 .min = 0.1,
	 .max = 168},
	{.name = "values", .kind = LUAFILE_TABLE},
	{.name = "known_bad", .kind = LUAFILE_TABLE},
};

static const struct luafile_field value_fields[] = {
	{.name = "value", .kind = LUAFILE_NUMBER, .offset = offsetof(struct golden_value, value)},
	{.name = "u",
	 .kind = LUAFILE_NUMBER,
	 .offset = offsetof(struct golden_value, u),
	 .min = 1e-12,
	 .max = 1e12},
};

static const struct luafile_field bad_fields[] = {
	{.name = "clause",
	 .kind = LUAFILE_STRING,
	 .offset = offsetof(struct golden_bad, clause),
	 .size = NAME_SIZE},
};

static enum err_code add_value(void *context, const char *key, const void *target, struct err *e)
{
	struct golden *g = context;
	struct golden_value *v = &g->values[g->value_count];

	if (g->value_count == GOLDEN_VALUES_MAX)
		return err_set(e, ERR_CONFIG, "%s: more than %d values", g->path,
			       GOLDEN_VALUES_MAX);
	if (strchr(key, ' ') == NULL)
		return err_set(e, ERR_CONFIG,
			       "%s: values[\"%s\"]: want clause, space, measurement, like "
			       "\"PEN-110 depth_error_um_1500\"",
			       g->path, key);
	*v = *(const struct golden_value *)target;
	(void)snprintf(v->name, sizeof v->name, "%s", key);
	g->value_count++;
	return ERR_NONE;
}

static enum err_code add_bad(void *context, const char *key, const void *target, struct err *e)
{
	struct golden *g = context;
	struct golden_bad *b = &g->bad[g->bad_count];

	if (g->bad_count == GOLDEN_BAD_MAX)
		return err_set(e, ERR_CONFIG, "%s: more than %d known-bad pens", g->path,
			       GOLDEN_BAD_MAX);
	if (strcmp(key, g->serial) == 0)
		return err_set(e, ERR_CONFIG, "%s: %s is the golden pen and a known-bad one",
			       g->path, key);
	*b = *(const struct golden_bad *)target;
	(void)snprintf(b->serial, sizeof b->serial, "%s", key);
	g->bad_count++;
	return ERR_NONE;
}

enum err_code golden_load(struct golden *out, const char *path, struct err *e)
{
	struct golden_value value = {.name = ""};
	struct golden_bad bad = {.serial = ""};
	struct luafile *f;
	enum err_code code = luafile_open(&f, path, false, e);

	if (code != ERR_NONE)
		return code;
	memset(out, 0, sizeof *out);
	(void)snprintf(out->path, sizeof out->path, "%s", path);
	code = luafile_read(f, fields, COUNT(fields), out, e);
	if (code == ERR_NONE)
		code = luafile_each(f, "values", value_fields, COUNT(value_fields), &value,
				    sizeof value, add_value, out, e);
	if (code == ERR_NONE)
		code = luafile_each(f, "known_bad", bad_fields, COUNT(bad_fields), &bad, sizeof bad,
				    add_bad, out, e);
	luafile_close(f);
	if (code != ERR_NONE)
		return code;
	if (out->serial[0] == '\0')
		return err_set(e, ERR_CONFIG, "%s: serial is empty", path);
	if (out->value_count == 0 || out->bad_count == 0)
		return err_set(e, ERR_CONFIG,
			       "%s: %s is empty: a gate needs values of the golden pen and a "
			       "known-bad one",
			       path, out->value_count == 0 ? "values" : "known_bad");
	return ERR_NONE;
}
