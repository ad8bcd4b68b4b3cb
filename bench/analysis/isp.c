/*
 * The analysis "isp": serial programming of an AVR, as seen on the bus. Groups of four bytes from
 * each falling edge of reset (or from sample 0 if it is low there); complete groups only.
 *
 * The instructions are those of the ATmega328P (datasheet DS40002061, "Serial Programming
 * Instruction Set"). The second byte tells instructions apart where the first one does not;
 * elsewhere it is an address or does not matter. Address bits beyond the part's memory are not
 * looked at: this is a witness, not a programmer.
 *
 * What was written is put together as the part would: a page write programs what was loaded since
 * the last one and clears bits only, so that a byte programmed twice is the AND of both; a chip
 * erase forgets what the flash held. Whether it erases the EEPROM is a fuse (EESAVE), so what was
 * written there stays.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/hex.h"
#include "analysis/isp_image.h"
#include "analysis/kind.h"
#include "analysis/spi.h"
#include "base/sha256.h"

enum { KEY_CLK, KEY_MOSI, KEY_MISO, KEY_RST, KEY_IMAGE };

enum isp_action {
	ISP_NOTHING, /* in the table, with no data to keep */
	ISP_ERASE,
	ISP_SIGNATURE,
	ISP_LFUSE,
	ISP_HFUSE,
	ISP_EFUSE,
	ISP_LOCK,
	ISP_CALIBRATION,
	ISP_WRITE_LOCK,
	ISP_WRITE_LFUSE,
	ISP_WRITE_HFUSE,
	ISP_WRITE_EFUSE,
	ISP_FLASH_READ,
	ISP_FLASH_LOAD,
	ISP_FLASH_WRITE,
	ISP_EEPROM_READ,
	ISP_EEPROM_BYTE,
	ISP_EEPROM_LOAD,
	ISP_EEPROM_WRITE,
};

static const struct isp_instruction {
	uint8_t first, second, second_mask; /* mask 0: the second byte does not matter */
	enum isp_action action;
} isp_table[] = {
	{0xac, 0x53, 0xff, ISP_NOTHING},    /* programming enable */
	{0xac, 0x80, 0xff, ISP_ERASE},      /* chip erase */
	{0xf0, 0x00, 0x00, ISP_NOTHING},    /* poll RDY/BSY */
	{0x4d, 0x00, 0x00, ISP_NOTHING},    /* load extended address */
	{0x48, 0x00, 0x00, ISP_FLASH_LOAD}, /* page buffer, high byte */
	{0x40, 0x00, 0x00, ISP_FLASH_LOAD}, /* page buffer, low byte */
	{0xc1, 0x00, 0x00, ISP_EEPROM_LOAD},  {0x28, 0x00, 0x00, ISP_FLASH_READ},
	{0x20, 0x00, 0x00, ISP_FLASH_READ},   {0xa0, 0x00, 0x00, ISP_EEPROM_READ},
	{0x58, 0x00, 0xff, ISP_LOCK},         {0x30, 0x00, 0x00, ISP_SIGNATURE},
	{0x50, 0x00, 0xff, ISP_LFUSE},        {0x58, 0x08, 0xff, ISP_HFUSE},
	{0x50, 0x08, 0xff, ISP_EFUSE},        {0x38, 0x00, 0x00, ISP_CALIBRATION},
	{0x4c, 0x00, 0x00, ISP_FLASH_WRITE},  {0xc0, 0x00, 0x00, ISP_EEPROM_BYTE},
	{0xc2, 0x00, 0x00, ISP_EEPROM_WRITE}, {0xac, 0xe0, 0xff, ISP_WRITE_LOCK},
	{0xac, 0xa0, 0xff, ISP_WRITE_LFUSE},  {0xac, 0xa8, 0xff, ISP_WRITE_HFUSE},
	{0xac, 0xa4, 0xff, ISP_WRITE_EFUSE},
};

/* A byte that was seen at least once; the last one stands. */
struct isp_byte {
	bool is_seen;
	uint8_t value;
};

/* The page buffer holds loaded bytes at their offsets in it; of two for one place the last stands.
 */
struct isp_memory {
	uint64_t bytes_read, bytes_written, pages;
	uint64_t loaded; /* since the last page write */
	struct isp_byte page[ISP_FLASH_PAGE];
	struct isp_image read, written;
};

struct isp {
	struct spi spi;
	bool wants_image;
	uint8_t mosi[4];
	unsigned filled; /* of the group under way */
	uint64_t commands, unknown, erases;
	struct isp_byte signature[3], lfuse, hfuse, efuse, lock, calibration;
	struct isp_byte write_lfuse, write_hfuse, write_efuse, write_lock;
	struct isp_memory flash, eeprom;
	struct sha256 flash_hash;
};

static enum err_code isp_init(void *state, const struct kind_args *args, struct err *e)
{
	struct isp *s = state;
	const struct kind_value *v = args->value;
	int64_t image;

