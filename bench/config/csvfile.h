/*
 * A table in a text file: comma-separated values with a header line (RFC 4180). Quoted fields may
 * hold commas and doubled quotes, no line ends. Empty lines and lines that begin with '#' are
 * skipped; blanks around a field are not part of it; a byte-order mark is ignored.
 *
 * Guarantees that every row has as many fields as the header. It does not know what they mean.
 */
#ifndef CONFIG_CSVFILE_H
#define CONFIG_CSVFILE_H

#include <stddef.h>

#include "base/err.h"

enum { CSVFILE_COLUMNS_MAX = 64, CSVFILE_ROWS_MAX = 1 << 20, CSVFILE_BYTES_MAX = 1 << 26 };

struct csvfile;

/* ERR_CONFIG naming file and line: no such file, no header, a row of another length, a quote that
 * does not end, a name that stands twice, too large. On error *out is NULL. */
enum err_code csvfile_open(struct csvfile **out, const char *path, struct err *e);
void csvfile_close(struct csvfile *csv); /* NULL is fine */

size_t csvfile_rows(const struct csvfile *csv);
size_t csvfile_columns(const struct csvfile *csv);
/* All texts live as long as csv. */
const char *csvfile_name(const struct csvfile *csv, size_t column);
const char *csvfile_cell(const struct csvfile *csv, size_t row, size_t column);
/* Line of the file, from 1. */
size_t csvfile_line(const struct csvfile *csv, size_t row);

/* The column of that name, or csvfile_columns() when there is none. */
size_t csvfile_find(const struct csvfile *csv, const char *name);
/* The same, but its absence is ERR_CONFIG, naming the columns that there are. */
enum err_code csvfile_want(const struct csvfile *csv, const char *path, const char *name,
			   size_t *column, struct err *e);

#endif
