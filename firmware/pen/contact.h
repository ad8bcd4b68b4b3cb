/*
 * A contact that bounces: its level counts when it has lasted CONFIG_CONTACT_MS. Pure; called once
 * a millisecond. A contact that is closed from the beginning has not been closed by anybody: it
 * must open before it can close.
 */
#ifndef PEN_CONTACT_H
#define PEN_CONTACT_H

#include <stdbool.h>
#include <stdint.h>

struct contact {
	bool closed;
	uint8_t other_ms; /* how long it has shown the other level without a break */
};

void contact_init(struct contact *c, bool closed);
/* True in the millisecond in which it closes. */
bool contact_tick(struct contact *c, bool closed);

#endif
