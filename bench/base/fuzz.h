/*
 * What a fuzz target (FILE_fuzz.c) brings. It is linked twice: with libFuzzer for the campaign, and
 * with main_fuzz.c as a test that feeds the corpus which campaigns found, one test point a file.
 */
#ifndef BASE_FUZZ_H
#define BASE_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern const char fuzz_corpus[]; /* folder of the corpus, from the top of the repository */

/* Feeds one input; returns 0, or does not return. The name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise that was not kept ends the program, so that the fuzzer keeps the input. */
#define FUZZ_CHECK(ok, ...)                                    \
	do {                                                   \
		if (!(ok)) {                                   \
			(void)fprintf(stderr, "fuzz: ");       \
			(void)fprintf(stderr, __VA_ARGS__);    \
			(void)fprintf(stderr, " (%s)\n", #ok); \
			abort();                               \
		}                                              \
	} while (0)

/* An input read as a recipe: bytes one after another, zeros when they are used up. */
struct fuzz_bytes {
	const uint8_t *at, *end;
};

static inline uint8_t fuzz_take(struct fuzz_bytes *b)
{
	return b->at < b->end ? *b->at++ : 0;
}

static inline unsigned fuzz_take16(struct fuzz_bytes *b)
{
	unsigned low = fuzz_take(b);

	return low | (unsigned)fuzz_take(b) << 8;
}

#endif
