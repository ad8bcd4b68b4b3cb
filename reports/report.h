/*
 * The report of one run: a single HTML page that opens offline, written from the record and the
 * evidence beside it alone. Says the same however often and whenever it is written.
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "record/record.h"

/* Writes the page of run `id` to path (NULL: RECORDS/reports/run-ID.html, folder made if need be),
 * whole or not at all; `written` gets its path. ERR_CONFIG: no such run, or the file cannot be
 * written. Evidence that is damaged or gone is told in the page and is no error. */
enum err_code report_write(struct record *record, int64_t id, const char *path,
			   char written[PATH_SIZE], struct err *e);

#endif
