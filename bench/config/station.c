/* Station and jig files: which keys there are, what they may be, and where they go. */
#include "config/station.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/calibration.h"
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

#define OPTIONAL_STRING(type, member, key)                                               \
	{                                                                                \
		.name = key, .kind = LUAFILE_STRING, .optional = true,                   \
		.offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member) \
	}
#define CERTIFICATE(instrument)                                                    \
	OPTIONAL_STRING(struct jig, instrument.certificate.number, "certificate"), \
		OPTIONAL_STRING(struct jig, instrument.certificate.date, "date"),  \
		OPTIONAL_STRING(struct jig, instrument.certificate.due, "due")
/* Nothing is known without uncertainty: the least that a file may state. */
#define U_MIN 1e-12

static const struct luafile_field jig_encoder[] = {
	NUMBER(struct jig, encoder.um_per_count, "um_per_count", 0.01, 100.0),
	NUMBER(struct jig, encoder.u_um_per_count, "u_um_per_count", U_MIN, 1.0),
	NUMBER(struct jig, encoder.z0_um, "z0_um", -5000.0, 5000.0),
	NUMBER(struct jig, encoder.u_z0_um, "u_z0_um", U_MIN, 1000.0),
	NUMBER(struct jig, encoder.expansion_per_k, "expansion_per_k", 0.0, 1e-4),
	NUMBER(struct jig, encoder.temperature_c, "temperature_c", 10.0, 40.0),
	NUMBER(struct jig, encoder.u_temperature_k, "u_temperature_k", U_MIN, 20.0),
	NUMBER(struct jig, encoder.alignment_mrad, "alignment_mrad", 0.0, 100.0),
	{.name = "u_seating_um",
	 .kind = LUAFILE_NUMBER,
	 .optional = true,
	 .offset = offsetof(struct jig, encoder.u_seating_um),
	 .min = U_MIN,
	 .max = 100.0},
	CERTIFICATE(encoder),
};

static const struct luafile_field jig_clock[] = {
	NUMBER(struct jig, clock.mod_clk_hz, "mod_clk_hz", 1e5, 21e6),
	NUMBER(struct jig, clock.u_ppm, "u_ppm", U_MIN, 100.0),
	CERTIFICATE(clock),
};

static const struct luafile_field jig_shunt[] = {
	NUMBER(struct jig, shunt.ohm, "ohm", 1e-4, 10.0),
	NUMBER(struct jig, shunt.u_percent, "u_percent", U_MIN, 10.0),
	NUMBER(struct jig, shunt.offset_v, "offset_v", -0.01, 0.01),
	NUMBER(struct jig, shunt.u_offset_v, "u_offset_v", U_MIN, 0.01),
	NUMBER(struct jig, shunt.full_scale_v, "full_scale_v", 0.01, 5.0),
	CERTIFICATE(shunt),
};

static const struct luafile_field jig_supply[] = {
	NUMBER(struct jig, supply.open_v, "open_v", 3.0, 4.3),
	NUMBER(struct jig, supply.u_open_v, "u_open_v", U_MIN, 0.1),
	NUMBER(struct jig, supply.ohm, "ohm", 0.0, 1.0),
	NUMBER(struct jig, supply.u_ohm, "u_ohm", U_MIN, 0.1),
};

static const struct luafile_field jig_fields[] = {
	STRING(struct jig, id, "id"),
	{.name = "revision",
	 .kind = LUAFILE_INTEGER,
	 .optional = true,
	 .offset = offsetof(struct jig, revision),
	 .min = 1,
	 .max = 1e6},
	TABLE("encoder", jig_encoder),
	TABLE("clock", jig_clock),
	TABLE("shunt", jig_shunt),
	{.name = "supply",
	 .kind = LUAFILE_TABLE,
	 .optional = true,
	 .fields = jig_supply,
	 .size = COUNT(jig_supply)},
};

/* A certificate is whole or it is not there: half of one is a slip of the pen, not a state. */
static enum err_code check_certificate(const struct jig *jig, enum jig_instrument which,
				       struct err *e)
{
	const char *name;
	const struct jig_certificate *c = calibration_of(jig, which, &name);

	if (c->number[0] == '\0' && c->date[0] == '\0' && c->due[0] == '\0')
		return ERR_NONE;
	if (c->number[0] == '\0' || c->date[0] == '\0' || c->due[0] == '\0')
		return err_set(e, ERR_CONFIG,
			       "%s: %s wants all of certificate, date and due, or none of them",
			       jig->path, name);
	for (const char *at = c->number; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7F)
			return err_set(e, ERR_CONFIG,
				       "%s: %s.certificate has a control character in it",
				       jig->path, name);
	if (!calibration_is_date(c->date))
		return err_set(e, ERR_CONFIG, "%s: %s.date is \"%s\", wanted a day, YYYY-MM-DD",
			       jig->path, name, c->date);
	if (!calibration_is_date(c->due))
		return err_set(e, ERR_CONFIG, "%s: %s.due is \"%s\", wanted a day, YYYY-MM-DD",
			       jig->path, name, c->due);
	if (strcmp(c->due, c->date) <= 0)
		return err_set(e, ERR_CONFIG, "%s: %s.due %s is not after its date %s", jig->path,
			       name, c->due, c->date);
	return ERR_NONE;
}

