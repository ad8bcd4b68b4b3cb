/*
 * The world as it is: an open session. Every capture is also spooled, if the run keeps evidence.
 */
#ifndef SCRIPT_LIVE_H
#define SCRIPT_LIVE_H

#include "script/spool.h"
#include "script/world.h"

/* Everything is borrowed. */
struct live {
	struct session *session;
	struct spool *spool; /* NULL: no evidence is wanted */
	double zero_v;
	struct world_facts facts;
};

/* facts of station and image; zero_v as bringup_zero found it. l must outlive the world. */
struct world live_open(struct live *l, struct session *session, struct spool *spool,
		       const struct world_image *image, double zero_v);

#endif
