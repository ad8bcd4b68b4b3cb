/*
 * The page's own text: verdict, what failed, the measurements, provenance. Plots and evidence come
 * from whoever calls (report.c), at the place that page_case leaves for them.
 */
#ifndef REPORTS_PAGE_H
#define REPORTS_PAGE_H

#include <stdbool.h>

#include "run.h"

void page_begin(GString *page, const struct run *r);
/* The measurements that were not met, with why; nothing when there are none. */
void page_failures(GString *page, const struct run *r);
void page_measurements(GString *page, const struct run *r);
/* Opens the section of one case, its cause and trace; `is_open` shows it unfolded. */
void page_case_begin(GString *page, const struct run_case *c, bool is_open);
void page_case_end(GString *page);
/* Budget lines of every measurement that has some. */
enum err_code page_budgets(GString *page, const struct run *r, struct record *record,
			   struct err *e);
enum err_code page_provenance(GString *page, const struct run *r, struct record *record,
			      struct err *e);
void page_end(GString *page);

/* "PASS", or what the judgement of a measurement is called on the page. */
bool page_is_met(const struct run_measurement *m);

#endif
