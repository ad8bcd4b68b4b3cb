#include "inst/image.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inst/image_format.h"

uint32_t image_crc32(const uint8_t *data, size_t size)
{
	uint32_t crc = 0xFFFFFFFF;

	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

enum err_code image_put(struct image_draft *d, uint32_t address, uint8_t value, struct err *e)
{
	if (address >= d->part->flash_size)
		return err_set(e, ERR_CONFIG,
			       "a byte for address 0x%X, but the flash of the %s ends at 0x%X: the "
			       "image is too large or for another part",
			       address, d->part->title, d->part->flash_size - 1);
	if (d->used[address])
		return err_set(
			e, ERR_CONFIG,
			"address 0x%X is given twice: the file is damaged or was joined from "
			"two",
			address);
	d->used[address] = true;
	d->image->data[address] = value;
	if (address >= d->image->size)
		d->image->size = (size_t)address + 1;
	return ERR_NONE;
}

static bool is_named_bin(const char *name)
{
	size_t length = strlen(name);

	return length >= 4 && strcmp(name + length - 4, ".bin") == 0;
}

static enum err_code parse_raw(struct image_draft *d, const uint8_t *bytes, size_t size,
			       struct err *e)
{
	if (size > d->part->flash_size)
		return err_set(e, ERR_CONFIG, "%zu bytes, too large: the flash of the %s holds %u",
			       size, d->part->title, d->part->flash_size);
	for (size_t i = 0; i < size; i++) {
		enum err_code code = image_put(d, (uint32_t)i, bytes[i], e);
		if (code != ERR_NONE)
			return code;
	}
	return ERR_NONE;
}

enum err_code image_parse(struct image *out, const char *name, const uint8_t *bytes, size_t size,
			  const struct avrisp_part *part, struct err *e)
{
	assert(part->flash_size <= IMAGE_SIZE_MAX);
	struct image_draft draft = {.image = out, .part = part};
	enum err_code code;

	memset(out->data, 0xFF, sizeof out->data);
	out->size = 0;
	if (size == 0)
		code = err_set(e, ERR_CONFIG, "the file is empty: build the firmware again");
	else if (is_named_bin(name))
		code = parse_raw(&draft, bytes, size, e);
	else if (image_elf_is(bytes, size))
		code = image_elf_parse(&draft, bytes, size, e);
	else if (image_hex_is(bytes, size))
		code = image_hex_parse(&draft, bytes, size, e);
	else
		code = err_set(
			e, ERR_CONFIG,
			"neither Intel HEX nor ELF: give the build's .hex or .elf (a raw binary "
			"must be named .bin)");
	if (code == ERR_NONE && out->size == 0)
		code = err_set(e, ERR_CONFIG,
			       "no byte for the flash in it: build the firmware again");
	if (code != ERR_NONE)
		return err_prefix(e, "image %s", name);
	out->crc32 = image_crc32(out->data, out->size);
	return ERR_NONE;
}

/* *bytes is the caller's to free, also after an error (NULL then). */
static enum err_code read_file(const char *path, uint8_t **bytes, size_t *size, struct err *e)
{
	enum err_code code = ERR_NONE;
	FILE *file = fopen(path, "rb");

	*bytes = NULL;
	if (file == NULL)
		return err_set(e, ERR_CONFIG, "image %s: cannot be opened: %s", path,
			       strerror(errno));
	uint8_t *buffer = malloc(IMAGE_FILE_MAX + 1);
	if (buffer == NULL) {
		code = err_set(e, ERR_BENCH, "image %s: out of memory", path);
		goto err_close_file;
	}
	*size = fread(buffer, 1, IMAGE_FILE_MAX + 1, file);
	if (ferror(file))
		code = err_set(e, ERR_CONFIG, "image %s: cannot be read: %s", path,
			       strerror(errno));
	else if (*size > IMAGE_FILE_MAX)
		code = err_set(e, ERR_CONFIG,
			       "image %s: larger than %d bytes: this is no firmware of the pen",
			       path, IMAGE_FILE_MAX);
	if (code == ERR_NONE)
		*bytes = buffer;
	else
		free(buffer);
err_close_file:
	(void)fclose(file); /* only read from */
	return code;
}

enum err_code image_load(struct image *out, const char *path, const struct avrisp_part *part,
			 struct err *e)
{
	uint8_t *bytes;
	size_t size = 0;
	enum err_code code = read_file(path, &bytes, &size, e);

	if (code != ERR_NONE)
		return code;
	code = image_parse(out, path, bytes, size, part, e);
	free(bytes);
	return code;
}
