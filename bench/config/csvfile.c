/* The whole file is kept and cut into fields in place. */
#include "config/csvfile.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct csvfile {
	char *text;
	const char **field; /* header first, then row by row */
	size_t *line;       /* of each row */
	size_t columns, rows, capacity;
	const char *path; /* borrowed while opening */
};

static enum err_code read_text(struct csvfile *csv, struct err *e)
{
	enum { STEP = 1 << 16 };
	FILE *in = fopen(csv->path, "rb");
	size_t size = 0, room = 0, got = 1;

	if (in == NULL)
		return err_set(e, ERR_CONFIG, "%s: %s", csv->path, strerror(errno));
	while (got > 0 && size <= CSVFILE_BYTES_MAX) {
		if (room - size < STEP + 1) {
			room = 2 * room + STEP + 1;
			char *grown = realloc(csv->text, room);
			if (grown == NULL)
				break;
			csv->text = grown;
		}
		got = fread(csv->text + size, 1, STEP, in);
		size += got;
	}
	bool failed = ferror(in) != 0;
	(void)fclose(in);
	if (failed)
		return err_set(e, ERR_CONFIG, "%s: cannot be read: %s", csv->path, strerror(errno));
	if (got > 0)
		return err_set(e, ERR_CONFIG, "%s: larger than %d MiB", csv->path,
			       CSVFILE_BYTES_MAX >> 20);
	csv->text[size] = '\0';
	if (memchr(csv->text, '\0', size) != NULL)
		return err_set(e, ERR_CONFIG, "%s: holds NUL bytes: this is no CSV file",
			       csv->path);
	return ERR_NONE;
}

/* Cuts one field off *at, which then stands behind its comma, or at the end. */
static enum err_code cut(const struct csvfile *csv, char **at, const char **field, size_t line,
			 struct err *e)
{
	char *from = *at + strspn(*at, " \t");
	char *to = from, *end = from;

	if (*from == '"') {
		for (end = from + 1; *end != '\0' && (end[0] != '"' || end[1] == '"'); end++) {
			if (end[0] == '"')
				end++;
			*to++ = *end;
		}
		if (*end == '\0')
			return err_set(e, ERR_CONFIG, "%s:%zu: a quote does not end", csv->path,
				       line);
		end++;
		end += strspn(end, " \t");
		if (*end != ',' && *end != '\0')
			return err_set(e, ERR_CONFIG,
				       "%s:%zu: \"%.20s\" after the end of a quoted field",
				       csv->path, line, end);
	} else {
		end += strcspn(end, ",");
		to = end;
		while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
			to--;
	}
	*at = *end == ',' ? end + 1 : NULL;
	*to = '\0';
	*field = from;
	return ERR_NONE;
}

static enum err_code grow(struct csvfile *csv, struct err *e)
{
	size_t rows = csv->capacity == 0 ? 256 : 2 * csv->capacity;
	size_t width = csv->columns == 0 ? CSVFILE_COLUMNS_MAX : csv->columns;

	if (csv->rows < csv->capacity)
		return ERR_NONE;
	const char **field = realloc(csv->field, (rows + 1) * width * sizeof *field);
	if (field != NULL)
		csv->field = field;
	size_t *line = realloc(csv->line, rows * sizeof *line);
	if (line != NULL)
		csv->line = line;
	if (field == NULL || line == NULL)
		return err_set(e, ERR_BENCH, "%s: out of memory", csv->path);
	csv->capacity = rows;
	return ERR_NONE;
}

static enum err_code add_header(struct csvfile *csv, char *text, size_t line, struct err *e)
{
	enum err_code code = grow(csv, e);

	while (code == ERR_NONE && text != NULL) {
		if (csv->columns == CSVFILE_COLUMNS_MAX)
			return err_set(e, ERR_CONFIG, "%s:%zu: more than %d columns", csv->path,
				       line, CSVFILE_COLUMNS_MAX);
		code = cut(csv, &text, &csv->field[csv->columns], line, e);
		if (code != ERR_NONE)
			break;
		const char *name = csv->field[csv->columns];
		if (csvfile_find(csv, name) < csv->columns)
			return err_set(e, ERR_CONFIG, "%s:%zu: column \"%.40s\" stands twice",
				       csv->path, line, name);
		csv->columns++;
	}
	return code;
}