enum err_code jig_load(struct jig *out, const char *path, struct err *e)
{
	struct luafile *f;
	enum err_code code = luafile_open(&f, path, false, e);

	if (code != ERR_NONE)
		return code;
	memset(out, 0, sizeof *out);
	out->revision = 1;
	/* As the jig is designed: fixtures/README.md. */
	out->encoder.u_seating_um = 1.0;
	out->supply.open_v = 3.70;
	out->supply.u_open_v = 0.004;
	out->supply.ohm = 0.150;
	out->supply.u_ohm = 0.003;
	(void)snprintf(out->path, sizeof out->path, "%s", path);
	code = luafile_read(f, jig_fields, COUNT(jig_fields), out, e);
	luafile_close(f);
	for (enum jig_instrument i = 0; i < JIG_INSTRUMENTS && code == ERR_NONE; i++)
		code = check_certificate(out, i, e);
	return code;
}

/* The station as its file has it: the paths of jig and image are not resolved yet. */
struct station_file {
	struct station station;
	char jig_path[PATH_SIZE / 2];
	char image_path[PATH_SIZE / 2];
	char evidence[NAME_SIZE]; /* "": failures */
	char records_path[PATH_SIZE / 2];
	char golden_path[PATH_SIZE / 2];
	char plan_path[PATH_SIZE / 2];
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
	OPTIONAL_STRING(struct station_file, evidence, "evidence"),
	OPTIONAL_STRING(struct station_file, records_path, "records"),
	OPTIONAL_STRING(struct station_file, golden_path, "golden"),
	OPTIONAL_STRING(struct station_file, plan_path, "plan"),
	{.name = "attempts_max",
	 .kind = LUAFILE_INTEGER,
	 .optional = true,
	 .offset = offsetof(struct station_file, station.attempts_max),
	 .min = 1,
	 .max = 100},
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

static enum err_code find_evidence(struct station *s, const char *name, struct err *e)
{
	static const char *const names[] = {
		[STATION_EVIDENCE_FAILURES] = "failures",
		[STATION_EVIDENCE_ALL] = "all",
		[STATION_EVIDENCE_NONE] = "none",
	};

	for (unsigned i = 0; name[0] != '\0' && i < COUNT(names); i++)
		if (strcmp(name, names[i]) == 0) {
			s->evidence = (enum station_evidence)i;
			return ERR_NONE;
		}
	if (name[0] == '\0')
		return ERR_NONE;
	return err_set(e, ERR_CONFIG, "%s: evidence is \"%s\"; valid are failures, all, none",
		       s->path, name);
}

/* Takes "x/.." out of a path, where x is a folder that is no symbolic link. */
static void shorten(char *path)
{
	char *up = strstr(path, "/../");

	while (up != NULL && up > path) {
		struct stat info;
		char *name = up;
		while (name > path && name[-1] != '/')
			name--;
		*up = '\0';
		bool folds = *name != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
			     lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
		*up = '/';
		if (folds)
			memmove(name, up + strlen("/../"), strlen(up + strlen("/../")) + 1);
		up = strstr(folds ? path : up + strlen("/.."), "/../");
	}
}

/* A relative path in a file is relative to that file. */
static enum err_code resolve(char *out, size_t size, const char *file, const char *path,
			     struct err *e)
{
	const char *slash = strrchr(file, '/');
	int folder_size = slash == NULL || path[0] == '/' ? 0 : (int)(slash - file) + 1;

	if ((size_t)snprintf(out, size, "%.*s%s", folder_size, file, path) >= size)
		return err_set(e, ERR_CONFIG, "%s: the path of %s is too long", file, path);
	shorten(out);
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
	s->attempts_max = STATION_ATTEMPTS_MAX_DEFAULT;
	code = luafile_read(f, station_fields, COUNT(station_fields), &file, e);
	luafile_close(f);
	if (code != ERR_NONE)
		return code;
	(void)snprintf(s->path, sizeof s->path, "%s", path);
	for (unsigned i = 0; i < STATION_CHANNELS_MAX; i++)
		if (s->analyzer.channels[i][0] != '\0')
			s->analyzer.channel_count = i + 1;
	code = check_station(s, e);
	if (code == ERR_NONE)
		code = find_evidence(s, file.evidence, e);
	if (code == ERR_NONE && file.image_path[0] != '\0')
		code = resolve(s->image_path, sizeof s->image_path, path, file.image_path, e);
	if (code == ERR_NONE && file.records_path[0] != '\0')
		code = resolve(s->records_path, sizeof s->records_path, path, file.records_path, e);
	if (code == ERR_NONE && file.golden_path[0] != '\0')
		code = resolve(s->golden_path, sizeof s->golden_path, path, file.golden_path, e);
	if (code == ERR_NONE && file.plan_path[0] != '\0')
		code = resolve(s->plan_path, sizeof s->plan_path, path, file.plan_path, e);
	if (code == ERR_NONE)
		code = resolve(jig_path, sizeof jig_path, path, file.jig_path, e);
	if (code == ERR_NONE)
		code = jig_load(&s->jig, jig_path, e);
	if (code == ERR_NONE)
		*out = *s;
	return code;
}
