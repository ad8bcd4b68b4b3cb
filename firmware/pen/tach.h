/*
 * What the crank's sensors have said up to now: four tachometer edges a turn and one entry into the
 * park window a turn. A copy taken at one instant; the counts wrap.
 */
#ifndef PEN_TACH_H
#define PEN_TACH_H

#include <stdint.h>

enum { TACH_EDGES_PER_TURN = 4 };

struct tach {
	uint16_t edges;          /* since power-up */
	uint16_t entries;        /* into the park window; one passage of full protrusion each */
	uint16_t edges_at_entry; /* value of `edges` at the last entry */
	uint32_t period_us;      /* between the last two edges */
	uint32_t turn_us;        /* between the last edge and the fourth before it */
	uint32_t age_us;         /* of the last edge */
};

#endif
