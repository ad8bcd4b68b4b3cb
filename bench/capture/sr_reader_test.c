/*
 * Session files made here with libzip: good ones of every dialect read back exactly; damaged ones
 * are an error that names the member, and a flipped bit anywhere is an error or changes nothing.
 */
#include "capture/sr_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/rng.h"
#include "base/tap.h"

#define META                                                                                  \
	"[global]\nsigrok version=0.5.2\n\n[device 1]\ncapturefile=logic-1\ntotal probes=8\n" \
	"samplerate=24 MHz\nprobe1=ENC_A\nprobe3=MODE/XA\nunitsize=1\n"

struct member {
	const char *name, *text;
	size_t size; /* 0: strlen(text) */
};

static char path[] = "/tmp/sr_reader_test.XXXXXX";

/* Writes the members in that order. */
static void make(const struct member *list, size_t count)
{
	int code;

	(void)unlink(path);

	zip_t *zip = zip_open(path, ZIP_CREATE, &code);

	for (size_t i = 0; i < count; i++) {
		size_t size = list[i].size > 0 ? list[i].size : strlen(list[i].text);

		(void)zip_file_add(zip, list[i].name, zip_source_buffer(zip, list[i].text, size, 0),
				   0);
	}
	if (zip_close(zip) != 0)
		abort();
}
#define MAKE(list) make((list), sizeof(list) / sizeof(list)[0])

/* Reads all logic samples, at most capacity bytes of them; -1 and e on an error. */
static long slurp(uint8_t *data, size_t capacity, unsigned *unit, struct err *e)
{
	struct sr_reader *r;
	struct block block;
	size_t size = 0;
	long result = -1;

	if (sr_reader_open(&r, path, e))
		return -1;
	do {
		if (sr_reader_next(r, &block, e))
			goto out;
		if (block.sample_count * block.unit_size > capacity - size)
			goto out;
		memcpy(data + size, block.data, block.sample_count * block.unit_size);
		size += block.sample_count * block.unit_size;
		*unit = block.unit_size;
	} while (block.sample_count > 0);
	for (unsigned i = 0; i < sr_reader_info(r)->analog_count; i++) {
		const float *value;
		size_t count;

		do
			if (sr_reader_next_analog(r, i, &value, &count, e))
				goto out;
		while (count > 0);
	}
	result = (long)size;
out:
	sr_reader_close(r);
	return result;
}

static bool reads_as(const char *wanted, size_t size, unsigned unit_wanted)
{
	uint8_t data[4096];
	unsigned unit = 0;
	struct err e = {0};
	long got = slurp(data, sizeof data, &unit, &e);

	if (got == (long)size && memcmp(data, wanted, size) == 0 && unit == unit_wanted)
		return true;
	tap_note("got %ld bytes of unit %u: %s", got, unit, e.text);
	return false;
}

static bool refuses(const char *word)
{
	uint8_t data[4096];
	unsigned unit;
	struct err e = {0};

	if (slurp(data, sizeof data, &unit, &e) < 0 && e.code == ERR_CONFIG &&
	    strstr(e.text, word) != NULL)
		return true;
	tap_note("wanted '%s' in: %s", word, e.text);
	return false;
}

