/*
 * link.h through libftdi1; the only file that includes it. One ftdi_context per interface.
 *
 * Every result of libftdi is checked; its message and code stand at the end of ours.
 */
#include "inst/link.h"

#include <assert.h>
#include <ftdi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inst/mpsse.h"

enum {
	VENDOR = 0x0403,
	PRODUCT = 0x6011, /* FT4232H */
	FOUND_MAX = 16,	  /* serial numbers that an error lists */
	USB_TIMEOUT_MS = 10000,
	SYNC_READS_MAX = 8,
};

/* Invariant: context is open on the interface from link_open to link_close. */
struct link {
	struct ftdi_context *context;
	char serial[NAME_SIZE];
	char interface;
};

static enum err_code failed(const struct link *l, const char *action, int result, struct err *e)
{
	return err_set(
		e, ERR_BENCH,
		"FT4232H %s interface %c: %s failed: %s (libftdi %d): check the USB cable and "
		"that no other program uses the chip",
		l->serial, l->interface, action, ftdi_get_error_string(l->context), result);
}

/* What there is instead of the wanted chip, for the error. */
struct found {
	char text[256];
	unsigned count, unreadable;
};

static void found_add(struct found *f, const char *serial)
{
	size_t used = strlen(f->text);

	f->count++;
	if (f->count <= FOUND_MAX)
		(void)snprintf(f->text + used, sizeof f->text - used, "%s%s", used == 0 ? "" : ", ",
			       serial);
}

static enum err_code not_found(const struct link *l, const struct found *f, struct err *e)
{
	if (f->unreadable > 0)
		return err_set(
			e, ERR_BENCH,
			"no FT4232H with serial number %s (found: %s), but %u that cannot be asked "
			"(%s): install the udev rules, then plug the jig in again",
			l->serial, f->count == 0 ? "none" : f->text, f->unreadable,
			ftdi_get_error_string(l->context));
	if (f->count == 0)
		return err_set(
			e, ERR_BENCH,
			"no FT4232H with serial number %s, and no other either: plug in the jig's "
			"USB cable and switch the jig on",
			l->serial);
	return err_set(
		e, ERR_BENCH,
		"no FT4232H with serial number %s (found: %s): plug in the right jig, or give the "
		"right ftdi serial in the station file",
		l->serial, f->text);
}

/* Looks through all FT4232H and opens the one whose serial number is ours. */
static enum err_code open_by_serial(struct link *l, struct err *e)
{
	struct ftdi_device_list *list = NULL;
	struct found found = {0};
	enum err_code code;
	int result = ftdi_usb_find_all(l->context, &list, VENDOR, PRODUCT);

	if (result < 0)
		return failed(l, "looking for it", result, e);
	for (struct ftdi_device_list *at = list; at != NULL; at = at->next) {
		char serial[NAME_SIZE] = "";
		result = ftdi_usb_get_strings(l->context, at->dev, NULL, 0, NULL, 0, serial,
					      (int)sizeof serial);
		if (result < 0) {
			found.unreadable++;
			continue;
		}
		if (strcmp(serial, l->serial) != 0) {
			found_add(&found, serial);
			continue;
		}
		result = ftdi_usb_open_dev(l->context, at->dev);
		code = result < 0 ? failed(l, "opening", result, e) : ERR_NONE;
		goto err_free_list;
	}
	code = not_found(l, &found, e);
err_free_list:
	ftdi_list_free(&list);
	return code;
}

enum err_code link_open(struct link **out, const char *serial, char interface, struct err *e)
{
	assert(interface >= 'A' && interface <= 'D');
	enum err_code code;
	struct link *l = calloc(1, sizeof *l);

	*out = NULL;
	if (l == NULL)
		return err_set(e, ERR_BENCH, "FT4232H %s: out of memory", serial);
	(void)snprintf(l->serial, sizeof l->serial, "%s", serial);
	l->interface = interface;
	l->context = ftdi_new();
	if (l->context == NULL) {
		code = err_set(e, ERR_BENCH,
			       "FT4232H %s: libftdi cannot start (out of memory, or no USB)",
			       serial);
		goto err_free;
	}
	int result = ftdi_set_interface(l->context,
					(enum ftdi_interface)(INTERFACE_A + (interface - 'A')));
	if (result < 0) {
		code = failed(l, "choosing the interface", result, e);
		goto err_free_context;
	}
	l->context->usb_read_timeout = USB_TIMEOUT_MS;
	l->context->usb_write_timeout = USB_TIMEOUT_MS;
	code = open_by_serial(l, e);
	if (code != ERR_NONE)
		goto err_free_context;
	if (l->context->type != TYPE_4232H) {
		code = err_set(e, ERR_BENCH,
			       "FTDI chip %s is no FT4232H (libftdi type %d): plug in the "
			       "jig",
			       serial, (int)l->context->type);
		goto err_free_context;
	}
	code = link_latency(l, 16, e);
	if (code != ERR_NONE)
		goto err_free_context;
	*out = l;
	return ERR_NONE;

err_free_context:
	ftdi_free(l->context); /* closes too */
err_free:
	free(l);
	return code;
}

void link_close(struct link *l)
{
	if (l == NULL)
		return;
	ftdi_free(l->context); /* releases the interface, closes the device */
	free(l);
}

