/* The text format of a tape: see tape.h. */
#include "script/tape.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 4096, WORD_SIZE = 64 };

static const enum err_code codes[] = {ERR_PEN, ERR_CONFIG, ERR_BENCH, ERR_SCRIPT, ERR_ABORT};

/* ---- writing ---- */

void tape_deinit(struct tape *t)
{
	free(t->text);
	*t = (struct tape){.text = NULL};
}

void tape_clear(struct tape *t)
{
	t->size = 0;
	t->is_full = false;
}

static void add(struct tape *t, const char *data, size_t size)
{
	size_t capacity = t->capacity == 0 ? FIRST_SIZE : t->capacity;

	if (t->is_full)
		return;
	while (t->size + size + 1 > capacity && capacity < TAPE_SIZE_MAX)
		capacity *= 2;
	char *text = capacity == t->capacity ? t->text : realloc(t->text, capacity);
	if (text == NULL || t->size + size + 1 > capacity) {
		t->is_full = true;
		if (text != NULL) {
			t->text = text;
			t->capacity = capacity;
		}
		return;
	}
	t->text = text;
	t->capacity = capacity;
	memcpy(t->text + t->size, data, size);
	t->size += size;
	t->text[t->size] = '\0';
}

static void separate(struct tape *t)
{
	if (t->size > 0 && t->text[t->size - 1] != '\n')
		add(t, " ", 1);
}

void tape_word(struct tape *t, const char *word)
{
	separate(t);
	add(t, word, strlen(word));
}

void tape_integer(struct tape *t, int64_t value)
{
	char word[WORD_SIZE];

	(void)snprintf(word, sizeof word, "%" PRId64, value);
	tape_word(t, word);
}

void tape_number(struct tape *t, double value)
{
	char word[WORD_SIZE];

	/* 17 digits are what a double needs to come back (IEEE 754-2008, 5.12.2). */
	(void)snprintf(word, sizeof word, "%.17g", value);
	tape_word(t, word);
}

void tape_text(struct tape *t, const char *data, size_t size)
{
	separate(t);
	add(t, "\"", 1);
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)data[i];
		char word[8];
		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
			add(t, &data[i], 1);
			continue;
		}
		(void)snprintf(word, sizeof word, "\\x%02x", c);
		add(t, word, 4);
	}
	add(t, "\"", 1);
}

void tape_string(struct tape *t, const char *text)
{
	tape_text(t, text, strlen(text));
}

void tape_outcome(struct tape *t, enum err_code code, const struct err *e)
{
	tape_word(t, ">");
	tape_word(t, code == ERR_NONE ? "ok" : err_blame(code));
	if (code != ERR_NONE)
		tape_string(t, e->text);
}

void tape_end_line(struct tape *t)
{
	add(t, "\n", 1);
}

/* ---- reading ---- */

struct tape_reader tape_read(const char *text, size_t size)
{
	return (struct tape_reader){.at = text, .end = text + size, .line = 1};
}

bool tape_at_end(const struct tape_reader *r)
{
	return r->at == r->end;
}

/* Past the blank before a word, if there is one. */
static const char *word_start(const struct tape_reader *r)
{
	return r->at < r->end && *r->at == ' ' ? r->at + 1 : r->at;
}

static bool is_word_end(const struct tape_reader *r, const char *at)
{
	return at == r->end || *at == ' ' || *at == '\n';
}

bool tape_read_word(struct tape_reader *r, const char *word)
{
	const char *at = word_start(r);
	size_t size = strlen(word);

	if ((size_t)(r->end - at) < size || memcmp(at, word, size) != 0 ||
	    !is_word_end(r, at + size))
		return false;
	r->at = at + size;
	return true;
}

bool tape_read_name(struct tape_reader *r, char *name, size_t size)
{
	const char *at = word_start(r), *end = at;

	while (!is_word_end(r, end))
		end++;
	size_t length = (size_t)(end - at);
	if (length == 0 || length >= size || memchr(at, '\0', length) != NULL)
		return false;
	memcpy(name, at, length);
	name[length] = '\0';
	r->at = end;
	return true;
}