	if (kind_whole(&v[KEY_IMAGE], "image", 0, 0, 1, &image, e))
		return e->code;
	s->wants_image = image == 1;
	sha256_init(&s->flash_hash);
	spi_init(&s->spi, (struct spi_lines){
				  .clk = v[KEY_CLK].bit,
				  .mosi = v[KEY_MOSI].bit,
				  .miso = v[KEY_MISO].bit,
				  .cs = v[KEY_RST].bit,
				  .has_mosi = true,
				  .has_miso = true,
				  .has_cs = true,
			  });
	return ERR_NONE;
}

static const struct isp_instruction *isp_find(const uint8_t mosi[4])
{
	for (size_t i = 0; i < sizeof isp_table / sizeof isp_table[0]; i++)
		if (isp_table[i].first == mosi[0] &&
		    (mosi[1] & isp_table[i].second_mask) == isp_table[i].second)
			return &isp_table[i];
	return NULL;
}

static void isp_page_forget(struct isp_memory *m)
{
	memset(m->page, 0, sizeof m->page);
	m->loaded = 0;
}

static void isp_page_load(struct isp_memory *m, size_t offset, uint8_t value)
{
	m->page[offset] = (struct isp_byte){true, value};
	m->loaded++;
}

/* The page that begins at `base`. Flash loses bits only; EEPROM is erased as it is written. */
static void isp_page_write(struct isp_memory *m, size_t base, size_t size, bool is_flash)
{
	for (size_t i = 0; i < size; i++) {
		uint8_t value = m->page[i].value;

		if (!m->page[i].is_seen)
			continue;
		if (is_flash && isp_image_has(&m->written, base + i))
			value &= m->written.data[base + i];
		isp_image_set(&m->written, base + i, value);
	}
	m->bytes_written += m->loaded;
	m->pages++;
	isp_page_forget(m);
}

/* Instructions that move memory; out is the byte that the part gave. */
static void isp_memory(struct isp *s, enum isp_action action, uint8_t out)
{
	const uint8_t *mosi = s->mosi;
	size_t word = (size_t)(mosi[1] << 8 | mosi[2]) % (ISP_FLASH_SIZE / 2);
	size_t high = mosi[0] >> 3 & 1; /* 48, 28: the high byte of the word */
	size_t address = (size_t)(mosi[1] << 8 | mosi[2]) % ISP_EEPROM_SIZE;

	switch (action) {
	case ISP_FLASH_READ:
		s->flash.bytes_read++;
		sha256_feed(&s->flash_hash, &out, 1);
		isp_image_set(&s->flash.read, 2 * word + high, out);
		break;
	case ISP_FLASH_LOAD:
		isp_page_load(&s->flash, 2 * (word % (ISP_FLASH_PAGE / 2)) + high, mosi[3]);
		break;
	case ISP_FLASH_WRITE:
		isp_page_write(&s->flash, 2 * word / ISP_FLASH_PAGE * ISP_FLASH_PAGE,
			       ISP_FLASH_PAGE, true);
		break;
	case ISP_EEPROM_READ:
		s->eeprom.bytes_read++;
		isp_image_set(&s->eeprom.read, address, out);
		break;
	case ISP_EEPROM_BYTE:
		s->eeprom.bytes_written++;
		isp_image_set(&s->eeprom.written, address, mosi[3]);
		break;
	case ISP_EEPROM_LOAD:
		isp_page_load(&s->eeprom, address % ISP_EEPROM_PAGE, mosi[3]);
		break;
	case ISP_EEPROM_WRITE:
		isp_page_write(&s->eeprom, address / ISP_EEPROM_PAGE * ISP_EEPROM_PAGE,
			       ISP_EEPROM_PAGE, false);
		break;
	default:
		break;
	}
}

/* Where a single byte that an instruction reads or writes is kept; NULL: it has none. */
static struct isp_byte *isp_single(struct isp *s, enum isp_action action)
{
	switch (action) {
	case ISP_SIGNATURE:
		return (s->mosi[2] & 3) < 3 ? &s->signature[s->mosi[2] & 3] : NULL;
	case ISP_LFUSE:
		return &s->lfuse;
	case ISP_HFUSE:
		return &s->hfuse;
	case ISP_EFUSE:
		return &s->efuse;
	case ISP_LOCK:
		return &s->lock;
	case ISP_CALIBRATION:
		return &s->calibration;
	case ISP_WRITE_LOCK:
		return &s->write_lock;
	case ISP_WRITE_LFUSE:
		return &s->write_lfuse;
	case ISP_WRITE_HFUSE:
		return &s->write_hfuse;
	case ISP_WRITE_EFUSE:
		return &s->write_efuse;
	default:
		return NULL;
	}
}

