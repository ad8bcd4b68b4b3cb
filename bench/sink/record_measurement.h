/* One judged measurement as rows of the record: itself, and its budget line by line. */
#ifndef SINK_RECORD_MEASUREMENT_H
#define SINK_RECORD_MEASUREMENT_H

#include "record/record.h"
#include "verdict/measurement.h"

/* Inside a transaction. attempt 0: of an engineering run. */
enum err_code record_measurement(struct record *r, int64_t test_case, unsigned attempt,
				 const struct measurement *m, struct err *e);

#endif
