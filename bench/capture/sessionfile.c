/* A small ini reader for the keys that matter here; others are left alone. */
#include "capture/sessionfile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SESSIONFILE_LINE = 1024 };

struct sessionfile_parser {
	struct sessionfile *out;
	bool in_device; /* inside the section of the one device */
	unsigned devices, total_probes;
	bool has_probe[CHANNELS_MAX];
	char name[CHANNELS_MAX][NAME_SIZE];
};

/* The decimal point is moved in the text, not by a multiplication: 1.515151 MHz is 1515151 Hz. */
bool sessionfile_rate(const char *text, double *rate_hz)
{
	static const struct {
		const char *name;
		int exponent;
	} units[] = {{"", 0},	 {"Hz", 0}, {"kHz", 3}, {"MHz", 6},
		     {"GHz", 9}, {"k", 3},  {"M", 6},	{"G", 9}};
	size_t digits = strspn(text, "0123456789."), at = digits;
	char number[NAME_SIZE], *end;

	while (text[at] == ' ')
		at++;
	if (digits == 0 || digits > 32)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strcasecmp(text + at, units[i].name) != 0)
			continue;
		(void)snprintf(number, sizeof number, "%.*se%d", (int)digits, text,
			       units[i].exponent);
		*rate_hz = strtod(number, &end);
		return *end == '\0' && *rate_hz > 0;
	}
	return false;
}

/* "probe12" with prefix "probe" -> 12; 0 when it is not such a key. */
static unsigned sessionfile_number(const char *key, const char *prefix)
{
	size_t length = strlen(prefix), digits;

	if (strncmp(key, prefix, length) != 0)
		return 0;
	digits = strspn(key + length, "0123456789");
	if (digits == 0 || digits > 6 || key[length + digits] != '\0')
		return 0;
	return (unsigned)strtoul(key + length, NULL, 10);
}

static enum err_code sessionfile_probe(struct sessionfile_parser *p, unsigned number,
				       const char *value, struct err *e)
{
	if (number > CHANNELS_MAX)
		return err_set(e, ERR_CONFIG, "probe%u: at most %u logic channels are read", number,
			       CHANNELS_MAX);
	if (p->has_probe[number - 1])
		return err_set(e, ERR_CONFIG, "probe%u stands twice", number);
	p->has_probe[number - 1] = true;
	if (strlen(value) < NAME_SIZE)
		(void)snprintf(p->name[number - 1], NAME_SIZE, "%s", value);
	return ERR_NONE;
}

static enum err_code sessionfile_analog(struct sessionfile *out, unsigned number, const char *value,
					struct err *e)
{
	if (out->analog_count == CHANNELS_MAX)
		return err_set(e, ERR_CONFIG, "more than %u analog channels", CHANNELS_MAX);
	for (unsigned i = 0; i < out->analog_count; i++)
		if (out->analog[i].number == number)
			return err_set(e, ERR_CONFIG, "analog%u stands twice", number);

	struct sessionfile_analog *a = &out->analog[out->analog_count++];

	a->number = number;
	if (strlen(value) < NAME_SIZE)
		(void)snprintf(a->name, NAME_SIZE, "%s", value);
	return ERR_NONE;
}

static enum err_code sessionfile_count(const char *key, const char *value, unsigned max,
				       unsigned *out, struct err *e)
{
	size_t digits = strspn(value, "0123456789");
	unsigned long number = strtoul(value, NULL, 10);

	if (digits == 0 || digits > 6 || value[digits] != '\0' || number > max)
		return err_set(e, ERR_CONFIG, "%s=%.40s: not a number in 0..%u", key, value, max);
	*out = (unsigned)number;
	return ERR_NONE;
}

