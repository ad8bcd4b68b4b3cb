/*
 * A page under construction: text that grows, and the one way in which foreign text gets into it.
 *
 * Guarantees that what goes through html_text can neither open a tag nor end an attribute. Out of
 * memory ends the program (GLib): there is no half page.
 */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include <glib.h>

/* Markup of our own, as printf. Numbers and checked words only. */
void html_put(GString *page, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Foreign text: escaped; control characters become U+FFFD, broken UTF-8 too. */
void html_text(GString *page, const char *text);

/* A value with its expanded uncertainty for people: U with two significant digits, the value to the
 * same place (JCGM 100:2008, 7.2.6). U of 0 or NaN: the value alone. */
void html_value(GString *page, double value, double u, const char *unit);

/* A standard deviation with its upper bound value + u, to the same places. */
void html_spread(GString *page, double value, double u, const char *unit);

/* An uncertainty that stands alone: two significant digits, with its sign. */
void html_uncertainty(GString *page, double u);

/* A number for people: six significant digits, no trailing zeros, "-" for NaN. */
void html_number(GString *page, double value);

/* The unit as people write it: "um" becomes the sign and m, "1" nothing. */
void html_unit(GString *page, const char *unit);

#endif
