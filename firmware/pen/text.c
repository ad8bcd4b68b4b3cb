/* One line being written. */
#include "text.h"

void text_init(struct text *t)
{
	t->length = 0;
	t->cut = false;
	t->chars[0] = '\0';
}

void text_put_char(struct text *t, char c)
{
	if (t->length + 1u < TEXT_SIZE) {
		t->chars[t->length] = c;
		t->length++;
		t->chars[t->length] = '\0';
	} else {
		t->cut = true;
	}
}

void text_put(struct text *t, const char *string)
{
	for (uint8_t i = 0; i < TEXT_SIZE && string[i] != '\0'; i++)
		text_put_char(t, string[i]);
}

void text_put_u32(struct text *t, uint32_t value)
{
	char digit[10]; /* 4294967295 */
	uint8_t count = 0;

	do {
		digit[count] = (char)('0' + value % 10u);
		value /= 10u;
		count++;
	} while (value != 0u);
	while (count > 0u) {
		count--;
		text_put_char(t, digit[count]);
	}
}

void text_put_hex(struct text *t, uint32_t value, uint8_t digits)
{
	while (digits > 0u) {
		digits--;
		uint8_t nibble = (uint8_t)((value >> (4u * digits)) & 15u);
		text_put_char(t, (char)(nibble < 10u ? '0' + nibble : 'A' + nibble - 10));
	}
}