static enum err_code set_mode(struct link *l, uint8_t mask, enum ftdi_mpsse_mode mode,
			      struct err *e)
{
	int result = ftdi_set_bitmode(l->context, mask, (unsigned char)mode);

	return result < 0 ? failed(l, "setting the mode", result, e) : ERR_NONE;
}

/* A bad command has to come back as one: shows that engine, both FIFOs and the order of bytes are
 * right before anything is shifted. */
static enum err_code sync_engine(struct link *l, struct err *e)
{
	uint8_t command[4], answer[2];
	size_t size = 0;
	struct mpsse m = mpsse_begin(command, sizeof command);

	mpsse_bad_command(&m);
	mpsse_send_immediate(&m);
	assert(!m.overflow && m.answer_size == sizeof answer);
	enum err_code code = link_write(l, m.data, m.size, e);
	for (int i = 0; code == ERR_NONE && size < sizeof answer && i < SYNC_READS_MAX; i++) {
		size_t count;
		code = link_read(l, answer + size, sizeof answer - size, &count, e);
		if (code == ERR_NONE)
			size += count;
	}
	if (code != ERR_NONE)
		return code;
	if (!mpsse_is_bad_command_answer(answer, size))
		return err_set(
			e, ERR_BENCH,
			"FT4232H %s interface %c: the MPSSE does not answer (%zu of 2 bytes): pull "
			"the jig's USB cable, plug it in again and retry",
			l->serial, l->interface, size);
	return ERR_NONE;
}

enum err_code link_mpsse(struct link *l, struct err *e)
{
	assert(l->interface <= 'B');
	enum err_code code = set_mode(l, 0, BITMODE_RESET, e);

	if (code == ERR_NONE)
		code = set_mode(l, 0, BITMODE_MPSSE, e);
	if (code == ERR_NONE)
		code = link_purge(l, e);
	if (code == ERR_NONE)
		code = sync_engine(l, e);
	return code;
}

enum err_code link_bitbang(struct link *l, uint8_t mask, struct err *e)
{
	return set_mode(l, mask, BITMODE_BITBANG, e);
}

enum err_code link_uart(struct link *l, unsigned baud, int event_char, struct err *e)
{
	assert(event_char >= LINK_NO_EVENT_CHAR && event_char <= UINT8_MAX);
	const bool has_event = event_char != LINK_NO_EVENT_CHAR;
	enum err_code code = set_mode(l, 0, BITMODE_RESET, e);
	int result;

	if (code != ERR_NONE)
		return code;
	result = ftdi_set_line_property(l->context, BITS_8, STOP_BIT_1, NONE);
	if (result < 0)
		return failed(l, "setting 8N1", result, e);
	result = ftdi_setflowctrl(l->context, SIO_DISABLE_FLOW_CTRL);
	if (result < 0)
		return failed(l, "switching flow control off", result, e);
	/* libftdi refuses what it cannot make within 5 %. */
	result = ftdi_set_baudrate(l->context, (int)baud);
	if (result < 0)
		return failed(l, "setting the baud rate", result, e);
	result = ftdi_set_event_char(l->context, has_event ? (unsigned char)event_char : 0,
				     has_event);
	if (result < 0)
		return failed(l, "setting the event character", result, e);
	return link_purge(l, e);
}

enum err_code link_write(struct link *l, const uint8_t *data, size_t size, struct err *e)
{
	assert(size <= LINK_WRITE_MAX);
	int result = ftdi_write_data(l->context, data, (int)size);

	if (result < 0)
		return failed(l, "writing", result, e);
	if ((size_t)result != size)
		return err_set(
			e, ERR_BENCH,
			"FT4232H %s interface %c: took only %d of %zu bytes within %d s: check the "
			"USB cable",
			l->serial, l->interface, result, size, USB_TIMEOUT_MS / 1000);
	return ERR_NONE;
}

/*
 * ftdi_read_data goes on with transfers until the size is reached or one comes back empty. To stay
 * with one transfer, one byte is asked first; the rest of that transfer then lies in libftdi's own
 * buffer.
 */
enum err_code link_read(struct link *l, uint8_t *data, size_t capacity, size_t *count,
			struct err *e)
{
	*count = 0;
	if (capacity == 0)
		return ERR_NONE;
	int result = ftdi_read_data(l->context, data, 1);
	if (result < 0)
		return failed(l, "reading", result, e);
	if (result == 0)
		return ERR_NONE;
	size_t more = l->context->readbuffer_remaining;
	if (more > capacity - 1)
		more = capacity - 1;
	if (more > 0) {
		result = ftdi_read_data(l->context, data + 1, (int)more);
		assert(result == (int)more);
	}
	*count = 1 + more;
	return ERR_NONE;
}

enum err_code link_read_pins(struct link *l, uint8_t *pins, struct err *e)
{
	int result = ftdi_read_pins(l->context, pins);

	return result < 0 ? failed(l, "reading the pins", result, e) : ERR_NONE;
}

enum err_code link_latency(struct link *l, unsigned ms, struct err *e)
{
	assert(ms >= 1 && ms <= UINT8_MAX);
	int result = ftdi_set_latency_timer(l->context, (unsigned char)ms);

	return result < 0 ? failed(l, "setting the latency timer", result, e) : ERR_NONE;
}

enum err_code link_purge(struct link *l, struct err *e)
{
	int result = ftdi_tcioflush(l->context);

	return result < 0 ? failed(l, "emptying the buffers", result, e) : ERR_NONE;
}