bool tape_read_integer(struct tape_reader *r, int64_t *value)
{
	struct tape_reader after = *r;
	char word[WORD_SIZE];
	int used = 0;

	if (!tape_read_name(&after, word, sizeof word) ||
	    strspn(word, "-0123456789") != strlen(word) || strlen(word) > 19 ||
	    sscanf(word, "%" SCNd64 "%n", value, &used) != 1 || word[used] != '\0')
		return false;
	*r = after;
	return true;
}

bool tape_read_number(struct tape_reader *r, double *value)
{
	struct tape_reader after = *r;
	char word[WORD_SIZE], *end;

	if (!tape_read_name(&after, word, sizeof word) ||
	    strspn(word, "-+.e0123456789") != strlen(word))
		return false;
	*value = strtod(word, &end);
	if (*end != '\0' || !isfinite(*value))
		return false;
	*r = after;
	return true;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One character of a quoted text; -1 at its end or where it is none. */
static int unquote(const char **at, const char *end)
{
	const char *p = *at;

	if (p == end || *p == '"' || *p == '\n')
		return -1;
	if (*p != '\\') {
		*at = p + 1;
		return (unsigned char)*p;
	}
	if (end - p < 4 || p[1] != 'x' || hex_digit(p[2]) < 0 || hex_digit(p[3]) < 0)
		return -1;
	*at = p + 4;
	return hex_digit(p[2]) * 16 + hex_digit(p[3]);
}

bool tape_read_string(struct tape_reader *r, char *text, size_t size)
{
	const char *at = word_start(r);
	size_t length = 0;
	int c;

	assert(size > 0);
	if (at == r->end || *at++ != '"')
		return false;
	while ((c = unquote(&at, r->end)) > 0 && length + 1 < size)
		text[length++] = (char)c;
	text[length] = '\0';
	if (c != -1 || at == r->end || *at != '"' || !is_word_end(r, at + 1))
		return false;
	r->at = at + 1;
	return true;
}

bool tape_read_outcome(struct tape_reader *r, enum err_code *code, struct err *e)
{
	struct tape_reader after = *r;
	char text[ERR_TEXT_SIZE];

	if (!tape_read_word(&after, ">"))
		return false;
	*code = ERR_NONE;
	if (!tape_read_word(&after, "ok")) {
		for (size_t i = 0; i < sizeof codes / sizeof codes[0] && *code == ERR_NONE; i++)
			if (tape_read_word(&after, err_blame(codes[i])))
				*code = codes[i];
		if (*code == ERR_NONE || !tape_read_string(&after, text, sizeof text))
			return false;
		(void)err_set(e, *code, "%s", text);
	}
	*r = after;
	return true;
}

bool tape_read_end(struct tape_reader *r)
{
	if (r->at == r->end || *r->at != '\n')
		return false;
	r->at++;
	r->line++;
	return true;
}

bool tape_read_call(struct tape_reader *r, const char *call, size_t size)
{
	static const char arrow[] = " >";

	if ((size_t)(r->end - r->at) < size + strlen(arrow) || memcmp(r->at, call, size) != 0 ||
	    memcmp(r->at + size, arrow, strlen(arrow)) != 0)
		return false;
	r->at += size;
	return true;
}

void tape_skip_call(struct tape_reader *r)
{
	while (r->at < r->end && *r->at != '\n')
		r->at++;
}

void tape_show_line(const struct tape_reader *r, char *text, size_t size)
{
	size_t length = 0;

	while (r->at + length < r->end && r->at[length] != '\n' && length + 1 < size &&
	       strncmp(r->at + length, " > ", 3) != 0)
		length++;
	memcpy(text, r->at, length);
	text[length] = '\0';
}
