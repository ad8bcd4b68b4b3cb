/* spi and isp. */
#include "analysis/wave_test.h"

enum { CLK, MOSI, MISO, CS };

/* n bits, MSB first, mode 0 timing: data set up while the clock is low. */
static void shift(struct wave *w, unsigned mosi, unsigned miso, unsigned n)
{
	for (unsigned i = n; i-- > 0;) {
		wave_set(w, CLK, false);
		wave_set(w, MOSI, mosi >> i & 1);
		wave_set(w, MISO, miso >> i & 1);
		wave_run(w, 2);
		wave_set(w, CLK, true);
		wave_run(w, 2);
	}
	wave_set(w, CLK, false);
	wave_run(w, 1);
}

static void test_spi(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	wave_set(&w, CS, true);
	wave_run(&w, 3);
	shift(&w, 0x11, 0x22, 8); /* not selected */
	wave_set(&w, CS, false);
	wave_run(&w, 2);
	shift(&w, 0xa5, 0x3c, 8);
	shift(&w, 0x5, 0x5, 3); /* cut short */
	wave_set(&w, CS, true);
	wave_run(&w, 2);
	wave_set(&w, CS, false); /* cs falls in the sample of a rising clock edge: it counts */
	wave_set(&w, CLK, true);
	wave_set(&w, MOSI, true);
	wave_run(&w, 2);
	shift(&w, 0x01, 0x7f, 7);
	wave_set(&w, CLK, true); /* cs rises in the sample of a clock edge: it does not */
	wave_set(&w, CS, true);
	wave_run(&w, 2);
	r = wave_analyse(&w, "spi:clk=c0,mosi=c1,miso=c2,cs=c3", 0);
	tap_ok(t,
	       wave_all(r, "words 2 transactions 2 partial_bits 3") &&
		       wave_text(r, "mosi_hex", "a581") && wave_text(r, "miso_hex", "3cff"),
	       "mode 0");
	tap_ok(t, wave_at(r, "mosi_sha256") != NULL && wave_at(r, "miso_sha256") != NULL, "hashes");
	result_free(r);
	r = wave_analyse(&w, "spi:clk=c0,miso=c2,cs=c3", 0);
	tap_ok(t,
	       wave_all(r, "words 2") && wave_at(r, "mosi_hex") == NULL &&
		       wave_at(r, "mosi_sha256") == NULL && wave_text(r, "miso_hex", "3cff"),
	       "no mosi");
	result_free(r);
	r = wave_analyse(&w, "spi:clk=c0,mosi=c1,miso=c2", 0);
	tap_ok(t,
	       wave_all(r, "words 3 transactions null partial_bits 4") &&
		       wave_text(r, "mosi_hex", "11a5b0"),
	       "without cs; the end cuts a word too");
	result_free(r);
	wave_free(&w);
	shift(&w, 0x96, 0x69, 8); /* cs low at sample 0 selects, but is no transaction */
	r = wave_analyse(&w, "spi:clk=c0,mosi=c1,miso=c2,cs=c3", 0);
	tap_ok(t, wave_all(r, "words 1 transactions 0") && wave_text(r, "mosi_hex", "96"),
	       "low at 0");
	result_free(r);
	wave_free(&w);
}

static void test_modes(struct tap *t)
{
	static const bool falling[4] = {false, true, true, false};

	for (unsigned mode = 0; mode < 4; mode++) {
		struct wave w = {0};
		char spec[80], what[16];

		wave_set(&w, CLK, falling[mode]);
		wave_run(&w, 4);
		for (unsigned i = 8; i-- > 0;) {
			wave_set(&w, MOSI, 0xc5 >> i & 1); /* true only at the sampling edge */
			wave_set(&w, CLK, !falling[mode]);
			wave_run(&w, 1);
			wave_set(&w, MOSI, !(0xc5 >> i & 1));
			wave_run(&w, 1);
			wave_set(&w, CLK, falling[mode]);
			wave_run(&w, 2);
		}
		(void)snprintf(spec, sizeof spec, "spi:clk=c0,mosi=c1,mode=%u", mode);
		(void)snprintf(what, sizeof what, "mode %u", mode);

		struct result *r = wave_analyse(&w, spec, 0);

		tap_ok(t, wave_text(r, "mosi_hex", "c5"), "%s", what);
		result_free(r);
		wave_free(&w);
	}
}

