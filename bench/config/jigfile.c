/* A jig file as Lua text. Numbers are written with as many digits as bring them back exactly. */
#include "config/jigfile.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192, NUMBER_SIZE = 32, QUOTED_SIZE = 4 * NAME_SIZE + 3 };

/* Text that is too long is marked by used >= TEXT_SIZE. */
struct text {
	char at[TEXT_SIZE];
	size_t used;
};

static void put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct text *t, const char *format, ...)
{
	va_list args;

	assert(t->used < TEXT_SIZE);
	va_start(args, format);
	t->used += (size_t)vsnprintf(t->at + t->used, TEXT_SIZE - t->used, format, args);
	va_end(args);
	assert(t->used < TEXT_SIZE); /* names and numbers are bounded, and so is their count */
}

/* The shortest of 15, 16 or 17 digits that reads back as the same number. */
static void put_number(struct text *t, const char *name, double value)
{
	char digits[NUMBER_SIZE];

	for (int precision = 15; precision <= 17; precision++) {
		(void)snprintf(digits, sizeof digits, "%.*g", precision, value);
		if (strtod(digits, NULL) == value)
			break;
	}
	put(t, "\n    %s = %s,", name, digits);
}

/* Every byte that could end the string or the line becomes Lua's \ddd. */
static void quote(char out[QUOTED_SIZE], const char *text)
{
	size_t used = 0;

	out[used++] = '"';
	for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
		if (*at < 0x20 || *at == 0x7F || *at == '"' || *at == '\\')
			used += (size_t)snprintf(out + used, QUOTED_SIZE - used, "\\%03u", *at);
		else
			out[used++] = (char)*at;
	}
	out[used++] = '"';
	out[used] = '\0';
}

static void put_certificate(struct text *t, const struct jig_certificate *c)
{
	char number[QUOTED_SIZE];

	if (c->number[0] == '\0')
		return;
	quote(number, c->number);
	put(t, "\n    certificate = %s, date = \"%s\", due = \"%s\",", number, c->date, c->due);
}

static void describe(struct text *t, const struct jig *jig)
{
	char id[QUOTED_SIZE];

	quote(id, jig->id);
	put(t,
	    "-- Written by `penbench cal`; copy it to change it by hand. Field by field: "
	    "fixtures/README.md.\nreturn {\n  id = %s,\n  revision = %" PRIu64 ",\n",
	    id, jig->revision);
	put(t, "  encoder = {");
	put_number(t, "um_per_count", jig->encoder.um_per_count);
	put_number(t, "u_um_per_count", jig->encoder.u_um_per_count);
	put_number(t, "z0_um", jig->encoder.z0_um);
	put_number(t, "u_z0_um", jig->encoder.u_z0_um);
	put_number(t, "expansion_per_k", jig->encoder.expansion_per_k);
	put_number(t, "temperature_c", jig->encoder.temperature_c);
	put_number(t, "u_temperature_k", jig->encoder.u_temperature_k);
	put_number(t, "alignment_mrad", jig->encoder.alignment_mrad);
	put_number(t, "u_seating_um", jig->encoder.u_seating_um);
	put_certificate(t, &jig->encoder.certificate);
	put(t, "\n  },\n  clock = {");
	put_number(t, "mod_clk_hz", jig->clock.mod_clk_hz);
	put_number(t, "u_ppm", jig->clock.u_ppm);
	put_certificate(t, &jig->clock.certificate);
	put(t, "\n  },\n  shunt = {");
	put_number(t, "ohm", jig->shunt.ohm);
	put_number(t, "u_percent", jig->shunt.u_percent);
	put_number(t, "offset_v", jig->shunt.offset_v);
	put_number(t, "u_offset_v", jig->shunt.u_offset_v);
	put_number(t, "full_scale_v", jig->shunt.full_scale_v);
	put_certificate(t, &jig->shunt.certificate);
	put(t, "\n  },\n  supply = {");
	put_number(t, "open_v", jig->supply.open_v);
	put_number(t, "u_open_v", jig->supply.u_open_v);
	put_number(t, "ohm", jig->supply.ohm);
	put_number(t, "u_ohm", jig->supply.u_ohm);
	put(t, "\n  },\n}\n");
}

/* JIG.lua -> JIG-r2.lua -> JIG-r3.lua */
enum err_code jigfile_next_path(char path[PATH_SIZE], const struct jig *jig, struct err *e)
{
	size_t stem = strlen(jig->path);
	char old[32];

	if (stem > 4 && strcmp(jig->path + stem - 4, ".lua") == 0)
		stem -= 4;
	size_t size = (size_t)snprintf(old, sizeof old, "-r%" PRIu64, jig->revision);
	if (stem > size && memcmp(jig->path + stem - size, old, size) == 0)
		stem -= size;
	if ((size_t)snprintf(path, PATH_SIZE, "%.*s-r%" PRIu64 ".lua", (int)stem, jig->path,
			     jig->revision + 1) >= PATH_SIZE)
		return err_set(e, ERR_CONFIG, "the path of %s is too long for a new one beside it",
			       jig->path);
	return ERR_NONE;
}

/* The new name itself has to survive a power cut, too. */
static bool sync_folder(const char *path)
{
	char folder[PATH_SIZE];
	const char *slash = strrchr(path, '/');

	(void)snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
		       slash == NULL ? "." : path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		(void)close(fd);
	return ok;
}

static bool write_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t done = write(fd, text, size);
		if (done <= 0) {
			if (done < 0 && errno == EINTR)
				continue;
			return false;
		}
		text += done;
		size -= (size_t)done;
	}
	return true;
}

/* Reads it back: the file, not the intention, is what the next run goes by. */
static enum err_code check(const char *path, const struct text *wanted, struct err *e)
{
	struct jig found;
	struct text *again = calloc(1, sizeof *again);
	enum err_code code;

	if (again == NULL)
		return err_set(e, ERR_BENCH, "%s: out of memory", path);
	code = jig_load(&found, path, e);
	if (code == ERR_NONE)
		describe(again, &found);
	if (code == ERR_NONE && strcmp(again->at, wanted->at) != 0)
		code = err_set(e, ERR_BENCH, "%s does not read back as it was written", path);
	free(again);
	return code;
}

enum err_code jigfile_write(const struct jig *jig, const char *path, struct err *e)
{
	struct text *text = calloc(1, sizeof *text);
	enum err_code code = ERR_NONE;

	if (text == NULL)
		return err_set(e, ERR_BENCH, "%s: out of memory", path);
	describe(text, jig);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 && errno == EEXIST) {
		code = err_set(e, ERR_CONFIG,
			       "%s is there already, and a calibration is never overwritten: name "
			       "another file with -o",
			       path);
		goto err_free;
	}
	if (fd < 0) {
		code = err_set(e, ERR_CONFIG, "%s: %s", path, strerror(errno));
		goto err_free;
	}
	if (!write_all(fd, text->at, text->used) || fsync(fd) != 0 || !sync_folder(path))
		code = err_set(e, ERR_CONFIG, "%s: %s", path, strerror(errno));
	if (close(fd) != 0 && code == ERR_NONE)
		code = err_set(e, ERR_CONFIG, "%s: %s", path, strerror(errno));
	if (code == ERR_NONE)
		code = check(path, text, e);
	if (code != ERR_NONE)
		(void)unlink(path);
err_free:
	free(text);
	return code;
}
