/* Days, states at their edges, certificates in jig files, and the next revision of a jig file. */
#include "config/calibration.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"
#include "config/jigfile.h"

static char folder[] = "/tmp/calibration_test.XXXXXX";

static char *path_of(const char *name)
{
	static char path[2][PATH_SIZE];
	static unsigned turn;

	turn = !turn;
	(void)snprintf(path[turn], PATH_SIZE, "%s/%s", folder, name);
	return path[turn];
}

static void test_dates(struct tap *t)
{
	static const char *const good[] = {"2026-01-01", "2026-12-31", "2024-02-29", "2000-02-29"};
	static const char *const bad[] = {
		"",           "2026-1-1",   "2026-13-01",  "2026-00-10", "2026-02-29", "2100-02-29",
		"2026-04-31", "2026-01-00", "2026-01-011", "2026/01/01", "26-01-01",   "2026-01-0x",
		"1999-01-01", "3000-01-01", "-026-01-01",  "2026-01- 1", "2026-+1-01",
	};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		tap_ok(t, calibration_is_date(good[i]), "%s is a day", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		tap_ok(t, !calibration_is_date(bad[i]), "\"%s\" is none", bad[i]);
}

static void test_states(struct tap *t)
{
	const struct jig_certificate c = {"C1", "2025-12-31", "2026-12-31"}, none = {.number = ""};
	static const struct {
		const char *today;
		enum calibration_state state;
	} rows[] = {
		{"2025-12-30", CALIBRATION_NOT_YET}, {"2025-12-31", CALIBRATION_VALID},
		{"2026-02-10", CALIBRATION_VALID},   {"2026-12-31", CALIBRATION_VALID},
		{"2027-01-01", CALIBRATION_EXPIRED},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		tap_is_str(t, calibration_state_name(calibration_state(&c, rows[i].today)),
			   calibration_state_name(rows[i].state), rows[i].today);
	tap_is_int(t, calibration_state(&none, "2026-01-01"), CALIBRATION_MISSING,
		   "no certificate");
}

static void test_text(struct tap *t)
{
	struct jig jig = {.id = "J7"};
	char text[CALIBRATION_TEXT_SIZE];

	jig.encoder.certificate = (struct jig_certificate){"E1", "2025-01-01", "2026-01-01"};
	jig.clock.certificate = jig.encoder.certificate;
	tap_ok(t, !calibration_is_valid(&jig, "2026-01-02", text, sizeof text), "expired, missing");
	tap_is_str(t, text,
		   "calibration of jig J7 on 2026-01-02: encoder expired on 2026-01-01 (E1 of "
		   "2025-01-01), clock expired on 2026-01-01 (E1 of 2025-01-01), shunt has no "
		   "certificate; renew with `penbench cal shunt ...`",
		   "says what, when, how");
	jig.shunt.certificate = (struct jig_certificate){"S", "2026-01-01", "2027-01-01"};
	tap_ok(t, calibration_is_valid(&jig, "2026-01-01", text, sizeof text), "valid that day");
	tap_is_str(t, text, "", "and nothing to say");

	/* The longest that a file can hold still ends with what to do. */
	memset(jig.id, 'J', NAME_SIZE - 1);
	memset(jig.encoder.certificate.number, 'E', NAME_SIZE - 1);
	jig.clock.certificate = jig.encoder.certificate;
	jig.shunt.certificate = jig.encoder.certificate;
	tap_ok(t, !calibration_is_valid(&jig, "2026-06-01", text, sizeof text), "long names");
	tap_ok(t, strstr(text, "renew with `penbench cal") != NULL, "are cut, the advice is not");
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		abort();
}

/* The shipped file with one text in the place of another. */
static enum err_code load_edited(const char *from, const char *to, struct jig *jig, struct err *e)
{
	char text[8192], edited[8192];
	FILE *file = fopen("fixtures/jigs/example.lua", "r");
	size_t size = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);

	if (file == NULL || fclose(file) != 0)
		abort();
	text[size] = '\0';
	char *at = strstr(text, from);
	if (at == NULL)
		abort();
	(void)snprintf(edited, sizeof edited, "%.*s%s%s", (int)(at - text), text, to,
		       at + strlen(from));
	write_file("edited.lua", edited);
	e->text[0] = '\0';
	return jig_load(jig, path_of("edited.lua"), e);
}

static void test_files(struct tap *t)
{
	static const struct {
		const char *from, *to, *reason;
	} rows[] = {
		{"certificate = \"EX-2026-0117\", ", "",
		 "encoder wants all of certificate, date and"},
		{"date = \"2026-03-02\"", "date = \"2026-02-29\"",
		 "encoder.date is \"2026-02-29\""},
		{"due = \"2027-03-02\"", "due = \"2026-03-02\"", "is not after its date"},
		{"due = \"2027-03-02\"", "due = \"soon\"", "encoder.due is \"soon\""},
		{"due = \"2027-03-02\"", "due = \"2027-03-02 \"", "longer than 10 characters"},
		{"due = \"2027-03-02\"", "due = 2035", "wanted a string"},
		{"EX-2026-0117", "a\\nb", "control character"},
		{"u_um_per_count = 0.0003", "u_um_per_count = 0", "encoder.u_um_per_count is 0"},
		{"u_ppm = 2.5", "u_ppm = -1", "clock.u_ppm is -1"},
		{"u_ppm = 2.5", "u_ppm = 0/0", "clock.u_ppm is"},
		{"revision = 1", "revision = 1.5", "wanted a whole number"},
		{"revision = 1", "revision = 0", "revision is 0"},
		{"revision = 1", "reversion = 1", "unknown key reversion; valid are id, revision"},
		{"certificate =", "certifikate =", "unknown key encoder.certifikate; valid are"},
	};
	struct jig jig;
	struct err e;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum err_code code = load_edited(rows[i].from, rows[i].to, &jig, &e);
		if (!tap_ok(t, code == ERR_CONFIG && strstr(e.text, rows[i].reason) != NULL,
			    "refused: %s", rows[i].reason))
			tap_note("code %d: %s", (int)code, e.text);
	}
	tap_is_int(t, load_edited("revision = 1,", "", &jig, &e), ERR_NONE,
		   "a file without a revision");
	tap_is_int(t, (int64_t)jig.revision, 1, "is the first");
}

