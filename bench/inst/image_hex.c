/*
 * Intel HEX (Intel, "Hexadecimal Object File Format Specification", rev. A, 1988): all six record
 * types, every checksum checked, an end record asked for. Start addresses are read and not used:
 * the AVR starts at its reset vector.
 */
#include "inst/image_format.h"

enum record_type {
	RECORD_DATA = 0,
	RECORD_END = 1,
	RECORD_SEGMENT = 2, /* base = value * 16; the offset wraps at 64 KiB */
	RECORD_SEGMENT_START = 3,
	RECORD_LINEAR = 4, /* base = value * 65536; the offset runs on */
	RECORD_LINEAR_START = 5,
};

enum {
	OVERHEAD_SIZE = 5, /* length, offset (2), type, checksum */
	DATA_MAX = 255,
};

struct record {
	uint8_t bytes[DATA_MAX + OVERHEAD_SIZE];
	size_t size; /* all of it, checksum included */
};

/* Invariant: at is the index of the next byte not looked at. */
struct reader {
	const uint8_t *bytes;
	size_t size, at;
	unsigned line;
	uint32_t base;
	bool is_segmented, has_ended;
};

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Goes to the next line that is not blank; false at the end of the file. */
static bool next_line(struct reader *r)
{
	while (r->at < r->size && (is_blank(r->bytes[r->at]) || r->bytes[r->at] == '\n')) {
		if (r->bytes[r->at] == '\n')
			r->line++;
		r->at++;
	}
	return r->at < r->size;
}

static enum err_code damaged(const struct reader *r, const char *what, struct err *e)
{
	return err_set(e, ERR_CONFIG,
		       "line %u: %s: the file is damaged or no Intel HEX; build or copy "
		       "it again",
		       r->line, what);
}

/* Reads ":", hex digits and the rest of the line, which has to be blank. */
static enum err_code read_record(struct reader *r, struct record *record, struct err *e)
{
	uint8_t sum = 0;

	record->size = 0;
	if (r->bytes[r->at] != ':')
		return damaged(r, "does not begin with ':'", e);
	r->at++;
	while (r->at + 1 < r->size && digit(r->bytes[r->at]) >= 0) {
		int high = digit(r->bytes[r->at]), low = digit(r->bytes[r->at + 1]);
		if (low < 0)
			return damaged(r, "a hex digit is missing", e);
		if (record->size == sizeof record->bytes)
			return damaged(r, "longer than a record can be", e);
		uint8_t value = (uint8_t)(high * 16 + low);
		record->bytes[record->size++] = value;
		sum = (uint8_t)(sum + value);
		r->at += 2;
	}
	while (r->at < r->size && is_blank(r->bytes[r->at]))
		r->at++;
	if (r->at < r->size && r->bytes[r->at] != '\n')
		return damaged(r, "not a hex digit", e);
	if (record->size < OVERHEAD_SIZE ||
	    record->size != (size_t)record->bytes[0] + OVERHEAD_SIZE)
		return damaged(r, "its length is not what it says", e);
	if (sum != 0) {
		uint8_t got = record->bytes[record->size - 1];
		return err_set(e, ERR_CONFIG,
			       "line %u: checksum wanted %02X, got %02X: the file is "
			       "damaged; build or copy it again",
			       r->line, (uint8_t)(got - sum), got);
	}
	return ERR_NONE;
}

static enum err_code put_data(struct image_draft *d, const struct reader *r, uint32_t offset,
			      const uint8_t *data, size_t size, struct err *e)
{
	for (size_t i = 0; i < size; i++) {
		uint32_t at = offset + (uint32_t)i;
		enum err_code code =
			image_put(d, r->base + (r->is_segmented ? at & 0xFFFF : at), data[i], e);
		if (code != ERR_NONE)
			return err_prefix(e, "line %u", r->line);
	}
	return ERR_NONE;
}

static enum err_code take_record(struct image_draft *d, struct reader *r,
				 const struct record *record, struct err *e)
{
	const uint8_t *data = record->bytes + 4;
	const size_t size = record->bytes[0];
	const uint32_t offset = (uint32_t)record->bytes[1] << 8 | record->bytes[2];
	const uint8_t type = record->bytes[3];
	static const struct {
		size_t size;
		const char *complaint;
	} fixed[] = {
		[RECORD_END] = {0, "an end record with data"},
		[RECORD_SEGMENT] = {2, "a segment record without two bytes"},
		[RECORD_SEGMENT_START] = {4, "a start record without four bytes"},
		[RECORD_LINEAR] = {2, "a linear record without two bytes"},
		[RECORD_LINEAR_START] = {4, "a start record without four bytes"},
	};

	if (type > RECORD_LINEAR_START)
		return damaged(r, "a record type above 05", e);
	if (type == RECORD_DATA)
		return put_data(d, r, offset, data, size, e);
	if (size != fixed[type].size)
		return damaged(r, fixed[type].complaint, e);
	if (type == RECORD_END) {
		r->has_ended = true;
	} else if (type == RECORD_SEGMENT || type == RECORD_LINEAR) {
		uint32_t value = (uint32_t)data[0] << 8 | data[1];
		r->is_segmented = type == RECORD_SEGMENT;
		r->base = r->is_segmented ? value << 4 : value << 16;
	}
	return ERR_NONE;
}

bool image_hex_is(const uint8_t *bytes, size_t size)
{
	struct reader r = {.bytes = bytes, .size = size};

	return next_line(&r) && bytes[r.at] == ':';
}

enum err_code image_hex_parse(struct image_draft *d, const uint8_t *bytes, size_t size,
			      struct err *e)
{
	struct reader r = {.bytes = bytes, .size = size, .line = 1};

	while (next_line(&r)) {
		struct record record;
		if (r.has_ended)
			return damaged(&r, "text after the end record", e);
		enum err_code code = read_record(&r, &record, e);
		if (code == ERR_NONE)
			code = take_record(d, &r, &record, e);
		if (code != ERR_NONE)
			return code;
	}
	if (!r.has_ended)
		return damaged(&r, "the end record is missing", e);
	return ERR_NONE;
}
