/* uart: formats, errors, exact instants, starts that are none. */
#include "analysis/wave_test.h"

/* A frame at `each` samples a bit: start, bits LSB first, parity if any, stop bits. */
static void frame(struct wave *w, unsigned word, unsigned bits, const char *tail, size_t each)
{
	wave_levels(w, 0, "0", each);
	for (unsigned i = 0; i < bits; i++)
		wave_levels(w, 0, word >> i & 1 ? "1" : "0", each);
	wave_levels(w, 0, tail, each);
}

static void idle(struct wave *w, size_t samples)
{
	wave_set(w, 0, true);
	wave_run(w, samples);
}

static void test_formats(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	idle(&w, 20);
	frame(&w, 'H', 8, "1", 10);
	frame(&w, 0xe9, 8, "1", 10); /* e acute in Latin-1, back to back */
	frame(&w, '\n', 8, "0", 10); /* stop bit low */
	idle(&w, 5);
	frame(&w, 'x', 8, "1", 10);
	r = wave_analyse(&w, "uart:rx=c0,baud=100", 1000);
	tap_ok(t, wave_all(r, "bytes 4 framing_errors 1 parity_errors 0"), "8n1");
	tap_ok(t, wave_text(r, "hex", "48e90a78") && wave_text(r, "text", "H\xe9\nx"), "bytes");
	result_free(r);
	wave_free(&w);

	idle(&w, 20);
	frame(&w, 0x55, 7, "01", 10); /* four ones: even parity 0 */
	frame(&w, 0x55, 7, "11", 10); /* wrong for even */
	r = wave_analyse(&w, "uart:rx=c0,baud=100,bits=7,parity=e", 1000);
	tap_ok(t,
	       wave_all(r, "bytes 2 framing_errors 0 parity_errors 1") &&
		       wave_text(r, "hex", "5555"),
	       "7e1: bad parity stays in the bytes");
	result_free(r);
	r = wave_analyse(&w, "uart:rx=c0,baud=100,bits=7,parity=o", 1000);
	tap_ok(t, wave_all(r, "bytes 2 parity_errors 1"), "7o1");
	result_free(r);
	wave_free(&w);

	idle(&w, 20);
	frame(&w, 0x1a5, 9, "00", 10); /* both stop bits low: one error */
	idle(&w, 20);
	frame(&w, 0x0ff, 9, "11", 10);
	r = wave_analyse(&w, "uart:rx=c0,baud=100,bits=9,stop=2", 1000);
	tap_ok(t, wave_all(r, "bytes 4 framing_errors 1") && wave_text(r, "hex", "a501ff00"),
	       "9n2");
	result_free(r);
	for (size_t i = 0; i < w.count; i++)
		w.sample[i] ^= 1;
	r = wave_analyse(&w, "uart:rx=c0,baud=100,bits=9,stop=2,invert=1", 1000);
	tap_ok(t, wave_text(r, "hex", "a501ff00"), "inverted");
	result_free(r);
	r = wave_analyse(&w, "uart:rx=c0,baud=100", 0);
	tap_ok(t,
	       wave_all(r, "bytes null hex null text null sha256 null framing_errors null "
			   "parity_errors null"),
	       "no rate");
	result_free(r);
	wave_free(&w);
}

static void test_starts(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	wave_run(&w, 200); /* low at sample 0 is no start */
	idle(&w, 20);
	frame(&w, 'A', 8, "1", 10);
	wave_levels(&w, 0, "0011111111111111111",
		    2); /* 4 samples low: high again at the half bit */
	frame(&w, 'B', 8, "1", 10);
	r = wave_analyse(&w, "uart:rx=c0,baud=100", 1000);
	tap_ok(t, wave_text(r, "text", "AB") && wave_all(r, "framing_errors 0"), "false starts");
	result_free(r);
	wave_free(&w);

	/* Two falls inside one half bit: the second is the start when the first is refused. */
	idle(&w, 20);
	wave_levels(&w, 0, "01", 2);  /* falls at 20, high at 22..23 */
	wave_levels(&w, 0, "011", 1); /* falls at 24, high at 25, 26: half bit of 20 is 25 */
	wave_levels(&w, 0, "0", 3);   /* low at 27..29: half bit of 24 is 29: a start */
	wave_levels(&w, 0, "1", 4);   /* until 34 */
	for (int i = 0; i < 8; i++)   /* bit k is read at 39 + 10 k */
		wave_levels(&w, 0, i == 0 ? "1" : "0", 10);
	idle(&w, 30);
	r = wave_analyse(&w, "uart:rx=c0,baud=100", 1000);
	tap_ok(t, wave_text(r, "hex", "01"), "the next falling edge after a refused one");
	result_free(r);
	wave_free(&w);

	/* The last stop bit's middle must lie inside: start at 10, middle at 10 + 95. */
	idle(&w, 10);
	frame(&w, 0, 8, "", 10);
	idle(&w, 5);
	tap_ok(t, w.count == 105, "a capture of 105 samples");
	r = wave_analyse(&w, "uart:rx=c0,baud=100", 1000);
	tap_ok(t,
	       wave_all(r, "bytes 0") && wave_text(r, "sha256",
						   "e3b0c44298fc1c149afbf4c8996fb924"
						   "27ae41e4649b934ca495991b7852b855"),
	       "one short");
	result_free(r);
	idle(&w, 1);
	r = wave_analyse(&w, "uart:rx=c0,baud=100", 1000);
	tap_ok(t, wave_all(r, "bytes 1 framing_errors 0"), "just inside");
	result_free(r);
	wave_free(&w);
}

/* 4.34 samples a bit, as 115200 baud at 500 kHz: instants must be exact over many frames. */
static void test_fractions(struct tap *t)
{
	struct wave w = {0};
	struct result *r;
	double bit = 500000.0 / 115200.0, at = 10;
	char wanted[401] = "";

	idle(&w, 10);
	for (unsigned i = 0; i < 200; i++) {
		unsigned bits = (i * 37 & 255) << 1 | 0x200;

		for (unsigned k = 0; k < 10; k++) {
			at += bit;
			wave_set(&w, 0, bits >> k & 1);
			wave_run(&w, (size_t)ceil(at) - w.count);
		}
		(void)snprintf(wanted + strlen(wanted), 3, "%02x", i * 37 & 255);
	}
	idle(&w, 5);
	r = wave_analyse(&w, "uart:rx=c0,baud=115200", 500000);
	tap_ok(t, wave_text(r, "hex", wanted), "200 bytes at 4.34 samples a bit");
	result_free(r);
	r = wave_cut(&w, "uart:rx=c0,baud=57600.5", 250000.25, 2, 3, 7);
	tap_ok(t, wave_at(r, "bytes") != NULL, "a rate that is not whole");
	result_free(r);
	wave_free(&w);
}

int main(void)
{
	struct tap t = tap_begin();

	test_formats(&t);
	test_starts(&t);
	test_fractions(&t);
	return tap_end(&t);
}
