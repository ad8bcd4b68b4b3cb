/*
 * A track is the run of zip members that make up one stream of bytes: the logic samples, or one
 * analog channel. Members are found and put in order at open, and inflated one after another: at
 * once those that are as long as anybody writes them, as a stream the others.
 */
#include "capture/sr_reader.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "capture/sr_piece.h"

enum {
	SR_BUFFER = 256 * 1024,  /* bytes; what is inflated at a time fits */
	SR_TEXT_MAX = 64 * 1024, /* of metadata */
	SR_MEMBERS_MAX = 1000 * 1000,
};

/* Invariant: member[0..count) are zip indices in the order of their chunks. */
struct sr_track {
	char base[NAME_SIZE]; /* "logic-1", "analog-1-3" */
	zip_int64_t *member;
	size_t count, capacity;
	bool is_single; /* the one member is called like the base, without a number */
	size_t at;      /* member being read */
	size_t unit;    /* bytes of one sample as stored */
};

struct sr_reader {
	char path[PATH_SIZE];
	zip_t *zip;
	zip_file_t *file; /* of the member being read as a stream, NULL otherwise */
	struct sr_piece piece;
	bool is_open, is_piece; /* a member; and it is the piece */
	uint64_t file_size, file_read;
	char file_name[NAME_SIZE];
	struct sessionfile info;
	struct sr_track logic, analog[CHANNELS_MAX];
	unsigned unit_size; /* delivered */
	uint64_t next_index;
	uint8_t buffer[SR_BUFFER];
	uint8_t wide[SR_BUFFER / 3 * 8]; /* widened samples: 3 -> 4, 5..7 -> 8 */
	float value[SR_BUFFER / 4];
};

/* A member's name, fit to print: it is the file's, so it may be anything. */
struct sr_name {
	char text[NAME_SIZE];
};

static struct sr_name sr_clean(const char *member)
{
	struct sr_name clean;

	(void)snprintf(clean.text, sizeof clean.text, "%s", member);
	for (char *c = clean.text; *c != '\0'; c++)
		*c = *c >= 0x20 && *c < 0x7f ? *c : '?';
	return clean;
}

static enum err_code sr_damaged(const struct sr_reader *r, const char *member, const char *why,
				struct err *e)
{
	return err_set(e, ERR_CONFIG,
		       "%s: member \"%.60s\": %s; the capture is damaged, take it again "
		       "or use another copy",
		       r->path, sr_clean(member).text, why);
}

/* Opens a member by zip index. */
static enum err_code sr_member_open(struct sr_reader *r, zip_int64_t index, struct err *e)
{
	zip_stat_t stat;
	const char *name = zip_get_name(r->zip, (zip_uint64_t)index, 0);

	(void)snprintf(r->file_name, sizeof r->file_name, "%s", name != NULL ? name : "?");
	if (zip_stat_index(r->zip, (zip_uint64_t)index, 0, &stat) != 0 ||
	    (stat.valid & ZIP_STAT_SIZE) == 0)
		return sr_damaged(r, r->file_name, zip_strerror(r->zip), e);
	r->is_piece = sr_piece_load(&r->piece, r->zip, (zip_uint64_t)index);
	if (!r->is_piece)
		r->file = zip_fopen_index(r->zip, (zip_uint64_t)index, 0);
	if (!r->is_piece && r->file == NULL)
		return sr_damaged(r, r->file_name, zip_strerror(r->zip), e);
	r->file_size = stat.size;
	r->file_read = 0;
	r->is_open = true;
	return ERR_NONE;
}

static void sr_member_close(struct sr_reader *r)
{
	if (r->file != NULL)
		(void)zip_fclose(r->file); /* it was read to its end, or is given up */
	r->file = NULL;
	r->is_open = r->is_piece = false;
}

