/* Instructions against the table of DS40002061, "Serial Programming Instruction Set". */
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "base/tap.h"
#include "inst/avrisp.h"
#include "inst/image.h"

static uint8_t buffer[8192];

static struct mpsse fresh(void)
{
	return mpsse_begin(buffer, sizeof buffer);
}

/* Three instruction bytes out, one byte in. */
static void is_asked(struct tap *t, const struct mpsse *m, uint8_t a, uint8_t b, uint8_t c,
		     const char *what)
{
	const uint8_t wanted[] = {0x11, 2, 0, a, b, c, 0x20, 0, 0};

	tap_ok(t,
	       m->size == sizeof wanted && memcmp(m->data, wanted, sizeof wanted) == 0 &&
		       m->answer_size == 1,
	       "%s", what);
}

static void is_written(struct tap *t, const struct mpsse *m, uint8_t a, uint8_t b, uint8_t c,
		       uint8_t d, const char *what)
{
	const uint8_t wanted[] = {0x11, 3, 0, a, b, c, d};

	tap_ok(t,
	       m->size == sizeof wanted && memcmp(m->data, wanted, sizeof wanted) == 0 &&
		       m->answer_size == 0,
	       "%s", what);
}

static void test_items(struct tap *t)
{
	static const struct {
		enum avrisp_item item;
		uint8_t read[3];
		uint8_t write; /* second byte after AC; 0: cannot be written */
		const char *name;
	} table[] = {
		{AVRISP_SIGNATURE_0, {0x30, 0, 0}, 0, "signature 0"},
		{AVRISP_SIGNATURE_1, {0x30, 0, 1}, 0, "signature 1"},
		{AVRISP_SIGNATURE_2, {0x30, 0, 2}, 0, "signature 2"},
		{AVRISP_LFUSE, {0x50, 0, 0}, 0xA0, "low fuse"},
		{AVRISP_HFUSE, {0x58, 8, 0}, 0xA8, "high fuse"},
		{AVRISP_EFUSE, {0x50, 8, 0}, 0xA4, "extended fuse"},
		{AVRISP_LOCK, {0x58, 0, 0}, 0xE0, "lock"},
		{AVRISP_CALIBRATION, {0x38, 0, 0}, 0, "calibration byte"},
	};
	char what[80];

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct mpsse m = fresh();
		avrisp_read_item(&m, table[i].item);
		(void)snprintf(what, sizeof what, "read %s", table[i].name);
		is_asked(t, &m, table[i].read[0], table[i].read[1], table[i].read[2], what);
		if (table[i].write == 0)
			continue;
		m = fresh();
		avrisp_write_item(&m, table[i].item, 0xFD);
		(void)snprintf(what, sizeof what, "write %s", table[i].name);
		is_written(t, &m, 0xAC, table[i].write, 0, 0xFD, what);
	}
	struct mpsse m = fresh();
	avrisp_write_item(&m, AVRISP_LOCK, 0x3C);
	is_written(t, &m, 0xAC, 0xE0, 0, 0xFC, "unused lock bits are written 1");
	m = fresh();
	avrisp_write_item(&m, AVRISP_EFUSE, 0x05);
	is_written(t, &m, 0xAC, 0xA4, 0, 0xFD, "unused fuse bits too");
}

static void test_instructions(struct tap *t)
{
	struct mpsse m = fresh();

	avrisp_enable(&m);
	tap_ok(t,
	       m.size == 7 &&
		       memcmp(m.data, (const uint8_t[]){0x31, 3, 0, 0xAC, 0x53, 0, 0}, 7) == 0 &&
		       m.answer_size == AVRISP_ENABLE_SIZE,
	       "Programming Enable");
	tap_ok(t, avrisp_is_enabled((const uint8_t[]){0, 0xAC, 0x53, 0}), "echo in the third byte");
	tap_ok(t, !avrisp_is_enabled((const uint8_t[]){0, 0xAC, 0x00, 0x53}), "not in the fourth");
	tap_ok(t, !avrisp_is_enabled((const uint8_t[]){0xFF, 0xFF, 0xFF, 0xFF}),
	       "silence is no echo");

	m = fresh();
	avrisp_erase(&m);
	is_written(t, &m, 0xAC, 0x80, 0, 0, "Chip Erase");
	m = fresh();
	avrisp_poll(&m);
	is_asked(t, &m, 0xF0, 0, 0, "Poll RDY/BSY");
	tap_ok(t, avrisp_is_busy(0x01) && avrisp_is_busy(0xFF) && !avrisp_is_busy(0xFE),
	       "bit 0 is busy");
	m = fresh();
	avrisp_write_eeprom(&m, 0x3FF, 0xA5);
	is_written(t, &m, 0xC0, 0x03, 0xFF, 0xA5, "write EEPROM");
	m = fresh();
	avrisp_read_eeprom(&m, 0x123, 1);
	is_asked(t, &m, 0xA0, 0x01, 0x23, "read EEPROM");
	m = fresh();
	avrisp_read_flash(&m, 0x7FFE, 1);
	is_asked(t, &m, 0x20, 0x3F, 0xFF, "read flash: low byte of the last word");
	m = fresh();
	avrisp_read_flash(&m, 0x7FFF, 1);
	is_asked(t, &m, 0x28, 0x3F, 0xFF, "its high byte");
	m = fresh();
	avrisp_read_flash(&m, 1, 3);
	tap_ok(t,
	       m.answer_size == 3 && m.size == 27 && m.data[3] == 0x28 && m.data[5] == 0 &&
		       m.data[12] == 0x20 && m.data[14] == 1 && m.data[21] == 0x28 &&
		       m.data[23] == 1,
	       "reading goes on from byte to byte");
}

