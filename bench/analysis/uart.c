/* The decoder reads the line between edges: before an edge is applied, everything that falls due
 * before it is read with the old level. */
#include "analysis/uart.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "analysis/hex.h"
#include "analysis/kind.h"

__extension__ typedef unsigned __int128 uart_wide;

void uart_init(struct uart *u, struct uart_format format, struct uart_ratio ratio)
{
	assert(format.bits >= 5 && format.bits <= 9 && (format.stop == 1 || format.stop == 2));
	assert(ratio.numerator > 0 && ratio.denominator > 0);
	*u = (struct uart){.format = format, .ratio = ratio};
}

void uart_deinit(struct uart *u)
{
	store_u64_deinit(&u->candidate);
	store_bytes_deinit(&u->bytes);
}

void uart_start(struct uart *u, bool level)
{
	u->is_high = level != u->format.is_inverted; /* low here is no start: no edge was seen */
}

/* floor(start + halves / 2 * rate / baud) */
static uint64_t uart_moment(const struct uart *u, uint64_t start, unsigned halves)
{
	return start + (uint64_t)((uart_wide)halves * u->ratio.numerator /
				  ((uart_wide)2 * u->ratio.denominator));
}

static void uart_frame_end(struct uart *u)
{
	store_bytes_push(&u->bytes, (uint8_t)u->word);
	if (u->format.bits == 9)
		store_bytes_push(&u->bytes, (uint8_t)(u->word >> 8));
	u->framing_errors += u->is_bad_stop;
	u->parity_errors += u->is_bad_parity;
	u->in_frame = false;
}

/* The level that the parity bit of the word ought to have. */
static bool uart_parity(const struct uart *u)
{
	bool is_odd = __builtin_parity(u->word) != 0;

	switch (u->format.parity) {
	case 'e':
		return is_odd;
	case 'o':
		return !is_odd;
	default:
		return u->format.parity == 'm';
	}
}

static void uart_read_bit(struct uart *u)
{
	unsigned parity_at = u->format.bits;
	unsigned stop_at = parity_at + (u->format.parity != 'n');
	unsigned last = stop_at + u->format.stop - 1;

	if (u->position < parity_at) {
		u->word |= (unsigned)u->is_high << u->position;
	} else if (u->position < stop_at) {
		u->is_bad_parity = u->is_high != uart_parity(u);
	} else {
		u->is_bad_stop |= !u->is_high;
	}
	if (u->position == last) {
		uart_frame_end(u);
		return;
	}
	u->position++;
	u->next = uart_moment(u, u->start, 2 * u->position + 3);
}

/* Drops refused candidates, now and then: the list stays below twice those of half a bit. */
static void uart_forget(struct uart *u)
{
	struct store_u64 *c = &u->candidate;

	if (2 * u->candidate_done < c->count)
		return;
	c->count -= u->candidate_done;
	memmove(c->at, c->at + u->candidate_done, c->count * sizeof *c->at);
	u->candidate_done = 0;
}

/* Looks at the oldest candidate if its half bit lies before `until`; false when it does not. */
static bool uart_check_start(struct uart *u, uint64_t until)
{
	uint64_t start = u->candidate.at[u->candidate_done];

	if (uart_moment(u, start, 1) >= until)
		return false;
	u->candidate_done++;
	if (!u->is_high) {
		u->in_frame = true;
		u->start = start;
		u->position = 0;
		u->word = 0;
		u->is_bad_parity = u->is_bad_stop = false;
		u->next = uart_moment(u, start, 3);
	}
	if (!u->is_high)
		u->candidate_done = u->candidate.count; /* they lie inside the start bit */
	uart_forget(u);
	return true;
}

/* Reads everything that falls due before sample `until`, all at the present level. */
static void uart_advance(struct uart *u, uint64_t until)
{
	bool more = true;

	while (more) { /* each turn reads a bit of the frame or drops a candidate: both are bounded
			*/
		more = false;
		if (u->in_frame && u->next < until) {
			uart_read_bit(u);
			more = true;
		} else if (!u->in_frame && u->candidate.count > 0) {
			more = uart_check_start(u, until);
		}
	}
}

void uart_edge(struct uart *u, uint64_t index, bool level)
{
	uart_advance(u, index);
	u->is_high = level != u->format.is_inverted;
	if (!u->is_high && !u->in_frame)
		store_u64_push(&u->candidate, index);
}

void uart_finish(struct uart *u, uint64_t sample_count)
{
	uart_advance(u, sample_count);
}

/* The analysis. */
enum { KEY_RX, KEY_BAUD, KEY_BITS, KEY_PARITY, KEY_STOP, KEY_INVERT };

struct line {
	unsigned bit;
	bool has_rate;
	struct uart uart;
};

