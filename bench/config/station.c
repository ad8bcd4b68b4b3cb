/* Station and jig files: which keys there are, what they may be, and where they go. */
#include "config/station.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "config/luafile.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NUMBER(type, member, key, low, high)                                                       \
	{                                                                                          \
		.name = key, .kind = LUAFILE_NUMBER, .offset = offsetof(type, member), .min = low, \
		.max = high                                                                        \
	}
#define INTEGER(type, member, key, low, high)                                           \
	{                                                                               \
		.name = key, .kind = LUAFILE_INTEGER, .offset = offsetof(type, member), \
		.min = low, .max = high                                                 \
	}
#define STRING(type, member, key)                                                      \
	{                                                                              \
		.name = key, .kind = LUAFILE_STRING, .offset = offsetof(type, member), \
		.size = sizeof(((type *)NULL)->member)                                 \
	}
#define TABLE(key, table)                                                                 \
	{                                                                                 \
		.name = key, .kind = LUAFILE_TABLE, .fields = table, .size = COUNT(table) \
	}

static const struct luafile_field jig_encoder[] = {
	NUMBER(struct jig, encoder.um_per_count, "um_per_count", 0.01, 100.0),
	NUMBER(struct jig, encoder.u_um_per_count, "u_um_per_count", 0.0, 1.0),
	NUMBER(struct jig, encoder.z0_um, "z0_um", -5000.0, 5000.0),
	NUMBER(struct jig, encoder.u_z0_um, "u_z0_um", 0.0, 1000.0),
};

static const struct luafile_field jig_clock[] = {
	NUMBER(struct jig, clock.mod_clk_hz, "mod_clk_hz", 1e5, 21e6),
	NUMBER(struct jig, clock.u_ppm, "u_ppm", 0.0, 100.0),
};

static const struct luafile_field jig_shunt[] = {
	NUMBER(struct jig, shunt.ohm, "ohm", 1e-4, 10.0),
	NUMBER(struct jig, shunt.u_percent, "u_percent", 0.0, 10.0),
	NUMBER(struct jig, shunt.offset_v, "offset_v", -0.01, 0.01),
	NUMBER(struct jig, shunt.u_offset_v, "u_offset_v", 0.0, 0.01),
	NUMBER(struct jig, shunt.full_scale_v, "full_scale_v", 0.01, 5.0),
};

static const struct luafile_field jig_fields[] = {
	STRING(struct jig, id, "id"),
	TABLE("encoder", jig_encoder),
	TABLE("clock", jig_clock),
	TABLE("shunt", jig_shunt),
};

enum err_code jig_load(struct jig *out, const char *path, struct err *e)
{
	struct luafile *f;
	enum err_code code = luafile_open(&f, path, false, e);

	if (code != ERR_NONE)
		return code;
	memset(out, 0, sizeof *out);
	(void)snprintf(out->path, sizeof out->path, "%s", path);
	code = luafile_read(f, jig_fields, COUNT(jig_fields), out, e);
	luafile_close(f);
	return code;
}

/* The station as its file has it: the paths of jig and image are not resolved yet. */
struct station_file {
	struct station station;
	char jig_path[PATH_SIZE / 2];
	char image_path[PATH_SIZE / 2];
};

static const struct luafile_field station_ftdi[] = {
	STRING(struct station_file, station.ftdi_serial, "serial"),
};

static const struct luafile_field station_clock[] = {
	STRING(struct station_file, station.clock_driver, "driver"),
	{.name = "path",
	 .kind = LUAFILE_STRING,
	 .optional = true,
	 .offset = offsetof(struct station_file, station.clock_path),
	 .size = PATH_SIZE},
};

static const struct luafile_field station_analyzer[] = {
	STRING(struct station_file, station.analyzer.driver, "driver"),
	{.name = "conn",
	 .kind = LUAFILE_STRING,
	 .optional = true,
	 .offset = offsetof(struct station_file, station.analyzer.conn),
	 .size = PATH_SIZE},
	INTEGER(struct station_file, station.analyzer.sample_rate_hz, "sample_rate_hz", 1e3, 1e9),
	INTEGER(struct station_file, station.analyzer.stream_bytes_per_s, "stream_bytes_per_s", 0,
		1e12),
	INTEGER(struct station_file, station.analyzer.buffer_bytes, "buffer_bytes", 0, 1e12),
	{.name = "channels",
	 .kind = LUAFILE_STRINGS,
	 .offset = offsetof(struct station_file, station.analyzer.channels),
	 .size = STATION_CHANNELS_MAX},
};

