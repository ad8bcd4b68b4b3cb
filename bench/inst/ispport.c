#include "inst/ispport.h"

#include <assert.h>

enum {
	LATENCY_MS = 2,
	/* 4 s without a byte: longer than two batches take at the slowest SCK. */
	EMPTY_READS_MAX = 2000,
};

static void clear_batch(struct ispport *p)
{
	p->batch = mpsse_begin(p->buffer, sizeof p->buffer);
}

enum err_code ispport_open(struct ispport *p, struct link *link, struct err *e)
{
	p->link = link;
	p->in_flight = 0;
	clear_batch(p);
	enum err_code code = link_mpsse(link, e);
	if (code == ERR_NONE)
		code = link_latency(link, LATENCY_MS, e);
	return code;
}

enum err_code ispport_send(struct ispport *p, struct err *e)
{
	if (p->batch.answer_size > 0)
		mpsse_send_immediate(&p->batch);
	p->in_flight += p->batch.answer_size;
	assert(!p->batch.overflow && p->in_flight <= LINK_FIFO_SIZE);
	enum err_code code = link_write(p->link, p->batch.data, p->batch.size, e);
	clear_batch(p);
	return code;
}

enum err_code ispport_receive(struct ispport *p, uint8_t *answer, size_t size, struct err *e)
{
	size_t have = 0;

	assert(size <= p->in_flight);
	for (unsigned empty = 0; have < size && empty < EMPTY_READS_MAX;) {
		size_t count;
		enum err_code code = link_read(p->link, answer + have, size - have, &count, e);
		if (code != ERR_NONE)
			return code;
		have += count;
		empty = count == 0 ? empty + 1 : 0;
	}
	p->in_flight -= have;
	if (have < size)
		return err_set(
			e, ERR_BENCH,
			"ISP: the MPSSE sent %zu of %zu bytes of answer, then none for %d s: pull "
			"the jig's USB cable, plug it in again and retry",
			have, size, EMPTY_READS_MAX * LATENCY_MS / 1000);
	return ERR_NONE;
}

enum err_code ispport_transact(struct ispport *p, uint8_t *answer, size_t size, struct err *e)
{
	assert(p->in_flight == 0 && size == p->batch.answer_size);
	enum err_code code = ispport_send(p, e);

	return code == ERR_NONE ? ispport_receive(p, answer, size, e) : code;
}

enum err_code ispport_reset(struct ispport *p, bool level, struct err *e)
{
	mpsse_pins(&p->batch, level ? MPSSE_RESET : 0, MPSSE_SCK | MPSSE_MOSI | MPSSE_RESET);
	return ispport_send(p, e);
}

enum err_code ispport_release(struct ispport *p, struct err *e)
{
	clear_batch(p);
	mpsse_pins(&p->batch, MPSSE_RESET, MPSSE_SCK | MPSSE_MOSI | MPSSE_RESET);
	mpsse_pins(&p->batch, 0, 0);
	enum err_code code = ispport_send(p, e);
	/* After an error answers may be on their way that nobody will ask for. */
	if (code == ERR_NONE && p->in_flight > 0) {
		code = link_purge(p->link, e);
		p->in_flight = 0;
	}
	return code;
}
