/*
 * Plain C gathers the bits of the samples in one word by a multiplication whose partial products do
 * not overlap; AVX2 takes the top bits of 32 bytes at once. BMI2 has the parallel extract.
 */
#include "capture/bitplane.h"

#include <assert.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static inline uint64_t bitplane_load(const uint8_t *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof word);
	return word;
}

/* Bit of each sample in one word, at the low end of the result. The lanes' lowest bits stand at 0,
 * 8 .. 56 (unit 1); times a number with bits at 56, 49 .. 7 they meet at 56 .. 63 and nowhere
 * above. */
static inline __attribute__((always_inline)) uint64_t bitplane_word(uint64_t word, unsigned unit,
								    unsigned bit)
{
	switch (unit) {
	case 1:
		return ((word >> bit & UINT64_C(0x0101010101010101)) *
			UINT64_C(0x0102040810204080)) >>
		       56;
	case 2:
		return ((word >> bit & UINT64_C(0x0001000100010001)) *
			UINT64_C(0x1000200040008000)) >>
		       60;
	case 4:
		return (word >> bit & 1) | (word >> (bit + 32) & 1) << 1;
	default:
		return word >> bit & 1;
	}
}

static inline __attribute__((always_inline)) struct bitplane_pair
bitplane_gather(const uint8_t *data, unsigned unit, unsigned clk, unsigned dat)
{
	const unsigned per_word = 8 / unit;
	struct bitplane_pair out = {0, 0};

	for (unsigned at = 0; at < BITPLANE_SAMPLES; at += per_word, data += 8) {
		uint64_t word = bitplane_load(data);

		out.clk |= bitplane_word(word, unit, clk) << at;
		out.dat |= bitplane_word(word, unit, dat) << at;
	}
	return out;
}

static struct bitplane_pair bitplane_plain_1(const uint8_t *data, unsigned clk, unsigned dat)
{
	return bitplane_gather(data, 1, clk, dat);
}

static struct bitplane_pair bitplane_plain_2(const uint8_t *data, unsigned clk, unsigned dat)
{
	return bitplane_gather(data, 2, clk, dat);
}

static struct bitplane_pair bitplane_plain_4(const uint8_t *data, unsigned clk, unsigned dat)
{
	return bitplane_gather(data, 4, clk, dat);
}

static struct bitplane_pair bitplane_plain_8(const uint8_t *data, unsigned clk, unsigned dat)
{
	return bitplane_gather(data, 8, clk, dat);
}

bitplane_take *bitplane_plain(unsigned unit_size)
{
	switch (unit_size) {
	case 1:
		return bitplane_plain_1;
	case 2:
		return bitplane_plain_2;
	case 4:
		return bitplane_plain_4;
	default:
		assert(unit_size == 8);
		return bitplane_plain_8;
	}
}

static uint64_t bitplane_pack_c(uint64_t value, uint64_t mask)
{
	uint64_t out = 0;

	for (unsigned n = 0; mask != 0; mask &= mask - 1, n++)
		out |= (value >> __builtin_ctzll(mask) & 1) << n;
	return out;
}

bitplane_pack *bitplane_pack_plain(void)
{
	return bitplane_pack_c;
}

#if defined(__x86_64__)

/* A shift moves bits across bytes only into the low bits, which nobody looks at: the top bit of
 * each byte is bit `7 - left` of the same byte. */
__attribute__((target("avx2"))) static struct bitplane_pair
bitplane_avx2_1(const uint8_t *data, unsigned clk, unsigned dat)
{
	__m256i low = _mm256_loadu_si256((const __m256i *)(const void *)data);
	__m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(data + 32));
	__m128i up_clk = _mm_cvtsi32_si128(7 - (int)clk), up_dat = _mm_cvtsi32_si128(7 - (int)dat);
	uint32_t clk_low = (uint32_t)_mm256_movemask_epi8(_mm256_sll_epi16(low, up_clk));
	uint32_t clk_high = (uint32_t)_mm256_movemask_epi8(_mm256_sll_epi16(high, up_clk));
	uint32_t dat_low = (uint32_t)_mm256_movemask_epi8(_mm256_sll_epi16(low, up_dat));
	uint32_t dat_high = (uint32_t)_mm256_movemask_epi8(_mm256_sll_epi16(high, up_dat));

	return (struct bitplane_pair){(uint64_t)clk_high << 32 | clk_low,
				      (uint64_t)dat_high << 32 | dat_low};
}

__attribute__((target("bmi2"))) static uint64_t bitplane_pack_bmi2(uint64_t value, uint64_t mask)
{
	return _pext_u64(value, mask);
}

bitplane_take *bitplane_best(unsigned unit_size)
{
	if (unit_size == 1 && __builtin_cpu_supports("avx2"))
		return bitplane_avx2_1;
	return bitplane_plain(unit_size);
}

bitplane_pack *bitplane_pack_best(void)
{
	return __builtin_cpu_supports("bmi2") ? bitplane_pack_bmi2 : bitplane_pack_c;
}

#else

bitplane_take *bitplane_best(unsigned unit_size)
{
	return bitplane_plain(unit_size);
}

bitplane_pack *bitplane_pack_best(void)
{
	return bitplane_pack_c;
}

#endif
