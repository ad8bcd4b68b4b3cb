/* See html.h. */
#include "html.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

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

void html_number(GString *page, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	if (!isfinite(value)) {
		g_string_append(page, "\xe2\x80\x93");
		return;
	}
	(void)g_ascii_formatd(text, sizeof text, "%.6g", value);
	if (text[0] == '-') {
		g_string_append(page, "\xe2\x88\x92"); /* minus */
		g_string_append(page, text + 1);
	} else {
		g_string_append(page, text);
	}
}

/* Digits after the point so that x shows two significant ones; 0..9. */
static int places(double x)
{
	int first = (int)floor(log10(x));

	return CLAMP(1 - first, 0, 9);
}

static void fixed(GString *page, double value, int digits)
{
	char format[8], text[64];

	(void)g_snprintf(format, sizeof format, "%%.%df", digits);
	(void)g_ascii_formatd(text, sizeof text, format, fabs(value));
	if (value < 0)
		g_string_append(page, "\xe2\x88\x92");
	g_string_append(page, text);
}

void html_value(GString *page, double value, double u, const char *unit)
{
	if (!isfinite(value) || !(u > 0) || fabs(value) >= 1e12 || u >= 1e12) {
		html_number(page, value);
	} else {
		fixed(page, value, places(u));
		g_string_append(page, "\xe2\x80\xaf\xc2\xb1\xe2\x80\xaf");
		fixed(page, u, places(u));
	}
	if (isfinite(value))
		html_unit(page, unit);
}
