/*
 * libzip compresses when an archive is closed, from sources it pulls; a capture is pushed and may
 * be longer than memory. So each chunk is packed here as soon as it is full, into a spool file that
 * has no name, and handed to libzip as a member that is compressed already.
 */
#include "capture/sr_writer.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "capture/deflate.h"

enum {
	CHUNK_SIZE = DEFLATE_PIECE_MAX, /* bytes of samples in one member */
	CHUNKS_MAX = 60000,             /* a zip without 64-bit extensions ends at 65535 members */
	DOS_DATE = 1 << 5 | 1,          /* 1980-01-01: the first day a zip can name */
	METADATA_SIZE = 512 + (int)CHANNELS_MAX * ((int)NAME_SIZE + 16),
};

struct chunk {
	off_t offset; /* in the spool */
	uint64_t packed_size, size;
	uint32_t crc;
};

/* Invariant: the spool holds chunk[0..chunk_count-1]; plain[0..open_size-1], less than a chunk,
 * comes next. packer, plain and packed are NULL once sealed. */
struct sr_writer {
	char path[PATH_SIZE];
	char metadata[METADATA_SIZE];
	unsigned unit_size;
	uint64_t samples;
	int spool_fd;
	off_t spool_size;
	struct chunk *chunk;
	size_t chunk_count, chunk_capacity;
	struct deflate_packer *packer;
	uint8_t *plain, *packed;
	size_t open_size;
	bool failed, sealed;
};

/* One member being read by libzip. */
struct member {
	const struct sr_writer *writer;
	const struct chunk *chunk;
	uint64_t position;
	zip_error_t error;
};

static enum err_code cannot_write(const char *path, const char *why, struct err *e)
{
	return err_set(e, ERR_CONFIG, "cannot write %s: %s; choose another place", path, why);
}

/* ---- opening ---- */

/* sigrok's readers take "25 MHz" as well as "24000001 Hz". */
static int print_rate(char *text, size_t size, uint64_t hz)
{
	if (hz % 1000000 == 0)
		return snprintf(text, size, "samplerate=%" PRIu64 " MHz\n", hz / 1000000);
	if (hz % 1000 == 0)
		return snprintf(text, size, "samplerate=%" PRIu64 " kHz\n", hz / 1000);
	return snprintf(text, size, "samplerate=%" PRIu64 " Hz\n", hz);
}

static enum err_code make_metadata(struct sr_writer *w, const struct sr_format *f, struct err *e)
{
	const struct channels *c = f->channels;
	size_t used = 0;

	/* The version that the layout of this section follows; readers do not look at it. */
	used += (size_t)snprintf(w->metadata, METADATA_SIZE,
				 "[global]\nsigrok version=0.5.2\n\n[device 1]\n"
				 "capturefile=logic-1\ntotal probes=%u\n",
				 c->count);
	used += (size_t)print_rate(w->metadata + used, METADATA_SIZE - used, f->samplerate_hz);
	used += (size_t)snprintf(w->metadata + used, METADATA_SIZE - used, "total analog=0\n");
	for (unsigned i = 0; i < c->count; i++) {
		const char *name = c->name[i];
		if (name[0] == '\0')
			continue;
		for (const char *at = name; *at != '\0'; at++)
			if ((unsigned char)*at <= ' ' || *at == '\\' || *at == 0x7f)
				return err_set(
					e, ERR_CONFIG,
					"channel %u has a blank, backslash or control "
					"character in its name; rename it in the station file",
					i);
		used += (size_t)snprintf(w->metadata + used, METADATA_SIZE - used, "probe%u=%s\n",
					 i + 1, name);
	}
	used += (size_t)snprintf(w->metadata + used, METADATA_SIZE - used, "unitsize=%u\n",
				 w->unit_size);
	assert(used < METADATA_SIZE);
	return ERR_NONE;
}

/* What is found out late costs a whole capture. And a rename over a device would replace it. */
static enum err_code check_target(const char *path, struct err *e)
{
	struct stat old;

	if (path[0] == '\0')
		return cannot_write("\"\"", "it has no name", e);
	if (strlen(path) >= PATH_SIZE - 16)
		return cannot_write("the file", "its name is too long", e);
	if (stat(path, &old) != 0)
		return errno == ENOENT ? ERR_NONE : cannot_write(path, strerror(errno), e);
	if (!S_ISREG(old.st_mode))
		return cannot_write(path, "it exists and is not a regular file", e);
	if (access(path, W_OK) != 0)
		return cannot_write(path, strerror(errno), e);
	return ERR_NONE;
}

static enum err_code open_spool(struct sr_writer *w, struct err *e)
{
	char name[PATH_SIZE];
	const char *slash = strrchr(w->path, '/');
	int folder = slash == NULL ? 0 : (int)(slash - w->path) + 1;