static enum err_code sessionfile_pair(struct sessionfile_parser *p, const char *key,
				      const char *value, struct err *e)
{
	struct sessionfile *out = p->out;
	unsigned number;

	if (strcmp(key, "capturefile") == 0) {
		if (value[0] == '\0' || strlen(value) >= NAME_SIZE)
			return err_set(e, ERR_CONFIG, "capturefile=%.40s: not a name", value);
		(void)snprintf(out->capturefile, NAME_SIZE, "%s", value);
	} else if (strcmp(key, "unitsize") == 0) {
		return sessionfile_count(key, value, 8, &out->unit_size, e);
	} else if (strcmp(key, "total probes") == 0) {
		return sessionfile_count(key, value, 999999, &p->total_probes, e);
	} else if (strcmp(key, "samplerate") == 0) {
		(void)snprintf(out->samplerate_text, NAME_SIZE, "%.*s", (int)NAME_SIZE - 1, value);
		if (!sessionfile_rate(value, &out->samplerate_hz))
			out->samplerate_hz = 0;
	} else if ((number = sessionfile_number(key, "probe")) > 0) {
		return sessionfile_probe(p, number, value, e);
	} else if ((number = sessionfile_number(key, "analog")) > 0) {
		return sessionfile_analog(out, number, value, e);
	}
	return ERR_NONE;
}

/* The escapes of the ini dialect that sigrok writes: \s \n \t \r \\ . In place. */
static void sessionfile_unescape(char *text)
{
	static const char letters[] = "sntr\\", means[] = " \n\t\r\\";
	char *to = text;

	while (*text != '\0') {
		const char *letter =
			*text == '\\' && text[1] != '\0' ? strchr(letters, text[1]) : NULL;

		*to++ = letter != NULL ? means[letter - letters] : *text;
		text += letter != NULL ? 2 : 1;
	}
	*to = '\0';
}

static char *sessionfile_trim(char *text)
{
	size_t length;

	while (isspace((unsigned char)*text))
		text++;
	length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

static enum err_code sessionfile_line(struct sessionfile_parser *p, char *line, struct err *e)
{
	char *text = sessionfile_trim(line), *equals = strchr(text, '=');

	if (*text == '\0' || *text == '#' || *text == ';')
		return ERR_NONE;
	if (*text == '[') {
		p->in_device = strncmp(text, "[device", 7) == 0;
		if (p->in_device && ++p->devices > 1)
			return err_set(e, ERR_CONFIG,
				       "more than one device; files with one are read");
		return ERR_NONE;
	}
	if (equals == NULL)
		return err_set(e, ERR_CONFIG, "\"%.40s\" is neither a section nor key=value", text);
	*equals = '\0';
	if (!p->in_device)
		return ERR_NONE;

	char *value = sessionfile_trim(equals + 1);

	sessionfile_unescape(value);
	return sessionfile_pair(p, sessionfile_trim(text), value, e);
}

/* What the keys say together. */
static enum err_code sessionfile_settle(struct sessionfile_parser *p, struct err *e)
{
	struct sessionfile *out = p->out;

	if (out->capturefile[0] == '\0') {
		out->unit_size = 0;
		return ERR_NONE;
	}
	if (out->unit_size == 0) /* as old writers leave it: as many bytes as the probes need */
		out->unit_size = (p->total_probes + 7) / 8;
	if (out->unit_size == 0 || out->unit_size > 8)
		return err_set(e, ERR_CONFIG,
			       "neither unitsize nor total probes (%u) gives a sample "
			       "of 1 to 8 bytes",
			       p->total_probes);
	out->channels.count = 8 * out->unit_size;
	for (unsigned i = 0; i < out->channels.count; i++)
		memcpy(out->channels.name[i], p->name[i], NAME_SIZE);
	return ERR_NONE;
}

enum err_code sessionfile_parse(struct sessionfile *out, const char *text, size_t size,
				struct err *e)
{
	struct sessionfile_parser p = {.out = out};
	char line[SESSIONFILE_LINE];

	*out = (struct sessionfile){0};
	for (size_t at = 0, length; at < size; at += length + 1) {
		const char *end = memchr(text + at, '\n', size - at);

		length = end != NULL ? (size_t)(end - (text + at)) : size - at;
		if (length >= sizeof line)
			return err_set(e, ERR_CONFIG, "a line longer than %zu bytes",
				       sizeof line - 1);
		if (memchr(text + at, '\0', length) != NULL)
			return err_set(e, ERR_CONFIG, "a NUL byte in the text");
		memcpy(line, text + at, length);
		line[length] = '\0';
		if (sessionfile_line(&p, line, e))
			return e->code;
	}
	if (p.devices == 0)
		return err_set(e, ERR_CONFIG, "no section [device 1]");
	return sessionfile_settle(&p, e);
}
