/*
 * The captures that a page draws, each checked against its hash and read. Inflating and filtering a
 * few hundred million samples is most of the time that a page takes, so captures are read side by
 * side, as many as there are processors.
 */
#ifndef REPORTS_GALLERY_H
#define REPORTS_GALLERY_H

#include "run.h"
#include "wave.h"

enum { GALLERY_MAX = 6 };

struct gallery_shot {
	const struct run_capture *capture; /* the run's */
	struct wave *wave;                 /* NULL: `error` says why */
	struct err error;
};

struct gallery {
	struct gallery_shot shots[GALLERY_MAX];
	size_t count;
};

/* A full gallery takes no more. */
void gallery_add(struct gallery *g, const struct run_capture *k);

/* Reads all that was added; returns when all are read. folder: of the evidence. */
void gallery_read(struct gallery *g, const char *folder, const struct wave_scale *scale);

/* NULL: it was not added. Borrowed, until gallery_deinit. */
const struct gallery_shot *gallery_find(const struct gallery *g, const struct run_capture *k);

void gallery_deinit(struct gallery *g);

#endif
