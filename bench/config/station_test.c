/* Good station and jig files are read to the digit; each bad one is refused with the reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"
#include "config/station.h"

static const char good_jig[] =
	"return { id = 'J', encoder = { um_per_count = 1, u_um_per_count = 0.0003, z0_um = 12.4, "
	"u_z0_um = 1, expansion_per_k = 8e-6, temperature_c = 23, u_temperature_k = 1.7, "
	"alignment_mrad = 3, u_seating_um = 1 }, clock = { mod_clk_hz = 5e6, u_ppm = 2.5 }, shunt "
	"= { ohm = 0.1, "
	"u_percent = 0.3, offset_v = 0, u_offset_v = 5e-5, full_scale_v = 0.32 }, supply = { "
	"open_v = 3.7, u_open_v = 0.004, ohm = 0.15, u_ohm = 0.003 } }";

static const char station_format[] =
	"return { name = 'desk', launch = { 'a', '--' }, jig = 'jig.lua', ftdi = { serial = '%s' "
	"}, "
	"clock = { driver = '%s', path = env 'STATION_TEST_PATH' }, analyzer = { driver = 'x', "
	"sample_rate_hz = %s, stream_bytes_per_s = 1, buffer_bytes = 0, channels = { 'A', '', "
	"'%s' } }, stall_s = 30%s }";

static char folder[] = "/tmp/station_test.XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[128];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		abort();
}

static enum err_code load(const char *text, struct station *s, struct err *e)
{
	char path[128];
	write_file("station.lua", text);
	(void)snprintf(path, sizeof path, "%s/station.lua", folder);
	e->text[0] = '\0';
	return station_load(s, path, e);
}

static void refuse(struct tap *t, const char *text, const char *reason)
{
	struct station s;
	struct err e;
	enum err_code code = load(text, &s, &e);
	bool ok = tap_ok(t, code == ERR_CONFIG && strstr(e.text, reason) != NULL, "refused: %s",
			 reason);
	if (!ok)
		tap_note("code %d: %s", (int)code, e.text);
}

static void refuse_station(struct tap *t, const char *serial, const char *driver, const char *rate,
			   const char *channel, const char *more, const char *reason)
{
	char text[1024];
	(void)snprintf(text, sizeof text, station_format, serial, driver, rate, channel, more);
	refuse(t, text, reason);
}

static void test_good(struct tap *t)
{
	struct station s;
	struct err e;
	char text[1024];

	if (setenv("STATION_TEST_PATH", "/run/x", 1) != 0)
		abort();
	(void)snprintf(text, sizeof text, station_format, "PB7", "socket", "25e6", "C", "");
	tap_is_int(t, load(text, &s, &e), ERR_NONE, "a good station loads");
	tap_is_str(t, s.ftdi_serial, "PB7", "serial");
	tap_is_str(t, s.clock_path, "/run/x", "env reads the environment");
	tap_is_int(t, (int64_t)s.analyzer.sample_rate_hz, 25000000, "sample rate");
	tap_is_int(t, s.analyzer.channel_count, 3, "channels count to the last name");
	tap_is_str(t, s.launch[1], "--", "launch");
	tap_is_str(t, s.jig.id, "J", "the jig is found beside the station");
	tap_near(t, s.jig.encoder.z0_um, 12.4, 0.0, "z0");
	tap_is_str(t, s.image_path, "", "without a word the image is the spec's");
}

static void test_image(struct tap *t)
{
	static const struct {
		const char *more, *prefix, *path;
	} rows[] = {
		{", image = ''", "", ""},
		{", image = '/rc/pen.hex'", "", "/rc/pen.hex"},
		{", image = 'rc/pen.hex'", folder, "/rc/pen.hex"},
		{", image = env 'STATION_TEST_PATH'", "", "/run/x"},
	};
	char text[1024], wanted[128];
	struct station s;
	struct err e;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)snprintf(text, sizeof text, station_format, "P", "wall", "1e6", "C",
			       rows[i].more);
		(void)snprintf(wanted, sizeof wanted, "%s%s", rows[i].prefix, rows[i].path);
		tap_is_int(t, load(text, &s, &e), ERR_NONE, rows[i].more);
		tap_is_str(t, s.image_path, wanted, "and its path");
	}
	/* ".." behind a folder is folded away, behind a link or nothing it is left alone. */
	const char *const given[] = {"sub/../x.hex", "sub/../sub/../x.hex", "link/../x.hex",
				     "none/../x.hex", "./../x.hex"};
	const char *const folded[] = {"x.hex", "x.hex", "link/../x.hex", "none/../x.hex",
				      "./../x.hex"};
	char path[128];
	(void)snprintf(path, sizeof path, "%s/sub", folder);
	(void)snprintf(wanted, sizeof wanted, "%s/link", folder);
	if (mkdir(path, 0700) != 0 || symlink(path, wanted) != 0)
		abort();
	for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
		(void)snprintf(path, sizeof path, ", image = '%s'", given[i]);
		(void)snprintf(text, sizeof text, station_format, "P", "wall", "1e6", "C", path);
		(void)snprintf(wanted, sizeof wanted, "%s/%s", folder, folded[i]);
		tap_is_int(t, load(text, &s, &e), ERR_NONE, given[i]);
		tap_is_str(t, s.image_path, wanted, "is shortened only where it may be");
	}
}

int main(void)
{
	struct tap t = tap_begin();
	if (mkdtemp(folder) == NULL)
		return 1;
	write_file("jig.lua", good_jig);
	test_good(&t);
	test_image(&t);
	refuse(&t, "return {", "station.lua:1:");
	refuse(&t, "return 5", "wanted one table");
	refuse(&t, "return { name = 'x', colour = 1 }",
	       "unknown key colour; valid are name, launch");
	refuse(&t, "while true do end", "runs too long");
	refuse(&t, "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) end",
	       "attempt to index a string");
	refuse(&t, "local s = 'xxxxxxxxxxxxxxxx' while true do s = s .. s end", "memory");
	refuse(&t, "return { name = os.getenv 'HOME' }", "'os'");
	refuse_station(&t, "", "wall", "1e6", "C", "", "ftdi.serial is empty");
	refuse_station(&t, "P", "sundial", "1e6", "C", "", "valid are wall, socket");
	refuse_station(&t, "P", "wall", "'fast'", "C", "", "analyzer.sample_rate_hz is string");
	refuse_station(&t, "P", "wall", "1.5e6 + 0.5", "C", "", "wanted a whole number");
	refuse_station(&t, "P", "wall", "10", "C", "", "wanted 1000..1e+09");
	refuse_station(&t, "P", "wall", "0/0", "C", "", "wanted 1000..1e+09");
	refuse_station(&t, "P", "wall", "1e6", "A", "", "names A twice");
	refuse_station(&t, "P", "wall", "1e6", "C", ", image = 7", "image is number");
	refuse_station(&t, "P", "wall", "1e6", "C", ", jig2 = 1", "unknown key jig2");
	write_file("jig.lua", "return { id = 'J', encoder = { um_per_count = 1 } }");
	refuse_station(&t, "P", "wall", "1e6", "C", "", "encoder.u_um_per_count is missing");
	write_file("jig.lua", "return { id = env 'HOME' }");
	refuse_station(&t, "P", "wall", "1e6", "C", "", "env");

	char command[160];
	(void)snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) == 0 ? tap_end(&t) : 1;
}
