/* Good and hostile firmware files. HEX records are made here, with checksums of our own arithmetic
 * where no published line serves; ELF files are built byte by byte from the gABI's tables. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "base/tap.h"
#include "inst/image.h"

enum { ROUNDS = 3000 };

static const struct avrisp_part *part;
static struct image image;

static enum err_code parse(const char *name, const void *bytes, size_t size, struct err *e)
{
	memset(e, 0, sizeof *e);
	return image_parse(&image, name, bytes, size, part, e);
}

static void good_hex(struct tap *t, const char *text, size_t size, const char *what)
{
	struct err e;
	enum err_code code = parse("a.hex", text, strlen(text), &e);

	if (!tap_ok(t, code == ERR_NONE && image.size == size, "%s", what))
		tap_note("size %zu: %s", image.size, e.text);
}

/* Refused as a configuration error whose text holds `says`. */
static void bad(struct tap *t, const char *name, const void *bytes, size_t size, const char *says)
{
	struct err e;
	enum err_code code = parse(name, bytes, size, &e);

	if (!tap_ok(t, code == ERR_CONFIG && strstr(e.text, says) != NULL, "refused: %s", says))
		tap_note("%d: %s", (int)code, e.text);
}

static void bad_hex(struct tap *t, const char *text, const char *says)
{
	bad(t, "a.hex", text, strlen(text), says);
}

#define END ":00000001FF\n"

static void test_hex(struct tap *t)
{
	/* A line of the Intel specification's form that stands in many manuals. */
	good_hex(t, ":10010000214601360121470136007EFE09D2190140\n" END, 0x110,
		 "the manuals' line");
	tap_ok(t, image.data[0x100] == 0x21 && image.data[0x10F] == 0x01,
	       "its bytes at their places");
	tap_ok(t, image.data[0] == 0xFF && image.data[0xFF] == 0xFF && image.data[0x110] == 0xFF,
	       "the rest is FF");
	good_hex(t, ":0100000055AA\r\n:00000001FF\r\n", 1, "CR LF");
	good_hex(t, "\n\n:0100000055AA\n\n:00000001FF", 1, "blank lines, no last line end");
	good_hex(t, ":01000000aB54 \n:00000001fF\t\n", 1, "lower case, trailing blanks");
	good_hex(t, ":01000200AA53\n:0100000055AA\n" END, 3, "records out of order, a gap");
	tap_ok(t, image.data[0] == 0x55 && image.data[1] == 0xFF && image.data[2] == 0xAA,
	       "the gap is FF");
	good_hex(t, ":020000020100FB\n:0100000011EE\n" END, 0x1001, "segment base times 16");
	good_hex(t, ":020000021000EC\n:020000020000FC\n:0100000011EE\n" END, 1,
		 "the last base holds");
	good_hex(t, ":020000040000FA\n:0100100011DE\n" END, 0x11, "linear base 0");
	good_hex(t, ":0400000300000000F9\n:0400000500000000F7\n:0100000011EE\n" END, 1,
		 "start records are read over");
	good_hex(t,
		 ":017FFF0011"
		 "70\n" END,
		 0x8000, "the last byte of the flash");
}

static void test_hex_bad(struct tap *t)
{
	bad_hex(t,
		":0180000011"
		"6E\n" END,
		"too large");
	bad_hex(t, ":020000040001F9\n:0100000011EE\n" END, "too large");
	bad_hex(t, ":0100000055AB\n" END, "checksum wanted AA, got AB");
	bad_hex(t, ":0100000055AA\n:010001005DA0\n" END, "line 2: checksum");
	bad_hex(t, ":0100000055AA\n", "end record is missing");
	bad_hex(t, ":0100000055AA\n" END ":0100010055A9\n", "after the end record");
	bad_hex(t, ":0100000055AA\n:0100000055AA\n" END, "given twice");
	bad_hex(t, ":0100000055A\n" END, "digit is missing");
	bad_hex(t, ":0100000055AA junk\n" END, "not a hex digit");
	bad_hex(t, ":0200000055A9\n" END, "length is not what it says");
	bad_hex(t, ":\n" END, "length is not what it says");
	bad_hex(t, ":00000006FA\n" END, "record type");
	bad_hex(t, ":0100000100FE\n", "end record with data");
	bad_hex(t, ":0100000400FB\n" END, "linear record without");
	bad_hex(t, END, "no byte for the flash");
	bad_hex(t, ":0100000055AA\nhello\n", "line 2: does not begin with ':'");
	bad_hex(t, "", "the file is empty");
	bad_hex(t, "hello, world\n", "neither Intel HEX nor ELF");
	bad_hex(t, " \n \n", "neither Intel HEX nor ELF");
	char flood[700];
	memset(flood, 'F', sizeof flood - 1);
	flood[0] = ':';
	flood[sizeof flood - 1] = '\0';
	bad_hex(t, flood, "longer than a record");
}

