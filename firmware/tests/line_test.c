/* The line assembler, the checksums and the text writer, with what a bad line or a bad wire sends.
 */
#include <stdio.h>
#include <string.h>

#include "base/tap.h"
#include "crc.h"
#include "line.h"
#include "text.h"

/* The event of the last character; every earlier one must have been LINE_NONE. */
static enum line_event feed(struct line *l, const char *chars, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++) {
		enum line_event event = line_feed(l, chars[i]);

		if (event != LINE_NONE)
			return (enum line_event)(100 + event);
	}
	return line_feed(l, chars[count - 1]);
}

static enum line_event feed_string(struct line *l, const char *string)
{
	return feed(l, string, strlen(string));
}

static void test_crc(struct tap *t)
{
	static const char check[] = "123456789";
	uint8_t crc8 = 0;
	uint32_t crc32 = CRC_32_START;

	for (const char *c = check; *c; c++) {
		crc8 = crc_8(crc8, (uint8_t)*c);
		crc32 = crc_32(crc32, (uint8_t)*c);
	}
	tap_is_int(t, crc8, 0xF4, "CRC-8 check value");
	tap_is_int(t, crc32 ^ CRC_32_START, 0xCBF43926, "CRC-32 check value");
}

static void test_good(struct tap *t)
{
	struct line l;

	line_init(&l);
	tap_is_int(t, feed_string(&l, "123456789*F4\n"), LINE_COMPLETE, "a good line");
	tap_is_str(t, line_body(&l), "123456789", "its body");
	tap_is_int(t, feed_string(&l, "123456789*F4\r\n"), LINE_COMPLETE, "CR LF ends a line too");
	tap_is_str(t, line_body(&l), "123456789", "its body");
	tap_is_int(t, feed_string(&l, "\n"), LINE_NONE, "an empty line is none");
	tap_is_int(t, feed_string(&l, "\r\n"), LINE_NONE, "nor is a CR alone");
}

static void test_damaged(struct tap *t)
{
	static const char *const lines[] = {
		"123456789*F5\n",
		"123456789*f4\n",
		"123456789*G4\n",
		"123456789 F4\n",
		"12345678*F4\n",
		"123456789*F4 \n",
		"\r123456789*F4\n",
		"123456789*F4\r\r\n",
		"F4\n",
		"*\n",
		"*0\n",
		"x\n",
	};
	static const char lost[] = {'1', '2', '3', LINE_LOST, '5', '*', 'F', '4', '\n'};
	struct line l;

	line_init(&l);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		tap_ok(t, feed_string(&l, lines[i]) == LINE_DAMAGED, "damaged line %zu", i);
	tap_is_int(t, feed(&l, lost, sizeof(lost)), LINE_DAMAGED, "a lost character");
	tap_is_int(t, feed_string(&l, "123456789*F4\n"), LINE_COMPLETE,
		   "the next line is good again");
}

/* A line whose body has `length` characters. */
static enum line_event feed_length(struct line *l, unsigned length, const char *end)
{
	char chars[400];
	uint8_t crc = 0;

	memset(chars, 'A', length);
	for (unsigned i = 0; i < length; i++)
		crc = crc_8(crc, 'A');
	int suffix = snprintf(chars + length, sizeof(chars) - length, "*%02X%s", crc, end);
	return feed(l, chars, length + (unsigned)suffix);
}

static void test_length(struct tap *t)
{
	struct line l;

	line_init(&l);
	tap_is_int(t, feed_length(&l, 60, "\n"), LINE_COMPLETE, "60 characters are a line");
	tap_is_int(t, feed_length(&l, 60, "\r\n"), LINE_COMPLETE, "and with CR");
	tap_is_int(t, (int64_t)strlen(line_body(&l)), 60, "all of them");
	for (unsigned length = 61; length <= 70; length++)
		tap_ok(t, feed_length(&l, length, "\n") == LINE_TOO_LONG, "%u are too long",
		       length);
	tap_is_int(t, feed_length(&l, 61, "\r\n"), LINE_TOO_LONG, "a CR makes no room");
	tap_is_int(t, feed_length(&l, 300, "\n"), LINE_TOO_LONG,
		   "300 too (more than 8 bits count)");
	tap_is_int(t, feed_length(&l, 5, "\n"), LINE_COMPLETE, "the next line is good again");
}

/* Random bytes: every LF gives one answer or an empty line, nothing else does, nothing is overrun.
 */
static void test_noise(struct tap *t)
{
	struct line l;
	uint32_t x = 1;
	unsigned wrong = 0, complete = 0;

	line_init(&l);
	for (unsigned i = 0; i < 200000; i++) {
		x = x * 1664525u + 1013904223u;
		char c = (char)(x >> 24);
		enum line_event event = line_feed(&l, c);

		wrong += event != LINE_NONE && c != '\n';
		wrong += l.length > LINE_SIZE + 1;
		complete += event == LINE_COMPLETE;
	}
	tap_is_int(t, wrong, 0, "noise: only LF ends a line");
	tap_is_int(t, complete, 0, "noise: no good line in 200 kB");
}

static void test_text(struct tap *t)
{
	struct text text;

	text_init(&text);
	text_put_u32(&text, 0);
	text_put_char(&text, ' ');
	text_put_u32(&text, UINT32_MAX);
	text_put_char(&text, ' ');
	text_put_hex(&text, 0x1A2B3C4D, 8);
	text_put_hex(&text, 0x1F, 1);
	tap_is_str(t, text.chars, "0 4294967295 1A2B3C4DF", "numbers");
	text_init(&text);
	text_put(&text, "123456789");
	line_seal(&text);
	tap_is_str(t, text.chars, "123456789*F4\n", "a sealed line");
	for (unsigned i = 0; i < 300; i++)
		text_put(&text, "0123456789");
	tap_ok(t, text.cut && strlen(text.chars) == TEXT_SIZE - 1 && text.length == TEXT_SIZE - 1,
	       "what does not fit is left out and marked");
}

int main(void)
{
	struct tap t = tap_begin();

	test_crc(&t);
	test_good(&t);
	test_damaged(&t);
	test_length(&t);
	test_noise(&t);
	test_text(&t);
	return tap_end(&t);
}
