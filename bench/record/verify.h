/*
 * Has the record been changed since it was written? Checks the file's structure and indexes, the
 * schema, every link of the chain over the rows themselves (never over an index), and every
 * evidence file against its hash.
 *
 * What it cannot see by itself is a record whose tail was cut at a commit, or whose chain was
 * computed anew from some row on: for that it wants a head that was kept elsewhere.
 */
#ifndef RECORD_VERIFY_H
#define RECORD_VERIFY_H

#include "record/record.h"

enum { VERIFY_FINDINGS_MAX = 100 };

/* One line for each thing that is wrong: what, where. */
typedef void verify_found(void *context, const char *text);

struct verify_request {
	const struct record_head *head; /* that must be in the chain; its hash may be cut, to at
					   least 16 digits; NULL: none is known */
	bool skip_evidence;
	verify_found *found; /* at most VERIFY_FINDINGS_MAX times */
	void *context;
};

struct verify_result {
	size_t findings; /* 0: nothing is wrong */
	int64_t links, rows, files;
	struct record_head head;
};

/* Of the record in a folder, which is opened read-only. A damaged file is a finding, not an error.
 * ERR_CONFIG: there is no record. ERR_BENCH: it cannot be read at all. */
enum err_code verify_record(const char *folder, const struct verify_request *request,
			    struct verify_result *result, struct err *e);

#endif
