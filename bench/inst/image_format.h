/*
 * What image.c and its two formats (image_hex.c, image_elf.c) share; nobody else includes this.
 * A format's _is function looks at the first bytes only; its _parse function takes all or errs.
 */
#ifndef INST_IMAGE_FORMAT_H
#define INST_IMAGE_FORMAT_H

#include <stdbool.h>

#include "inst/image.h"

/* An image being filled. Invariant: image->data[a] was given exactly when used[a]. */
struct image_draft {
	struct image *image;
	const struct avrisp_part *part;
	bool used[IMAGE_SIZE_MAX];
};

/* ERR_CONFIG: address outside the part's flash, or given before. */
enum err_code image_put(struct image_draft *d, uint32_t address, uint8_t value, struct err *e);

bool image_hex_is(const uint8_t *bytes, size_t size);
enum err_code image_hex_parse(struct image_draft *d, const uint8_t *bytes, size_t size,
			      struct err *e);

bool image_elf_is(const uint8_t *bytes, size_t size);
enum err_code image_elf_parse(struct image_draft *d, const uint8_t *bytes, size_t size,
			      struct err *e);

#endif
