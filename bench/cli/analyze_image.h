/*
 * `penbench analyze --image KIND=FILE`: what an "isp" analysis saw of a memory, as Intel HEX.
 */
#ifndef CLI_ANALYZE_IMAGE_H
#define CLI_ANALYZE_IMAGE_H

#include "analysis/result.h"
#include "base/err.h"

struct analyze_image {
	const char *kind; /* a member of the result's "image": "flash_written", ... */
	const char *path;
};

/* "KIND=FILE"; the image points into text and at a constant. ERR_CONFIG: no such kind, no file. */
enum err_code analyze_image_parse(struct analyze_image *out, const char *text, struct err *e);

/* isp: the result of the analysis, with image=1. ERR_CONFIG: it has no image, or one without a
 * byte; nothing is written then. ERR_BENCH: the file cannot be written. */
enum err_code analyze_image_write(const struct analyze_image *image, const struct result *isp,
				  struct err *e);

#endif