	(void)snprintf(name, sizeof name, "%.*s.sr-XXXXXX", folder, w->path);
	w->spool_fd = mkostemp(name, O_CLOEXEC);
	if (w->spool_fd < 0)
		return cannot_write(w->path, strerror(errno), e);
	/* Without a name nothing has to be swept up, however this process ends. */
	if (unlink(name) != 0)
		return cannot_write(name, strerror(errno), e);
	return ERR_NONE;
}

/* What only an open chunk needs. */
static void free_chunk(struct sr_writer *w)
{
	deflate_packer_free(w->packer);
	free(w->plain);
	free(w->packed);
	w->packer = NULL;
	w->plain = w->packed = NULL;
}

enum err_code sr_writer_open(struct sr_writer **out, const char *path,
			     const struct sr_format *format, struct err *e)
{
	assert(format->samplerate_hz > 0 && format->channels->count > 0);
	assert(format->unit_size * 8 >= format->channels->count);
	struct sr_writer *w = calloc(1, sizeof *w);
	enum err_code code;

	*out = NULL;
	if (w == NULL)
		return err_set(e, ERR_BENCH, "out of memory for the capture file %s", path);
	w->spool_fd = -1;
	w->packer = deflate_packer_new();
	w->plain = malloc(CHUNK_SIZE);
	w->packed = malloc(deflate_bound(CHUNK_SIZE));
	if (w->packer == NULL || w->plain == NULL || w->packed == NULL) {
		code = err_set(e, ERR_BENCH, "out of memory for the capture file %s", path);
		goto err_free;
	}
	w->unit_size = format->unit_size;
	if ((code = check_target(path, e)) != ERR_NONE)
		goto err_free;
	(void)snprintf(w->path, sizeof w->path, "%s", path);
	if ((code = make_metadata(w, format, e)) != ERR_NONE)
		goto err_free;
	if ((code = open_spool(w, e)) != ERR_NONE)
		goto err_close_spool;
	*out = w;
	return ERR_NONE;

err_close_spool:
	if (w->spool_fd >= 0)
		(void)close(w->spool_fd);
err_free:
	free_chunk(w);
	free(w);
	return code;
}

void sr_writer_free(struct sr_writer *w)
{
	if (w == NULL)
		return;
	(void)close(w->spool_fd);
	free_chunk(w);
	free(w->chunk);
	free(w);
}

/* ---- feeding ---- */

static enum err_code spool_out(struct sr_writer *w, size_t size, struct err *e)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = write(w->spool_fd, w->packed + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cannot_write(w->path, strerror(errno), e);
		done += (size_t)n;
	}
	w->spool_size += (off_t)size;
	return ERR_NONE;
}

static enum err_code end_chunk(struct sr_writer *w, struct err *e)
{
	if (w->chunk_count == CHUNKS_MAX)
		return cannot_write(w->path, "the capture is too long for one file", e);
	if (w->chunk_count == w->chunk_capacity) {
		size_t capacity = w->chunk_capacity == 0 ? 64 : 2 * w->chunk_capacity;
		struct chunk *larger = realloc(w->chunk, capacity * sizeof *larger);
		if (larger == NULL)
			return cannot_write(w->path, "out of memory", e);
		w->chunk = larger;
		w->chunk_capacity = capacity;
	}
	struct chunk *chunk = &w->chunk[w->chunk_count];
	*chunk = (struct chunk){
		.offset = w->spool_size,
		.packed_size = deflate_pack(w->packer, w->plain, w->open_size, w->packed),
		.size = w->open_size,
		.crc = deflate_crc(w->plain, w->open_size),
	};
	w->chunk_count++;
	w->open_size = 0;
	return spool_out(w, chunk->packed_size, e);
}

enum err_code sr_writer_feed(struct sr_writer *w, const struct block *block, struct err *e)
{
	assert(block->unit_size == w->unit_size && block->first_index == w->samples);
	const uint8_t *data = block->data;
	size_t size = block->sample_count * block->unit_size;
	enum err_code code = ERR_NONE;

	assert(!w->failed && !w->sealed);
	while (size > 0 && code == ERR_NONE) {
		size_t wanted = CHUNK_SIZE - w->open_size;
		size_t part = size < wanted ? size : wanted;
		memcpy(w->plain + w->open_size, data, part);
		w->open_size += part;
		if (w->open_size == CHUNK_SIZE)
			code = end_chunk(w, e);
		data += part;
		size -= part;
	}
	w->samples += block->sample_count;
	w->failed = code != ERR_NONE;
	return code;
}

/* ---- finishing ---- */

