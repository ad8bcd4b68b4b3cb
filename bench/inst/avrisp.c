#include "inst/avrisp.h"

#include <assert.h>
#include <string.h>

enum { INSTRUCTION_SIZE = 4 };

/* tWD: DS40002061, table "Minimum Wait Delay". */
#define OF_MEGA328                                                             \
	.arch = 5, .flash_size = 32768, .page_size = 128, .eeprom_size = 1024, \
	.flash_ns = 4500000, .erase_ns = 9000000, .eeprom_ns = 3600000, .fuse_ns = 4500000

static const struct avrisp_part parts[] = {
	{"atmega328p", "ATmega328P", {0x1E, 0x95, 0x0F}, OF_MEGA328},
	{"atmega328", "ATmega328", {0x1E, 0x95, 0x14}, OF_MEGA328},
};

/* First three bytes of a read, first two of a write; DS40002061, "Serial Programming Instruction
 * Set". A write's last two bytes are 00 and the value. */
static const struct item {
	uint8_t read[3];
	uint8_t write[2];
	uint8_t mask;
} items[] = {
	[AVRISP_SIGNATURE_0] = {{0x30, 0x00, 0x00}, {0, 0}, 0xFF},
	[AVRISP_SIGNATURE_1] = {{0x30, 0x00, 0x01}, {0, 0}, 0xFF},
	[AVRISP_SIGNATURE_2] = {{0x30, 0x00, 0x02}, {0, 0}, 0xFF},
	[AVRISP_LFUSE] = {{0x50, 0x00, 0x00}, {0xAC, 0xA0}, 0xFF},
	[AVRISP_HFUSE] = {{0x58, 0x08, 0x00}, {0xAC, 0xA8}, 0xFF},
	[AVRISP_EFUSE] = {{0x50, 0x08, 0x00}, {0xAC, 0xA4}, 0x07},
	[AVRISP_LOCK] = {{0x58, 0x00, 0x00}, {0xAC, 0xE0}, 0x3F},
	[AVRISP_CALIBRATION] = {{0x38, 0x00, 0x00}, {0, 0}, 0xFF},
};

const struct avrisp_part *avrisp_part_find(const char *name)
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	return NULL;
}

const struct avrisp_part *avrisp_part_by_signature(const uint8_t signature[AVRISP_SIGNATURE_SIZE])
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (memcmp(parts[i].signature, signature, AVRISP_SIGNATURE_SIZE) == 0)
			return &parts[i];
	return NULL;
}

uint8_t avrisp_item_mask(enum avrisp_item item)
{
	return items[item].mask;
}

void avrisp_enable(struct mpsse *m)
{
	mpsse_exchange(m, (const uint8_t[]){0xAC, 0x53, 0x00, 0x00}, INSTRUCTION_SIZE);
}

bool avrisp_is_enabled(const uint8_t answer[AVRISP_ENABLE_SIZE])
{
	return answer[2] == 0x53;
}

/* Three bytes out, then the byte that the chip answers in the fourth place. */
static void ask(struct mpsse *m, const uint8_t instruction[3])
{
	mpsse_write(m, instruction, 3);
	mpsse_read(m, 1);
}

void avrisp_read_item(struct mpsse *m, enum avrisp_item item)
{
	ask(m, items[item].read);
}

void avrisp_write_item(struct mpsse *m, enum avrisp_item item, uint8_t value)
{
	const uint8_t *write = items[item].write;

	assert(write[0] != 0);
	/* Bits without a fuse behind them are written 1, unprogrammed. */
	value |= (uint8_t)~items[item].mask;
	mpsse_write(m, (const uint8_t[]){write[0], write[1], 0x00, value}, INSTRUCTION_SIZE);
}

void avrisp_erase(struct mpsse *m)
{
	mpsse_write(m, (const uint8_t[]){0xAC, 0x80, 0x00, 0x00}, INSTRUCTION_SIZE);
}