/* Reads up to capacity (> 0) bytes; *got 0 at the end, whose CRC then was right. */
static enum err_code sr_member_read(struct sr_reader *r, void *data, size_t capacity, size_t *got,
				    struct err *e)
{
	*got = 0;
	if (r->is_piece) {
		size_t left = r->piece.size - (size_t)r->file_read;

		*got = capacity < left ? capacity : left;
		memcpy(data, r->piece.data + r->file_read, *got);
		r->file_read += *got;
		return ERR_NONE;
	}
	zip_int64_t n = zip_fread(r->file, data, capacity);
	if (n < 0)
		return sr_damaged(r, r->file_name, zip_file_strerror(r->file), e);
	r->file_read += (uint64_t)n;
	if (r->file_read > r->file_size || (n == 0 && r->file_read != r->file_size))
		return sr_damaged(r, r->file_name, "its size is not what the archive says", e);
	*got = (size_t)n;
	return ERR_NONE;
}

/* A whole small member as text, found by name. */
static enum err_code sr_read_text(struct sr_reader *r, const char *name, char *text,
				  size_t capacity, size_t *size, struct err *e)
{
	zip_int64_t index = zip_name_locate(r->zip, name, 0);
	enum err_code code;
	size_t got = 1;

	*size = 0;
	if (index < 0)
		return err_set(e, ERR_CONFIG, "%s: no member \"%s\": not a sigrok session", r->path,
			       name);
	code = sr_member_open(r, index, e);
	while (code == ERR_NONE && got > 0) {
		if (*size == capacity)
			code = sr_damaged(r, name, "longer than any such text", e);
		else
			code = sr_member_read(r, text + *size, capacity - *size, &got, e);
		*size += code == ERR_NONE ? got : 0;
	}
	sr_member_close(r);
	return code;
}

/* "BASE-12" -> 12, "BASE" -> 0; -1 when name is neither. No leading zeros: one name per chunk. */
static int64_t sr_chunk_number(const char *name, const char *base)
{
	size_t length = strlen(base), digits;

	if (length == 0 || strncmp(name, base, length) != 0)
		return -1;
	if (name[length] == '\0')
		return 0;
	digits = name[length] == '-' ? strspn(name + length + 1, "0123456789") : 0;
	if (digits == 0 || digits > 9 || name[length + 1] == '0' ||
	    name[length + 1 + digits] != '\0')
		return -1;
	return (int64_t)strtoll(name + length + 1, NULL, 10);
}

/* Puts member `index` at the place of its number. */
static enum err_code sr_track_add(struct sr_reader *r, struct sr_track *t, int64_t number,
				  zip_int64_t index, struct err *e)
{
	size_t place = number > 0 ? (size_t)number - 1 : 0;
	const char *name = zip_get_name(r->zip, (zip_uint64_t)index, 0);

	if (number > SR_MEMBERS_MAX)
		return sr_damaged(r, name, "its number is beyond any capture", e);
	if (place >= t->capacity) {
		size_t capacity = place + 64 > 2 * t->capacity ? place + 64 : 2 * t->capacity;
		zip_int64_t *grown = reallocarray(t->member, capacity, sizeof *grown);

		if (grown == NULL)
			return err_set(e, ERR_CONFIG, "%s: out of memory for %zu members", r->path,
				       capacity);
		for (size_t i = t->capacity; i < capacity; i++)
			grown[i] = -1;
		t->member = grown;
		t->capacity = capacity;
	}
	if (t->member[place] >= 0)
		return sr_damaged(r, name, "its samples stand twice", e);
	t->member[place] = index;
	t->count = place + 1 > t->count ? place + 1 : t->count;
	t->is_single |= number == 0;
	return ERR_NONE;
}

/* An entry for a folder, as some tools add: it holds nothing. */
static bool sr_is_folder(const struct sr_reader *r, zip_int64_t index)
{
	zip_stat_t stat;

	return zip_stat_index(r->zip, (zip_uint64_t)index, 0, &stat) == 0 &&
	       (stat.valid & ZIP_STAT_SIZE) != 0 && stat.size == 0 && stat.name != NULL &&
	       stat.name[0] != '\0' && stat.name[strlen(stat.name) - 1] == '/';
}

