/* Which name stands for which bit. A name that stands twice has to be given as a bit. */
#ifndef CAPTURE_CHANNELS_H
#define CAPTURE_CHANNELS_H

#include "base/err.h"

struct channels {
	unsigned count; /* bits 0..count-1; bits without a channel have an empty name */
	char name[CHANNELS_MAX][NAME_SIZE];
};

/* A channel of that name first, a bit index (digits) otherwise. ERR_CONFIG lists what there is. */
enum err_code channels_find(const struct channels *c, const char *text, unsigned *bit,
			    struct err *e);

#endif
