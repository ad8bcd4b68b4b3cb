/* Spec files: which keys there are, what they may be, and where they go. */
#include "script/spec.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/luafile.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TEXT(type, member, key)                                                        \
	{                                                                              \
		.name = key, .kind = LUAFILE_STRING, .offset = offsetof(type, member), \
		.size = sizeof(((type *)NULL)->member)                                 \
	}
#define OPTIONAL_NUMBER(type, member, key)                             \
	{                                                              \
		.name = key, .kind = LUAFILE_NUMBER, .optional = true, \
		.offset = offsetof(type, member)                       \
	}

struct entry {
	char name[NAME_SIZE], unit[NAME_SIZE], rule[NAME_SIZE];
	char kind[NAME_SIZE]; /* "": by the unit */
	double low, high;     /* NaN: not given */
	double u;
};

static const struct luafile_field limit_fields[] = {
	TEXT(struct entry, name, "name"),
	TEXT(struct entry, unit, "unit"),
	TEXT(struct entry, rule, "rule"),
	OPTIONAL_NUMBER(struct entry, low, "low"),
	OPTIONAL_NUMBER(struct entry, high, "high"),
	OPTIONAL_NUMBER(struct entry, u, "u"),
	{.name = "kind",
	 .kind = LUAFILE_STRING,
	 .optional = true,
	 .offset = offsetof(struct entry, kind),
	 .size = sizeof(((struct entry *)NULL)->kind)},
};

static const struct luafile_field spec_fields[] = {
	TEXT(struct spec, image_path, "image"),
	TEXT(struct spec, version, "version"),
	{.name = "limits", .kind = LUAFILE_TABLE},
};

/* Without a kind the unit decides: 1 is a count, everything else a quantity. */
static enum err_code find_kind(const struct entry *entry, struct limit *l, struct err *e)
{
	if (strcmp(entry->kind, "spread") == 0)
		l->kind = LIMIT_SPREAD;
	else if (entry->kind[0] != '\0')
		return err_set(e, ERR_CONFIG, "limit %s: no kind '%s'; valid is spread, or none",
			       l->clause, entry->kind);
	else
		l->kind = strcmp(entry->unit, "1") == 0 ? LIMIT_COUNT : LIMIT_QUANTITY;
	return ERR_NONE;
}

static enum err_code add_limit(void *context, const char *clause, const void *target, struct err *e)
{
	struct spec *spec = context;
	const struct entry *entry = target;
	struct limit *l = &spec->limits[spec->limit_count];

	if (spec->limit_count == SPEC_LIMITS_MAX)
		return err_set(e, ERR_CONFIG, "more than %d limits", SPEC_LIMITS_MAX);
	*l = (struct limit){
		.has_low = !isnan(entry->low),
		.has_high = !isnan(entry->high),
		.u_typical = entry->u,
	};
	l->low = l->has_low ? entry->low : 0;
	l->high = l->has_high ? entry->high : 0;
	(void)snprintf(l->clause, sizeof l->clause, "%s", clause);
	memcpy(l->name, entry->name, sizeof l->name);
	memcpy(l->unit, entry->unit, sizeof l->unit);
	if (!rule_find(entry->rule, &l->rule))
		return err_set(e, ERR_CONFIG, "limit %s: no rule '%s'; valid are %s", clause,
			       entry->rule, rule_names());
	enum err_code code = find_kind(entry, l, e);
	if (code != ERR_NONE)
		return code;
	spec->limit_count++;
	return limit_check(l, e);
}

/* A relative image path counts from the folder of the spec file. */
static enum err_code resolve_image(struct spec *spec, struct err *e)
{
	char given[PATH_SIZE];
	const char *slash = strrchr(spec->path, '/');
	int folder_size = slash == NULL ? 0 : (int)(slash - spec->path) + 1;

	memcpy(given, spec->image_path, sizeof given);
	if (given[0] == '/')
		return ERR_NONE;
	int size = snprintf(spec->image_path, sizeof spec->image_path, "%.*s%s", folder_size,
			    spec->path, given);
	if (size < 0 || (size_t)size >= sizeof spec->image_path)
		return err_set(e, ERR_CONFIG, "image path is too long");
	/* Without ".." for people; an image that is not there is said by whoever opens it. */
	char *plain = realpath(spec->image_path, NULL);
	if (plain != NULL)
		(void)snprintf(spec->image_path, sizeof spec->image_path, "%s", plain);
	free(plain);
	return ERR_NONE;
}

enum err_code spec_load(struct spec *out, const char *path, struct err *e)
{
	struct luafile *file;
	struct entry entry = {.low = NAN, .high = NAN};
	enum err_code code = luafile_open(&file, path, false, e);

	if (code != ERR_NONE)
		return code;
	memset(out, 0, sizeof *out);
	(void)snprintf(out->path, sizeof out->path, "%s", path);
	code = luafile_read(file, spec_fields, COUNT(spec_fields), out, e);
	if (code != ERR_NONE)
		goto out;
	code = luafile_each(file, "limits", limit_fields, COUNT(limit_fields), &entry, sizeof entry,
			    add_limit, out, e);
	if (code == ERR_NONE)
		code = resolve_image(out, e);
	/* The reader of the file has named it already. */
	if (code != ERR_NONE && strncmp(e->text, path, strlen(path)) != 0)
		(void)err_prefix(e, "%s", path);
out:
	luafile_close(file);
	return code;
}

const struct limit *spec_find(const struct spec *spec, const char *clause)
{
	for (size_t i = 0; i < spec->limit_count; i++)
		if (strcmp(spec->limits[i].clause, clause) == 0)
			return &spec->limits[i];
	return NULL;
}
