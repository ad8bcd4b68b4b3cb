/*
 * Fuzz target of the session reader. An input is the bytes of a file, or a recipe for one: what the
 * metadata say, which chunks in which order, stored or deflated, what is wrong with the session,
 * and what then happens to the file (truncated, bytes flipped, a stretch moved).
 *
 * The promise checked: a good session reads as exactly what was put in; one with a fault is an
 * error; a file that was damaged afterwards is an error or exactly what was put in.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/fuzz.h"
#include "capture/sr_reader.h"

const char fuzz_corpus[] = "bench/capture/corpus";

enum { FILE_MAX = 256 * 1024, DATA_MAX = 64 * 1024, CHUNKS_MAX = 14, MEMBERS_MAX = 20 };

/* What may be wrong with a session whose zip is in order. */
enum fault {
	FAULT_NONE,
	FAULT_GAP,       /* a chunk that is not the last is missing */
	FAULT_TWICE,     /* a chunk stands twice */
	FAULT_RENAMED,   /* a chunk under a name that is none */
	FAULT_METADATA,  /* metadata stand twice */
	FAULT_CRC,       /* a chunk's CRC, in both places */
	FAULT_LENGTH,    /* a chunk's size, in both places */
	FAULT_REMAINDER, /* a byte behind the last sample */
	FAULT_ENCRYPTED, /* a member marked so */
	FAULT_VERSION,   /* not 1 or 2 */
	FAULT_COUNT
};

struct member {
	char name[40];
	const uint8_t *data;
	size_t size;
	uint32_t crc_change, size_change;
	unsigned flags;
	bool is_deflated, has_descriptor; /* sizes behind the data, as a stream writes them */
};

/* Bytes that grow up to a maximum. */
struct file {
	uint8_t at[FILE_MAX];
	size_t size;
};

struct recipe {
	struct file zip, central;
	struct member member[MEMBERS_MAX];
	unsigned members;
	uint8_t data[DATA_MAX]; /* the chunks' bytes, in numeric order */
	size_t size;
	char metadata[600], version[8];
	unsigned unit, chunks;
	enum fault fault;
	double rate_hz;
};

static void put(struct file *f, const void *data, size_t size)
{
	FUZZ_CHECK(size <= FILE_MAX - f->size, "a recipe too large");
	memcpy(f->at + f->size, data, size);
	f->size += size;
}

static void put_number(struct file *f, uint64_t value, unsigned bytes)
{
	put(f, &value, bytes); /* little endian, as this machine is */
}

