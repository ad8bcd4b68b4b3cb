#include "session/flashing.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "session/inside.h"
#include "session/programmer.h"

enum {
	CRYSTAL_HZ = 8000000, /* the pen's resonator */
	WRITE_BATCH_PAGES = 8,
	PAGES_MAX = IMAGE_SIZE_MAX / 16, /* no part has smaller pages */
	LOCK_NONE = 0xFF,
	LOCK_MODE = 3, /* LB2..1: 3 open, 2 no writing, 0 no reading either */
};

const struct flashing_fuses flashing_pen_fuses = {.low = 0xFF, .high = 0xD1, .extended = 0xFD};

/* Lives for one flashing_run. */
struct flashing {
	struct programmer chip;
	const struct flashing_job *job;
	struct flashing_result *result;
	/* From here on the pen holds no whole image. */
	bool erasing;
	uint32_t write_count, writes[PAGES_MAX]; /* addresses of the pages that are not blank */
	struct {
		uint32_t count, address;
		uint8_t wanted, got;
	} mismatch; /* the first one, and how many */
	struct sha256 readback;
};

static enum err_code set_fuses(struct flashing *f, struct err *e)
{
	const struct flashing_fuses *fuses = &f->job->fuses;
	const struct programmer_setting settings[] = {
		{AVRISP_LFUSE, "low fuse", fuses->low},
		{AVRISP_HFUSE, "high fuse", fuses->high},
		{AVRISP_EFUSE, "extended fuse", fuses->extended},
	};
	enum err_code code = ERR_NONE;

	for (size_t i = 0; code == ERR_NONE && i < sizeof settings / sizeof settings[0]; i++)
		code = f->job->verify_only ? programmer_compare(&f->chip, &settings[i], e)
					   : programmer_set(&f->chip, &settings[i], e);
	/* The clock fuses count from the next reset on. */
	if (code == ERR_NONE && !f->job->verify_only)
		code = programmer_enter(&f->chip, e);
	return code;
}

/* Locked fuses cannot be written, locked flash cannot be read; only an erase takes the lock away.
 */
static enum err_code unlock(struct flashing *f, struct err *e)
{
	uint8_t lock;
	enum err_code code = programmer_read_item(&f->chip, AVRISP_LOCK, &lock, e);

	if (code != ERR_NONE)
		return code;
	if (!f->job->verify_only && (lock & LOCK_MODE) != LOCK_MODE) {
		f->erasing = true;
		return programmer_erase(&f->chip, e);
	}
	if (!f->job->verify_only || (lock & LOCK_MODE) != 0)
		return ERR_NONE;
	return err_set(e, ERR_PEN,
		       "the flash is locked against reading (lock %02X), so it cannot be "
		       "verified: flash the pen",
		       lock);
}

/* The fastest SCK that the chip's clock and the job allow; an unreliable clock stays at what it got
 * in step with. */
static enum err_code speed_up(struct flashing *f, struct err *e)
{
	uint8_t lfuse;
	enum err_code code = programmer_read_item(&f->chip, AVRISP_LFUSE, &lfuse, e);

	if (code == ERR_NONE && avrisp_cpu_hz(lfuse, CRYSTAL_HZ) != 0) {
		uint32_t sck_hz = avrisp_sck_hz(lfuse, CRYSTAL_HZ);
		if (f->job->sck_max_hz != 0 && f->job->sck_max_hz < sck_hz)
			sck_hz = f->job->sck_max_hz;
		code = programmer_clock(&f->chip, sck_hz, e);
	}
	f->result->sck_hz = f->chip.sck_hz;
	return code;
}

static enum err_code bring_up(struct flashing *f, struct err *e)
{
	enum err_code code = programmer_enter(&f->chip, e);

	if (code == ERR_NONE)
		code = programmer_check_signature(&f->chip, e);
	if (code == ERR_NONE)
		code = unlock(f, e);
	if (code == ERR_NONE && f->job->has_fuses)
		code = set_fuses(f, e);
	if (code == ERR_NONE)
		code = speed_up(f, e);
	/* Once more at the new rate, before anything relies on it. */
	if (code == ERR_NONE)
		code = programmer_check_signature(&f->chip, e);
	return code;
}

/* ---- streams: batches filled ahead of the answers ---- */

struct stream {
	const char *title;
	size_t batch_count;
	/* Fills batch i; it brings at most ISPPORT_ANSWER_MAX bytes of answer. */
	void (*fill)(struct flashing *f, size_t i);
	enum err_code (*take)(struct flashing *f, size_t i, const uint8_t *answer, struct err *e);
};

/* After a bad answer: takes the answers still under way, so that the chip can be asked whether it
 * is there at all. */
static enum err_code blame(struct flashing *f, size_t under_way, struct err *e)
{
	uint8_t dropped[ISPPORT_ANSWER_MAX];
	struct err contact;
	enum err_code code = ispport_receive(&f->chip.isp, dropped, under_way, &contact);

