/* The schema as text, and the tables that the chain covers. */
#include "record/inside.h"

const char record_schema[] =
#include "record/schema_sql.h" /* made from schema.sql by the Makefile */
	;

/* Parents before children: also the order in which an export makes sense of them. */
const struct record_table record_tables[RECORD_TABLES] = {
	{"unit", 3},       {"run", 18},           {"input", 6},        {"equipment", 10},
	{"test_case", 10}, {"characteristic", 9}, {"measurement", 18}, {"budget_line", 8},
	{"capture", 12},   {"event", 7},          {"run_end", 11},
};