static void test_good(struct tap *t)
{
	const struct member v2[] = {{"logic-1-10", "j", 0}, {"logic-1-2", "b", 0},
				    {"logic-1-3", "c", 0},  {"logic-1-4", "d", 0},
				    {"version", "2", 0},    {"logic-1-9", "i", 0},
				    {"logic-1-5", "e", 0},  {"logic-1-6", "f", 0},
				    {"logic-1-1", "a", 0},  {"logic-1-7", "g", 0},
				    {"logic-1-8", "h", 0},  {"metadata", META, 0}};
	const struct member v1[] = {
		{"version", "1\n", 0},
		{"logic-1", "xyz", 0},
		{"metadata",
		 "[global]\r\n[device 1]\r\ndriver = fx2lafw\r\ncapturefile = logic-1\r\n"
		 "unitsize = 1\r\nsamplerate = 2 mHz\r\n probe2 = STEP (Y axis) \r\n"
		 "probe4=0\nprobe5=0\n",
		 0}};
	const struct member three[] = {{"version", "2", 0},
				       {"logic-1-1", "abcd", 0},
				       {"logic-1-2", "efghi", 0},
				       {"metadata",
					"[device 1]\ncapturefile=logic-1\ntotal probes=17\n", 0}};
	struct sr_reader *r;
	struct err e;

	MAKE(v2);
	tap_ok(t, reads_as("abcdefghij", 10, 1), "chunks in numeric order");
	if (tap_ok(t, sr_reader_open(&r, path, &e) == ERR_NONE, "opens")) {
		const struct sessionfile *info = sr_reader_info(r);

		tap_ok(t, info->samplerate_hz == 24e6 && info->channels.count == 8,
		       "rate, channels");
		tap_is_str(t, info->channels.name[2], "MODE/XA", "a gap in the probes");
		tap_is_str(t, info->channels.name[1], "", "no name in the gap");
		sr_reader_close(r);
	}
	MAKE(v1);
	tap_ok(t, reads_as("xyz", 3, 1), "version 1, one member");
	if (tap_ok(t, sr_reader_open(&r, path, &e) == ERR_NONE, "opens")) {
		const struct sessionfile *info = sr_reader_info(r);

		tap_ok(t, info->samplerate_hz == 2e6, "2 mHz means 2 MHz");
		tap_is_str(t, info->channels.name[1], "STEP (Y axis)", "key = value");
		sr_reader_close(r);
	}
	MAKE(three);
	tap_ok(t, reads_as("abc\0def\0ghi\0", 12, 4),
	       "3 bytes are widened to 4; a sample may begin in one chunk and end in the next");
}

static void test_analog(struct tap *t)
{
	static const float volts[3] = {1.5f, -2, 0.25f};
	const struct member mixed[] = {
		{"version", "2", 0},
		{"logic-1-1", "ab", 0},
		{"analog-1-3-2", (const char *)&volts[2], 4},
		{"analog-1-3-1", (const char *)volts, 8},
		{"metadata",
		 "[device 1]\ncapturefile=logic-1\ntotal probes=2\nunitsize=1\n"
		 "total analog=1\nanalog3=VCC\n",
		 0}};
	struct sr_reader *r;
	struct block block;
	const float *value;
	size_t count = 0;
	struct err e;

	MAKE(mixed);
	if (!tap_ok(t, sr_reader_open(&r, path, &e) == ERR_NONE, "mixed"))
		return;
	tap_is_str(t, sr_reader_info(r)->analog[0].name, "VCC", "analog name");
	tap_ok(t, sr_reader_info(r)->samplerate_hz == 0, "no rate");
	tap_ok(t, sr_reader_next(r, &block, &e) == ERR_NONE && block.sample_count == 2, "logic");
	tap_ok(t,
	       sr_reader_next_analog(r, 0, &value, &count, &e) == ERR_NONE && count == 3 &&
		       memcmp(value, volts, sizeof volts) == 0,
	       "analog");
	sr_reader_close(r);
	tap_ok(t, reads_as("ab", 2, 1), "and to the end");
}