/* Both numbers are binary fractions: doubling both until they are whole is exact. */
static enum err_code line_ratio(double samplerate_hz, double baud, struct uart_ratio *ratio,
				struct err *e)
{
	double numerator = samplerate_hz, denominator = baud;

	if (!(baud > 0) || !isfinite(baud))
		return err_set(e, ERR_CONFIG, "baud=%.17g: not a rate in bit/s", baud);
	if (samplerate_hz / baud > (double)UART_BIT_SAMPLES_MAX)
		return err_set(e, ERR_CONFIG,
			       "baud=%.17g: a bit would last %.17g samples, the most is %llu", baud,
			       samplerate_hz / baud, (unsigned long long)UART_BIT_SAMPLES_MAX);
	while (numerator != floor(numerator) || denominator != floor(denominator)) {
		numerator *= 2;
		denominator *= 2;
		if (!(numerator < 0x1p62 && denominator < 0x1p62))
			break;
	}
	if (!(numerator < 0x1p62 && denominator < 0x1p62))
		return err_set(e, ERR_CONFIG, "baud=%.17g at %.17g Hz: too far apart", baud,
			       samplerate_hz);
	*ratio = (struct uart_ratio){(uint64_t)numerator, (uint64_t)denominator};
	return ERR_NONE;
}

static enum err_code line_init(void *state, const struct kind_args *args, struct err *e)
{
	struct line *l = state;
	const struct kind_value *v = args->value;
	const char *parity = v[KEY_PARITY].given ? v[KEY_PARITY].text : "n";
	struct uart_ratio ratio = {1, 1};
	int64_t bits, stop, invert;

	l->bit = v[KEY_RX].bit;
	l->has_rate = args->samplerate_hz > 0;
	if (kind_whole(&v[KEY_BITS], "bits", 8, 5, 9, &bits, e) ||
	    kind_whole(&v[KEY_STOP], "stop", 1, 1, 2, &stop, e) ||
	    kind_whole(&v[KEY_INVERT], "invert", 0, 0, 1, &invert, e))
		return e->code;
	if (strlen(parity) != 1 || strchr("neoms", parity[0]) == NULL)
		return err_set(e, ERR_CONFIG,
			       "parity=%s: n (none), e (even), o (odd), m (mark, always 1) or s "
			       "(space, always 0)",
			       parity);
	if (line_ratio(l->has_rate ? args->samplerate_hz : v[KEY_BAUD].number, v[KEY_BAUD].number,
		       &ratio, e))
		return e->code;
	uart_init(&l->uart,
		  (struct uart_format){(unsigned)bits, parity[0], (unsigned)stop, invert == 1},
		  ratio);
	return ERR_NONE;
}

static void line_start(void *state, uint64_t sample)
{
	struct line *l = state;

	uart_start(&l->uart, sample >> l->bit & 1);
}

static void line_edges(void *state, const struct edge *list, size_t count)
{
	struct line *l = state;

	for (size_t i = 0; i < count && l->has_rate; i++)
		if (list[i].changed >> l->bit & 1)
			uart_edge(&l->uart, list[i].index, list[i].value >> l->bit & 1);
}

static void line_nulls(struct result *out)
{
	static const char *const names[] = {"bytes",          "hex",          "text", "sha256",
					    "framing_errors", "parity_errors"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		result_set(out, names[i], result_null());
}

static void line_finish(void *state, uint64_t sample_count, struct result *out)
{
	struct line *l = state;
	const struct store_bytes *bytes = &l->uart.bytes;

	if (!l->has_rate) {
		line_nulls(out);
		return;
	}
	uart_finish(&l->uart, sample_count);

	result_set(out, "bytes", result_integer((int64_t)bytes->count));
	result_set(out, "hex", hex_result(bytes->at, bytes->count));
	result_set(out, "text", result_string((const char *)bytes->at, bytes->count));
	result_set(out, "sha256", hex_sha256_result(bytes->at, bytes->count));
	result_set(out, "framing_errors", result_integer((int64_t)l->uart.framing_errors));
	result_set(out, "parity_errors", result_integer((int64_t)l->uart.parity_errors));
}

static void line_deinit(void *state)
{
	struct line *l = state;

	uart_deinit(&l->uart);
}

const struct kind uart_kind = {
	.name = "uart",
	.keys = {[KEY_RX] = {"rx", KIND_CHANNEL, true},
		 [KEY_BAUD] = {"baud", KIND_NUMBER, true},
		 [KEY_BITS] = {"bits", KIND_NUMBER, false},
		 [KEY_PARITY] = {"parity", KIND_TEXT, false},
		 [KEY_STOP] = {"stop", KIND_NUMBER, false},
		 [KEY_INVERT] = {"invert", KIND_NUMBER, false}},
	.state_size = sizeof(struct line),
	.init = line_init,
	.start = line_start,
	.edges = line_edges,
	.samples = kind_no_samples,
	.finish = line_finish,
	.deinit = line_deinit,
};
