/* The last faults. Pure. */
#include "faultlog.h"

enum {
	NUMBER_EMPTY = 0xFF, /* as erased */
	NUMBERS = 0xFF,      /* running numbers go from 0 to 254 */
};

static uint8_t next_slot(uint8_t slot)
{
	return (uint8_t)((slot + 1u) % FAULTLOG_SLOTS);
}

static uint8_t slot_before(uint8_t slot)
{
	return (uint8_t)((slot + (uint8_t)(FAULTLOG_SLOTS - 1)) % FAULTLOG_SLOTS);
}

static uint8_t next_number(uint8_t number)
{
	return (uint8_t)((number + 1u) % NUMBERS);
}

static uint8_t sealed(uint8_t code)
{
	return (uint8_t)((unsigned)code | (~(unsigned)code & 15u) << 4);
}

/* Code in a slot, FAULTLOG_NONE when there is no good entry. */
static uint8_t code_at(const uint8_t *memory, uint8_t slot)
{
	uint8_t number = memory[slot * FAULTLOG_SLOT_SIZE];
	uint8_t byte = memory[slot * FAULTLOG_SLOT_SIZE + 1];
	uint8_t code = byte & 15u;

	if (number == NUMBER_EMPTY || byte != sealed(code) || code >= FAULTLOG_CODES)
		return FAULTLOG_NONE;
	return code;
}

static bool follows(const uint8_t *memory, uint8_t before, uint8_t after)
{
	return code_at(memory, before) != FAULTLOG_NONE &&
	       code_at(memory, after) != FAULTLOG_NONE &&
	       memory[after * FAULTLOG_SLOT_SIZE] ==
		       next_number(memory[before * FAULTLOG_SLOT_SIZE]);
}

/* The newest entry is a good one that its neighbour does not follow. */
static bool find_newest(const uint8_t *memory, uint8_t *out)
{
	for (uint8_t slot = 0; slot < FAULTLOG_SLOTS; slot++) {
		if (code_at(memory, slot) != FAULTLOG_NONE &&
		    !follows(memory, slot, next_slot(slot))) {
			*out = slot;
			return true;
		}
	}
	return false;
}

void faultlog_init(struct faultlog *log, const uint8_t *memory)
{
	uint8_t slot;

	*log = (struct faultlog){.count = 0};
	if (!find_newest(memory, &slot))
		return;
	log->slot = next_slot(slot);
	log->number = next_number(memory[slot * FAULTLOG_SLOT_SIZE]);
	do {
		log->codes[log->count] = code_at(memory, slot);
		log->count++;
		slot = slot_before(slot);
	} while (log->count < FAULTLOG_SLOTS && follows(memory, slot, next_slot(slot)));
}

void faultlog_add(struct faultlog *log, enum faultlog_code code)
{
	for (uint8_t i = FAULTLOG_SLOTS - 1; i > 0u; i--)
		log->codes[i] = log->codes[i - 1u];
	log->codes[0] = (uint8_t)code;
	if (log->count < FAULTLOG_SLOTS)
		log->count++;
	if (log->queued < FAULTLOG_QUEUE) {
		log->queue[log->queued] = (uint8_t)code;
		log->queued++;
	}
}

static void finish(struct faultlog *log)
{
	log->step = 0;
	log->slot = next_slot(log->slot);
	log->number = next_number(log->number);
	log->queued--;
	for (uint8_t i = 0; i < log->queued; i++)
		log->queue[i] = log->queue[i + 1u];
}

bool faultlog_next(struct faultlog *log, struct faultlog_write *out)
{
	uint8_t address = (uint8_t)(log->slot * FAULTLOG_SLOT_SIZE);

	if (log->queued == 0u)
		return false;
	switch (log->step) {
	case 0:
		*out = (struct faultlog_write){.address = address, .value = NUMBER_EMPTY};
		log->step++;
		break;
	case 1:
		*out = (struct faultlog_write){.address = (uint8_t)(address + 1u),
					       .value = sealed(log->queue[0])};
		log->step++;
		break;
	default:
		*out = (struct faultlog_write){.address = address, .value = log->number};
		finish(log);
		break;
	}
	return true;
}
