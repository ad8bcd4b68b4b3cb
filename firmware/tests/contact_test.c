/* A bouncing contact: what counts as a press, and when. */
#include "base/tap.h"
#include "config.h"
#include "contact.h"

/* Shows `closed` for ms; how many closings were told. */
static unsigned show(struct contact *c, bool closed, unsigned ms)
{
	unsigned closings = 0;

	for (unsigned i = 0; i < ms; i++)
		closings += contact_tick(c, closed);
	return closings;
}

int main(void)
{
	struct tap t = tap_begin();
	struct contact c;

	contact_init(&c, false);
	tap_is_int(&t, show(&c, false, 1000), 0, "open: nothing");
	tap_is_int(&t, show(&c, true, CONFIG_CONTACT_MS - 1), 0, "too short a press");
	tap_is_int(&t, show(&c, false, 1), 0, "... is none");
	tap_is_int(&t, show(&c, true, CONFIG_CONTACT_MS - 1), 0, "and the next begins anew");
	tap_is_int(&t, show(&c, true, 1), 1, "long enough: it closes");
	tap_ok(&t, c.closed, "and is closed");
	tap_is_int(&t, show(&c, true, 5000), 0, "held: told once");
	tap_is_int(&t, show(&c, false, CONFIG_CONTACT_MS - 1), 0, "bounce while held");
	tap_is_int(&t, show(&c, true, 100), 0, "... is no second press");
	tap_is_int(&t, show(&c, false, CONFIG_CONTACT_MS), 0, "opening is not told");
	tap_ok(&t, !c.closed, "but seen");
	unsigned closings = 0;
	for (unsigned i = 0; i < 500; i++)
		closings += contact_tick(&c, i % 3 != 0);
	tap_is_int(&t, closings, 0, "chatter is no press");

	contact_init(&c, true);
	tap_is_int(&t, show(&c, true, 1000), 0, "closed from the beginning: nobody pressed");
	show(&c, false, CONFIG_CONTACT_MS);
	tap_is_int(&t, show(&c, true, CONFIG_CONTACT_MS), 1, "until it was open");
	return tap_end(&t);
}