void avrisp_write_page(struct mpsse *m, const struct avrisp_part *part, uint32_t address,
		       const uint8_t *data)
{
	assert(address % part->page_size == 0 && address < part->flash_size);
	uint32_t word = address / 2;
	uint8_t *out = mpsse_write_room(m, (part->page_size + 1) * (size_t)INSTRUCTION_SIZE);

	if (out == NULL)
		return;
	/* The low byte of a word has to be loaded before its high byte. */
	for (uint32_t i = 0; i < part->page_size; i++) {
		*out++ = i % 2 == 0 ? 0x40 : 0x48;
		*out++ = 0x00;
		*out++ = (uint8_t)(i / 2);
		*out++ = data[i];
	}
	*out++ = 0x4C;
	*out++ = (uint8_t)(word >> 8);
	*out++ = (uint8_t)word;
	*out++ = 0x00;
}

void avrisp_write_eeprom(struct mpsse *m, uint32_t address, uint8_t value)
{
	mpsse_write(m, (const uint8_t[]){0xC0, (uint8_t)(address >> 8), (uint8_t)address, value},
		    INSTRUCTION_SIZE);
}

void avrisp_read_flash(struct mpsse *m, uint32_t address, size_t count)
{
	for (size_t i = 0; i < count; i++, address++) {
		uint32_t word = address / 2;
		const uint8_t instruction[3] = {
			address % 2 == 0 ? 0x20 : 0x28,
			(uint8_t)(word >> 8),
			(uint8_t)word,
		};
		ask(m, instruction);
	}
}

void avrisp_read_eeprom(struct mpsse *m, uint32_t address, size_t count)
{
	for (size_t i = 0; i < count; i++, address++)
		ask(m, (const uint8_t[]){0xA0, (uint8_t)(address >> 8), (uint8_t)address});
}

void avrisp_poll(struct mpsse *m)
{
	ask(m, (const uint8_t[]){0xF0, 0x00, 0x00});
}

bool avrisp_is_busy(uint8_t answer)
{
	return (answer & 1) != 0;
}

void avrisp_wait(struct mpsse *m, int64_t ns, uint32_t sck_hz)
{
	assert(ns > 0 && ns < INT64_C(1000000000) && sck_hz > 0);
	const int64_t bit_count = (ns * sck_hz + 999999999) / 1000000000;
	const size_t poll_count =
		(size_t)((bit_count + 8 * INSTRUCTION_SIZE - 1) / (8 * INSTRUCTION_SIZE));
	uint8_t *out = mpsse_write_room(m, poll_count * INSTRUCTION_SIZE);

	for (size_t i = 0; out != NULL && i < poll_count; i++, out += INSTRUCTION_SIZE)
		memcpy(out, (const uint8_t[]){0xF0, 0x00, 0x00, 0x00}, INSTRUCTION_SIZE);
}

/* Low fuse: bit 7 CKDIV8 (0: divided), bits 3..0 CKSEL; DS40002061, "System Clock". */
static bool is_divided(uint8_t lfuse)
{
	return (lfuse & 0x80) == 0;
}

static bool is_rc(uint8_t lfuse)
{
	return (lfuse & 0x0F) == 2;
}

uint32_t avrisp_cpu_hz(uint8_t lfuse, uint32_t crystal_hz)
{
	enum { RC_HZ = 8000000, CKSEL_CRYSTAL_FIRST = 6 };
	uint32_t hz = 0;

	if (is_rc(lfuse))
		hz = RC_HZ;
	else if ((lfuse & 0x0F) >= CKSEL_CRYSTAL_FIRST)
		hz = crystal_hz;
	return is_divided(lfuse) ? hz / 8 : hz;
}

uint32_t avrisp_sck_hz(uint8_t lfuse, uint32_t crystal_hz)
{
	uint32_t cpu_hz = avrisp_cpu_hz(lfuse, crystal_hz);

	assert(cpu_hz != 0);
	return is_rc(lfuse) ? cpu_hz / 5 : (uint32_t)((uint64_t)cpu_hz * 15 / 64);
}

bool avrisp_keeps_isp(uint8_t lfuse, uint8_t hfuse)
{
	enum { RSTDISBL = 0x80, DWEN = 0x40, SPIEN = 0x20 };

	/* 0 is programmed. With RSTDISBL or DWEN the RESET pin no longer enters programming. */
	return (hfuse & RSTDISBL) != 0 && (hfuse & DWEN) != 0 && (hfuse & SPIEN) == 0 &&
	       avrisp_cpu_hz(lfuse, 8000000) != 0;
}
