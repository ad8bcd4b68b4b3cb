/*
 * What an AVR's memory holds as far as a bus has shown it: bytes at addresses, each known or not.
 */
#ifndef ANALYSIS_ISP_IMAGE_H
#define ANALYSIS_ISP_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/result.h"

/* Of the ATmega328P: 16 K words in pages of 64, and 1 KiB in pages of 4 (DS40002061, 27.5). */
enum { ISP_FLASH_SIZE = 32768, ISP_FLASH_PAGE = 128, ISP_EEPROM_SIZE = 1024, ISP_EEPROM_PAGE = 4 };

/* Invariant: bit i of known tells whether data[i] was seen. A zeroed struct knows nothing. */
struct isp_image {
	uint8_t data[ISP_FLASH_SIZE];
	uint8_t known[ISP_FLASH_SIZE / 8];
};

bool isp_image_has(const struct isp_image *m, size_t address);
void isp_image_set(struct isp_image *m, size_t address, uint8_t value);
void isp_image_forget(struct isp_image *m);

/* Adds first, last (addresses) and image_sha256, over first..last with ff where nothing is known;
 * null where the image is empty. */
void isp_image_summary(const struct isp_image *m, struct result *out);

/* [{address, hex}], one for each run of known bytes. */
struct result *isp_image_segments(const struct isp_image *m);

#endif