static void test_raw(struct tap *t)
{
	static uint8_t bytes[IMAGE_SIZE_MAX + 1];
	struct err e;

	memset(bytes, 0x3C, sizeof bytes);
	tap_ok(t,
	       parse("x.bin", bytes, IMAGE_SIZE_MAX, &e) == ERR_NONE &&
		       image.size == IMAGE_SIZE_MAX,
	       "a raw image as large as the flash");
	bad(t, "x.bin", bytes, sizeof bytes, "too large");
	bad(t, "x", bytes, 100, "neither Intel HEX nor ELF");
	bad(t, "bin", bytes, 100, "neither Intel HEX nor ELF");
	tap_ok(t, parse("x.bin", "123456789", 9, &e) == ERR_NONE, "nine bytes");
	tap_is_int(t, image.crc32, 0xCBF43926, "CRC-32 check value");
	tap_is_int(t, image_crc32(NULL, 0), 0, "CRC-32 of nothing");
}

/* ---- ELF ---- */

enum {
	CODE_OFFSET = 0x100,
	CODE_SIZE = 20,
	DATA_SIZE = 4,
	NOTE_OFFSET = 0x200,
	NOTE_SIZE = 64,
	NAMES_OFFSET = 0x260,
	SECTIONS_OFFSET = 0x300,
	ELF_SIZE = SECTIONS_OFFSET + 3 * (int)sizeof(Elf32_Shdr),
};

struct elf {
	uint8_t bytes[ELF_SIZE];
	Elf32_Ehdr header;
	Elf32_Phdr segment[3];
	Elf32_Shdr section[3];
};

static void put_le(uint8_t *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> (8 * i));
}

/* What avr-gcc -mmcu=NAME leaves: code at 0, .data in RAM loaded behind it, .bss, the device note.
 */
static struct elf make_elf(const char *name)
{
	static const char names[] = "\0.note.gnu.avr.deviceinfo\0.shstrtab";
	struct elf f = {
		.header =
			{
				.e_ident = {0x7F, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB,
					    EV_CURRENT},
				.e_type = ET_EXEC,
				.e_machine = EM_AVR,
				.e_version = EV_CURRENT,
				.e_flags = 0x85,
				.e_phoff = sizeof(Elf32_Ehdr),
				.e_shoff = SECTIONS_OFFSET,
				.e_ehsize = sizeof(Elf32_Ehdr),
				.e_phentsize = sizeof(Elf32_Phdr),
				.e_phnum = 3,
				.e_shentsize = sizeof(Elf32_Shdr),
				.e_shnum = 3,
				.e_shstrndx = 2,
			},
		.segment =
			{
				{.p_type = PT_LOAD,
				 .p_offset = CODE_OFFSET,
				 .p_filesz = CODE_SIZE,
				 .p_memsz = CODE_SIZE},
				{.p_type = PT_LOAD,
				 .p_offset = CODE_OFFSET + CODE_SIZE,
				 .p_vaddr = 0x800100,
				 .p_paddr = CODE_SIZE,
				 .p_filesz = DATA_SIZE,
				 .p_memsz = DATA_SIZE},
				{.p_type = PT_LOAD,
				 .p_vaddr = 0x800104,
				 .p_paddr = 0x800104,
				 .p_memsz = 50},
			},
		.section =
			{
				{.sh_type = SHT_NULL},
				{.sh_name = 1,
				 .sh_type = SHT_NOTE,
				 .sh_offset = NOTE_OFFSET,
				 .sh_size = NOTE_SIZE,
				 .sh_addralign = 4},
				{.sh_name = 26,
				 .sh_type = SHT_STRTAB,
				 .sh_offset = NAMES_OFFSET,
				 .sh_size = sizeof names,
				 .sh_addralign = 1},
			},
	};