static enum err_code add_row(struct csvfile *csv, char *text, size_t line, struct err *e)
{
	enum err_code code = csv->rows == CSVFILE_ROWS_MAX
				     ? err_set(e, ERR_CONFIG, "%s:%zu: more than %d rows",
					       csv->path, line, CSVFILE_ROWS_MAX)
				     : grow(csv, e);
	size_t count = 0;

	for (; code == ERR_NONE && text != NULL; count++) {
		const char *ignored;
		const char **field = count < csv->columns
					     ? &csv->field[(csv->rows + 1) * csv->columns + count]
					     : &ignored;
		code = cut(csv, &text, field, line, e);
	}
	if (code == ERR_NONE && count != csv->columns)
		return err_set(e, ERR_CONFIG,
			       "%s:%zu: %zu fields, the header has %zu columns (a comma as decimal "
			       "point?)",
			       csv->path, line, count, csv->columns);
	if (code == ERR_NONE)
		csv->line[csv->rows++] = line;
	return code;
}

static enum err_code parse(struct csvfile *csv, struct err *e)
{
	enum err_code code = ERR_NONE;
	char *at = csv->text;

	if (strncmp(at, "\xEF\xBB\xBF", 3) == 0)
		at += 3;
	for (size_t line = 1; code == ERR_NONE && *at != '\0'; line++) {
		char *end = at + strcspn(at, "\n"), *next = *end == '\n' ? end + 1 : end;

		*end = '\0';
		if (end > at && end[-1] == '\r')
			end[-1] = '\0';
		if (at[0] != '#' && at[strspn(at, " \t")] != '\0')
			code = csv->columns == 0 ? add_header(csv, at, line, e)
						 : add_row(csv, at, line, e);
		at = next;
	}
	if (code == ERR_NONE && csv->rows == 0)
		code = err_set(e, ERR_CONFIG, "%s: want a header line and at least one row",
			       csv->path);
	return code;
}

enum err_code csvfile_open(struct csvfile **out, const char *path, struct err *e)
{
	struct csvfile *csv = calloc(1, sizeof *csv);
	enum err_code code;

	*out = NULL;
	if (csv == NULL)
		return err_set(e, ERR_BENCH, "%s: out of memory", path);
	csv->path = path;
	code = read_text(csv, e);
	if (code == ERR_NONE)
		code = parse(csv, e);
	csv->path = NULL;
	if (code != ERR_NONE) {
		csvfile_close(csv);
		return code;
	}
	*out = csv;
	return ERR_NONE;
}

void csvfile_close(struct csvfile *csv)
{
	if (csv == NULL)
		return;
	free(csv->line);
	free(csv->field);
	free(csv->text);
	free(csv);
}

size_t csvfile_rows(const struct csvfile *csv)
{
	return csv->rows;
}

size_t csvfile_columns(const struct csvfile *csv)
{
	return csv->columns;
}

const char *csvfile_name(const struct csvfile *csv, size_t column)
{
	assert(column < csv->columns);
	return csv->field[column];
}

const char *csvfile_cell(const struct csvfile *csv, size_t row, size_t column)
{
	assert(row < csv->rows && column < csv->columns);
	return csv->field[(row + 1) * csv->columns + column];
}

size_t csvfile_line(const struct csvfile *csv, size_t row)
{
	assert(row < csv->rows);
	return csv->line[row];
}

size_t csvfile_find(const struct csvfile *csv, const char *name)
{
	size_t i = 0;

	while (i < csv->columns && strcmp(csv->field[i], name) != 0)
		i++;
	return i;
}

enum err_code csvfile_want(const struct csvfile *csv, const char *path, const char *name,
			   size_t *column, struct err *e)
{
	char names[ERR_TEXT_SIZE / 2] = "";
	size_t used = 0;

	*column = csvfile_find(csv, name);
	if (*column < csv->columns)
		return ERR_NONE;
	for (size_t i = 0; i < csv->columns && used < sizeof names; i++) {
		int more = snprintf(names + used, sizeof names - used, "%s%.40s", i > 0 ? ", " : "",
				    csv->field[i]);
		used += more > 0 ? (size_t)more : 0;
	}
	return err_set(e, ERR_CONFIG, "%s: no column \"%.40s\"; its columns are %s", path, name,
		       names);
}
