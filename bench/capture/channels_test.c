/* Names before bits, doubled names refused, hostile text survived. */
#include <string.h>

#include "base/tap.h"
#include "capture/channels.h"

static struct channels make(unsigned count, const char *const *names)
{
	struct channels c = {.count = count};
	for (unsigned i = 0; i < count; i++)
		strcpy(c.name[i], names[i]);
	return c;
}

static void test_find(struct tap *t)
{
	static const char *const names[] = {"ENC_A", "0", "", "CMD", "CMD", "7"};
	struct channels c = make(6, names);
	struct err e;
	unsigned bit = 99;

	tap_ok(t, channels_find(&c, "ENC_A", &bit, &e) == ERR_NONE && bit == 0, "by name");
	tap_ok(t, channels_find(&c, "0", &bit, &e) == ERR_NONE && bit == 1,
	       "digits are a name first");
	tap_ok(t, channels_find(&c, "7", &bit, &e) == ERR_NONE && bit == 5,
	       "even where no such bit exists");
	tap_ok(t, channels_find(&c, "2", &bit, &e) == ERR_NONE && bit == 2, "a bit without a name");
	tap_ok(t, channels_find(&c, "4", &bit, &e) == ERR_NONE && bit == 4,
	       "the second of a doubled name by its bit");
	tap_is_int(t, channels_find(&c, "CMD", &bit, &e), ERR_CONFIG, "a doubled name is refused");
	tap_ok(t, strstr(e.text, "bits 3 and 4; give the bit") != NULL, "and says what to give");
}

static void test_refused(struct tap *t)
{
	static const char *const names[] = {"A", "", "C"};
	static const char *const bad[] = {
		"", "3", "64", "-1", "1x", "a", "0x1", " 1", "1 ", "1000", "18446744073709551616"};
	struct channels c = make(3, names);
	struct err e;
	unsigned bit = 99;

	for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
		tap_is_int(t, channels_find(&c, bad[i], &bit, &e), ERR_CONFIG, bad[i]);
	tap_is_int(t, bit, 99, "nothing was stored");
	tap_is_str(
		t, e.text,
		"no channel \"18446744073709551616\"; the channels are A, 1, C, or a bit of 0..2",
		"the valid ones are listed");

	char flood[2000];
	memset(flood, 'x', sizeof flood - 1);
	flood[sizeof flood - 1] = '\0';
	struct channels full = {.count = CHANNELS_MAX};
	for (unsigned i = 0; i < CHANNELS_MAX; i++)
		memset(full.name[i], 'n', NAME_SIZE - 1);
	tap_is_int(t, channels_find(&full, flood, &bit, &e), ERR_CONFIG, "a flood of text");
	tap_ok(t, strstr(e.text, ", ..., or a bit of 0..63") != NULL, "a cut list says so");
	struct channels none = {.count = 0};
	tap_is_int(t, channels_find(&none, "0", &bit, &e), ERR_CONFIG, "no channels at all");
}

int main(void)
{
	struct tap t = tap_begin();
	test_find(&t);
	test_refused(&t);
	return tap_end(&t);
}
