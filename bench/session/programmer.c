#include "session/programmer.h"

#include <string.h>

#include "base/units.h"
#include "session/inside.h"

enum {
	SYNC_HZ = 125000, /* a factory part runs at 1 MHz: SCK has to stay below 250 kHz */
	SYNC_TRIES = 4,
	SIGNATURE_READS = 3,
	BUSY_WAITS_MAX = 4, /* times the datasheet's wait before a chip counts as stuck */
};

/* DS40002061, "Serial Programming Algorithm": RESET high for two CPU clocks, then 20 ms of low. */
#define RESET_HIGH_NS (1 * NS_PER_MS)
#define RESET_LOW_NS  (22 * NS_PER_MS)

enum err_code programmer_open(struct programmer *p, struct session *session,
			      const struct avrisp_part *part, struct err *e)
{
	p->session = session;
	p->part = part;
	return ispport_open(&p->isp, session_isp(session), e);
}

enum err_code programmer_clock(struct programmer *p, uint32_t hz, struct err *e)
{
	mpsse_clock(&p->isp.batch, hz);
	p->sck_hz = mpsse_clock_hz(hz);
	return ispport_send(&p->isp, e);
}

enum err_code programmer_read_item(struct programmer *p, enum avrisp_item item, uint8_t *value,
				   struct err *e)
{
	avrisp_read_item(&p->isp.batch, item);
	return ispport_transact(&p->isp, value, 1, e);
}

static enum err_code enable(struct programmer *p, uint8_t answer[AVRISP_ENABLE_SIZE], struct err *e)
{
	avrisp_enable(&p->isp.batch);
	return ispport_transact(&p->isp, answer, AVRISP_ENABLE_SIZE, e);
}

/* A chip in programming mode echoes an enable like any other. */
enum err_code programmer_confirm_contact(struct programmer *p, struct err *e)
{
	uint8_t answer[AVRISP_ENABLE_SIZE];
	enum err_code code = enable(p, answer, e);

	if (code == ERR_NONE && !avrisp_is_enabled(answer))
		code = err_set(e, ERR_BENCH,
			       "the pen stopped answering on ISP: reseat the pen, clean "
			       "the ISP contacts and start again");
	return code;
}

/* Sends what is in the batch and waits until the chip is ready again. */
static enum err_code finish_write(struct programmer *p, int64_t busy_ns, const char *what,
				  struct err *e)
{
	uint8_t answer;

	for (int i = 0; i < BUSY_WAITS_MAX; i++) {
		avrisp_wait(&p->isp.batch, busy_ns, p->sck_hz);
		avrisp_poll(&p->isp.batch);
		enum err_code code = ispport_transact(&p->isp, &answer, 1, e);
		if (code != ERR_NONE || !avrisp_is_busy(answer))
			return code;
	}
	enum err_code code = programmer_confirm_contact(p, e);
	if (code != ERR_NONE)
		return code;
	return err_set(e, ERR_PEN,
		       "%s: the chip is still busy after %.1f ms (datasheet: %.1f ms): the "
		       "pen's controller is bad",
		       what, (double)busy_ns * BUSY_WAITS_MAX / NS_PER_MS,
		       (double)busy_ns / NS_PER_MS);
}

static enum err_code pulse_reset(struct programmer *p, struct err *e)
{
	enum err_code code = ispport_reset(&p->isp, true, e);

	if (code == ERR_NONE)
		code = session_wait(p->session, RESET_HIGH_NS, e);
	if (code == ERR_NONE)
		code = ispport_reset(&p->isp, false, e);
	if (code == ERR_NONE)
		code = session_wait(p->session, RESET_LOW_NS, e);
	return code;
}

enum err_code programmer_enter(struct programmer *p, struct err *e)
{
	static const uint8_t nobody[AVRISP_ENABLE_SIZE] = {0xFF, 0xFF, 0xFF, 0xFF};
	uint8_t answer[AVRISP_ENABLE_SIZE];
	enum err_code code = programmer_clock(p, SYNC_HZ, e);

