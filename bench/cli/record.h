/* What the files of `penbench record` share. */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "record/query.h"

/* Pointers are into argv. */
struct record_request {
	const char *verb;
	const char *station_path, *folder; /* folder: --records, or NULL */
	const char *serial, *lot, *head, *format;
	long last;        /* of list: how many runs */
	bool canonical;   /* of export */
	bool no_evidence; /* of verify */
	int64_t run;      /* 0: none was named */
};

/* Text of others on a terminal: control characters become spaces. */
void record_print_text(const char *text);

enum err_code record_show(struct record *r, int64_t run, struct err *e);
enum err_code record_export(struct record *r, const struct record_request *q, struct err *e);

#endif