static void test_damage(struct tap *t)
{
	const struct member gap[] = {{"version", "2", 0},
				     {"metadata", META, 0},
				     {"logic-1-1", "a", 0},
				     {"logic-1-3", "c", 0}};
	const struct member first[] = {{"version", "2", 0},
				       {"metadata", META, 0},
				       {"logic-1-2", "a", 0}};
	const struct member none[] = {{"version", "2", 0}, {"metadata", META, 0}};
	const struct member both[] = {{"version", "2", 0},
				      {"metadata", META, 0},
				      {"logic-1", "a", 0},
				      {"logic-1-1", "a", 0}};
	const struct member strange[] = {{"version", "2", 0},
					 {"metadata", META, 0},
					 {"logic-1-1", "a", 0},
					 {"mogic-1-2", "b", 0}};
	const struct member zero[] = {{"version", "2", 0},
				      {"metadata", META, 0},
				      {"logic-1-1", "a", 0},
				      {"logic-1-02", "b", 0}};
	const struct member left[] = {{"version", "2", 0},
				      {"logic-1-1", "abc", 0},
				      {"metadata", "[device 1]\ncapturefile=logic-1\nunitsize=2\n",
				       0}};
	const struct member version[] = {{"version", "3", 0}, {"metadata", META, 0}};
	const struct member unversioned[] = {{"metadata", META, 0}, {"logic-1-1", "a", 0}};
	const struct member wide[] = {{"version", "2", 0},
				      {"logic-1-1", "abc", 0},
				      {"metadata", "[device 1]\ncapturefile=logic-1\nunitsize=9\n",
				       0}};
	const struct member two[] = {{"version", "2", 0},
				     {"logic-1-1", "abc", 0},
				     {"metadata", META "[device 2]\ncapturefile=logic-2\n", 0}};
	const struct member twice[] = {{"version", "2", 0},
				       {"logic-1-1", "abc", 0},
				       {"metadata", META "probe1=again\n", 0}};
	const struct member huge[] = {{"version", "2", 0},
				      {"metadata", META, 0},
				      {"logic-1-999999999", "c", 0}};
	const struct member no_analog[] = {{"version", "2", 0},
					   {"metadata", META "analog9=V\n", 0},
					   {"logic-1-1", "a", 0}};

	MAKE(gap);
	tap_ok(t, refuses("\"logic-1-2\": missing"), "a missing chunk");
	MAKE(first);
	tap_ok(t, refuses("\"logic-1-1\": missing"), "the first chunk missing");
	MAKE(none);
	tap_ok(t, refuses("\"logic-1\": missing"), "no samples");
	MAKE(both);
	tap_ok(t, refuses("logic-1"), "samples twice");
	MAKE(strange);
	tap_ok(t, refuses("mogic-1-2\" is no part"), "a member that is none");
	MAKE(zero);
	tap_ok(t, refuses("logic-1-02"), "a chunk with two names");
	MAKE(left);
	tap_ok(t, refuses("1 bytes left over"), "bytes left over");
	MAKE(version);
	tap_ok(t, refuses("version \"3\""), "another version");
	MAKE(unversioned);
	tap_ok(t, refuses("\"version\""), "no version");
	MAKE(wide);
	tap_ok(t, refuses("unitsize"), "a unit size that is none");
	MAKE(two);
	tap_ok(t, refuses("more than one device"), "two devices");
	MAKE(twice);
	tap_ok(t, refuses("probe1 stands twice"), "one probe twice");
	MAKE(huge);
	tap_ok(t, refuses("logic-1-999999999"), "a chunk number beyond sense");
	MAKE(no_analog);
	tap_ok(t, refuses("\"analog-1-9\": missing"), "an analog channel without samples");
	(void)unlink(path);
	tap_ok(t, refuses(path), "no file");
}

/* Writes bytes over every place where `old` stands in the file; both have the same length. */
static void patch(const char *old, const char *new)
{
	uint8_t file[8192];
	FILE *f = fopen(path, "r+b");
	size_t size = fread(file, 1, sizeof file, f), length = strlen(old);

	for (size_t at = 0; at + length <= size; at++)
		if (memcmp(file + at, old, length) == 0)
			memcpy(file + at, new, length);
	rewind(f);
	(void)fwrite(file, 1, size, f);
	(void)fclose(f);
}

static void test_names(struct tap *t)
{
	const struct member spliced[] = {{"version", "2", 0},
					 {"metadata", META, 0},
					 {"xetadata", META, 0},
					 {"logic-1-1", "a", 0}};

	MAKE(spliced);
	patch("xetadata", "metadata");
	tap_ok(t, refuses(path), "metadata twice");
	MAKE(spliced);
	patch("xetadata", "x\033[2J\nta");
	tap_ok(t, refuses("\"x???[2J???ta\""), "control characters in a name");
}