/* Every member is one that a session has; every chunk finds its track. */
static enum err_code sr_sort_member(struct sr_reader *r, zip_int64_t index, struct err *e)
{
	const char *name = zip_get_name(r->zip, (zip_uint64_t)index, 0);

	if (name == NULL)
		return err_set(e, ERR_CONFIG, "%s: %s", r->path, zip_strerror(r->zip));
	if (strcmp(name, "version") == 0 || strcmp(name, "metadata") == 0)
		return ERR_NONE;

	int64_t number = sr_chunk_number(name, r->logic.base);

	if (number >= 0)
		return sr_track_add(r, &r->logic, number, index, e);
	for (unsigned i = 0; i < r->info.analog_count; i++) {
		number = sr_chunk_number(name, r->analog[i].base);
		if (number >= 0)
			return sr_track_add(r, &r->analog[i], number, index, e);
	}
	if (sr_is_folder(r, index))
		return ERR_NONE;
	/* To ignore it would shorten a capture quietly whose last chunk lost its name. */
	return err_set(e, ERR_CONFIG,
		       "%s: member \"%.60s\" is no part of the session that the metadata describe: "
		       "samples that lost their name, or an addition (`zip -d` takes it out)",
		       r->path, sr_clean(name).text);
}

/* No gap; something there. */
static enum err_code sr_check_track(struct sr_reader *r, const struct sr_track *t, struct err *e)
{
	char name[NAME_SIZE + 24];

	for (size_t i = 0; i < t->count; i++) {
		if (t->member[i] >= 0)
			continue;
		(void)snprintf(name, sizeof name, "%s-%zu", t->base, i + 1);
		return sr_damaged(r, name, "missing", e);
	}
	if (t->count == 0)
		return sr_damaged(r, t->base, "missing", e);
	if (t->is_single && t->count > 1)
		return sr_damaged(r, t->base, "its samples stand in chunks as well", e);
	return ERR_NONE;
}

static enum err_code sr_find_tracks(struct sr_reader *r, struct err *e)
{
	zip_int64_t entries = zip_get_num_entries(r->zip, 0);
	const struct sessionfile *info = &r->info;

	if (entries > SR_MEMBERS_MAX)
		return err_set(e, ERR_CONFIG, "%s: %" PRId64 " members, more than any capture has",
			       r->path, (int64_t)entries);
	(void)snprintf(r->logic.base, sizeof r->logic.base, "%s", info->capturefile);
	r->logic.unit = info->unit_size;
	for (unsigned i = 0; i < info->analog_count; i++) {
		(void)snprintf(r->analog[i].base, NAME_SIZE, "analog-1-%u", info->analog[i].number);
		r->analog[i].unit = sizeof(float);
	}
	for (zip_int64_t i = 0; i < entries; i++)
		if (sr_sort_member(r, i, e))
			return e->code;
	if (info->capturefile[0] != '\0' && sr_check_track(r, &r->logic, e))
		return e->code;
	for (unsigned i = 0; i < info->analog_count; i++)
		if (sr_check_track(r, &r->analog[i], e))
			return e->code;
	if (info->capturefile[0] == '\0' && info->analog_count == 0)
		return err_set(e, ERR_CONFIG, "%s: no logic and no analog samples", r->path);
	return ERR_NONE;
}

static enum err_code sr_read_metadata(struct sr_reader *r, struct err *e)
{
	char *text = (char *)r->wide; /* not in use yet */
	size_t size;

	if (sr_read_text(r, "version", text, 16, &size, e))
		return e->code;
	while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
		size--;
	if (size != 1 || (text[0] != '1' && text[0] != '2'))
		return err_set(e, ERR_CONFIG, "%s: session version \"%.*s\"; 1 and 2 are read",
			       r->path, (int)size, text);
	if (sr_read_text(r, "metadata", text, SR_TEXT_MAX, &size, e))
		return e->code;
	if (sessionfile_parse(&r->info, text, size, e))
		return err_prefix(e, "%s: member \"metadata\"", r->path);
	return ERR_NONE;
}

