/*
 * Fuzz target over every analysis and over the text of their arguments. An input is a recipe: which
 * analysis, which arguments, which channels, how the capture is cut, and the capture.
 *
 * The promise checked, beside that nothing breaks: the result is the same tree, to the last bit,
 * whether the capture comes as one block (the widest way this processor has), in blocks too short
 * for that way, in odd pieces, with samples of 1, 2, 4 or 8 bytes with noise on the other channels,
 * alone or in one pass with another analysis.
 *
 * PENBENCH_FUZZ=NAME in the environment keeps the campaign to one analysis, or to `arguments`, the
 * text of them.
 */
#include <string.h>

#include "analysis/analysis.h"
#include "analysis/arguments.h"
#include "analysis/wave_test.h"
#include "base/fuzz.h"

const char fuzz_corpus[] = "bench/analysis/corpus";

enum { SAMPLES_MAX = 16 * 1024, TEXT_MAX = 200, LINES = 8, FREE_TEXT = 0xf0 };

static const struct kind *const kinds[] = {
	&quadrature_kind, &stroke_kind, &protrusion_kind, &latency_kind, &settling_kind,
	&activity_kind,   &pulse_kind,  &step_kind,       &uart_kind,    &baud_kind,
	&spi_kind,        &isp_kind,    &sinc3_kind,
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* Invariant: count <= SAMPLES_MAX; line[i] holds the LINES channels that the analyses see. */
struct capture {
	uint8_t line[SAMPLES_MAX];
	size_t count;
	double samplerate_hz;
	struct channels names;
	uint8_t memory[8 * SAMPLES_MAX];
};

/* A number as people write them, near the edges of what is allowed, or far out. */
static void take_number(struct fuzz_bytes *in, char *text, size_t size)
{
	static const char *const odd[] = {"0.5",     "-1",    "1e3",        "115200",
					  "38400.5", "1e300", "1e-9",       "65536",
					  "100000",  "1e18",  "4294967296", "3.25",
					  "250000",  "160",   "1000",       "."};
	unsigned byte = fuzz_take(in);

	if (byte < 192)
		(void)snprintf(text, size, "%u", byte % 64);
	else if (byte < 240)
		(void)snprintf(text, size, "%s", odd[byte % 16]);
	else
		(void)snprintf(text, size, "%u", fuzz_take16(in));
}

/* "NAME:key=value,..." with every required key and some of the others. */
static void take_spec(struct fuzz_bytes *in, const struct kind *kind, char *spec, size_t size)
{
	static const char *const words[] = {"n", "e", "o", "rising", "falling", "last", "x", ""};
	unsigned chosen = fuzz_take(in);
	size_t used = (size_t)snprintf(spec, size, "%s", kind->name);
	char separator = ':';

	for (unsigned k = 0; k < KIND_KEYS_MAX && kind->keys[k].name != NULL; k++) {
		char value[32];

		if (!kind->keys[k].required && (chosen >> k & 1) == 0)
			continue;
		switch (kind->keys[k].type) {
		case KIND_CHANNEL:
			(void)snprintf(value, sizeof value, "%u", (fuzz_take(in) + k) % LINES);
			break;
		case KIND_NUMBER:
			take_number(in, value, sizeof value);
			break;
		case KIND_TEXT:
			(void)snprintf(value, sizeof value, "%s", words[fuzz_take(in) % 8]);
			break;
		case KIND_MOMENT:
			(void)snprintf(value, sizeof value, "%usa", fuzz_take16(in));
			break;
		}
		used += (size_t)snprintf(spec + used, size - used, "%c%s=%s", separator,
					 kind->keys[k].name, value);
		separator = ',';
		FUZZ_CHECK(used < size, "a spec too long to write");
	}
}

/* Text as it comes: what stands on a command line. */
static void take_text(struct fuzz_bytes *in, char *spec, size_t size)
{
	size_t length = fuzz_take(in) % size;

	for (size_t i = 0; i < length; i++)
		spec[i] = (char)fuzz_take(in);
	spec[length] = '\0';
}

static void take_capture(struct fuzz_bytes *in, struct capture *c)
{
	static const double rates[] = {0, 1e6, 24e6, 1, 1515151, 12345.678, 1e9, 115200};
	unsigned how = fuzz_take(in);

	c->samplerate_hz = rates[how & 7];
	c->count = 0;
	while (in->at < in->end && c->count < SAMPLES_MAX) {
		uint8_t byte = fuzz_take(in);
		unsigned run = 1;

		if ((how & 0x18) == 0x08) /* runs */
			run = 1 + fuzz_take(in);
		else if ((how & 0x18) == 0x10) /* runs of one length */
			run = 1 + (how >> 5);
		else if ((how & 0x18) == 0x18) { /* a pair that moves, the rest from the byte */
			static const uint8_t gray[4] = {0, 1, 3, 2};
			uint8_t last = c->count > 0 ? c->line[c->count - 1] & 3 : 0;
			unsigned at = last == 3 ? 2 : last == 2 ? 3 : last;

			byte = (uint8_t)((byte & ~3u) | gray[(at + (byte & 1 ? 1u : 3u)) & 3]);
			run = 1 + (how >> 5);
		}
		for (; run > 0 && c->count < SAMPLES_MAX; run--)
			c->line[c->count++] = byte;
	}
}

/* The capture with `unit` bytes a sample: its lines from bit `shift` on, noise on the others. */
static void widen(struct capture *c, unsigned unit, unsigned shift)
{
	uint64_t noise = 1;

	for (size_t i = 0; i < c->count; i++) {
		noise = noise * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);

		uint64_t sample =
			(uint64_t)c->line[i] << shift | (noise & ~(UINT64_C(0xff) << shift));

		if (unit == 1)
			sample = c->line[i];
		memcpy(c->memory + i * unit, &sample, unit);
	}
	c->names = (struct channels){.count = 8 * unit};
	if (shift > 0) /* a digit string means a channel of that name first */
		for (unsigned bit = 0; bit < LINES; bit++)
			(void)snprintf(c->names.name[shift + bit], NAME_SIZE, "%u", bit);
}

