/*
 * The finder, once per unit size: a word holds 8 / unit_size samples, and the word shifted by one
 * sample with the last one moved in is what each sample is compared with.
 */
#include "capture/edges.h"

#include <assert.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { EDGES_WORD = 8, EDGES_GROUP = 32 }; /* bytes */

static inline uint64_t edges_load(const uint8_t *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof word); /* samples are little endian, and so is this machine */
	return word;
}

static inline __attribute__((always_inline)) uint64_t edges_one(const uint8_t *data, unsigned unit)
{
	uint64_t value = 0;

	memcpy(&value, data, unit);
	return value;
}

uint64_t edges_sample(const struct block *block, size_t i)
{
	assert(i < block->sample_count);
	return edges_one(block->data + i * block->unit_size, block->unit_size);
}

/* The sample repeated over a word. */
static inline uint64_t edges_splat(uint64_t sample, unsigned unit)
{
	switch (unit) {
	case 1:
		return sample * UINT64_C(0x0101010101010101);
	case 2:
		return sample * UINT64_C(0x0001000100010001);
	case 4:
		return sample * UINT64_C(0x0000000100000001);
	default:
		return sample;
	}
}

struct edges_range {
	const uint8_t *data;
	size_t at, end; /* samples */
	uint64_t first_index;
};

/* Looks at samples until the range or the room in out is used up. */
static inline __attribute__((always_inline)) size_t edges_scan(struct edges_range *r, unsigned unit,
							       uint64_t *last, uint64_t mask,
							       struct edge *out, size_t capacity)
{
	const unsigned lane = 8 * unit, per_word = EDGES_WORD / unit,
		       per_group = EDGES_GROUP / unit;
	const uint64_t lane_mask = unit == 8 ? UINT64_MAX : (UINT64_C(1) << (lane % 64)) - 1;
	const uint64_t wide = edges_splat(mask & lane_mask, unit);
	uint64_t before = *last;
	size_t at = r->at, count = 0;

	while (r->end - at >= per_group && capacity - count >= per_group) {
		const uint8_t *p = r->data + at * unit;
		uint64_t same = edges_splat(before & lane_mask, unit);

		if ((((edges_load(p) ^ same) | (edges_load(p + 8) ^ same) |
		      (edges_load(p + 16) ^ same) | (edges_load(p + 24) ^ same)) &
		     wide) == 0) {
			at += per_group;
			continue;
		}
		for (unsigned i = 0; i < EDGES_GROUP / EDGES_WORD; i++, at += per_word) {
			uint64_t word = edges_load(p + i * EDGES_WORD);
			uint64_t earlier = before & lane_mask;
			uint64_t shifted = unit == 8 ? earlier : (word << (lane % 64)) | earlier;
			uint64_t differs = (word ^ shifted) & wide;

			while (differs != 0) {
				unsigned shift = (unsigned)__builtin_ctzll(differs) / lane * lane;

				out[count++] = (struct edge){
					.index = r->first_index + at + shift / lane,
					.value = word >> shift & lane_mask,
					.changed = differs >> shift & lane_mask,
				};
				differs &= ~(lane_mask << shift);
			}
			before = word >> (64 - lane);
		}
	}
	/* The samples that do not fill a group. */
	while (r->end - at < per_group && at < r->end && count < capacity) {
		uint64_t value = edges_one(r->data + at * unit, unit);
		uint64_t differs = (value ^ before) & mask & lane_mask;

		if (differs != 0)
			out[count++] = (struct edge){r->first_index + at, value, differs};
		before = value;
		at++;
	}
	if (at > r->at) /* channels outside the mask too */
		*last = edges_one(r->data + (at - 1) * unit, unit);
	r->at = at;
	return count;
}

static size_t edges_plain(struct edges_range *r, unsigned unit, uint64_t *last, uint64_t mask,
			  struct edge *out, size_t capacity)
{
	switch (unit) {
	case 1:
		return edges_scan(r, 1, last, mask, out, capacity);
	case 2:
		return edges_scan(r, 2, last, mask, out, capacity);
	case 4:
		return edges_scan(r, 4, last, mask, out, capacity);
	default:
		assert(unit == 8);
		return edges_scan(r, 8, last, mask, out, capacity);
	}
}

size_t edges_find_plain(const struct block *block, size_t *at, uint64_t *last, uint64_t mask,
			struct edge *out, size_t capacity)
{
	struct edges_range r = {block->data, *at, block->sample_count, block->first_index};
	size_t count;

	assert(*at <= block->sample_count && capacity >= EDGES_ROOM_MIN);
	count = edges_plain(&r, block->unit_size, last, mask, out, capacity);
	*at = r.at;
	return count;
}

