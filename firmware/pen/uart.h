/*
 * The serial line, 38400 8N1, both directions buffered and moved by interrupts.
 * A character received with an error, or for which there was no room, is read as LINE_LOST.
 */
#ifndef PEN_UART_H
#define PEN_UART_H

#include <stdbool.h>

#include "text.h"

void uart_init(void);
/* False when nothing has come. */
bool uart_read(char *c);
/* True when uart_read will give something. */
bool uart_is_waiting(void);
/* Room for a whole answer? */
bool uart_can_send(void);
/* Takes the whole text; only after uart_can_send. */
void uart_send(const struct text *t);

#endif