enum err_code sr_reader_open(struct sr_reader **out, const char *path, struct err *e)
{
	struct sr_reader *r = calloc(1, sizeof *r);
	zip_error_t why;
	int code = 0;

	*out = NULL;
	if (r == NULL)
		return err_set(e, ERR_CONFIG, "%s: out of memory", path);
	(void)snprintf(r->path, sizeof r->path, "%s", path);
	r->zip = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code);
	if (r->zip == NULL) {
		zip_error_init_with_code(&why, code);
		(void)err_set(e, ERR_CONFIG, "%s: %s; wanted a sigrok session file (.sr)", path,
			      zip_error_strerror(&why));
		zip_error_fini(&why);
		goto err_close;
	}
	if (sr_read_metadata(r, e) || sr_find_tracks(r, e))
		goto err_close;
	r->unit_size = r->info.unit_size <= 2 ? r->info.unit_size : r->info.unit_size <= 4 ? 4 : 8;
	*out = r;
	return ERR_NONE;

err_close:
	sr_reader_close(r);
	return e->code;
}

void sr_reader_close(struct sr_reader *r)
{
	if (r == NULL)
		return;
	sr_member_close(r);
	sr_piece_deinit(&r->piece);
	if (r->zip != NULL)
		zip_discard(r->zip);
	free(r->logic.member);
	for (unsigned i = 0; i < CHANNELS_MAX; i++)
		free(r->analog[i].member);
	free(r);
}

const struct sessionfile *sr_reader_info(const struct sr_reader *r)
{
	return &r->info;
}

/* Fills the buffer with whole samples: *count of them, 0 at the end of the track. A sample may
 * begin in one member and end in the next. */
static enum err_code sr_track_read(struct sr_reader *r, struct sr_track *t, size_t *count,
				   struct err *e)
{
	size_t capacity = SR_BUFFER / t->unit * t->unit, filled = 0, got, rest;

	while (filled < capacity && t->at < t->count) {
		if (!r->is_open && sr_member_open(r, t->member[t->at], e))
			return e->code;
		if (sr_member_read(r, r->buffer + filled, capacity - filled, &got, e))
			return e->code;
		filled += got;
		if (got == 0) {
			sr_member_close(r);
			t->at++;
		}
	}
	*count = filled / t->unit;
	rest = filled % t->unit; /* the buffer is full of whole samples, or this is the end */
	if (rest > 0)
		return err_set(e, ERR_CONFIG,
			       "%s: member \"%s\": %zu bytes left over behind the last "
			       "sample of %zu bytes",
			       r->path, r->file_name, rest, t->unit);
	return ERR_NONE;
}

enum err_code sr_reader_next(struct sr_reader *r, struct block *block, struct err *e)
{
	size_t count = 0, unit = r->info.unit_size;

	*block = (struct block){.data = r->buffer,
				.unit_size = r->unit_size,
				.first_index = r->next_index};
	if (unit > 0 && sr_track_read(r, &r->logic, &count, e))
		return e->code;
	if (unit != r->unit_size) {
		memset(r->wide, 0, count * r->unit_size);
		for (size_t i = 0; i < count; i++)
			memcpy(r->wide + i * r->unit_size, r->buffer + i * unit, unit);
		block->data = r->wide;
	}
	block->sample_count = count;
	r->next_index += count;
	return ERR_NONE;
}

enum err_code sr_reader_next_analog(struct sr_reader *r, unsigned channel, const float **value,
				    size_t *count, struct err *e)
{
	assert(channel < r->info.analog_count);
	if (sr_track_read(r, &r->analog[channel], count, e))
		return e->code;
	memcpy(r->value, r->buffer, *count * sizeof *r->value);
	*value = r->value;
	return ERR_NONE;
}
