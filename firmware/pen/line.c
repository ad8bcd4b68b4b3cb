/* The line assembler and its checksum. Pure. */
#include "line.h"

#include "crc.h"

static uint8_t checksum(const char *chars, uint8_t length)
{
	uint8_t crc = 0;

	for (uint8_t i = 0; i < length; i++)
		crc = crc_8(crc, (uint8_t)chars[i]);
	return crc;
}

/* Value of an upper-case hex digit, 16 for anything else. */
static uint8_t hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return (uint8_t)(c - '0');
	if (c >= 'A' && c <= 'F')
		return (uint8_t)(c - 'A' + 10);
	return 16;
}

static bool is_printable(const char *chars, uint8_t length)
{
	for (uint8_t i = 0; i < length; i++) {
		if (chars[i] < ' ' || chars[i] > '~')
			return false;
	}
	return true;
}

/* The line in chars[0..length-1] carries its own checksum. */
static bool is_sound(const struct line *l)
{
	if (l->length < LINE_SUFFIX || !is_printable(l->chars, l->length))
		return false;

	uint8_t body = (uint8_t)(l->length - LINE_SUFFIX);
	uint8_t high = hex_value(l->chars[body + 1]);
	uint8_t low = hex_value(l->chars[body + 2]);
	return l->chars[body] == '*' && high < 16u && low < 16u &&
	       (uint8_t)(high * 16u + low) == checksum(l->chars, body);
}

static enum line_event finish(struct line *l)
{
	enum line_event event = LINE_DAMAGED;

	if (l->length > 0u && l->chars[l->length - 1u] == '\r' && !l->too_long)
		l->length--;
	if (l->too_long || l->length > LINE_SIZE) {
		event = LINE_TOO_LONG;
	} else if (l->length == 0u) {
		event = LINE_NONE;
	} else if (is_sound(l)) {
		l->chars[l->length - LINE_SUFFIX] = '\0';
		event = LINE_COMPLETE;
	}
	l->length = 0;
	l->too_long = false;
	return event;
}

void line_init(struct line *l)
{
	l->length = 0;
	l->too_long = false;
	l->chars[0] = '\0';
}

enum line_event line_feed(struct line *l, char c)
{
	if (c == '\n')
		return finish(l);
	if (l->length < LINE_SIZE + 1) {
		l->chars[l->length] = c;
		l->length++;
	} else {
		l->too_long = true;
	}
	return LINE_NONE;
}

const char *line_body(const struct line *l)
{
	return l->chars;
}

void line_seal(struct text *t)
{
	uint8_t crc = checksum(t->chars, t->length);

	text_put_char(t, '*');
	text_put_hex(t, crc, 2);
	text_put_char(t, '\n');
}
