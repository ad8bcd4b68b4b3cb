/*
 * AVR serial programming (ATmega328P datasheet DS40002061, "Serial Downloading") as MPSSE commands,
 * and what the answers mean. Pure: no I/O, no waiting; a wait is clocked out as RDY/BSY polls whose
 * answers nobody reads, so that a whole image can go as one stream.
 *
 * Answer bytes come in the order of the calls: one byte for each avrisp_read_item and avrisp_poll,
 * count bytes for avrisp_read_flash and _eeprom, AVRISP_ENABLE_SIZE for avrisp_enable, none for the
 * others.
 */
#ifndef INST_AVRISP_H
#define INST_AVRISP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inst/mpsse.h"

enum {
	AVRISP_ENABLE_SIZE = 4,
	AVRISP_SIGNATURE_SIZE = 3,
	AVRISP_PAGE_MAX = 128, /* page_size of every part in the table is at most this */
};

/* One supported part. Sizes in bytes; page_size divides flash_size; times are the datasheet's. */
struct avrisp_part {
	const char *name;  /* as of avr-gcc's -mmcu */
	const char *title; /* as printed on it */
	uint8_t signature[AVRISP_SIGNATURE_SIZE];
	unsigned arch; /* avr-gcc's architecture number, e_flags of its ELF files */
	uint32_t flash_size, page_size, eeprom_size;
	int64_t flash_ns, erase_ns, eeprom_ns, fuse_ns;
};

/* Static storage; NULL: not in the table. */
const struct avrisp_part *avrisp_part_find(const char *name);
const struct avrisp_part *avrisp_part_by_signature(const uint8_t signature[AVRISP_SIGNATURE_SIZE]);

/* Bytes that are read one at a time; the fuses and the lock can be written too. */
enum avrisp_item {
	AVRISP_SIGNATURE_0,
	AVRISP_SIGNATURE_1,
	AVRISP_SIGNATURE_2,
	AVRISP_LFUSE,
	AVRISP_HFUSE,
	AVRISP_EFUSE,
	AVRISP_LOCK,
	AVRISP_CALIBRATION,
};

/* Bits of an item that exist in the chip; the others read as anything. */
uint8_t avrisp_item_mask(enum avrisp_item item);

/* Programming Enable: to be sent >= 20 ms after RESET went low. In step when the third byte echoes.
 */
void avrisp_enable(struct mpsse *m);
bool avrisp_is_enabled(const uint8_t answer[AVRISP_ENABLE_SIZE]);

void avrisp_read_item(struct mpsse *m, enum avrisp_item item);
/* AVRISP_LFUSE..AVRISP_LOCK. Busy for part->fuse_ns. */
void avrisp_write_item(struct mpsse *m, enum avrisp_item item, uint8_t value);

/* Flash, lock, and EEPROM unless EESAVE is programmed. Busy for part->erase_ns. */
void avrisp_erase(struct mpsse *m);

/* Fills the chip's page buffer and writes it at address (a multiple of page_size); data holds
 * page_size bytes. Busy for part->flash_ns. */
void avrisp_write_page(struct mpsse *m, const struct avrisp_part *part, uint32_t address,
		       const uint8_t *data);

/* One byte; busy for part->eeprom_ns. */
void avrisp_write_eeprom(struct mpsse *m, uint32_t address, uint8_t value);

void avrisp_read_flash(struct mpsse *m, uint32_t address, size_t count);
void avrisp_read_eeprom(struct mpsse *m, uint32_t address, size_t count);

void avrisp_poll(struct mpsse *m);
bool avrisp_is_busy(uint8_t answer);

/* Clocks at least ns away at sck_hz. MPSSE_SHIFT_MAX bytes at most: 280 ms at 1.875 MHz. */
void avrisp_wait(struct mpsse *m, int64_t ns, uint32_t sck_hz);

/* CPU clock that a low fuse selects, with the crystal or resonator at crystal_hz. 0: a source that
 * a programmer cannot rely on (external clock, 128 kHz, 32 kHz crystal). */
uint32_t avrisp_cpu_hz(uint8_t lfuse, uint32_t crystal_hz);

/* Highest SCK that is safe at the CPU clock of lfuse: below a quarter of the clock (datasheet: SCK
 * high and low each longer than two CPU cycles), with 6 % in hand for a resonator and 20 % for the
 * RC. */
uint32_t avrisp_sck_hz(uint8_t lfuse, uint32_t crystal_hz);

/* True when serial programming is still possible after these fuses took effect. */
bool avrisp_keeps_isp(uint8_t lfuse, uint8_t hfuse);

#endif
