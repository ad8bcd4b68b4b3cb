/* The pen's plain inputs and outputs: what hangs on which pin stands here and in README.md only. */
#ifndef PEN_BOARD_H
#define PEN_BOARD_H

#include <stdbool.h>

#include "nose.h"

struct board_inputs {
	bool home;     /* nose at its homing switch */
	bool parked;   /* crank in the park window */
	bool pressed;  /* the button; bounces */
	bool charging; /* on the charger; bounces */
};

/* Every pin to its resting state; nothing moves. A change at the button or the charger wakes the
 * controller. */
void board_init(void);
struct board_inputs board_read(void);
void board_nose(struct nose_output out);

#endif
