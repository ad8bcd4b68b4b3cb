/* A contact that bounces. Pure. */
#include "contact.h"

#include "config.h"

void contact_init(struct contact *c, bool closed)
{
	c->closed = closed;
	c->other_ms = 0;
}

bool contact_tick(struct contact *c, bool closed)
{
	if (closed == c->closed) {
		c->other_ms = 0;
		return false;
	}
	c->other_ms++;
	if (c->other_ms < CONFIG_CONTACT_MS)
		return false;
	contact_init(c, closed);
	return closed;
}