static const struct luafile_field station_fields[] = {
	STRING(struct station_file, station.name, "name"),
	{.name = "launch",
	 .kind = LUAFILE_STRINGS,
	 .optional = true,
	 .offset = offsetof(struct station_file, station.launch),
	 .size = STATION_LAUNCH_MAX},
	STRING(struct station_file, jig_path, "jig"),
	TABLE("ftdi", station_ftdi),
	TABLE("clock", station_clock),
	TABLE("analyzer", station_analyzer),
	{.name = "image",
	 .kind = LUAFILE_STRING,
	 .optional = true,
	 .offset = offsetof(struct station_file, image_path),
	 .size = PATH_SIZE / 2},
	NUMBER(struct station_file, station.stall_s, "stall_s", 0.1, 3600.0),
};

static enum err_code check_station(const struct station *s, struct err *e)
{
	if (s->ftdi_serial[0] == '\0')
		return err_set(e, ERR_CONFIG,
			       "%s: ftdi.serial is empty; `lsusb -v -d 0403:6011` "
			       "shows the serial numbers there are",
			       s->path);
	if (strcmp(s->clock_driver, "wall") != 0 && strcmp(s->clock_driver, "socket") != 0)
		return err_set(e, ERR_CONFIG, "%s: clock.driver is \"%s\"; valid are wall, socket",
			       s->path, s->clock_driver);
	if (s->analyzer.channel_count == 0)
		return err_set(e, ERR_CONFIG, "%s: analyzer.channels is empty", s->path);
	for (unsigned i = 0; i < s->analyzer.channel_count; i++)
		for (unsigned j = 0; j < i; j++)
			if (s->analyzer.channels[i][0] != '\0' &&
			    strcmp(s->analyzer.channels[i], s->analyzer.channels[j]) == 0)
				return err_set(e, ERR_CONFIG,
					       "%s: analyzer.channels names %s twice", s->path,
					       s->analyzer.channels[i]);
	return ERR_NONE;
}

/* A relative path in a file is relative to that file. */
static enum err_code resolve(char *out, size_t size, const char *file, const char *path,
			     struct err *e)
{
	const char *slash = strrchr(file, '/');
	int folder_size = slash == NULL || path[0] == '/' ? 0 : (int)(slash - file) + 1;

	if ((size_t)snprintf(out, size, "%.*s%s", folder_size, file, path) >= size)
		return err_set(e, ERR_CONFIG, "%s: the path of %s is too long", file, path);
	return ERR_NONE;
}

enum err_code station_load(struct station *out, const char *path, struct err *e)
{
	static const struct station_file empty;
	struct station_file file = empty;
	struct station *s = &file.station;
	char jig_path[PATH_SIZE];
	struct luafile *f;
	enum err_code code = luafile_open(&f, path, true, e);

	if (code != ERR_NONE)
		return code;
	code = luafile_read(f, station_fields, COUNT(station_fields), &file, e);
	luafile_close(f);
	if (code != ERR_NONE)
		return code;
	(void)snprintf(s->path, sizeof s->path, "%s", path);
	for (unsigned i = 0; i < STATION_CHANNELS_MAX; i++)
		if (s->analyzer.channels[i][0] != '\0')
			s->analyzer.channel_count = i + 1;
	code = check_station(s, e);
	if (code == ERR_NONE && file.image_path[0] != '\0')
		code = resolve(s->image_path, sizeof s->image_path, path, file.image_path, e);
	if (code == ERR_NONE)
		code = resolve(jig_path, sizeof jig_path, path, file.jig_path, e);
	if (code == ERR_NONE)
		code = jig_load(&s->jig, jig_path, e);
	if (code == ERR_NONE)
		*out = *s;
	return code;
}