/* Flips, cuts, doubles and swaps: an error, or the samples exactly. */
static void test_mutations(struct tap *t)
{
	char big[20000];
	const struct member list[] = {{"version", "2", 0},
				      {"metadata", META, 0},
				      {"logic-1-1", big, 2000},
				      {"logic-1-2", big + 2000, 1500},
				      {"logic-1-3", big + 3500, 500}};
	uint8_t file[8192], mutant[8192], data[4096];
	struct rng rng;
	size_t size, refused = 0, exact = 0, wrong = 0, named = 0;

	rng_seed(&rng, 4);
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (char)(rng_below(&rng, 8) == 0 ? rng_next(&rng) : i / 50);
	MAKE(list);

	FILE *in = fopen(path, "rb");

	size = fread(file, 1, sizeof file, in);
	(void)fclose(in);
	for (unsigned round = 0; round < 4000; round++) {
		size_t length = size, at = rng_below(&rng, size), n = 1 + rng_below(&rng, 40);
		unsigned unit;
		struct err e = {0};

		memcpy(mutant, file, size);
		if (round % 8 == 0)
			length = at;
		else if (round % 8 == 1 && at + n < size)
			memmove(mutant + at, mutant + at + n, (length -= n) - at);
		else if (round % 8 == 2)
			for (size_t i = 0; i < n && at + i < size; i++)
				mutant[at + i] = (uint8_t)rng_next(&rng);
		else
			mutant[at] ^= (uint8_t)(1u << rng_below(&rng, 8));

		FILE *out = fopen(path, "wb");

		(void)fwrite(mutant, 1, length, out);
		(void)fclose(out);

		long got = slurp(data, sizeof data, &unit, &e);

		if (got < 0) {
			refused++;
			named += strstr(e.text, path) != NULL;
		} else if (got == 4000 && memcmp(data, big, 4000) == 0) {
			exact++;
		} else {
			wrong++;
			tap_note("round %u, byte %zu of %zu: %ld bytes came", round, at, size, got);
		}
	}
	tap_ok(t, wrong == 0 && refused > 2000 && exact + refused == 4000,
	       "mutations: %zu refused, %zu changed nothing", refused, exact);
	tap_ok(t, named == refused, "every refusal names the file");
}

static void test_rates(struct tap *t)
{
	static const struct {
		const char *text;
		double hz; /* 0: not a rate */
	} rates[] = {{"1MHz", 1e6},    {"1.515151 MHz", 1515151},
		     {"2 mHz", 2e6},   {"500 kHz", 5e5},
		     {"20 Hz", 20},    {"24000000", 24e6},
		     {"1 GHz", 1e9},   {"12M", 12e6},
		     {"", 0},          {"0", 0},
		     {"0 Hz", 0},      {"fast", 0},
		     {"1.2.3 MHz", 0}, {"-5 Hz", 0},
		     {"5 THz", 0},     {"nan", 0},
		     {".", 0},         {"1e6", 0},
		     {"1 MHz x", 0}};
	unsigned good = 0;

	for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
		double hz = 0;
		bool is_rate = sessionfile_rate(rates[i].text, &hz);

		if (is_rate == (rates[i].hz > 0) && (!is_rate || hz == rates[i].hz))
			good++;
		else
			tap_note("'%s': %g", rates[i].text, hz);
	}
	tap_ok(t, good == sizeof rates / sizeof rates[0], "sample rates as text");
}

int main(void)
{
	struct tap t = tap_begin();
	int fd = mkstemp(path);

	if (fd < 0)
		return tap_skip_all("/tmp cannot be written");
	(void)close(fd);
	test_good(&t);
	test_analog(&t);
	test_damage(&t);
	test_names(&t);
	test_mutations(&t);
	test_rates(&t);
	(void)unlink(path);
	return tap_end(&t);
}