	for (int i = 0; i < CODE_SIZE + DATA_SIZE; i++)
		f.bytes[CODE_OFFSET + i] = (uint8_t)(0x10 + i);
	put_le(f.bytes + NOTE_OFFSET, 4);
	put_le(f.bytes + NOTE_OFFSET + 4, 45);
	put_le(f.bytes + NOTE_OFFSET + 8, 1);
	memcpy(f.bytes + NOTE_OFFSET + 12, "AVR", 4);
	put_le(f.bytes + NOTE_OFFSET + 40, 8);
	put_le(f.bytes + NOTE_OFFSET + 44, 1);
	memcpy(f.bytes + NOTE_OFFSET + 49, name, strlen(name));
	memcpy(f.bytes + NAMES_OFFSET, names, sizeof names);
	return f;
}

static const uint8_t *elf_bytes(struct elf *f)
{
	memcpy(f->bytes, &f->header, sizeof f->header);
	memcpy(f->bytes + sizeof f->header, f->segment, sizeof f->segment);
	memcpy(f->bytes + SECTIONS_OFFSET, f->section, sizeof f->section);
	return f->bytes;
}

static void bad_elf(struct tap *t, struct elf f, const char *says)
{
	bad(t, "a.elf", elf_bytes(&f), ELF_SIZE, says);
}

static void test_elf(struct tap *t)
{
	struct err e;
	struct elf f = make_elf("atmega328p");

	if (!tap_ok(t, parse("a.elf", elf_bytes(&f), ELF_SIZE, &e) == ERR_NONE,
		    "an ELF of avr-gcc"))
		tap_note("%s", e.text);
	tap_is_int(t, (int64_t)image.size, CODE_SIZE + DATA_SIZE, "code and initial data, no .bss");
	tap_ok(t, memcmp(image.data, f.bytes + CODE_OFFSET, CODE_SIZE + DATA_SIZE) == 0,
	       "its bytes");
	f.header.e_shoff = 0;
	f.header.e_shnum = 0;
	f.header.e_shstrndx = 0;
	tap_ok(t, parse("a.elf", elf_bytes(&f), ELF_SIZE, &e) == ERR_NONE, "without sections");
	f = make_elf("atmega328p");
	f.segment[1].p_paddr = 0x810000;
	tap_ok(t,
	       parse("a.elf", elf_bytes(&f), ELF_SIZE, &e) == ERR_NONE && image.size == CODE_SIZE,
	       "EEPROM is left alone");
}

static void test_elf_bad(struct tap *t)
{
	struct elf f = make_elf("atmega328");

	bad_elf(t, f, "another part: atmega328, wanted atmega328p");
	f = make_elf("atmega328p");
	f.header.e_flags = 25;
	bad_elf(t, f, "architecture avr25, wanted avr5");
	f = make_elf("atmega328p");
	f.header.e_machine = EM_ARM;
	bad_elf(t, f, "machine 40, wanted 83");
	f.header.e_machine = EM_AVR;
	f.header.e_type = ET_REL;
	bad_elf(t, f, "not linked");
	f = make_elf("atmega328p");
	f.header.e_ident[EI_CLASS] = ELFCLASS64;
	bad_elf(t, f, "not of an AVR");
	f.header.e_ident[EI_CLASS] = ELFCLASS32;
	f.header.e_ident[EI_DATA] = ELFDATA2MSB;
	bad_elf(t, f, "not of an AVR");
	f = make_elf("atmega328p");
	f.header.e_phnum = 0;
	bad_elf(t, f, "no program headers");
	f = make_elf("atmega328p");
	f.segment[0].p_filesz = 0xFFFFFFF0;
	bad_elf(t, f, "past the end of the file");
	f.segment[0].p_filesz = CODE_SIZE;
	f.segment[0].p_offset = 0xFFFFFFF0;
	bad_elf(t, f, "past the end of the file");
	f = make_elf("atmega328p");
	f.segment[1].p_paddr = 0x7FFFFFFF;
	bad_elf(t, f, "which is not flash");
	f.segment[1].p_paddr = 0x8000;
	bad_elf(t, f, "too large");
	f.segment[1].p_paddr = CODE_SIZE - 1;
	bad_elf(t, f, "given twice");
	f = make_elf("atmega328p");
	f.segment[0].p_filesz = 0;
	f.segment[1].p_filesz = 0;
	bad_elf(t, f, "no byte for the flash");
	f = make_elf("atmega328p");
	f.section[1].sh_size = 20;
	bad_elf(t, f, "note is not of the known form");
	f = make_elf("a-name-without-end");
	f.section[1].sh_size = 60;
	bad_elf(t, f, "note is not of the known form");
	f = make_elf("atmega328p");
	bad(t, "a.elf", elf_bytes(&f), 30, "damaged");
	bad(t, "a.elf", elf_bytes(&f), sizeof(Elf32_Ehdr), "damaged");
	bad(t, "a.elf", elf_bytes(&f), 4, "damaged");
}

