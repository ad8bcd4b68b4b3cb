/* Strict decoding: see utf8.h. Pure. */
#include "base/utf8.h"

size_t utf8_decode(const char *text, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *in = (const unsigned char *)text;
	size_t size = in[0] < 0x80 ? 1 : in[0] >= 0xF0 ? 4 : in[0] >= 0xE0 ? 3 : 2;

	if (size == 1) {
		*point = in[0];
		return 1;
	}
	if (in[0] < 0xC2 || in[0] > 0xF4)
		return 0;
	*point = in[0] & (0xFFu >> (size + 1));
	for (size_t i = 1; i < size; i++) {
		if ((in[i] & 0xC0) != 0x80) /* the final NUL, too */
			return 0;
		*point = *point << 6 | (in[i] & 0x3Fu);
	}
	if (*point < least[size] || *point > 0x10FFFF || (*point >= 0xD800 && *point <= 0xDFFF))
		return 0;
	return size;
}

bool utf8_is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7F && point < 0xA0) ||
	       (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
	       (point >= 0x2060 && point <= 0x2069) || point == 0xFEFF;
}

bool utf8_is_plain(const char *text)
{
	while (*text != '\0') {
		uint32_t point;
		size_t size = utf8_decode(text, &point);
		if (size == 0 || utf8_is_control(point))
			return false;
		text += size;
	}
	return true;
}