static zip_int64_t member_read(struct member *m, void *data, uint64_t capacity)
{
	uint64_t left = m->chunk->packed_size - m->position;
	size_t size = (size_t)(capacity < left ? capacity : left);
	ssize_t n;

	do
		n = pread(m->writer->spool_fd, data, size, m->chunk->offset + (off_t)m->position);
	while (n < 0 && errno == EINTR);
	if (n < 0 || (n == 0 && size > 0)) {
		zip_error_set(&m->error, ZIP_ER_READ, n < 0 ? errno : EIO);
		return -1;
	}
	m->position += (uint64_t)n;
	return n;
}

static void member_stat(const struct member *m, zip_stat_t *st)
{
	zip_stat_init(st);
	st->size = m->chunk->size;
	st->comp_size = m->chunk->packed_size;
	st->crc = m->chunk->crc;
	st->comp_method = ZIP_CM_DEFLATE;
	st->encryption_method = ZIP_EM_NONE;
	st->valid = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_CRC | ZIP_STAT_COMP_METHOD |
		    ZIP_STAT_ENCRYPTION_METHOD;
}

/* libzip's callback for a source: see zip_source_function(3). */
static zip_int64_t member_source(void *user, void *data, zip_uint64_t size,
				 zip_source_cmd_t command)
{
	struct member *m = user;

	switch (command) {
	case ZIP_SOURCE_OPEN:
		m->position = 0;
		return 0;
	case ZIP_SOURCE_READ:
		return member_read(m, data, size);
	case ZIP_SOURCE_CLOSE:
		return 0;
	case ZIP_SOURCE_STAT:
		member_stat(m, data);
		return sizeof(zip_stat_t);
	case ZIP_SOURCE_ERROR:
		return zip_error_to_data(&m->error, data, size);
	case ZIP_SOURCE_FREE:
		free(m);
		return 0;
	case ZIP_SOURCE_SUPPORTS:
		return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ,
						      ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
						      ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
	default:
		zip_error_set(&m->error, ZIP_ER_OPNOTSUPP, 0);
		return -1;
	}
}

/* The archive owns the source from here on, also when adding fails. */
static bool add_member(zip_t *archive, const char *name, zip_source_t *source, int32_t method)
{
	zip_int64_t index = source == NULL ? -1 : zip_file_add(archive, name, source, 0);

	if (index < 0) {
		zip_source_free(source);
		return false;
	}
	return zip_set_file_compression(archive, (zip_uint64_t)index, method, 0) == 0 &&
	       zip_file_set_dostime(archive, (zip_uint64_t)index, 0, DOS_DATE, 0) == 0;
}

static bool add_chunk(zip_t *archive, const struct sr_writer *w, size_t index)
{
	char name[32];
	struct member *m = calloc(1, sizeof *m);

	if (m == NULL)
		return false;
	m->writer = w;
	m->chunk = &w->chunk[index];
	zip_error_init(&m->error);
	zip_source_t *source = zip_source_function(archive, member_source, m);
	if (source == NULL) {
		free(m);
		return false;
	}
	(void)snprintf(name, sizeof name, "logic-1-%zu", index + 1);
	return add_member(archive, name, source, ZIP_CM_DEFLATE);
}

enum err_code sr_writer_seal(struct sr_writer *w, struct err *e)
{
	enum err_code code = ERR_NONE;

	assert(!w->failed && !w->sealed);
	if (w->open_size > 0)
		code = end_chunk(w, e);
	free_chunk(w);
	w->sealed = true;
	w->failed = code != ERR_NONE;
	return code;
}

enum err_code sr_writer_finish(struct sr_writer *w, struct err *e)
{
	enum err_code code;
	int status;

	assert(!w->failed);
	if (!w->sealed && (code = sr_writer_seal(w, e)) != ERR_NONE)
		return code;
	w->failed = true; /* once only */
	zip_t *archive = zip_open(w->path, ZIP_CREATE | ZIP_TRUNCATE, &status);
	if (archive == NULL) {
		zip_error_t why;
		zip_error_init_with_code(&why, status);
		code = cannot_write(w->path, zip_error_strerror(&why), e);
		zip_error_fini(&why);
		return code;
	}
	bool whole = add_member(archive, "version", zip_source_buffer(archive, "2", 1, 0),
				ZIP_CM_STORE) &&
		     add_member(archive, "metadata",
				zip_source_buffer(archive, w->metadata, strlen(w->metadata), 0),
				ZIP_CM_STORE);
	for (size_t i = 0; whole && i < w->chunk_count; i++)
		whole = add_chunk(archive, w, i);
	/* zip_close writes beside the target and renames; it removes what it could not finish. */
	if (whole && zip_close(archive) == 0)
		return ERR_NONE;
	code = cannot_write(w->path, zip_strerror(archive), e);
	zip_discard(archive);
	return code;
}
