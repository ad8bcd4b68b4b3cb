/* Lines survive the way there and back; every damaged one is told from a good one. */
#include <string.h>

#include "base/rng.h"
#include "base/tap.h"
#include "inst/penline.h"

static enum penline_event take(struct penline *p, const char *text, char out[PENLINE_SIZE])
{
	enum penline_event event = PENLINE_NOTHING;
	for (; *text != '\0'; text++)
		event = penline_take(p, (uint8_t)*text, out);
	return event;
}

int main(void)
{
	struct tap t = tap_begin();
	struct penline p = {.size = 0};
	char line[PENLINE_SIZE], out[PENLINE_SIZE], longest[PENLINE_BODY_MAX + 2];

	/* CRC-8 check value: Williams, "A painless guide to CRC error detection algorithms". */
	tap_is_int(&t, penline_crc8("123456789", 9), 0xF4, "CRC-8 check value");
	tap_ok(&t, penline_encode(line, "RATE 120"), "encode");
	tap_is_int(&t, take(&p, line, out), PENLINE_BODY, "decode");
	tap_is_str(&t, out, "RATE 120", "same body");
	line[0] = 'r';
	tap_is_int(&t, take(&p, line, out), PENLINE_NONSENSE, "a changed letter is nonsense");
	tap_is_int(&t, take(&p, "\n", out), PENLINE_NONSENSE, "an empty line is nonsense");
	tap_is_int(&t, take(&p, "*00\n", out), PENLINE_NONSENSE, "an empty body is nonsense");

	memset(longest, 'x', sizeof longest);
	longest[PENLINE_BODY_MAX] = '\0';
	tap_ok(&t, penline_encode(line, longest), "the longest body encodes");
	tap_is_int(&t, take(&p, line, out), PENLINE_BODY, "the longest body decodes");
	longest[PENLINE_BODY_MAX] = 'x';
	longest[PENLINE_BODY_MAX + 1] = '\0';
	tap_ok(&t, !penline_encode(line, longest), "a longer body does not encode");
	tap_ok(&t, !penline_encode(line, "a\nb"), "a control character does not encode");
	tap_ok(&t, !penline_encode(line, ""), "an empty body does not encode");

	/* All single and double bit errors in a line, and noise without end. */
	unsigned missed = 0;
	(void)penline_encode(line, "OK RATE 120");
	size_t bits = (strlen(line) - 1) * 8;
	for (size_t a = 0; a < bits; a++)
		for (size_t b = a; b < bits; b++) {
			char bad[PENLINE_SIZE];
			memcpy(bad, line, sizeof bad);
			bad[a / 8] = (char)(bad[a / 8] ^ (1 << (a % 8)));
			if (b != a)
				bad[b / 8] = (char)(bad[b / 8] ^ (1 << (b % 8)));
			enum penline_event event = PENLINE_NOTHING;
			for (size_t i = 0; i < strlen(line); i++) {
				event = penline_take(&p, (uint8_t)bad[i], out);
				if (event == PENLINE_BODY)
					missed++;
			}
			p = (struct penline){.size = 0};
		}
	/* Hex letters are compared in upper case only, so a flip inside HH cannot alias. */
	tap_is_int(&t, missed, 0, "no one- or two-bit error passes");
	struct rng r;
	rng_seed(&r, 1);
	unsigned bodies = 0;
	for (int i = 0; i < 200000; i++)
		bodies += penline_take(&p, (uint8_t)rng_next(&r), out) == PENLINE_BODY;
	tap_is_int(&t, bodies, 0, "noise gives no body");
	tap_is_int(&t, take(&p, "\nSTOP*", out), PENLINE_NOTHING, "after noise ...");
	(void)penline_encode(line, "STOP");
	tap_is_int(&t, take(&p, line + 5, out), PENLINE_BODY, "... a good line is taken");
	tap_is_int(&t, penline_end(&p, out), PENLINE_NOTHING, "nothing left behind a line");
	(void)take(&p, "STOP*90", out);
	tap_is_int(&t, penline_end(&p, out), PENLINE_NONSENSE, "bytes without a line end");
	tap_is_str(&t, out, "STOP*90", "are told");
	tap_is_int(&t, penline_end(&p, out), PENLINE_NOTHING, "once");
	return tap_end(&t);
}
