/* What is written comes back through libzip bit by bit, whatever the blocks were; equal captures
 * make equal files; what cannot be written is refused early and leaves nothing behind. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "base/rng.h"
#include "base/tap.h"
#include "capture/sr_writer.h"

enum { CHUNK = 4 << 20, SAMPLES = 2 * CHUNK + 12345 };

static const struct channels CHANNELS = {.count = 8, .name = {"ENC_A", "", "ENC_Z", "MOD_CLK"}};

static char folder[] = "/tmp/sr_writer_test-XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[128];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static unsigned files_in_folder(void)
{
	unsigned count = 0;
	DIR *d = opendir(folder);
	for (struct dirent *entry; d != NULL && (entry = readdir(d)) != NULL;)
		count += entry->d_name[0] == '.' && strlen(entry->d_name) <= 2 ? 0 : 1;
	if (d != NULL)
		(void)closedir(d);
	return count;
}

/* Writes data cut into random blocks (seed 0: one block). */
static enum err_code write_file(const char *path, const struct sr_format *format,
				const uint8_t *data, uint64_t samples, uint64_t seed, struct err *e)
{
	struct sr_writer *w;
	struct rng rng;
	enum err_code code = sr_writer_open(&w, path, format, e);

	rng_seed(&rng, seed);
	for (uint64_t at = 0, count; code == ERR_NONE && at < samples; at += count) {
		count = seed == 0 ? samples : 1 + rng_below(&rng, 1 << 20);
		count = count < samples - at ? count : samples - at;
		struct block b = {data + at * format->unit_size, count, format->unit_size, at};
		code = sr_writer_feed(w, &b, e);
	}
	/* What is sealed in between makes the same file. */
	if (code == ERR_NONE && seed % 2 == 1)
		code = sr_writer_seal(w, e);
	if (code == ERR_NONE)
		code = sr_writer_finish(w, e);
	sr_writer_free(w);
	return code;
}

/* A whole file, or a member of a zip. Caller frees. */
static uint8_t *slurp(const char *path, const char *member, size_t *size)
{
	static uint8_t empty[1];
	uint8_t *data = NULL;
	*size = 0;
	if (member == NULL) {
		struct stat st;
		FILE *f = fopen(path, "rb");
		if (f == NULL || fstat(fileno(f), &st) != 0)
			return calloc(1, 1);
		data = malloc((size_t)st.st_size + 1);
		*size = data == NULL ? 0 : fread(data, 1, (size_t)st.st_size, f);
		(void)fclose(f);
		return data == NULL ? empty : data;
	}
	zip_t *archive = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
	zip_stat_t st;
	if (archive != NULL && zip_stat(archive, member, 0, &st) == 0) {
		zip_file_t *f = zip_fopen(archive, member, 0);
		data = calloc(1, st.size + 1);
		if (f != NULL && data != NULL &&
		    zip_fread(f, data, st.size) == (zip_int64_t)st.size)
			*size = st.size;
		/* Reading on to the end is what makes libzip compare the CRC. */
		if (f == NULL || data == NULL || zip_fread(f, empty, 1) != 0)
			*size = 0;
		if (f != NULL)
			(void)zip_fclose(f);
	}
	zip_discard(archive);
	return data == NULL ? calloc(1, 1) : data;
}

static void test_round_trip(struct tap *t, const uint8_t *data)
{
	static const char *const names[] = {"version", "metadata", "logic-1-1", "logic-1-2",
					    "logic-1-3"};
	const struct sr_format format = {&CHANNELS, 25000000, 1};
	const char *path = in_folder("a.sr");
	struct err e = {0};
	size_t size, at = 0;

	tap_is_int(t, write_file(path, &format, data, SAMPLES, 1, &e), ERR_NONE, "written");
	tap_is_int(t, files_in_folder(), 1, "nothing else is left in the folder");
	zip_t *archive = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
	tap_ok(t, archive != NULL && zip_get_num_entries(archive, 0) == 5, "five members");
	for (unsigned i = 0; archive != NULL && i < 5; i++) {
		const char *name = zip_get_name(archive, i, 0);
		tap_is_str(t, name, names[i], "order of members");
	}
	zip_discard(archive);
	uint8_t *text = slurp(path, "version", &size);
	tap_ok(t, size == 1 && text[0] == '2', "version 2");
	free(text);
	text = slurp(path, "metadata", &size);
	tap_is_str(t, (const char *)text,
		   "[global]\nsigrok version=0.5.2\n\n[device 1]\ncapturefile=logic-1\n"
		   "total probes=8\nsamplerate=25 MHz\ntotal analog=0\nprobe1=ENC_A\n"
		   "probe3=ENC_Z\nprobe4=MOD_CLK\nunitsize=1\n",
		   "metadata");
	free(text);
	for (unsigned i = 2; i < 5; i++) {
		uint8_t *member = slurp(path, names[i], &size);
		tap_ok(t, size > 0 && memcmp(member, data + at, size) == 0, "%s", names[i]);
		at += size;
		free(member);
	}
	tap_is_int(t, (int64_t)at, SAMPLES, "every sample once");
}