/* A group is complete; out is the byte that the part gave with the fourth. */
static void isp_group(struct isp *s, uint8_t out)
{
	const struct isp_instruction *instruction = isp_find(s->mosi);

	s->commands++;
	if (instruction == NULL) {
		s->unknown++;
		return;
	}

	bool is_write =
		instruction->action >= ISP_WRITE_LOCK && instruction->action <= ISP_WRITE_EFUSE;
	struct isp_byte *single = isp_single(s, instruction->action);

	if (single != NULL)
		*single = (struct isp_byte){true, is_write ? s->mosi[3] : out};
	if (instruction->action == ISP_ERASE) { /* the page buffer with the rest */
		s->erases++;
		isp_page_forget(&s->flash);
		isp_image_forget(&s->flash.written);
	}
	isp_memory(s, instruction->action, out);
}

static void isp_start(void *state, uint64_t sample)
{
	struct isp *s = state;

	(void)spi_start(&s->spi, sample);
}

static void isp_edges(void *state, const struct edge *list, size_t count)
{
	struct isp *s = state;

	for (size_t i = 0; i < count; i++) {
		unsigned events = spi_edge(&s->spi, &list[i]);

		if (events & SPI_SELECTED) { /* a reset: what was begun is lost */
			s->filled = 0;
			isp_page_forget(&s->flash);
			isp_page_forget(&s->eeprom);
		}
		if ((events & SPI_WORD) == 0)
			continue;
		s->mosi[s->filled++] = (uint8_t)s->spi.mosi;
		if (s->filled == 4) {
			s->filled = 0;
			isp_group(s, (uint8_t)s->spi.miso);
		}
	}
}

static struct result *isp_hex(const struct isp_byte *byte, size_t count)
{
	uint8_t data[3];

	for (size_t i = 0; i < count; i++) {
		if (!byte[i].is_seen)
			return result_null();
		data[i] = byte[i].value;
	}
	return hex_result(data, count);
}

static struct result *isp_written(const struct isp *s)
{
	struct result *r = result_object();

	result_set(r, "lfuse", isp_hex(&s->write_lfuse, 1));
	result_set(r, "hfuse", isp_hex(&s->write_hfuse, 1));
	result_set(r, "efuse", isp_hex(&s->write_efuse, 1));
	result_set(r, "lock", isp_hex(&s->write_lock, 1));
	return r;
}

static struct result *isp_images(const struct isp *s)
{
	struct result *r = result_object();

	result_set(r, "flash_read", isp_image_segments(&s->flash.read));
	result_set(r, "flash_written", isp_image_segments(&s->flash.written));
	result_set(r, "eeprom_read", isp_image_segments(&s->eeprom.read));
	result_set(r, "eeprom_written", isp_image_segments(&s->eeprom.written));
	return r;
}

static void isp_finish(void *state, uint64_t sample_count, struct result *out)
{
	struct isp *s = state;
	struct result *flash = result_object(), *eeprom = result_object();
	char hash[SHA256_HEX_SIZE];

	(void)sample_count;
	sha256_finish(&s->flash_hash, hash);
	result_set(flash, "bytes_read", result_integer((int64_t)s->flash.bytes_read));
	result_set(flash, "sha256", result_string(hash, SHA256_HEX_SIZE - 1));
	result_set(flash, "bytes_written", result_integer((int64_t)s->flash.bytes_written));
	result_set(flash, "pages", result_integer((int64_t)s->flash.pages));
	isp_image_summary(&s->flash.written, flash);
	result_set(eeprom, "bytes_read", result_integer((int64_t)s->eeprom.bytes_read));
	result_set(eeprom, "bytes_written", result_integer((int64_t)s->eeprom.bytes_written));

	result_set(out, "commands", result_integer((int64_t)s->commands));
	result_set(out, "signature", isp_hex(s->signature, 3));
	result_set(out, "lfuse", isp_hex(&s->lfuse, 1));
	result_set(out, "hfuse", isp_hex(&s->hfuse, 1));
	result_set(out, "efuse", isp_hex(&s->efuse, 1));
	result_set(out, "lock", isp_hex(&s->lock, 1));
	result_set(out, "calibration", isp_hex(&s->calibration, 1));
	result_set(out, "erases", result_integer((int64_t)s->erases));
	result_set(out, "written", isp_written(s));
	result_set(out, "flash", flash);
	result_set(out, "eeprom", eeprom);
	result_set(out, "unknown", result_integer((int64_t)s->unknown));
	if (s->wants_image)
		result_set(out, "image", isp_images(s));
}

static void isp_deinit(void *state)
{
	struct isp *s = state;

	sha256_deinit(&s->flash_hash);
}

const struct kind isp_kind = {
	.name = "isp",
	.keys = {[KEY_CLK] = {"clk", KIND_CHANNEL, true},
		 [KEY_MOSI] = {"mosi", KIND_CHANNEL, true},
		 [KEY_MISO] = {"miso", KIND_CHANNEL, true},
		 [KEY_RST] = {"rst", KIND_CHANNEL, true},
		 [KEY_IMAGE] = {"image", KIND_NUMBER, false}},
	.state_size = sizeof(struct isp),
	.init = isp_init,
	.start = isp_start,
	.edges = isp_edges,
	.samples = kind_no_samples,
	.finish = isp_finish,
	.deinit = isp_deinit,
};
