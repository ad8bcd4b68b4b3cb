/*
 * Intel HEX ("Hexadecimal Object File Format Specification", revision A, 1988): records of up to 16
 * bytes, type 00, and the end record. Addresses of these memories fit into 16 bits. Bytes that the
 * capture did not show are not in the file.
 */
#include "cli/analyze_image.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { ANALYZE_IMAGE_RECORD = 16 };

static const char *const analyze_image_kinds[] = {"flash_written", "flash_read", "eeprom_written",
						  "eeprom_read"};

enum err_code analyze_image_parse(struct analyze_image *out, const char *text, struct err *e)
{
	size_t length = strcspn(text, "=");

	for (size_t i = 0; i < sizeof analyze_image_kinds / sizeof analyze_image_kinds[0]; i++) {
		const char *kind = analyze_image_kinds[i];

		if (strlen(kind) != length || strncmp(kind, text, length) != 0)
			continue;
		if (text[length] == '\0' || text[length + 1] == '\0')
			break;
		*out = (struct analyze_image){kind, text + length + 1};
		return ERR_NONE;
	}
	return err_set(e, ERR_CONFIG,
		       "--image \"%.60s\": want KIND=FILE, KIND one of flash_written, flash_read, "
		       "eeprom_written, eeprom_read",
		       text);
}

static unsigned analyze_image_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void analyze_image_record(FILE *to, unsigned address, const char *hex, size_t size)
{
	unsigned sum = (unsigned)size + (address >> 8) + address;

	(void)fprintf(to, ":%02X%04X00", (unsigned)size, address);
	for (size_t i = 0; i < size; i++) {
		unsigned byte =
			analyze_image_digit(hex[2 * i]) << 4 | analyze_image_digit(hex[2 * i + 1]);

		(void)fprintf(to, "%02X", byte);
		sum += byte;
	}
	(void)fprintf(to, "%02X\n", -sum & 0xff);
}

static void analyze_image_segment(FILE *to, const struct result *segment)
{
	unsigned address = (unsigned)result_as_integer(result_get(segment, "address"));
	size_t digits;
	const char *hex = result_as_string(result_get(segment, "hex"), &digits);
	size_t size = digits / 2;

	for (size_t at = 0; at < size; at += ANALYZE_IMAGE_RECORD) {
		size_t left = size - at;

		analyze_image_record(to, address + (unsigned)at, hex + 2 * at,
				     left < ANALYZE_IMAGE_RECORD ? left : ANALYZE_IMAGE_RECORD);
	}
}

enum err_code analyze_image_write(const struct analyze_image *image, const struct result *isp,
				  struct err *e)
{
	const struct result *all = isp != NULL ? result_get(isp, "image") : NULL;
	const struct result *list = all != NULL ? result_get(all, image->kind) : NULL;
	bool is_whole;
	FILE *to;

	if (list == NULL)
		return err_set(e, ERR_CONFIG,
			       "--image %s: no analysis gives it; ask for isp:...,image=1",
			       image->kind);
	if (result_count(list) == 0)
		return err_set(e, ERR_CONFIG,
			       "--image %s: the capture shows no byte of it; %s was not written",
			       image->kind, image->path);
	to = fopen(image->path, "w");
	if (to == NULL)
		return err_set(e, ERR_BENCH, "--image: %s cannot be opened: %s", image->path,
			       strerror(errno));
	for (size_t i = 0; i < result_count(list); i++)
		analyze_image_segment(to, result_at(list, i));
	(void)fputs(":00000001FF\n", to);
	errno = 0;
	is_whole = ferror(to) == 0;
	is_whole &= fclose(to) == 0; /* closed in any case */
	if (!is_whole)
		return err_set(e, ERR_BENCH, "--image: %s cannot be written: %s", image->path,
			       errno != 0 ? strerror(errno) : "write error");
	return ERR_NONE;
}
