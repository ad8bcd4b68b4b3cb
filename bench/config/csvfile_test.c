/* CSV files: what RFC 4180 allows, and what people send instead. */
#include "config/csvfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "base/tap.h"

static char path[] = "/tmp/csvfile_test.XXXXXX";

static enum err_code open_text(struct csvfile **csv, const char *text, size_t size, struct err *e)
{
	FILE *out = fopen(path, "wb");

	if (out == NULL || fwrite(text, 1, size, out) != size || fclose(out) != 0)
		return err_set(e, ERR_BENCH, "%s cannot be written", path);
	return csvfile_open(csv, path, e);
}

static void good(struct tap *t)
{
	static const char text[] = "\xEF\xBB\xBFpart, \"the \"\"value\"\"\" ,note\r\n"
				   "# a comment\r\n"
				   "\r\n"
				   " 1 ,\"2,5\",\r\n"
				   "3,4,last";
	struct csvfile *csv;
	struct err e;
	size_t column;

	if (!tap_ok(t, open_text(&csv, text, sizeof text - 1, &e) == ERR_NONE, "a file"))
		return;
	tap_ok(t, csvfile_columns(csv) == 3 && csvfile_rows(csv) == 2, "3 columns, 2 rows");
	tap_is_str(t, csvfile_name(csv, 0), "part", "a byte-order mark is no part of a name");
	tap_is_str(t, csvfile_name(csv, 1), "the \"value\"", "doubled quotes");
	tap_is_str(t, csvfile_cell(csv, 0, 0), "1", "blanks around a field");
	tap_is_str(t, csvfile_cell(csv, 0, 1), "2,5", "a comma within quotes");
	tap_is_str(t, csvfile_cell(csv, 0, 2), "", "an empty field at the end");
	tap_is_str(t, csvfile_cell(csv, 1, 2), "last", "no line end at the end");
	tap_ok(t, csvfile_line(csv, 0) == 4 && csvfile_line(csv, 1) == 5, "lines of the file");
	tap_ok(t, csvfile_want(csv, "F", "note", &column, &e) == ERR_NONE && column == 2, "found");
	tap_ok(t,
	       csvfile_want(csv, "F", "load", &column, &e) == ERR_CONFIG &&
		       strstr(e.text, "part, the \"value\", note") != NULL,
	       "absent: %s", e.text);
	csvfile_close(csv);
}

static void bad(struct tap *t)
{
	static const struct {
		const char *text, *says;
		size_t size;
	} rows[] = {
		{"", "want a header", 0},
		{"a,b\n", "at least one row", 4},
		{"a,b\n1,2,3\n", ":2: 3 fields", 10},
		{"a,b\n1\n", ":2: 1 fields", 6},
		{"a,a\n1,2\n", "stands twice", 8},
		{"a,b\n\"1,2\n", ":2: a quote does not end", 9},
		{"a,b\n\"1\"x,2\n", "after the end of a quoted", 11},
		{"a,b\n1,\0\n", "NUL", 8},
	};
	struct csvfile *csv;
	struct err e;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		tap_ok(t,
		       open_text(&csv, rows[i].text, rows[i].size, &e) == ERR_CONFIG &&
			       csv == NULL && strstr(e.text, rows[i].says) != NULL,
		       "%s: %s", rows[i].says, e.text);
	tap_ok(t, csvfile_open(&csv, "/nowhere/x.csv", &e) == ERR_CONFIG, "%s", e.text);
	tap_ok(t, csvfile_open(&csv, "/tmp", &e) == ERR_CONFIG, "a folder: %s", e.text);
	csvfile_close(NULL);
}

/* Random bytes from a small alphabet: every file is read or refused, and what is read is whole. */
static void random_files(struct tap *t)
{
	static const char alphabet[] = "a1,\"\n\r #;.";
	char text[64];
	struct rng rng;
	bool whole = true;

	rng_seed(&rng, 1);
	for (int round = 0; round < 2000; round++) {
		size_t size = (size_t)rng_below(&rng, sizeof text);
		struct csvfile *csv;
		struct err e;

		for (size_t i = 0; i < size; i++)
			text[i] = alphabet[rng_below(&rng, sizeof alphabet - 1)];
		if (open_text(&csv, text, size, &e) != ERR_NONE)
			continue;
		for (size_t row = 0; row < csvfile_rows(csv); row++)
			for (size_t k = 0; k < csvfile_columns(csv); k++)
				whole = whole && strlen(csvfile_cell(csv, row, k)) < sizeof text;
		csvfile_close(csv);
	}
	tap_ok(t, whole, "2000 random files");
}

int main(void)
{
	struct tap t = tap_begin();
	int fd = mkstemp(path);

	if (fd < 0 || close(fd) != 0)
		return 1;
	good(&t);
	bad(&t);
	random_files(&t);
	(void)unlink(path);
	return tap_end(&t);
}