	if (code == ERR_NONE)
		code = programmer_confirm_contact(&f->chip, &contact);
	if (code != ERR_NONE)
		*e = contact;
	return e->code;
}

/* While batch i - 1 is clocked out, batch i is already on its way: the SCK never waits for the
 * host. */
static enum err_code run_stream(struct flashing *f, const struct stream *stream, struct err *e)
{
	uint8_t answer[ISPPORT_ANSWER_MAX];
	size_t answer_size = 0; /* of batch i - 1 */

	for (size_t i = 0; i <= stream->batch_count; i++) {
		enum err_code code = session_check(f->chip.session, e);
		size_t next_size = 0;

		if (code == ERR_NONE && i < stream->batch_count) {
			stream->fill(f, i);
			next_size = f->chip.isp.batch.answer_size;
			assert(next_size <= sizeof answer);
			code = ispport_send(&f->chip.isp, e);
		}
		if (code == ERR_NONE && i > 0)
			code = ispport_receive(&f->chip.isp, answer, answer_size, e);
		if (code != ERR_NONE)
			return code;
		if (i > 0 && stream->take(f, i - 1, answer, e) != ERR_NONE)
			return blame(f, next_size, e);
		answer_size = next_size;
		log_progress(stream->title, i, stream->batch_count);
	}
	return ERR_NONE;
}

static size_t batches(size_t count, size_t per_batch)
{
	return (count + per_batch - 1) / per_batch;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool is_blank(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] != 0xFF)
			return false;
	return true;
}

/* One byte of answer a page: ready, or not. */
static void fill_write(struct flashing *f, size_t i)
{
	const struct avrisp_part *part = f->job->part;
	size_t end = smaller((i + 1) * WRITE_BATCH_PAGES, f->write_count);

	for (size_t k = i * WRITE_BATCH_PAGES; k < end; k++) {
		avrisp_write_page(&f->chip.isp.batch, part, f->writes[k],
				  f->job->image->data + f->writes[k]);
		avrisp_wait(&f->chip.isp.batch, part->flash_ns, f->chip.sck_hz);
		avrisp_poll(&f->chip.isp.batch);
	}
}

static enum err_code take_write(struct flashing *f, size_t i, const uint8_t *answer, struct err *e)
{
	size_t begin = i * WRITE_BATCH_PAGES;
	size_t end = smaller(begin + WRITE_BATCH_PAGES, f->write_count);

	for (size_t k = begin; k < end; k++) {
		if (!avrisp_is_busy(answer[k - begin]))
			continue;
		return err_set(e, ERR_PEN,
			       "flash page at 0x%04" PRIX32 " still busy %.1f ms after its "
			       "write began: the pen's controller is bad",
			       f->writes[k], (double)f->job->part->flash_ns / NS_PER_MS);
	}
	return ERR_NONE;
}

static enum err_code write_flash(struct flashing *f, struct err *e)
{
	const struct image *image = f->job->image;
	const uint32_t page_size = f->job->part->page_size;

	f->write_count = 0;
	for (uint32_t at = 0; at < image->size; at += page_size)
		if (!is_blank(image->data + at, page_size))
			f->writes[f->write_count++] = at;
	f->result->pages_written = f->write_count;
	const struct stream stream = {"writing", batches(f->write_count, WRITE_BATCH_PAGES),
				      fill_write, take_write};
	return run_stream(f, &stream, e);
}

static void fill_verify(struct flashing *f, size_t i)
{
	size_t begin = i * ISPPORT_ANSWER_MAX;

	avrisp_read_flash(&f->chip.isp.batch, (uint32_t)begin,
			  smaller(ISPPORT_ANSWER_MAX, f->job->image->size - begin));
}

static enum err_code take_verify(struct flashing *f, size_t i, const uint8_t *answer, struct err *e)
{
	const struct image *image = f->job->image;
	size_t begin = i * ISPPORT_ANSWER_MAX;
	size_t count = smaller(ISPPORT_ANSWER_MAX, image->size - begin);

	(void)e; /* a difference is counted, not the end */
	sha256_feed(&f->readback, answer, count);
	for (size_t k = 0; k < count; k++) {
		if (answer[k] == image->data[begin + k])
			continue;
		if (f->mismatch.count++ == 0) {
			f->mismatch.address = (uint32_t)(begin + k);
			f->mismatch.wanted = image->data[begin + k];
			f->mismatch.got = answer[k];
		}
	}
	return ERR_NONE;
}

/* A byte that reads otherwise the second time says nothing about the pen. */
static enum err_code judge_mismatch(struct flashing *f, struct err *e)
{
	uint8_t again;