/* ---- anything at all ---- */

/* Whatever the bytes: a whole image or one line of reason; the sanitizers watch the rest. */
static bool is_sane(const char *name, const uint8_t *bytes, size_t size)
{
	struct err e;
	uint8_t *copy =
		malloc(size == 0 ? 1 : size); /* exact size, so that a read past it is seen */

	if (copy == NULL)
		return false;
	memcpy(copy, bytes, size);
	enum err_code code = parse(name, copy, size, &e);
	free(copy);
	if (code == ERR_NONE)
		return image.size >= 1 && image.size <= IMAGE_SIZE_MAX;
	return code == ERR_CONFIG && e.text[0] != '\0' && strchr(e.text, '\n') == NULL;
}

static void test_damage(struct tap *t)
{
	struct rng random;
	struct elf f = make_elf("atmega328p");
	const uint8_t *whole = elf_bytes(&f);
	bool noise = true, changed = true, cut = true, hex = true;
	static const char letters[] = "0123456789ABCDEF:\n\r 0000:";
	uint8_t bytes[ELF_SIZE];

	rng_seed(&random, 2);
	for (int i = 0; i < ROUNDS; i++) {
		size_t size = rng_below(&random, sizeof bytes + 1);
		for (size_t k = 0; k < size; k++)
			bytes[k] = (uint8_t)rng_next(&random);
		noise = noise && is_sane("a", bytes, size);
		for (size_t k = 0; k < size; k++)
			bytes[k] = (uint8_t)letters[rng_below(&random, sizeof letters - 1)];
		bytes[0] = ':';
		hex = hex && is_sane("a.hex", bytes, size);
		memcpy(bytes, whole, sizeof bytes);
		cut = cut && is_sane("a.elf", bytes, size);
		for (uint64_t n = 1 + rng_below(&random, 4); n > 0; n--)
			bytes[rng_below(&random, n % 2 ? 0x94 : sizeof bytes)] =
				(uint8_t)rng_next(&random);
		changed = changed && is_sane("a.elf", bytes, sizeof bytes);
	}
	tap_ok(t, noise, "%d files of noise", ROUNDS);
	tap_ok(t, hex, "%d files of hex letters", ROUNDS);
	tap_ok(t, cut, "%d ELF files cut short", ROUNDS);
	tap_ok(t, changed, "%d ELF files with bytes changed", ROUNDS);
}

static void test_file(struct tap *t)
{
	struct err e;
	char path[] = "/tmp/image_test.XXXXXX";
	int fd = mkstemp(path);
	const char text[] = ":0100000055AA\n" END;

	tap_ok(t,
	       fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)sizeof text - 1 &&
		       close(fd) == 0 && image_load(&image, path, part, &e) == ERR_NONE &&
		       image.data[0] == 0x55,
	       "a file");
	tap_ok(t,
	       truncate(path, (off_t)IMAGE_FILE_MAX + 1) == 0 &&
		       image_load(&image, path, part, &e) == ERR_CONFIG &&
		       strstr(e.text, "larger than"),
	       "a file that is no firmware for its size");
	(void)unlink(path);
	tap_ok(t,
	       image_load(&image, path, part, &e) == ERR_CONFIG &&
		       strstr(e.text, "No such file") != NULL && strstr(e.text, path) != NULL,
	       "a file that is not there");
	tap_ok(t,
	       image_load(&image, "/tmp", part, &e) == ERR_CONFIG && strstr(e.text, "read") != NULL,
	       "a folder");
}

int main(void)
{
	struct tap t = tap_begin();

	part = avrisp_part_find("atmega328p");
	if (!tap_ok(&t, part != NULL, "the part is known"))
		return tap_end(&t);
	test_hex(&t);
	test_hex_bad(&t);
	test_raw(&t);
	test_elf(&t);
	test_elf_bad(&t);
	test_damage(&t);
	test_file(&t);
	return tap_end(&t);
}
