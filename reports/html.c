/* See html.h. */
#include "html.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/rounding.h"

void html_put(GString *page, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_string_append_vprintf(page, format, args);
	va_end(args);
}

void html_text(GString *page, const char *text)
{
	gchar *valid = g_utf8_make_valid(text, -1);

	for (const gchar *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (c == '&')
			g_string_append(page, "&amp;");
		else if (c == '<')
			g_string_append(page, "&lt;");
		else if (c == '>')
			g_string_append(page, "&gt;");
		else if (c == '"')
			g_string_append(page, "&quot;");
		else if (c == '\'')
			g_string_append(page, "&#39;");
		else if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0))
			g_string_append(page, "\xef\xbf\xbd");
		else
			g_string_append_unichar(page, c);
	}
	g_free(valid);
}

void html_unit(GString *page, const char *unit)
{
	if (strcmp(unit, "1") == 0)
		return;
	g_string_append(page, "\xe2\x80\xaf"); /* narrow space that does not break */
	if (strcmp(unit, "um") == 0)
		g_string_append(page, "\xc2\xb5m");
	else
		html_text(page, unit);
}

static void put_signed(GString *page, const char *text)
{
	if (text[0] == '-')
		g_string_append(page, "\xe2\x88\x92"); /* minus */
	g_string_append(page, text[0] == '-' ? text + 1 : text);
}

void html_number(GString *page, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	if (!isfinite(value)) {
		g_string_append(page, "\xe2\x80\x93");
		return;
	}
	(void)g_ascii_formatd(text, sizeof text, "%.6g", value);
	put_signed(page, text);
}

static void rounded(GString *page, double value, int place)
{
	char text[ROUNDING_TEXT_SIZE];

	rounding_format(text, value, place);
	put_signed(page, text);
}

static bool has_uncertainty(double value, double u)
{
	return isfinite(value) && isfinite(u) && u > 0;
}

void html_value(GString *page, double value, double u, const char *unit)
{
	if (has_uncertainty(value, u)) {
		rounded(page, value, rounding_place(u));
		g_string_append(page, "\xe2\x80\xaf\xc2\xb1\xe2\x80\xaf");
		rounded(page, u, rounding_place(u));
	} else {
		html_number(page, value);
	}
	if (isfinite(value))
		html_unit(page, unit);
}

void html_spread(GString *page, double value, double u, const char *unit)
{
	if (!has_uncertainty(value, u)) {
		html_value(page, value, u, unit);
		return;
	}
	rounded(page, value, rounding_place(u));
	html_unit(page, unit);
	g_string_append(page, " (at most\xc2\xa0");
	rounded(page, value + u, rounding_place(u));
	html_unit(page, unit);
	g_string_append(page, ")");
}

void html_uncertainty(GString *page, double u)
{
	if (isfinite(u) && u != 0)
		rounded(page, u, rounding_place(u));
	else
		html_number(page, u);
}