static void test_page(struct tap *t)
{
	const struct avrisp_part *part = avrisp_part_find("atmega328p");
	struct mpsse m = fresh();
	uint8_t page[AVRISP_PAGE_MAX];

	for (unsigned i = 0; i < sizeof page; i++)
		page[i] = (uint8_t)(i ^ 0x5A);
	avrisp_write_page(&m, part, 0x7F80, page);
	tap_is_int(t, (int64_t)m.size, 3 + 129 * 4, "128 loads and a write in one shift");
	tap_ok(t, m.data[0] == 0x11 && m.data[1] == 0x03 && m.data[2] == 0x02, "of 516 bytes");
	bool right = true;
	for (unsigned i = 0; i < 128; i++) {
		const uint8_t *load = m.data + 3 + i * 4;
		right = right && load[0] == (i % 2 ? 0x48 : 0x40) && load[1] == 0 &&
			load[2] == i / 2 && load[3] == page[i];
	}
	tap_ok(t, right, "each byte at its word, low before high");
	tap_ok(t, memcmp(m.data + 3 + 512, (const uint8_t[]){0x4C, 0x3F, 0xC0, 0x00}, 4) == 0,
	       "Write Page at the word address of the page");
	m = mpsse_begin(buffer, 100);
	avrisp_write_page(&m, part, 0, page);
	tap_ok(t, m.overflow && m.size == 0, "a page that does not fit is not begun");
}

static void test_wait(struct tap *t)
{
	struct rng random;
	bool enough = true, tight = true;

	rng_seed(&random, 3);
	for (int i = 0; i < 200; i++) {
		int64_t ns = 1 + (int64_t)rng_below(&random, 9000000);
		uint32_t hz = 100000 + (uint32_t)rng_below(&random, 2900000);
		struct mpsse m = fresh();
		avrisp_wait(&m, ns, hz);
		double clocked_ns = (double)(m.size - 3) * 8 / hz * 1e9;
		enough = enough && !m.overflow && clocked_ns >= (double)ns - 0.001;
		tight = tight && clocked_ns < (double)ns + 33.0 / hz * 1e9;
		enough = enough && m.data[3] == 0xF0 && (m.size - 3) % 4 == 0 && m.answer_size == 0;
	}
	tap_ok(t, enough, "a wait clocks at least its time, in whole polls");
	tap_ok(t, tight, "and at most one poll more");
}

static void test_clock(struct tap *t)
{
	/* DS40002061, "Device Clocking Options Select"; factory low fuse is 62. */
	tap_is_int(t, avrisp_cpu_hz(0x62, 8000000), 1000000, "62: RC 8 MHz by 8");
	tap_is_int(t, avrisp_cpu_hz(0xE2, 8000000), 8000000, "E2: RC 8 MHz");
	tap_is_int(t, avrisp_cpu_hz(0xFF, 8000000), 8000000, "FF: crystal");
	tap_is_int(t, avrisp_cpu_hz(0x7F, 8000000), 1000000, "7F: crystal by 8");
	tap_is_int(t, avrisp_cpu_hz(0xE3, 8000000), 0, "E3: 128 kHz");
	tap_is_int(t, avrisp_cpu_hz(0xE0, 8000000), 0, "E0: external clock");
	tap_is_int(t, avrisp_cpu_hz(0xE5, 8000000), 0, "E5: 32 kHz crystal");
	tap_is_int(t, avrisp_sck_hz(0xFF, 8000000), 1875000, "SCK at the pen's crystal");
	tap_ok(t, avrisp_sck_hz(0x62, 8000000) <= 225000, "SCK of a factory part, RC a tenth slow");
	tap_ok(t, avrisp_keeps_isp(0xFF, 0xD1), "the pen's fuses keep ISP");
	tap_ok(t, avrisp_keeps_isp(0x62, 0xD9), "the factory's too");
	tap_ok(t, !avrisp_keeps_isp(0xFF, 0xF1), "SPIEN unprogrammed does not");
	tap_ok(t, !avrisp_keeps_isp(0xFF, 0x51), "RSTDISBL does not");
	tap_ok(t, !avrisp_keeps_isp(0xFF, 0x91), "DWEN does not");
	tap_ok(t, !avrisp_keeps_isp(0xE0, 0xD1), "a clock that is not there does not");
}

static void test_parts(struct tap *t)
{
	const struct avrisp_part *p = avrisp_part_find("atmega328p");
	const struct avrisp_part *q = avrisp_part_by_signature((const uint8_t[]){0x1E, 0x95, 0x14});

	tap_ok(t,
	       p != NULL && p->flash_size == 32768 && p->page_size == 128 && p->eeprom_size == 1024,
	       "sizes of the 328P");
	tap_ok(t, p != NULL && memcmp(p->signature, (const uint8_t[]){0x1E, 0x95, 0x0F}, 3) == 0,
	       "signature of the 328P");
	tap_ok(t, q != NULL && q != p && strcmp(q->name, "atmega328") == 0,
	       "the 328 is another part");
	tap_ok(t, avrisp_part_find("attiny85") == NULL, "no such part");
	tap_ok(t, avrisp_part_by_signature((const uint8_t[]){0xFF, 0xFF, 0xFF}) == NULL,
	       "silence is no part");
	tap_ok(t, p != NULL && p->page_size <= AVRISP_PAGE_MAX && p->flash_size <= IMAGE_SIZE_MAX,
	       "within the limits that other files rely on");
}

int main(void)
{
	struct tap t = tap_begin();

	test_items(&t);
	test_instructions(&t);
	test_page(&t);
	test_wait(&t);
	test_clock(&t);
	test_parts(&t);
	return tap_end(&t);
}
