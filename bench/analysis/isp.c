/*
 * The analysis "isp": serial programming of an AVR, as seen on the bus. Groups of four bytes from
 * each falling edge of reset (or from sample 0 if it is low there); complete groups only.
 *
 * The instructions are those of the ATmega328P (datasheet DS40002061, "Serial Programming
 * Instruction Set"). The second byte tells instructions apart where the first one does not;
 * elsewhere it is an address or does not matter. The addresses are not checked: this is a witness,
 * not a programmer.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/hex.h"
#include "analysis/kind.h"
#include "analysis/sha256.h"
#include "analysis/spi.h"

enum { KEY_CLK, KEY_MOSI, KEY_MISO, KEY_RST };

enum isp_action {
	ISP_NOTHING, /* in the table, with no data to keep */
	ISP_ERASE,
	ISP_SIGNATURE,
	ISP_LFUSE,
	ISP_HFUSE,
	ISP_EFUSE,
	ISP_LOCK,
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
	{0xac, 0x80, 0xff, ISP_ERASE},	    /* chip erase */
	{0xf0, 0x00, 0x00, ISP_NOTHING},    /* poll RDY/BSY */
	{0x4d, 0x00, 0x00, ISP_NOTHING},    /* load extended address */
	{0x48, 0x00, 0x00, ISP_FLASH_LOAD}, /* page buffer, high byte */
	{0x40, 0x00, 0x00, ISP_FLASH_LOAD}, /* page buffer, low byte */
	{0xc1, 0x00, 0x00, ISP_EEPROM_LOAD},
	{0x28, 0x00, 0x00, ISP_FLASH_READ},
	{0x20, 0x00, 0x00, ISP_FLASH_READ},
	{0xa0, 0x00, 0x00, ISP_EEPROM_READ},
	{0x58, 0x00, 0xff, ISP_LOCK},
	{0x30, 0x00, 0x00, ISP_SIGNATURE},
	{0x50, 0x00, 0xff, ISP_LFUSE},
	{0x58, 0x08, 0xff, ISP_HFUSE},
	{0x50, 0x08, 0xff, ISP_EFUSE},
	{0x38, 0x00, 0x00, ISP_NOTHING}, /* calibration byte */
	{0x4c, 0x00, 0x00, ISP_FLASH_WRITE},
	{0xc0, 0x00, 0x00, ISP_EEPROM_BYTE},
	{0xc2, 0x00, 0x00, ISP_EEPROM_WRITE},
	{0xac, 0xe0, 0xff, ISP_NOTHING}, /* write lock */
	{0xac, 0xa0, 0xff, ISP_NOTHING}, /* write low fuse */
	{0xac, 0xa8, 0xff, ISP_NOTHING}, /* write high fuse */
	{0xac, 0xa4, 0xff, ISP_NOTHING}, /* write extended fuse */
};

/* A byte that was read at least once; the last reading stands. */
struct isp_byte {
	bool is_read;
	uint8_t value;
};

struct isp_memory {
	uint64_t bytes_read, bytes_written;
	uint64_t loaded; /* into the page buffer since the last page write */
};

struct isp {
	struct spi spi;
	uint8_t mosi[4];
	unsigned filled; /* of the group under way */
	uint64_t commands, unknown;
	struct isp_byte signature[3], lfuse, hfuse, efuse, lock;
	struct isp_memory flash, eeprom;
	struct sha256 flash_hash;
};

static enum err_code isp_init(void *state, const struct kind_args *args, struct err *e)
{
	struct isp *s = state;
	const struct kind_value *v = args->value;

	(void)e;
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

static void isp_page_write(struct isp_memory *m)
{
	m->bytes_written += m->loaded;
	m->loaded = 0;
}

/* A group is complete; out is the byte that the part gave with the fourth. */
static void isp_group(struct isp *s, uint8_t out)
{
	const struct isp_instruction *instruction = isp_find(s->mosi);
	struct isp_byte read = {true, out};

	s->commands++;
	if (instruction == NULL) {
		s->unknown++;
		return;
	}
	switch (instruction->action) {
	case ISP_NOTHING:
		break;
	case ISP_ERASE: /* erases the page buffer with the rest */
		s->flash.loaded = 0;
		break;
	case ISP_SIGNATURE:
		if ((s->mosi[2] & 3) < 3)
			s->signature[s->mosi[2] & 3] = read;
		break;
	case ISP_LFUSE:
		s->lfuse = read;
		break;
	case ISP_HFUSE:
		s->hfuse = read;
		break;
	case ISP_EFUSE:
		s->efuse = read;
		break;
	case ISP_LOCK:
		s->lock = read;
		break;
	case ISP_FLASH_READ:
		s->flash.bytes_read++;
		sha256_feed(&s->flash_hash, &out, 1);
		break;
	case ISP_FLASH_LOAD:
		s->flash.loaded++;
		break;
	case ISP_FLASH_WRITE:
		isp_page_write(&s->flash);
		break;
	case ISP_EEPROM_READ:
		s->eeprom.bytes_read++;
		break;
	case ISP_EEPROM_BYTE:
		s->eeprom.bytes_written++;
		break;
	case ISP_EEPROM_LOAD:
		s->eeprom.loaded++;
		break;
	case ISP_EEPROM_WRITE:
		isp_page_write(&s->eeprom);
		break;
	}
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
			s->flash.loaded = s->eeprom.loaded = 0;
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
		if (!byte[i].is_read)
			return result_null();
		data[i] = byte[i].value;
	}
	return hex_result(data, count);
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
	result_set(eeprom, "bytes_read", result_integer((int64_t)s->eeprom.bytes_read));
	result_set(eeprom, "bytes_written", result_integer((int64_t)s->eeprom.bytes_written));

	result_set(out, "commands", result_integer((int64_t)s->commands));
	result_set(out, "signature", isp_hex(s->signature, 3));
	result_set(out, "lfuse", isp_hex(&s->lfuse, 1));
	result_set(out, "hfuse", isp_hex(&s->hfuse, 1));
	result_set(out, "efuse", isp_hex(&s->efuse, 1));
	result_set(out, "lock", isp_hex(&s->lock, 1));
	result_set(out, "flash", flash);
	result_set(out, "eeprom", eeprom);
	result_set(out, "unknown", result_integer((int64_t)s->unknown));
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
		 [KEY_RST] = {"rst", KIND_CHANNEL, true}},
	.state_size = sizeof(struct isp),
	.init = isp_init,
	.start = isp_start,
	.edges = isp_edges,
	.samples = kind_no_samples,
	.finish = isp_finish,
	.deinit = isp_deinit,
};
