#include "inst/penline.h"

#include <stdio.h>
#include <string.h>

uint8_t penline_crc8(const char *body, size_t size)
{
	unsigned crc = 0;
	for (size_t i = 0; i < size; i++) {
		crc ^= (unsigned char)body[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc << 1) ^ (crc & 0x80 ? 0x107u : 0u);
	}
	return (uint8_t)crc;
}

static bool is_printable(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	return true;
}

bool penline_encode(char line[PENLINE_SIZE], const char *body)
{
	size_t size = strlen(body);

	if (size == 0 || size > PENLINE_BODY_MAX || !is_printable(body, size))
		return false;
	(void)snprintf(line, PENLINE_SIZE, "%s*%02X\n", body, penline_crc8(body, size));
	return true;
}

/* Whether text is BODY*HH with the right HH; *body_size is then the size of BODY. */
static bool is_line(const char *text, size_t size, size_t *body_size)
{
	char check[3];

	if (size < 4 || text[size - 3] != '*' || !is_printable(text, size))
		return false;
	*body_size = size - 3;
	(void)snprintf(check, sizeof check, "%02X", penline_crc8(text, *body_size));
	return memcmp(check, text + size - 2, 2) == 0;
}

static void copy_printable(char out[PENLINE_SIZE], const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		out[i] = is_printable(&text[i], 1) ? text[i] : '?';
	out[size] = '\0';
}

enum penline_event penline_end(struct penline *p, char out[PENLINE_SIZE])
{
	size_t size = p->size;

	if (size == 0)
		return PENLINE_NOTHING;
	copy_printable(out, p->text, size);
	*p = (struct penline){.size = 0};
	return PENLINE_NONSENSE;
}

enum penline_event penline_take(struct penline *p, uint8_t byte, char out[PENLINE_SIZE])
{
	size_t body_size = 0;

	if (byte != '\n') {
		if (p->size < PENLINE_SIZE - 1)
			p->text[p->size++] = (char)byte;
		else
			p->overflow = true;
		return PENLINE_NOTHING;
	}
	if (p->size > 0 && p->text[p->size - 1] == '\r')
		p->size--;
	bool good = !p->overflow && is_line(p->text, p->size, &body_size);
	size_t size = good ? body_size : p->size;
	copy_printable(out, p->text, size);
	*p = (struct penline){.size = 0};
	return good ? PENLINE_BODY : PENLINE_NONSENSE;
}