static void group(struct wave *w, uint32_t mosi, unsigned out)
{
	shift(w, mosi >> 24, 0xff, 8);
	shift(w, mosi >> 16 & 255, mosi >> 24, 8);
	shift(w, mosi >> 8 & 255, mosi >> 16 & 255, 8);
	shift(w, mosi & 255, out, 8);
}

static void reset(struct wave *w)
{
	wave_set(w, CS, true);
	wave_run(w, 3);
	wave_set(w, CS, false);
	wave_run(w, 3);
}

static void test_isp(struct tap *t)
{
	struct wave w = {0};
	struct result *r;

	wave_set(&w, CS, true);
	wave_run(&w, 2);
	reset(&w);
	shift(&w, 0xac, 0, 8); /* an incomplete group: the next reset begins anew */
	shift(&w, 0x5, 0, 3);
	reset(&w);
	group(&w, 0xac530000, 0x00);
	group(&w, 0x30000000, 0x00); /* read again below: the last stands */
	group(&w, 0x30000000, 0x1e);
	group(&w, 0x30000100, 0x95);
	group(&w, 0x30000200, 0x0f);
	group(&w, 0x50000000, 0xff);
	group(&w, 0x58080000, 0xd1);
	group(&w, 0x50080000, 0xfd);
	group(&w, 0x58000000, 0xcf);
	group(&w, 0x20000000, 'a');
	group(&w, 0x28000000, 'b');
	group(&w, 0x20000100, 'c');
	group(&w, 0x40000011, 0x00); /* loaded, then lost to a reset */
	reset(&w);
	group(&w, 0x40000011, 0x00);
	group(&w, 0x48000022, 0x00);
	group(&w, 0x4c000000, 0x00);
	group(&w, 0x40000133, 0x00); /* loaded, no page write */
	group(&w, 0xa0000000, 0x12);
	group(&w, 0xc0000055, 0x00);
	group(&w, 0xc1000055, 0x00);
	group(&w, 0xc2000000, 0x00);
	group(&w, 0x77000000, 0x00); /* not in the table */
	group(&w, 0xac990000, 0x00); /* nor this */
	r = wave_analyse(&w, "isp:clk=c0,mosi=c1,miso=c2,rst=c3", 0);
	tap_ok(t,
	       wave_all(r, "commands 23 unknown 2 flash.bytes_read 3 flash.bytes_written 2 "
			   "eeprom.bytes_read 1 eeprom.bytes_written 2"),
	       "counts");
	tap_ok(t,
	       wave_text(r, "signature", "1e950f") && wave_text(r, "lfuse", "ff") &&
		       wave_text(r, "hfuse", "d1") && wave_text(r, "efuse", "fd") &&
		       wave_text(r, "lock", "cf"),
	       "values");
	tap_ok(t,
	       wave_text(r, "flash.sha256",
			 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410"
			 "ff61f20015ad"),
	       "flash, in the order read");
	result_free(r);
	wave_free(&w);
	group(&w, 0x30000000, 0x1e); /* reset low at sample 0 */
	group(&w, 0x30000100, 0x95);
	r = wave_analyse(&w, "isp:clk=c0,mosi=c1,miso=c2,rst=c3", 0);
	tap_ok(t,
	       wave_all(r, "commands 2 signature null lfuse null hfuse null efuse null lock null"),
	       "what was not read is null");
	result_free(r);
	wave_free(&w);
}

int main(void)
{
	struct tap t = tap_begin();

	test_spi(&t);
	test_modes(&t);
	test_isp(&t);
	return tap_end(&t);
}