#if defined(__x86_64__)

enum { EDGES_WIDE = 64 }; /* bytes looked at in one turn */

/* Which of 32 bytes at p belong to a sample that differs from the one before, a bit per byte. */
__attribute__((target("avx2"), always_inline)) static inline uint32_t
edges_differ_avx2(const uint8_t *p, unsigned unit, __m256i mask)
{
	const __m256i zero = _mm256_setzero_si256();
	__m256i now = _mm256_loadu_si256((const __m256i *)(const void *)p);
	__m256i before = _mm256_loadu_si256((const __m256i *)(const void *)(p - unit));
	__m256i differs = _mm256_and_si256(_mm256_xor_si256(now, before), mask);
	__m256i same = unit == 1   ? _mm256_cmpeq_epi8(differs, zero)
		       : unit == 2 ? _mm256_cmpeq_epi16(differs, zero)
		       : unit == 4 ? _mm256_cmpeq_epi32(differs, zero)
				   : _mm256_cmpeq_epi64(differs, zero);

	return ~(uint32_t)_mm256_movemask_epi8(same);
}

/* 64 bytes at a time: one branch per edge and one per group, however dense they are. The sample
 * before r->at is in the same memory; what is less than a group is left over. */
__attribute__((target("avx2"), always_inline)) static inline size_t
edges_avx2(struct edges_range *r, unsigned unit, uint64_t mask, struct edge *out, size_t capacity)
{
	/* Of the bits of a sample's bytes, which are all equal, the first one. */
	const uint64_t firsts = unit == 1   ? UINT64_MAX
				: unit == 2 ? UINT64_C(0x5555555555555555)
				: unit == 4 ? UINT64_C(0x1111111111111111)
					    : UINT64_C(0x0101010101010101);
	const uint64_t lane_mask = mask & (UINT64_MAX >> (64 - 8 * unit));
	const __m256i wide = _mm256_set1_epi64x((long long)edges_splat(lane_mask, unit));
	const size_t per_group = EDGES_WIDE / unit;
	const uint8_t *data = r->data;
	size_t at = r->at, count = 0;

	assert(at > 0);
	while (r->end - at >= per_group && capacity - count >= per_group) {
		const uint8_t *p = data + at * unit;
		uint64_t differs = edges_differ_avx2(p, unit, wide) |
				   (uint64_t)edges_differ_avx2(p + 32, unit, wide) << 32;

		for (differs &= firsts; differs != 0; differs &= differs - 1) {
			size_t i = at + (size_t)__builtin_ctzll(differs) / unit;
			uint64_t value = edges_one(data + i * unit, unit);
			uint64_t before = edges_one(data + (i - 1) * unit, unit);

			out[count++] = (struct edge){
				.index = r->first_index + i,
				.value = value,
				.changed = (value ^ before) & lane_mask,
			};
		}
		at += per_group;
	}
	r->at = at;
	return count;
}

__attribute__((target("avx2"))) static size_t
edges_wide(struct edges_range *r, unsigned unit, uint64_t mask, struct edge *out, size_t capacity)
{
	switch (unit) {
	case 1:
		return edges_avx2(r, 1, mask, out, capacity);
	case 2:
		return edges_avx2(r, 2, mask, out, capacity);
	case 4:
		return edges_avx2(r, 4, mask, out, capacity);
	default:
		assert(unit == 8);
		return edges_avx2(r, 8, mask, out, capacity);
	}
}

size_t edges_find(const struct block *block, size_t *at, uint64_t *last, uint64_t mask,
		  struct edge *out, size_t capacity)
{
	struct edges_range r = {block->data, *at, block->sample_count, block->first_index};
	const unsigned unit = block->unit_size;
	size_t count = 0;

	if ((r.end - r.at) * unit < 2 * EDGES_WIDE || !__builtin_cpu_supports("avx2"))
		return edges_find_plain(block, at, last, mask, out, capacity);
	assert(r.at < r.end && capacity >= EDGES_ROOM_MIN);
	if (r.at == 0) { /* its predecessor is not in this block */
		r.end = 1;
		count = edges_plain(&r, unit, last, mask, out, capacity);
		r.end = block->sample_count;
	}
	count += edges_wide(&r, unit, mask, out + count, capacity - count);
	*last = edges_sample(block, r.at - 1);
	*at = r.at;
	return count;
}

#else

size_t edges_find(const struct block *block, size_t *at, uint64_t *last, uint64_t mask,
		  struct edge *out, size_t capacity)
{
	return edges_find_plain(block, at, last, mask, out, capacity);
}

#endif