	for (int i = 0; code == ERR_NONE && i < SYNC_TRIES; i++) {
		code = pulse_reset(p, e);
		if (code == ERR_NONE)
			code = enable(p, answer, e);
		if (code == ERR_NONE && avrisp_is_enabled(answer))
			return ERR_NONE;
	}
	if (code != ERR_NONE)
		return code;
	p->silent = true;
	if (memcmp(answer, nobody, sizeof nobody) == 0)
		return err_set(
			e, ERR_BENCH,
			"the pen does not answer on ISP (%d tries at %d kHz, MISO "
			"stays high): is a pen in the jig? Reseat it, clean the ISP contacts and "
			"start again",
			SYNC_TRIES, SYNC_HZ / 1000);
	return err_set(
		e, ERR_BENCH,
		"the pen does not get in step on ISP (%d tries at %d kHz, last "
		"answer %02X %02X %02X %02X, wanted 53 in the third byte): reseat it, clean the "
		"ISP contacts and start again",
		SYNC_TRIES, SYNC_HZ / 1000, answer[0], answer[1], answer[2], answer[3]);
}

static enum err_code judge_signature(struct programmer *p, const uint8_t *s, struct err *e)
{
	const struct avrisp_part *part = p->part, *other = avrisp_part_by_signature(s);

	if (memcmp(s, part->signature, AVRISP_SIGNATURE_SIZE) == 0)
		return ERR_NONE;
	enum err_code code = programmer_confirm_contact(p, e);
	if (code != ERR_NONE)
		return code;
	return err_set(e, ERR_PEN,
		       "signature %02x%02x%02x (%s), wanted %02x%02x%02x (%s): the pen has "
		       "the wrong controller",
		       s[0], s[1], s[2], other != NULL ? other->title : "unknown part",
		       part->signature[0], part->signature[1], part->signature[2], part->title);
}

enum err_code programmer_check_signature(struct programmer *p, struct err *e)
{
	uint8_t read[SIGNATURE_READS][AVRISP_SIGNATURE_SIZE];

	for (int i = 0; i < SIGNATURE_READS; i++)
		for (unsigned k = 0; k < AVRISP_SIGNATURE_SIZE; k++)
			avrisp_read_item(&p->isp.batch, AVRISP_SIGNATURE_0 + k);
	enum err_code code = ispport_transact(&p->isp, read[0], sizeof read, e);
	if (code != ERR_NONE)
		return code;
	for (int i = 1; i < SIGNATURE_READS; i++)
		if (memcmp(read[0], read[i], sizeof read[0]) != 0)
			return err_set(
				e, ERR_BENCH,
				"two reads of the signature differ (%02x%02x%02x, "
				"%02x%02x%02x): the ISP contact is unsteady; reseat the pen, clean "
				"the ISP contacts and start again",
				read[0][0], read[0][1], read[0][2], read[i][0], read[i][1],
				read[i][2]);
	return judge_signature(p, read[0], e);
}

static bool is_equal(const struct programmer_setting *s, uint8_t value)
{
	return ((value ^ s->value) & avrisp_item_mask(s->item)) == 0;
}

static enum err_code differs(struct programmer *p, const struct programmer_setting *s, uint8_t got,
			     const char *advice, struct err *e)
{
	enum err_code code = programmer_confirm_contact(p, e);

	if (code != ERR_NONE)
		return code;
	return err_set(e, ERR_PEN, "%s: wanted %02X, got %02X: %s", s->name, s->value, got, advice);
}

enum err_code programmer_compare(struct programmer *p, const struct programmer_setting *s,
				 struct err *e)
{
	uint8_t got;
	enum err_code code = programmer_read_item(p, s->item, &got, e);

	if (code != ERR_NONE || is_equal(s, got))
		return code;
	return differs(p, s, got, "flash the pen", e);
}

enum err_code programmer_set(struct programmer *p, const struct programmer_setting *s,
			     struct err *e)
{
	uint8_t got;
	enum err_code code = programmer_read_item(p, s->item, &got, e);

	if (code != ERR_NONE || is_equal(s, got))
		return code;
	avrisp_write_item(&p->isp.batch, s->item, s->value);
	code = finish_write(p, p->part->fuse_ns, s->name, e);
	if (code == ERR_NONE)
		code = programmer_read_item(p, s->item, &got, e);
	if (code != ERR_NONE || is_equal(s, got))
		return code;
	return differs(p, s, got, "the pen's controller is bad", e);
}

enum err_code programmer_erase(struct programmer *p, struct err *e)
{
	avrisp_erase(&p->isp.batch);
	return finish_write(p, p->part->erase_ns, "chip erase", e);
}
