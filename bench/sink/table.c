/* What does not fit a line is cut with its whole length named: the JSON form has all of it. */
#include "sink/table.h"

#include <inttypes.h>
#include <string.h>

enum { TABLE_NAME = 18, TABLE_STRING_MAX = 64, TABLE_LIST_MAX = 8 };

static void table_string(FILE *out, const char *text, size_t size)
{
	for (size_t i = 0; i < size && i < TABLE_STRING_MAX; i++)
		(void)fputc(text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '.', out);
	if (size > TABLE_STRING_MAX)
		(void)fprintf(out, "... (%zu)", size);
}

static void table_value(FILE *out, const struct result *r)
{
	const char *text;
	size_t size, i;

	switch (result_kind(r)) {
	case RESULT_NULL:
		(void)fputc('-', out);
		break;
	case RESULT_BOOL:
		(void)fputs(result_as_bool(r) ? "yes" : "no", out);
		break;
	case RESULT_INTEGER:
		(void)fprintf(out, "%" PRId64, result_as_integer(r));
		break;
	case RESULT_NUMBER:
		(void)fprintf(out, "%.10g", result_as_number(r));
		break;
	case RESULT_STRING:
		text = result_as_string(r, &size);
		table_string(out, text, size);
		break;
	case RESULT_ARRAY:
		for (i = 0; i < result_count(r) && i < TABLE_LIST_MAX; i++) {
			(void)fputs(i > 0 ? ", " : "", out);
			table_value(out, result_at(r, i));
		}
		if (result_count(r) > TABLE_LIST_MAX)
			(void)fprintf(out, ", ... (%zu)", result_count(r));
		break;
	case RESULT_OBJECT: /* in a list */
		for (i = 0; i < result_count(r); i++) {
			(void)fprintf(out, "%s%s ", i > 0 ? " " : "", result_name_at(r, i));
			table_value(out, result_at(r, i));
		}
		break;
	}
}

static void table_members(FILE *out, const struct result *object, int indent)
{
	for (size_t i = 0; i < result_count(object); i++) {
		const struct result *value = result_at(object, i);
		const char *name = result_name_at(object, i);

		if (indent == 0 && strcmp(name, "analysis") == 0)
			continue; /* the heading says it */
		(void)fprintf(out, "  %*s%-*s", indent, "", TABLE_NAME - indent, name);
		if (result_kind(value) == RESULT_OBJECT) {
			(void)fputc('\n', out);
			table_members(out, value, indent + 2);
		} else {
			(void)fputc(' ', out);
			table_value(out, value);
			(void)fputc('\n', out);
		}
	}
}

void table_print(FILE *out, const struct result *object)
{
	table_members(out, object, 0);
}
