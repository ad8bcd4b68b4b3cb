/*
 * UTF-8 of others: file names, titles, serial numbers, what a pen says. Decodes strictly (RFC 3629:
 * no overlong forms, no surrogates) and knows the code points that move, hide or turn other text.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The code point at text, which ends in NUL: how many bytes it takes, 0 when these are not UTF-8.
 */
size_t utf8_decode(const char *text, uint32_t *point);

/* C0, DEL, C1, line ends that only Unicode knows, marks of direction, what has no width. */
bool utf8_is_control(uint32_t point);

/* UTF-8 without any of those. */
bool utf8_is_plain(const char *text);

#endif
