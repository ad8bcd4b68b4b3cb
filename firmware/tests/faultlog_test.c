/* The fault log over power cuts at every write, foreign contents, and the wrap of its numbers. */
#include <string.h>

#include "base/tap.h"
#include "faultlog.h"

struct pen {
	uint8_t memory[FAULTLOG_SIZE];
	struct faultlog log;
};

/* Writes up to `limit` bytes; how many there were. */
static unsigned save(struct pen *p, unsigned limit)
{
	struct faultlog_write byte;
	unsigned count = 0;

	while (count < limit && faultlog_next(&p->log, &byte)) {
		if (byte.address < FAULTLOG_SIZE)
			p->memory[byte.address] = byte.value;
		count++;
	}
	return count;
}

static void power_up(struct pen *p)
{
	faultlog_init(&p->log, p->memory);
}

static struct pen fresh(void)
{
	struct pen p;

	memset(p.memory, 0xFF, sizeof(p.memory));
	power_up(&p);
	return p;
}

/* The i-th fault ever logged; no two neighbours are equal. */
static enum faultlog_code nth(unsigned i)
{
	return (enum faultlog_code)(1u + i % (FAULTLOG_CODES - 1u));
}

/* The log holds faults first..last, newest first. */
static bool holds(const struct faultlog *log, unsigned first, unsigned last)
{
	if (log->count != last - first + 1u)
		return false;
	for (unsigned i = 0; i < log->count; i++) {
		if (log->codes[i] != (uint8_t)nth(last - i))
			return false;
	}
	return true;
}

static void test_keeps(struct tap *t)
{
	struct pen p = fresh();

	tap_is_int(t, p.log.count, 0, "a new pen has no faults");
	tap_is_int(t, save(&p, 9), 0, "and writes nothing");
	for (unsigned i = 0; i < 1000; i++) {
		unsigned first = i < FAULTLOG_SLOTS ? 0 : i - FAULTLOG_SLOTS + 1u;
		faultlog_add(&p.log, nth(i));
		bool shown = holds(&p.log, first, i);
		unsigned writes = save(&p, 9);
		power_up(&p);
		if (!shown || writes != 3 || !holds(&p.log, first, i)) {
			tap_ok(t, false, "fault %u is shown, and there after power-up", i);
			return;
		}
	}
	tap_ok(t, true, "1000 faults, each shown and there after power-up");
}

static void test_power_cut(struct tap *t)
{
	unsigned lost = 0, wrong = 0;

	/* Entry `i` is cut short after `done` of its bytes. */
	for (unsigned i = 0; i < 600; i++) {
		for (unsigned done = 0; done <= 3; done++) {
			struct pen p = fresh();
			for (unsigned k = 0; k < i; k++) {
				faultlog_add(&p.log, nth(k));
				save(&p, 9);
			}
			faultlog_add(&p.log, nth(i));
			save(&p, done);
			power_up(&p);
			unsigned last = done == 3 ? i : i - 1u;
			unsigned full = i < FAULTLOG_SLOTS ? i : FAULTLOG_SLOTS;
			unsigned count = p.log.count;
			lost += count + 1u < full;
			wrong += count > 0 && !holds(&p.log, last - count + 1u, last);
			wrong += i == 0 && done < 3 && count != 0;
		}
	}
	tap_is_int(t, wrong, 0, "no cut shows a wrong entry");
	tap_is_int(t, lost, 0, "and none costs more than the oldest");
}

static void test_queue(struct tap *t)
{
	struct pen p = fresh();

	for (unsigned i = 0; i < 6; i++)
		faultlog_add(&p.log, nth(i));
	tap_ok(t, holds(&p.log, 0, 5), "six at once are shown");
	tap_is_int(t, save(&p, 99), 3 * FAULTLOG_QUEUE, "four are written");
	power_up(&p);
	tap_ok(t, holds(&p.log, 0, 3), "and there after power-up");
}

/* Whatever stands in the memory, the log is sane and takes new faults. */
static void test_foreign(struct tap *t)
{
	uint32_t state = 1;
	unsigned bad = 0;

	for (unsigned round = 0; round < 20000; round++) {
		struct pen p;
		for (unsigned i = 0; i < FAULTLOG_SIZE; i++) {
			state = state * 1664525u + 1013904223u;
			p.memory[i] = (uint8_t)(state >> 24);
			/* Half of them near to a real log. */
			if (round % 2 == 0)
				p.memory[i] = i % 2 == 0 ? (uint8_t)(state >> 29)
							 : (uint8_t)(0xE1u - 15u * (state >> 30));
		}
		power_up(&p);
		bad += p.log.count > FAULTLOG_SLOTS || p.log.slot >= FAULTLOG_SLOTS ||
		       p.log.number == 0xFF;
		for (unsigned i = 0; i < p.log.count; i++)
			bad += p.log.codes[i] == 0 || p.log.codes[i] >= FAULTLOG_CODES;
		faultlog_add(&p.log, FAULTLOG_HOME);
		save(&p, 9);
	}
	tap_is_int(t, bad, 0, "random contents are read without harm");

	struct pen p = fresh();
	for (unsigned i = 0; i < 3; i++)
		faultlog_add(&p.log, nth(i));
	save(&p, 9);
	for (unsigned bit = 0; bit < 8; bit++) {
		struct pen damaged = p;
		damaged.memory[2 * FAULTLOG_SLOT_SIZE + 1] ^= (uint8_t)(1u << bit);
		power_up(&damaged);
		tap_ok(t, holds(&damaged.log, 0, 1), "a code with bit %u turned is no entry", bit);
	}

	memset(p.memory, 0, sizeof(p.memory));
	power_up(&p);
	tap_is_int(t, p.log.count, 0, "zeros are no log");
	faultlog_add(&p.log, FAULTLOG_CURRENT);
	save(&p, 9);
	power_up(&p);
	tap_ok(t, p.log.count == 1 && p.log.codes[0] == FAULTLOG_CURRENT, "but one begins there");
}

int main(void)
{
	struct tap t = tap_begin();

	test_keeps(&t);
	test_power_cut(&t);
	test_queue(&t);
	test_foreign(&t);
	return tap_end(&t);
}
