/*
 * Name or digits to bit. The one place that knows the order in which the two are tried, so that the
 * command line and the Lua cases read a channel the same way.
 */
#include "capture/channels.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A bit index in plain decimal; at most three digits, so that nothing can overflow. */
static bool parse_bit(const char *text, unsigned *bit)
{
	size_t length = strlen(text);

	if (length == 0 || length > 3 || strspn(text, "0123456789") != length)
		return false;
	*bit = 0;
	for (size_t i = 0; i < length; i++)
		*bit = *bit * 10 + (unsigned)(text[i] - '0');
	return true;
}

/* "ENC_A, ENC_B, 2, CMD": a bit without a name stands as its number. "..." where it is cut. */
static void list_names(const struct channels *c, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < c->count; i++) {
		char item[NAME_SIZE + 16];
		const char *comma = i == 0 ? "" : ", ";
		if (c->name[i][0] != '\0')
			(void)snprintf(item, sizeof item, "%s%s", comma, c->name[i]);
		else
			(void)snprintf(item, sizeof item, "%s%u", comma, i);
		size_t length = strlen(item);
		if (used + length + sizeof ", ..." > size) {
			(void)snprintf(text + used, size - used, ", ...");
			return;
		}
		memcpy(text + used, item, length + 1);
		used += length;
	}
}

enum err_code channels_find(const struct channels *c, const char *text, unsigned *bit,
			    struct err *e)
{
	char valid[ERR_TEXT_SIZE / 2];
	unsigned matches = 0, first = 0, second = 0, index;

	assert(c->count <= CHANNELS_MAX);
	for (unsigned i = 0; text[0] != '\0' && i < c->count; i++) {
		if (strcmp(c->name[i], text) != 0)
			continue;
		if (matches == 0)
			first = i;
		else if (matches == 1)
			second = i;
		matches++;
	}
	if (matches > 1)
		return err_set(e, ERR_CONFIG,
			       "channel name \"%s\" stands twice, at bits %u and %u; give the bit",
			       text, first, second);
	if (matches == 1) {
		*bit = first;
		return ERR_NONE;
	}
	if (parse_bit(text, &index) && index < c->count) {
		*bit = index;
		return ERR_NONE;
	}
	if (c->count == 0)
		return err_set(e, ERR_CONFIG, "no channel \"%.*s\": there are no logic channels",
			       (int)NAME_SIZE, text);
	list_names(c, valid, sizeof valid);
	return err_set(e, ERR_CONFIG, "no channel \"%.*s\"; the channels are %s, or a bit of 0..%u",
		       (int)NAME_SIZE, text, valid, c->count - 1);
}
