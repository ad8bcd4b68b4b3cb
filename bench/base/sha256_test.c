/* SHA-256 against FIPS 180-4's examples. */
#include "base/sha256.h"

#include <string.h>

#include "base/tap.h"

static void examples(struct tap *t)
{
	struct sha256 s;
	char hex[SHA256_HEX_SIZE], a[1000];

	sha256_init(&s);
	sha256_feed(&s, "abc", 3);
	sha256_finish(&s, hex);
	tap_is_str(t, hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		   "abc");
	sha256_init(&s);
	sha256_feed(&s, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56);
	sha256_finish(&s, hex);
	tap_is_str(t, hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
		   "two blocks");
	memset(a, 'a', sizeof a);
	sha256_init(&s);
	for (int i = 0; i < 1000; i++)
		sha256_feed(&s, a, sizeof a);
	sha256_finish(&s, hex);
	tap_is_str(t, hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		   "a million times a");
}

int main(void)
{
	struct tap t = tap_begin();

	examples(&t);
	return tap_end(&t);
}
