/* The one reader of specs. Values are copied; nothing points into the text afterwards. */
#include "analysis/arguments.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct kind *arguments_kind(const struct kind *const *table, size_t count, const char *spec)
{
	size_t length = strcspn(spec, ":");

	for (size_t i = 0; i < count; i++)
		if (strlen(table[i]->name) == length && memcmp(table[i]->name, spec, length) == 0)
			return table[i];
	return NULL;
}

void arguments_list_keys(const struct kind *kind, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned k = 0; k < KIND_KEYS_MAX && kind->keys[k].name != NULL && used < size; k++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", k > 0 ? ", " : "",
					 kind->keys[k].name);
}

/* The key that stands at text as "key=", -1 if none. */
static int arguments_key_at(const struct kind *kind, const char *text)
{
	for (int k = 0; k < KIND_KEYS_MAX && kind->keys[k].name != NULL; k++) {
		size_t length = strlen(kind->keys[k].name);

		if (strncmp(text, kind->keys[k].name, length) == 0 && text[length] == '=')
			return k;
	}
	return -1;
}

/* Where the value that starts at text ends: before a comma that a known key follows. */
static size_t arguments_value_length(const struct kind *kind, const char *text)
{
	for (size_t i = 0; text[i] != '\0'; i++)
		if (text[i] == ',' && arguments_key_at(kind, text + i + 1) >= 0)
			return i;
	return strlen(text);
}

/* A decimal number and what follows it; hexadecimal, infinities and blanks are none. */
static bool arguments_number(const char *text, double *value, const char **rest)
{
	char *end;

	if (strspn(text, "+-.0123456789") == 0 || strpbrk(text, "xXnN") != NULL)
		return false;
	*value = strtod(text, &end);
	*rest = end;
	return end != text && isfinite(*value);
}

static enum err_code arguments_moment(struct kind_value *v, double samplerate_hz, struct err *e)
{
	const char *unit;
	double samples;

	if (!arguments_number(v->text, &v->number, &unit) ||
	    (strcmp(unit, "") != 0 && strcmp(unit, "s") != 0 && strcmp(unit, "sa") != 0))
		return err_set(e, ERR_CONFIG, "not seconds (0.25) nor samples (1000sa)");
	if (strcmp(unit, "sa") != 0 && !(samplerate_hz > 0))
		return err_set(e, ERR_CONFIG, "seconds need a sample rate; give samples (1000sa)");
	samples = strcmp(unit, "sa") == 0 ? v->number : round(v->number * samplerate_hz);
	if (!(samples >= 0 && samples < 0x1p62) || samples != floor(samples))
		return err_set(e, ERR_CONFIG, "not a sample of a capture");
	v->sample = (uint64_t)samples;
	return ERR_NONE;
}

static enum err_code arguments_value(struct kind_value *v, enum kind_key_type type,
				     const struct channels *channels, double samplerate_hz,
				     struct err *e)
{
	const char *rest;

	switch (type) {
	case KIND_CHANNEL:
		return channels_find(channels, v->text, &v->bit, e);
	case KIND_NUMBER:
		if (!arguments_number(v->text, &v->number, &rest) || *rest != '\0')
			return err_set(e, ERR_CONFIG, "not a number");
		return ERR_NONE;
	case KIND_MOMENT:
		return arguments_moment(v, samplerate_hz, e);
	case KIND_TEXT:
		break;
	}
	return ERR_NONE;
}

static enum err_code arguments_missing(const struct kind_args *args, const struct kind *kind,
				       struct err *e)
{
	char valid[ERR_TEXT_SIZE / 2];

	arguments_list_keys(kind, valid, sizeof valid);
	for (unsigned k = 0; k < KIND_KEYS_MAX && kind->keys[k].name != NULL; k++)
		if (kind->keys[k].required && !args->value[k].given)
			return err_set(e, ERR_CONFIG, "%s: %s= is missing (its keys are %s)",
				       kind->name, kind->keys[k].name, valid);
	return ERR_NONE;
}

enum err_code arguments_parse(struct kind_args *out, const struct kind *kind, const char *spec,
			      const struct channels *channels, double samplerate_hz, struct err *e)
{
	const char *text = spec + strlen(kind->name);
	char valid[ERR_TEXT_SIZE / 2];

	*out = (struct kind_args){.samplerate_hz = samplerate_hz};
	arguments_list_keys(kind, valid, sizeof valid);
	while (*text != '\0' && text[1] != '\0') { /* at the colon, or at a comma before a key */
		int k = arguments_key_at(kind, ++text);

		if (k < 0)
			return err_set(e, ERR_CONFIG,
				       "%s: unknown key at \"%.40s\"; its keys are %s", kind->name,
				       text, valid);

		const struct kind_key *key = &kind->keys[k];
		struct kind_value *v = &out->value[k];

		text += strlen(key->name) + 1;

		size_t length = arguments_value_length(kind, text);

		if (v->given)
			return err_set(e, ERR_CONFIG, "%s: %s= stands twice", kind->name,
				       key->name);
		if (length >= sizeof v->text)
			return err_set(e, ERR_CONFIG,
				       "%s: the value of %s= is longer than %zu bytes", kind->name,
				       key->name, sizeof v->text - 1);
		memcpy(v->text, text, length);
		v->given = true;
		text += length;
		if (arguments_value(v, key->type, channels, samplerate_hz, e))
			return err_prefix(e, "%s: %s=%s (its keys are %s)", kind->name, key->name,
					  v->text, valid);
	}
	return arguments_missing(out, kind, e);
}