static void test_revision(struct tap *t)
{
	struct jig jig, next;
	struct err e;
	char path[PATH_SIZE];

	tap_is_int(t, load_edited("JIG-0002", "J \\\"\\\\ \\t \xc3\xa4", &jig, &e), ERR_NONE,
		   "an id with quotes and all");
	jig.encoder.um_per_count = 1.0 / 3.0 + 0.7;
	jig.shunt.u_percent = 0.1;
	jig.revision = 2;
	memset(&jig.clock.certificate, 0, sizeof jig.clock.certificate);
	tap_is_int(t, jigfile_write(&jig, path_of("two.lua"), &e), ERR_NONE, "is written");
	tap_is_int(t, jig_load(&next, path_of("two.lua"), &e), ERR_NONE, "and read");
	memcpy(jig.path, next.path, sizeof jig.path);
	tap_ok(t, memcmp(&jig, &next, sizeof jig) == 0, "the same to the last bit");

	struct stat before, after;
	jig.revision = 9;
	tap_ok(t,
	       stat(path_of("two.lua"), &before) == 0 &&
		       jigfile_write(&jig, path_of("two.lua"), &e) == ERR_CONFIG &&
		       strstr(e.text, "never overwritten") != NULL,
	       "a file that is there is not overwritten");
	tap_ok(t,
	       stat(path_of("two.lua"), &after) == 0 && before.st_size == after.st_size &&
		       jig_load(&next, path_of("two.lua"), &e) == ERR_NONE && next.revision == 2,
	       "and stays as it was");
	tap_is_int(t, jigfile_write(&jig, path_of("no/such/folder.lua"), &e), ERR_CONFIG,
		   "no folder");
	jig.encoder.um_per_count = 1000; /* out of its range: no jig file */
	tap_is_int(t, jigfile_write(&jig, path_of("three.lua"), &e), ERR_CONFIG, "no jig file");
	tap_ok(t, access(path_of("three.lua"), F_OK) != 0, "leaves nothing behind");

	static const struct {
		const char *path;
		uint64_t revision;
		const char *next;
	} rows[] = {
		{"jigs/a.lua", 1, "jigs/a-r2.lua"},
		{"jigs/a-r2.lua", 2, "jigs/a-r3.lua"},
		{"jigs/a-r2.lua", 12, "jigs/a-r2-r13.lua"},
		{"a", 1, "a-r2.lua"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		(void)snprintf(jig.path, sizeof jig.path, "%s", rows[i].path);
		jig.revision = rows[i].revision;
		tap_is_int(t, jigfile_next_path(path, &jig, &e), ERR_NONE, rows[i].path);
		tap_is_str(t, path, rows[i].next, "the next one");
	}
}

int main(void)
{
	static const char *const files[] = {"edited.lua", "two.lua", "three.lua"};
	struct tap t = tap_begin();

	if (mkdtemp(folder) == NULL)
		return 1;
	test_dates(&t);
	test_states(&t);
	test_text(&t);
	test_files(&t);
	test_revision(&t);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		(void)unlink(path_of(files[i]));
	tap_ok(&t, rmdir(folder) == 0, "nothing else was written");
	return tap_end(&t);
}
