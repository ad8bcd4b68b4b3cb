/* The serial line. Each ring has one writer and one reader, and 8-bit indices, which are atomic. */
#include "uart.h"

#include <avr/interrupt.h>
#include <avr/io.h>

#include "line.h"

enum {
	RING_SIZE = 128, /* a power of two; > TEXT_SIZE */
	RING_MASK = RING_SIZE - 1,
	DIVISOR_38400 = 25, /* 8 MHz / 8 / 26 = 38461.5 Bd, +0.16 % */
};

struct ring {
	volatile char chars[RING_SIZE];
	volatile uint8_t head; /* next to write; only the writer changes it */
	volatile uint8_t tail; /* next to read; only the reader changes it */
};

static struct ring received;
static struct ring sending;

_Static_assert(sizeof(sending.chars) > TEXT_SIZE, "an answer does not fit the ring");

ISR(USART_RX_vect)
{
	uint8_t flags = UCSR0A; /* before UDR0: reading that moves the flags on */
	char c = (char)UDR0;
	uint8_t head = received.head;
	uint8_t next = (uint8_t)((head + 1u) & RING_MASK);

	if ((flags & ((1u << FE0) | (1u << DOR0))) != 0u)
		c = LINE_LOST;
	if (next == received.tail) {
		/* Full: the newest stored character makes way for the mark of a loss. */
		received.chars[(head - 1u) & RING_MASK] = LINE_LOST;
	} else {
		received.chars[head] = c;
		received.head = next;
	}
}

ISR(USART_UDRE_vect)
{
	uint8_t tail = sending.tail;

	if (tail == sending.head) {
		UCSR0B = (uint8_t)(UCSR0B & ~(1u << UDRIE0));
	} else {
		UDR0 = (uint8_t)sending.chars[tail];
		sending.tail = (uint8_t)((tail + 1u) & RING_MASK);
	}
}

void uart_init(void)
{
	UCSR0A = (uint8_t)(1u << U2X0);
	UCSR0C = (uint8_t)((1u << UCSZ01) | (1u << UCSZ00));
	UCSR0B = (uint8_t)((1u << RXCIE0) | (1u << RXEN0) | (1u << TXEN0));
	UBRR0H = 0;
	UBRR0L = DIVISOR_38400; /* last: the rate is fixed with this write */
}

bool uart_read(char *c)
{
	uint8_t tail = received.tail;

	if (tail == received.head)
		return false;
	*c = received.chars[tail];
	received.tail = (uint8_t)((tail + 1u) & RING_MASK);
	return true;
}

bool uart_is_waiting(void)
{
	return received.tail != received.head;
}

bool uart_can_send(void)
{
	uint8_t used = (uint8_t)((sending.head - sending.tail) & RING_MASK);

	return RING_SIZE - 1 - used >= TEXT_SIZE;
}

void uart_send(const struct text *t)
{
	uint8_t head = sending.head;

	for (uint8_t i = 0; i < t->length; i++) {
		sending.chars[head] = t->chars[i];
		head = (uint8_t)((head + 1u) & RING_MASK);
	}
	sending.head = head;
	cli(); /* the interrupt clears the same bit */
	UCSR0B = (uint8_t)(UCSR0B | (1u << UDRIE0));
	sei();
}
