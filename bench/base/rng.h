/*
 * Repeatable random numbers: xoshiro256** seeded by splitmix64 (Blackman and Vigna, "Scrambled
 * linear pseudorandom number generators", 2018). Same seed, same numbers, on every machine.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
	uint64_t word[4];
};

void rng_seed(struct rng *r, uint64_t seed);

/* A stream of its own for each name under one seed, so that adding a draw moves no other. */
void rng_seed_named(struct rng *r, uint64_t seed, const char *name);

uint64_t rng_next(struct rng *r);

/* Uniform in [0, 1). */
double rng_uniform(struct rng *r);

/* Uniform in 0..n-1; n > 0. */
uint64_t rng_below(struct rng *r, uint64_t n);

/* Normal, mean 0, standard deviation 1 (polar method of Marsaglia). */
double rng_normal(struct rng *r);

#endif
