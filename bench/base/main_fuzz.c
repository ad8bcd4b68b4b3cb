/*
 * main() of a fuzz target built as a test: feeds every file of its corpus, each in its turn and
 * then with a few seeded changes, so that the corpus goes on finding things in new code. Prints
 * TAP; a promise that was not kept ends the program after the name of the file.
 */
#include "base/fuzz.h"

#include <dirent.h>
#include <string.h>

#include "base/limits.h"
#include "base/rng.h"
#include "base/tap.h"

enum { INPUT_MAX = 64 * 1024, CHANGED = 4 };

static int is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* The input in memory of exactly its size, so that a read beyond it is seen. */
static void feed(const uint8_t *data, size_t size)
{
	uint8_t *own = malloc(size > 0 ? size : 1);

	if (own == NULL)
		abort();
	memcpy(own, data, size);
	(void)LLVMFuzzerTestOneInput(own, size);
	free(own);
}

static bool feed_file(const char *path, struct rng *rng)
{
	static uint8_t data[INPUT_MAX];
	FILE *in = fopen(path, "rb");

	if (in == NULL)
		return false;

	size_t size = fread(data, 1, sizeof data, in);
	bool whole = ferror(in) == 0 && fgetc(in) == EOF;

	(void)fclose(in);
	feed(data, size);
	for (unsigned round = 0; whole && size > 0 && round < CHANGED; round++) {
		data[rng_below(rng, size)] = (uint8_t)rng_next(rng);
		feed(data, size);
	}
	return whole;
}

int main(int argc, char **argv)
{
	struct tap t = tap_begin();
	struct dirent **list = NULL;
	struct rng rng;
	int count;

	if (argc > 1) { /* single inputs, by hand */
		rng_seed(&rng, 1);
		for (int i = 1; i < argc; i++)
			(void)tap_ok(&t, feed_file(argv[i], &rng), "%s", argv[i]);
		return tap_end(&t);
	}
	count = scandir(fuzz_corpus, &list, is_visible, alphasort);
	tap_ok(&t, count > 10, "%s: a corpus is there", fuzz_corpus);
	for (int i = 0; i < count; i++) {
		char path[PATH_SIZE];

		(void)snprintf(path, sizeof path, "%s/%s", fuzz_corpus, list[i]->d_name);
		tap_note("%s", list[i]->d_name);
		rng_seed_named(&rng, 1, list[i]->d_name);
		tap_ok(&t, feed_file(path, &rng), "%s", list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return tap_end(&t);
}
