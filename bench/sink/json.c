/* The writer of json.h. A result never holds NaN or infinity (result_number), so neither does
 * JSON. */
#include "sink/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void json_format_number(double value, char text[JSON_NUMBER_SIZE])
{
	assert(isfinite(value));
	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(text, JSON_NUMBER_SIZE, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			return;
	}
}

/* One character below U+0100. */
static void json_print_latin1(FILE *out, unsigned char c)
{
	static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *at = c != '\0' ? strchr(named, c) : NULL;

	if (at != NULL)
		(void)fprintf(out, "\\%c", letters[at - named]);
	else if (c < 0x20 || c >= 0x7f)
		(void)fprintf(out, "\\u%04x", c);
	else
		(void)fputc(c, out);
}

static void json_print_bytes(FILE *out, const char *text, size_t size)
{
	(void)fputc('"', out);
	for (size_t i = 0; i < size; i++)
		json_print_latin1(out, (unsigned char)text[i]);
	(void)fputc('"', out);
}

/* Length of the well-formed UTF-8 sequence at text (RFC 3629, section 4), 0 when there is none. */
static size_t json_utf8_length(const unsigned char *text)
{
	size_t length = text[0] < 0x80   ? 1
			: text[0] < 0xc2 ? 0
			: text[0] < 0xe0 ? 2
			: text[0] < 0xf0 ? 3
			: text[0] < 0xf5 ? 4
					 : 0;

	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return length;
}

void json_print_text(FILE *out, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	(void)fputc('"', out);
	while (*at != '\0') {
		size_t length = json_utf8_length(at);

		if (length > 1)
			(void)fwrite(at, 1, length, out);
		else if (length == 1)
			json_print_latin1(out, *at);
		else
			(void)fputs("\\ufffd", out);
		at += length > 0 ? length : 1;
	}
	(void)fputc('"', out);
}

static void json_print_tree(FILE *out, const struct result *r)
{
	bool is_object = result_kind(r) == RESULT_OBJECT;

	(void)fputc(is_object ? '{' : '[', out);
	for (size_t i = 0; i < result_count(r); i++) {
		if (i > 0)
			(void)fputc(',', out);
		if (is_object) {
			json_print_text(out, result_name_at(r, i));
			(void)fputc(':', out);
		}
		json_print(out, result_at(r, i));
	}
	(void)fputc(is_object ? '}' : ']', out);
}

void json_print(FILE *out, const struct result *r)
{
	char number[JSON_NUMBER_SIZE];
	const char *text;
	size_t size;

	switch (result_kind(r)) {
	case RESULT_NULL:
		(void)fputs("null", out);
		break;
	case RESULT_BOOL:
		(void)fputs(result_as_bool(r) ? "true" : "false", out);
		break;
	case RESULT_INTEGER:
		(void)fprintf(out, "%" PRId64, result_as_integer(r));
		break;
	case RESULT_NUMBER:
		json_format_number(result_as_number(r), number);
		(void)fputs(number, out);
		break;
	case RESULT_STRING:
		text = result_as_string(r, &size);
		json_print_bytes(out, text, size);
		break;
	case RESULT_ARRAY:
	case RESULT_OBJECT:
		json_print_tree(out, r);
		break;
	}
}