static void test_reproducible(struct tap *t, const uint8_t *data)
{
	const struct sr_format format = {&CHANNELS, 25000000, 1};
	struct err e = {0};
	size_t size_a, size_b;
	uint8_t *a, *b;

	(void)setenv("TZ", "Pacific/Kiritimati", 1);
	(void)write_file(in_folder("b.sr"), &format, data, SAMPLES, 0, &e);
	a = slurp(in_folder("a.sr"), NULL, &size_a);
	b = slurp(in_folder("b.sr"), NULL, &size_b);
	tap_ok(t, size_a > 0 && size_a == size_b && memcmp(a, b, size_a) == 0,
	       "other blocks, other time zone, same bytes");
	free(b);
	(void)write_file(in_folder("b.sr"), &format, data + 1, SAMPLES - 1, 0, &e);
	b = slurp(in_folder("b.sr"), NULL, &size_b);
	tap_ok(t, size_a != size_b || memcmp(a, b, size_a) != 0, "other samples, other bytes");
	free(a);
	free(b);
}

static void test_shapes(struct tap *t, const uint8_t *data)
{
	struct channels wide = {.count = 12, .name = {[11] = "LAST"}};
	const struct sr_format two = {&wide, 24000500, 2};
	const struct sr_format odd = {&CHANNELS, 24576001, 1};
	const char *path = in_folder("b.sr");
	struct err e = {0};
	size_t size;

	tap_is_int(t, write_file(path, &two, data, CHUNK / 2 + 1, 3, &e), ERR_NONE, "2-byte units");
	uint8_t *part = slurp(path, "logic-1-1", &size);
	tap_ok(t, size == CHUNK && memcmp(part, data, size) == 0, "a chunk of whole units");
	free(part);
	part = slurp(path, "logic-1-2", &size);
	tap_ok(t, size == 2 && memcmp(part, data + CHUNK, 2) == 0, "a chunk of one unit");
	free(part);
	part = slurp(path, "metadata", &size);
	tap_ok(t,
	       strstr((char *)part, "samplerate=24000500 Hz\n") != NULL &&
		       strstr((char *)part, "probe12=LAST\nunitsize=2\n") != NULL,
	       "rate in Hz, unit size");
	free(part);
	tap_is_int(t, write_file(path, &odd, data, CHUNK, 3, &e), ERR_NONE, "one whole chunk");
	part = slurp(path, "logic-1-2", &size);
	tap_is_int(t, (int64_t)size, 0, "has no empty chunk behind it");
	free(part);
	tap_is_int(t, write_file(path, &odd, data, 0, 3, &e), ERR_NONE, "no samples, a valid file");
}

static void test_refused(struct tap *t, const uint8_t *data)
{
	struct channels bad = {.count = 1, .name = {"A\nprobe2=B"}};
	const struct sr_format format = {&CHANNELS, 25000000, 1}, injected = {&bad, 1000, 1};
	static const char *const paths[] = {"", "/nonexistent/x.sr", "/dev/null", "/tmp",
					    "/proc/x.sr"};
	struct err e = {0};
	struct sr_writer *w;
	size_t size;

	for (unsigned i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		tap_is_int(t, sr_writer_open(&w, paths[i], &format, &e), ERR_CONFIG, e.text);
		sr_writer_free(w);
	}
	tap_is_int(t, sr_writer_open(&w, in_folder("c.sr"), &injected, &e), ERR_CONFIG,
		   "a name that would forge metadata");
	tap_is_int(t, files_in_folder(), 2, "leaves nothing behind");

	(void)write_file(in_folder("c.sr"), &format, data, 1000, 0, &e);
	uint8_t *before = slurp(in_folder("c.sr"), NULL, &size);
	tap_is_int(t, sr_writer_open(&w, in_folder("c.sr"), &format, &e), ERR_NONE, "again");
	struct block b = {data, CHUNK, 1, 0};
	tap_is_int(t, sr_writer_feed(w, &b, &e), ERR_NONE, "fed, then given up");
	sr_writer_free(w);
	size_t size_after;
	uint8_t *after = slurp(in_folder("c.sr"), NULL, &size_after);
	tap_ok(t, size > 0 && size == size_after && memcmp(before, after, size) == 0,
	       "the old file is untouched");
	tap_is_int(t, files_in_folder(), 3, "and alone");
	free(before);
	free(after);

	tap_is_int(t, sr_writer_open(&w, in_folder("d.sr"), &format, &e), ERR_NONE, "a new one");
	(void)sr_writer_feed(w, &b, &e);
	for (unsigned i = 0; i < 3; i++)
		(void)unlink(in_folder(i == 0 ? "a.sr" : i == 1 ? "b.sr" : "c.sr"));
	tap_is_int(t, rmdir(folder), 0, "whose folder goes away");
	tap_is_int(t, sr_writer_finish(w, &e), ERR_CONFIG, "is an error in the end");
	tap_note("%s", e.text);
	sr_writer_free(w);
	sr_writer_free(NULL);
}

int main(void)
{
	struct tap t = tap_begin();
	uint8_t *data = malloc(SAMPLES + 16);
	struct rng rng;

	if (data == NULL || mkdtemp(folder) == NULL)
		return 1;
	rng_seed(&rng, 4);
	for (size_t i = 0; i < SAMPLES; i++) /* runs, and noise in one bit */
		data[i] = (uint8_t)((i / 1000 & 0x7f) | (rng_next(&rng) & 0x80));
	test_round_trip(&t, data);
	test_reproducible(&t, data);
	test_shapes(&t, data);
	test_refused(&t, data);
	free(data);
	return tap_end(&t);
}