static size_t deflated(const struct member *m, uint8_t *out, size_t capacity)
{
	z_stream z = {.next_in = (uint8_t *)(uintptr_t)m->data,
		      .avail_in = (unsigned)m->size,
		      .next_out = out,
		      .avail_out = (unsigned)capacity};

	FUZZ_CHECK(deflateInit2(&z, 1, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib");
	FUZZ_CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END, "zlib");
	(void)deflateEnd(&z);
	return z.total_out;
}

/* Local header and data; the central directory's entry aside (APPNOTE.TXT 4.3). */
static void put_member(struct recipe *r, const struct member *m)
{
	static uint8_t packed[DATA_MAX + 1024];
	struct file *zip = &r->zip, *central = &r->central;
	const size_t offset = zip->size, name = strlen(m->name);
	const uint32_t crc = (uint32_t)crc32(0, m->data, (unsigned)m->size) ^ m->crc_change;
	const uint8_t *stored = m->is_deflated ? packed : m->data;
	const size_t size = m->is_deflated ? deflated(m, packed, sizeof packed) : m->size;
	const unsigned flags = m->flags | (m->has_descriptor ? 8 : 0);

	put_number(zip, 0x04034b50, 4);
	put_number(central, 0x02014b50, 4);
	put_number(central, 20, 2);
	for (unsigned i = 0; i < 2; i++) {
		struct file *f = i == 0 ? zip : central;
		bool is_later = i == 0 && m->has_descriptor;

		put_number(f, 20, 2);
		put_number(f, flags, 2);
		put_number(f, m->is_deflated ? 8 : 0, 2);
		put_number(f, 0x58210000, 4); /* 2024-01-01 */
		put_number(f, is_later ? 0 : crc, 4);
		put_number(f, is_later ? 0 : size, 4);
		put_number(f, is_later ? 0 : m->size + m->size_change, 4);
		put_number(f, name, 2);
		put_number(f, 0, 2);
	}
	put(zip, m->name, name);
	put(zip, stored, size);
	if (m->has_descriptor) {
		put_number(zip, 0x08074b50, 4);
		put_number(zip, crc, 4);
		put_number(zip, size, 4);
		put_number(zip, m->size + m->size_change, 4);
	}
	put_number(central, 0, 2); /* comment, disk, attributes */
	put_number(central, 0, 2);
	put_number(central, 0, 2);
	put_number(central, 0, 4);
	put_number(central, offset, 4);
	put(central, m->name, name);
}

static void put_end(struct recipe *r)
{
	size_t offset = r->zip.size;

	put(&r->zip, r->central.at, r->central.size);
	put_number(&r->zip, 0x06054b50, 4);
	put_number(&r->zip, 0, 4);
	put_number(&r->zip, r->members, 2);
	put_number(&r->zip, r->members, 2);
	put_number(&r->zip, r->central.size, 4);
	put_number(&r->zip, offset, 4);
	put_number(&r->zip, 0, 2);
}

static struct member *add(struct recipe *r, const char *name, const void *data, size_t size,
			  unsigned how)
{
	struct member *m = &r->member[r->members++];

	*m = (struct member){.data = data, .size = size, .is_deflated = how & 1};
	m->has_descriptor = m->is_deflated && (how & 2) != 0;
	(void)snprintf(m->name, sizeof m->name, "%s", name);
	return m;
}

static void take_metadata(struct recipe *r, struct fuzz_bytes *in)
{
	static const struct {
		const char *text;
		double rate_hz;
	} rates[] = {{"1MHz", 1e6},    {"1.515151 MHz", 1515151}, {"2 mHz", 2e6}, {"fast", 0},
		     {"24 MHz", 24e6}, {"500 kHz", 5e5},          {"", 0},        {"12345", 12345}};
	unsigned how = fuzz_take(in), rate = fuzz_take(in) % 8;
	const char *equals = how & 1 ? " = " : "=", *line = how & 2 ? "\r\n" : "\n";

	r->unit = 1 + fuzz_take(in) % 8;
	r->rate_hz = rates[rate].rate_hz;
	(void)snprintf(r->metadata, sizeof r->metadata,
		       "[global]%ssigrok version%s0.5.2%s%s[device 1]%scapturefile%slogic-1%s"
		       "%s%s%u%sprobe1%sMODE/XA%sprobe3%sSTEP (Y axis)%s%s%s%s%s",
		       line, equals, line, line, line, equals, line,
		       how & 4 ? "total probes" : "unitsize", equals,
		       how & 4 ? 8 * r->unit : r->unit, line, equals, line, equals, line,
		       rates[rate].text[0] != '\0' ? "samplerate" : "; none", equals,
		       rates[rate].text, line);
	(void)snprintf(r->version, sizeof r->version, "%c%s", how & 8 ? '1' : '2',
		       how & 16 ? "\n" : "");
}

/* Chunks of whole samples, or cut anywhere. */
static void take_chunks(struct recipe *r, struct fuzz_bytes *in)
{
	unsigned how = fuzz_take(in);

	r->chunks = 1 + fuzz_take(in) % (CHUNKS_MAX - 2);
	for (unsigned i = 0; i < r->chunks; i++) {
		size_t size = fuzz_take(in), start = r->size;
		uint8_t value = fuzz_take(in);
		char name[40];

		size *= how & 8 ? r->unit : 1;
		if ((how & 4) == 0 || i == r->chunks - 1) /* the last one completes the sample */
			size += (r->unit - (r->size + size) % r->unit) % r->unit;
		if (r->fault == FAULT_REMAINDER && i == r->chunks - 1)
			size++;
		for (size_t k = 0; k < size; k++)
			r->data[r->size++] = (uint8_t)(value + k * (how >> 4) + i);
		(void)snprintf(name, sizeof name, "logic-1-%u", i + 1);
		if (r->chunks == 1 && (how & 0x10) != 0)
			(void)snprintf(name, sizeof name, "logic-1");
		(void)add(r, name, r->data + start, size, (how + i) & 3);
	}
}

/* One thing wrong; members are: version, metadata, chunks. */
static void spoil(struct recipe *r, unsigned where)
{
	struct member *m = &r->member[2 + where % r->chunks];

	switch (r->fault) {
	case FAULT_GAP:
		if (r->chunks < 2) {
			r->fault = FAULT_NONE;
			break;
		}
		m = &r->member[2 + where % (r->chunks - 1)];
		*m = r->member[--r->members];
		break;
	case FAULT_TWICE:
		r->member[r->members++] = *m;
		break;
	case FAULT_RENAMED:
		m->name[where / 16 % strlen(m->name)] ^= 0x10;
		break;
	case FAULT_METADATA:
		r->member[r->members++] = r->member[1];
		break;
	case FAULT_CRC:
		if (m->size == 0) /* a checksum of nothing protects nothing */
			r->fault = FAULT_NONE;
		else
			m->crc_change = 1u << where % 32;
		break;
	case FAULT_LENGTH:
		m->size_change = 1 + where;
		break;
	case FAULT_ENCRYPTED:
		m->flags = 1;
		break;
	case FAULT_VERSION:
		r->version[0] = (char)('3' + where % 70);
		break;
	case FAULT_REMAINDER: /* done while the chunks were made */
		if (r->unit == 1)
			r->fault = FAULT_NONE;
		break;
	case FAULT_NONE:
	case FAULT_COUNT:
		break;
	}
}

/* Truncation, flips, a stretch copied over another; at most so many flips that no CRC can agree
 * by them. True when something was done. */
static bool damage(struct file *zip, struct fuzz_bytes *in)
{
	unsigned how = fuzz_take(in), count = how & 3;

	if ((how & 0xc0) == 0)
		return false;
	if (how & 4)
		zip->size = (uint64_t)zip->size * fuzz_take16(in) / 65536;
	for (unsigned i = 0; i < count && zip->size > 0; i++) {
		size_t at = (uint64_t)zip->size * fuzz_take16(in) / 65536;

		zip->at[at] ^= (uint8_t)(1u << fuzz_take(in) % 8);
	}
	if ((how & 8) && zip->size > 0) {
		size_t from = (uint64_t)zip->size * fuzz_take16(in) / 65536;
		size_t to = (uint64_t)zip->size * fuzz_take16(in) / 65536, size = fuzz_take(in);
		size_t most = zip->size - (from > to ? from : to);

		memmove(zip->at + to, zip->at + from, size < most ? size : most);
	}
	return true;
}

/* Reads the file to its end. True: it was read, and data (if not NULL) holds the samples as
 * stored. */
static bool read_back(const struct file *zip, struct file *data, struct sessionfile *info)
{
	struct sr_reader *reader = NULL;
	struct block block = {.sample_count = 0};
	struct err e = {0};
	char path[40];
	bool good = false;
	int fd = memfd_create("sr_reader_fuzz", MFD_CLOEXEC);

	FUZZ_CHECK(fd >= 0 && write(fd, zip->at, zip->size) == (ssize_t)zip->size, "no file");
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (data != NULL)
		data->size = 0;
	if (sr_reader_open(&reader, path, &e))
		goto out;
	*info = *sr_reader_info(reader);
	do {
		if (sr_reader_next(reader, &block, &e))
			goto out;
		for (size_t i = 0; data != NULL && i < block.sample_count; i++)
			put(data, block.data + i * block.unit_size, info->unit_size);
	} while (block.sample_count > 0);
	for (unsigned i = 0; i < info->analog_count; i++) {
		const float *value;
		size_t count;

		do
			if (sr_reader_next_analog(reader, i, &value, &count, &e))
				goto out;
		while (count > 0);
	}
	good = true;
out:
	FUZZ_CHECK(good || (e.code == ERR_CONFIG && e.text[0] != '\0'), "an error without words");
	sr_reader_close(reader);
	(void)close(fd);
	return good;
}

static void check_recipe(struct recipe *r, struct fuzz_bytes *in)
{
	static struct file data;
	struct sessionfile info;
	unsigned where, turn;
	bool is_damaged;

	r->fault = (enum fault)(fuzz_take(in) % (2 * FAULT_COUNT));
	r->fault = r->fault >= FAULT_COUNT ? FAULT_NONE : r->fault;
	where = fuzz_take(in);
	turn = fuzz_take(in);
	take_metadata(r, in);
	(void)add(r, "version", r->version, 0, 0);
	(void)add(r, "metadata", r->metadata, strlen(r->metadata), turn & 3);
	take_chunks(r, in);
	spoil(r, where);
	r->member[0].size = strlen(r->version);
	for (unsigned i = 0; i < r->members; i++) /* any order: a stride without common factor */
		put_member(r,
			   &r->member[(i * (turn & 4 ? 1 : r->members - 1) + turn) % r->members]);
	put_end(r);
	is_damaged = damage(&r->zip, in);
	if (!read_back(&r->zip, &data, &info)) {
		FUZZ_CHECK(r->fault != FAULT_NONE || is_damaged, "a good session is refused");
		return;
	}
	FUZZ_CHECK(r->fault == FAULT_NONE, "fault %d is not seen", (int)r->fault);
	FUZZ_CHECK(info.unit_size == r->unit && info.samplerate_hz == r->rate_hz &&
			   strcmp(info.channels.name[0], "MODE/XA") == 0 &&
			   strcmp(info.channels.name[2], "STEP (Y axis)") == 0 &&
			   info.channels.name[1][0] == '\0',
		   "other metadata");
	FUZZ_CHECK(data.size == r->size && memcmp(data.at, r->data, r->size) == 0,
		   "other samples: %zu bytes of %zu", data.size, r->size);
}

/* Metadata of any text, around samples that are there: it may do no harm. */
static void check_text(struct recipe *r, struct fuzz_bytes *in)
{
	static const float volts[4] = {1, -1, 0.5f, 0};
	static const char *const names[] = {"logic-1-1", "logic-1-2", "analog-1-1-1", "analog-1-9"};
	unsigned present = fuzz_take(in);
	struct sessionfile info;

	(void)add(r, "version", "2", 1, 0);
	(void)add(r, "metadata", in->at, (size_t)(in->end - in->at), 0);
	for (unsigned i = 0; i < 4; i++)
		if (present >> i & 1)
			(void)add(r, names[i], volts, sizeof volts, 0);
	for (unsigned i = 0; i < r->members; i++)
		put_member(r, &r->member[i]);
	put_end(r);
	(void)read_back(&r->zip, NULL, &info);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct recipe r;
	struct fuzz_bytes in = {data, data + size};
	struct sessionfile info;

	unsigned mode = fuzz_take(&in) >> 6;

	r.zip.size = r.central.size = r.size = r.members = 0;
	if (mode >= 2) { /* nothing is known of these bytes: they may do no harm */
		put(&r.zip, in.at, (size_t)(in.end - in.at));
		(void)read_back(&r.zip, NULL, &info);
	} else if (mode == 1) {
		check_text(&r, &in);
	} else {
		check_recipe(&r, &in);
	}
	return 0;
}
