/*
 * AVR ELF as the linker of avr-gcc writes it: the flash is what the program headers load at
 * physical addresses below 0x800000 (code at its own address, the initial values of .data behind
 * it). The part is known from e_flags (architecture) and, where avr-libc left it, from the device
 * note. The only file that includes libelf.
 */
#include "inst/image_format.h"

#include <libelf.h>
#include <stdio.h>
#include <string.h>

/* avr-gcc's address spaces in one number (GNU ld, avr.sc): flash, RAM, EEPROM, fuses, lock,
 * signature. */
enum {
	FLASH_END = 0x800000,
	EEPROM_BEGIN = 0x810000,
	OTHER_END = 0x850000,
	ARCH_MASK = 0x7F, /* EF_AVR_MACH of binutils' include/elf/avr.h */
	SEGMENTS_MAX = 64,
	SECTIONS_MAX = 4096,
};

bool image_elf_is(const uint8_t *bytes, size_t size)
{
	return size >= SELFMAG && memcmp(bytes, ELFMAG, SELFMAG) == 0;
}

static enum err_code damaged(const char *what, struct err *e)
{
	return err_set(e, ERR_CONFIG, "%s: the ELF file is damaged; build or copy it again", what);
}

static uint32_t word_le(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Class and byte order are checked in the raw bytes: what libelf would convert is not for an AVR.
 */
static enum err_code check_header(Elf *elf, const struct image_draft *d, const uint8_t *bytes,
				  size_t size, struct err *e)
{
	if (size < sizeof(Elf32_Ehdr))
		return damaged("shorter than its header", e);
	if (bytes[EI_CLASS] != ELFCLASS32 || bytes[EI_DATA] != ELFDATA2LSB)
		return err_set(e, ERR_CONFIG,
			       "an ELF file, but not of an AVR (32 bit, little endian): "
			       "give the pen's firmware");
	const Elf32_Ehdr *header = elf32_getehdr(elf); /* bytes, which malloc has aligned */
	if (header == NULL)
		return damaged(elf_errmsg(-1), e);
	if (header->e_machine != EM_AVR)
		return err_set(e, ERR_CONFIG,
			       "an ELF file for machine %u, wanted %d (AVR): give the "
			       "pen's firmware",
			       header->e_machine, EM_AVR);
	if (header->e_type != ET_EXEC)
		return err_set(e, ERR_CONFIG,
			       "an ELF file that is not linked (type %u, wanted %d): give "
			       "the linked firmware",
			       header->e_type, ET_EXEC);
	if ((header->e_flags & ARCH_MASK) != d->part->arch)
		return err_set(e, ERR_CONFIG,
			       "built for another part: architecture avr%u, wanted avr%u "
			       "(%s); build with -mmcu=%s",
			       header->e_flags & ARCH_MASK, d->part->arch, d->part->title,
			       d->part->name);
	return ERR_NONE;
}

static enum err_code load_segment(struct image_draft *d, const Elf32_Phdr *segment,
				  const uint8_t *bytes, size_t size, struct err *e)
{
	if (segment->p_type != PT_LOAD || segment->p_filesz == 0)
		return ERR_NONE;
	if (segment->p_offset > size || segment->p_filesz > size - segment->p_offset)
		return damaged("a segment reaches past the end of the file", e);
	if (segment->p_paddr >= EEPROM_BEGIN && segment->p_paddr < OTHER_END)
		return ERR_NONE;
	if (segment->p_paddr >= FLASH_END)
		return err_set(e, ERR_CONFIG,
			       "a segment is to be loaded to 0x%X, which is not flash: link "
			       "with the standard script",
			       segment->p_paddr);
	for (uint32_t i = 0; i < segment->p_filesz; i++) {
		enum err_code code =
			image_put(d, segment->p_paddr + i, bytes[segment->p_offset + i], e);
		if (code != ERR_NONE)
			return code;
	}
	return ERR_NONE;
}

static enum err_code load_segments(Elf *elf, struct image_draft *d, const uint8_t *bytes,
				   size_t size, struct err *e)
{
	size_t count;

	if (elf_getphdrnum(elf, &count) != 0)
		return damaged(elf_errmsg(-1), e);
	if (count == 0)
		return damaged("no program headers", e);
	if (count > SEGMENTS_MAX)
		return damaged("too many program headers", e);
	/* A damaged file puts the table at an odd place, and libelf points there: copied, not used.
	 */
	const void *segments = elf32_getphdr(elf);
	if (segments == NULL)
		return damaged(elf_errmsg(-1), e);
	for (size_t i = 0; i < count; i++) {
		Elf32_Phdr segment;
		memcpy(&segment, (const uint8_t *)segments + i * sizeof segment, sizeof segment);
		enum err_code code = load_segment(d, &segment, bytes, size, e);
		if (code != ERR_NONE)
			return code;
	}
	return ERR_NONE;
}

/*
 * Device note (binutils, include/elf/avr.h): the usual note header, "AVR", then six words of memory
 * sizes, the size of an offset table, the table, and behind it strings; table[0] is where the name
 * of the device begins. NULL when the note is not of that form. The name lies in data.
 */
static const char *device_name(const uint8_t *data, size_t size)
{
	enum { DESCRIPTION = 16, TABLE = DESCRIPTION + 24, TABLE_ENTRY = TABLE + 4 };

	if (size < TABLE_ENTRY + 4 || memcmp(data + 12, "AVR", 4) != 0)
		return NULL;
	uint32_t table_size = word_le(data + TABLE), offset = word_le(data + TABLE_ENTRY);
	if (table_size > size - TABLE || offset >= size - TABLE - table_size)
		return NULL;
	const char *name = (const char *)data + TABLE + table_size + offset;
	size_t room = size - TABLE - table_size - offset;
	return memchr(name, '\0', room) != NULL ? name : NULL;
}

/* The architecture fits many parts; the note, if there is one, names the one. */
static enum err_code check_note(Elf *elf, const struct image_draft *d, const uint8_t *bytes,
				size_t size, struct err *e)
{
	size_t names;
	Elf_Scn *section = NULL;

	if (elf_getshdrstrndx(elf, &names) != 0)
		return ERR_NONE; /* stripped of sections: the program headers are all there is */
	for (unsigned i = 0; i < SECTIONS_MAX; i++) {
		section = elf_nextscn(elf, section);
		if (section == NULL)
			break;
		const void *place = elf32_getshdr(section);
		if (place == NULL)
			continue;
		Elf32_Shdr header;
		memcpy(&header, place, sizeof header);
		if (header.sh_type != SHT_NOTE)
			continue;
		const char *title = elf_strptr(elf, names, header.sh_name);
		if (title == NULL || strcmp(title, ".note.gnu.avr.deviceinfo") != 0)
			continue;
		if (header.sh_offset > size || header.sh_size > size - header.sh_offset)
			return damaged("the device note reaches past the end of the file", e);
		const char *name = device_name(bytes + header.sh_offset, header.sh_size);
		if (name == NULL)
			return damaged("the device note is not of the known form", e);
		if (strcmp(name, d->part->name) != 0)
			return err_set(e, ERR_CONFIG,
				       "built for another part: %.32s, wanted %s; build "
				       "with -mmcu=%s",
				       name, d->part->name, d->part->name);
	}
	return ERR_NONE;
}

enum err_code image_elf_parse(struct image_draft *d, const uint8_t *bytes, size_t size,
			      struct err *e)
{
	enum err_code code;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return err_set(e, ERR_BENCH, "libelf: %s: install libelf again", elf_errmsg(-1));
	/* Opened for reading: libelf does not write to the memory, its prototype only says so. */
	Elf *elf = elf_memory((char *)(uintptr_t)bytes, size);
	if (elf == NULL)
		return damaged(elf_errmsg(-1), e);
	code = check_header(elf, d, bytes, size, e);
	if (code == ERR_NONE)
		code = check_note(elf, d, bytes, size, e);
	if (code == ERR_NONE)
		code = load_segments(elf, d, bytes, size, e);
	(void)elf_end(elf); /* the count of references left, not an error */
	return code;
}