/* Runs specs[0..n) in one pass over blocks of 1..most samples; the result of specs[0], NULL when it
 * is refused. */
static struct result *run(const struct capture *c, unsigned unit, const char *const *specs,
			  size_t n, size_t most)
{
	struct analysis *list[2] = {NULL, NULL};
	struct result *out = NULL;
	size_t step = most, fed = 0;

	for (size_t i = 0; i < n; i++) {
		struct err e = {0};

		if (analysis_new(&list[fed], specs[i], &c->names, c->samplerate_hz, &e) ==
		    ERR_NONE) {
			fed++;
			continue;
		}
		FUZZ_CHECK(e.code == ERR_CONFIG && e.text[0] != '\0', "%s", specs[i]);
		if (i == 0)
			return NULL;
	}
	for (size_t at = 0, size; at < c->count; at += size) {
		size = step < c->count - at ? step : c->count - at;
		step = most < SAMPLES_MAX ? 1 + (step * 7 + at) % most : most;

		/* Memory of its own, so that a look beyond the block is seen. */
		uint8_t *data = malloc(size * unit);

		FUZZ_CHECK(data != NULL, "out of memory");
		memcpy(data, c->memory + at * unit, size * unit);
		analysis_feed(list, fed, &(struct block){data, size, unit, at});
		free(data);
	}
	out = analysis_finish(list[0]);
	for (size_t i = 1; i < fed; i++)
		result_free(analysis_finish(list[i]));
	for (size_t i = 0; i < fed; i++)
		analysis_free(list[i]);
	return out;
}

/* Everybody in analysis_new's list is in ours, or new analyses would go without. */
static void check_kinds(const struct capture *c)
{
	struct analysis *none;
	struct err e = {0};
	size_t commas = 0;

	FUZZ_CHECK(analysis_new(&none, "?", &c->names, 0, &e) == ERR_CONFIG, "a kind named ?");
	for (const char *at = strstr(e.text, "there are"); at != NULL && *at != '\0'; at++)
		commas += *at == ',';
	FUZZ_CHECK(commas + 1 == KINDS, "kinds[] is not the list of analysis.c: %s", e.text);
}

static bool is_wanted(const char *only, const char *spec, bool is_text)
{
	if (strcmp(only, "arguments") == 0)
		return is_text;
	return strncmp(spec, only, strlen(only)) == 0 && spec[strlen(only)] == ':';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned units[] = {1, 2, 4, 8};
	static struct capture c;
	struct fuzz_bytes in = {data, data + size};
	const char *only = getenv("PENBENCH_FUZZ");
	char own[TEXT_MAX], other[TEXT_MAX];
	const char *const specs[] = {own, other};
	unsigned which = fuzz_take(&in), cut = fuzz_take(&in), wide = fuzz_take(&in);
	unsigned unit = units[wide & 3],
		 shift = unit > 1 ? (wide >> 2) % (8 * unit - LINES + 1) : 0;
	struct result *whole, *again;

	if (which >= FREE_TEXT)
		take_text(&in, own, sizeof own);
	else
		take_spec(&in, kinds[which % KINDS], own, sizeof own);
	if (only != NULL && !is_wanted(only, own, which >= FREE_TEXT))
		return 0;
	take_spec(&in, kinds[fuzz_take(&in) % KINDS], other, sizeof other);
	take_capture(&in, &c);
	widen(&c, 1, 0);
	check_kinds(&c);
	whole = run(&c, 1, specs, 1, SAMPLES_MAX);
	again = run(&c, 1, specs, 2, 1 + cut % 63);
	FUZZ_CHECK((whole == NULL) == (again == NULL) &&
			   (whole == NULL || wave_equal(whole, again)),
		   "%s: pieces of at most %u samples, beside %s", own, 1 + cut % 63, other);
	result_free(again);
	if (which < FREE_TEXT) { /* free text may name bits by number, and those move */
		widen(&c, unit, shift);
		again = run(&c, unit, specs, 1, cut & 0x80 ? SAMPLES_MAX : 1 + 5 * (size_t)cut);
		FUZZ_CHECK((whole == NULL) == (again == NULL) &&
				   (whole == NULL || wave_equal(whole, again)),
			   "%s: unit size %u, shift %u, cut %u", own, unit, shift, cut);
		result_free(again);
	}
	result_free(whole);
	return 0;
}
