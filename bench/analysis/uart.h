/*
 * An asynchronous serial line, decoded in exact rational arithmetic.
 *
 * Bit k of a frame that starts at sample s is read at floor(s + (k + 1.5) rate / baud), the start
 * bit checked again at floor(s + 0.5 rate / baud); high there it was no start and the search goes
 * on with the next falling edge. A frame counts when the middle of its last stop bit lies inside
 * the capture; the next start is the first falling edge after that middle.
 */
#ifndef ANALYSIS_UART_H
#define ANALYSIS_UART_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/store.h"

/* The longest bit, in samples. It bounds the list of falling edges inside one start bit. */
#define UART_BIT_SAMPLES_MAX (UINT64_C(1) << 22)

struct uart_format {
	unsigned bits; /* 5..9 */
	char parity;   /* 'n', 'e', 'o'; 'm' always 1, 's' always 0 */
	unsigned stop; /* 1, 2 */
	bool is_inverted;
};

/* rate / baud = numerator / denominator; both > 0, numerator < 2^62 and the ratio at most
 * UART_BIT_SAMPLES_MAX. */
struct uart_ratio {
	uint64_t numerator, denominator;
};

/*
 * Invariant: is_high holds from the last edge on. Idle: no candidates, no frame.
 * candidate[0..count) are falling edges whose half bit is still to come, in order. In a frame, next
 * is the sample at which bit `position` will be read (bits, parity, stop bits in a row).
 */
struct uart {
	struct uart_format format;
	struct uart_ratio ratio;
	bool is_high, in_frame;
	struct store_u64 candidate;
	size_t candidate_done; /* those already refused */
	uint64_t start, next;
	unsigned position;
	unsigned word;
	bool is_bad_parity, is_bad_stop;
	struct store_bytes bytes;
	uint64_t framing_errors, parity_errors;
};

void uart_init(struct uart *u, struct uart_format format, struct uart_ratio ratio);
void uart_start(struct uart *u, bool level);
void uart_edge(struct uart *u, uint64_t index, bool level);
/* sample_count: the capture's; what it cuts off does not count. */
void uart_finish(struct uart *u, uint64_t sample_count);
void uart_deinit(struct uart *u);

#endif