	avrisp_read_flash(&f->chip.isp.batch, f->mismatch.address, 1);
	enum err_code code = ispport_transact(&f->chip.isp, &again, 1, e);
	if (code != ERR_NONE)
		return code;
	if (again != f->mismatch.got)
		return err_set(e, ERR_BENCH,
			       "two reads of the flash at 0x%04" PRIX32 " differ (%02X, "
			       "%02X): the ISP contact is unsteady; reseat the pen, clean the ISP "
			       "contacts "
			       "and start again",
			       f->mismatch.address, f->mismatch.got, again);
	return err_set(e, ERR_PEN,
		       "flash differs from the image: at 0x%04" PRIX32 " wanted %02X, got "
		       "%02X (%" PRIu32 " of %zu bytes differ): %s",
		       f->mismatch.address, f->mismatch.wanted, f->mismatch.got, f->mismatch.count,
		       f->job->image->size,
		       f->job->verify_only ? "the pen holds other firmware; flash it"
					   : "flash it again; if it stays, the pen is bad");
}

static enum err_code verify_flash(struct flashing *f, struct err *e)
{
	const struct stream stream = {"verifying", batches(f->job->image->size, ISPPORT_ANSWER_MAX),
				      fill_verify, take_verify};
	char hash[SHA256_HEX_SIZE];

	sha256_init(&f->readback);
	enum err_code code = run_stream(f, &stream, e);
	sha256_finish(&f->readback, hash);
	if (code == ERR_NONE)
		code = programmer_confirm_contact(&f->chip,
						  e); /* FF of a lost contact looks blank */
	if (code == ERR_NONE && f->mismatch.count > 0)
		code = judge_mismatch(f, e);
	if (code == ERR_NONE)
		memcpy(f->result->readback, hash, sizeof hash);
	return code;
}

/* ---- the whole ---- */

static enum err_code do_job(struct flashing *f, struct err *e)
{
	const struct programmer_setting lock = {AVRISP_LOCK, "lock bits", f->job->lock};
	enum err_code code = bring_up(f, e);

	if (code == ERR_NONE && !f->job->verify_only) {
		f->erasing = true;
		code = programmer_erase(&f->chip, e);
	}
	if (code == ERR_NONE && !f->job->verify_only)
		code = write_flash(f, e);
	if (code == ERR_NONE)
		code = verify_flash(f, e);
	if ((code == ERR_ABORT || code == ERR_BENCH) && f->erasing)
		return err_prefix(e, "not finished, flash the pen again");
	/* Last, since it ends reading and writing. Nothing to do where the erase left it open. */
	if (code == ERR_NONE && !f->job->verify_only && f->job->lock != LOCK_NONE)
		code = programmer_set(&f->chip, &lock, e);
	return code;
}

enum err_code flashing_check(const struct flashing_job *job, struct err *e)
{
	assert(job->part->page_size >= 16 && job->part->flash_size <= IMAGE_SIZE_MAX);
	if (job->has_fuses && !avrisp_keeps_isp(job->fuses.low, job->fuses.high))
		return err_set(e, ERR_CONFIG,
			       "fuses %02X:%02X:%02X would lock every programmer out (need "
			       "SPIEN programmed, RSTDISBL and DWEN not, clock from the RC or the "
			       "resonator): the pen's are %02X:%02X:%02X",
			       job->fuses.low, job->fuses.high, job->fuses.extended,
			       flashing_pen_fuses.low, flashing_pen_fuses.high,
			       flashing_pen_fuses.extended);
	return ERR_NONE;
}

enum err_code flashing_run(struct session *session, const struct flashing_job *job,
			   struct flashing_result *result, struct err *e)
{
	int64_t begin_ns, end_ns;
	struct err release_error;
	enum err_code code = flashing_check(job, e);

	memset(result, 0, sizeof *result);
	if (code == ERR_NONE)
		code = session_check(session, e);
	if (code == ERR_NONE && session_is_powered(session))
		code = session_power(session, false, e);
	if (code == ERR_NONE)
		code = clock_now(session_clock(session), &begin_ns, e);
	if (code != ERR_NONE)
		return code;
	struct flashing *f = calloc(1, sizeof *f);
	if (f == NULL)
		return err_set(e, ERR_BENCH, "flashing: out of memory");
	f->job = job;
	f->result = result;
	code = programmer_open(&f->chip, session, job->part, e);
	if (code == ERR_NONE)
		code = do_job(f, e);
	result->silent = f->chip.silent;
	enum err_code release_code = ispport_release(&f->chip.isp, &release_error);
	if (code == ERR_NONE && release_code != ERR_NONE) {
		*e = release_error;
		code = release_code;
	}
	if (code == ERR_NONE)
		code = clock_now(session_clock(session), &end_ns, e);
	if (code == ERR_NONE)
		result->duration_ns = end_ns - begin_ns;
	/* A pen that never answered is no instrument that failed. */
	if (code == ERR_BENCH && !result->silent)
		session_break(session);
	free(f);
	return code;
}
