/* Evidence files: named by their bytes, whole or absent, checked before use, swept after a death.
 */
#include "record/evidence.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"

static char folder[] = "/tmp/penbench-evidence-XXXXXX";

/* FIPS 180-4's own example. */
#define ABC_SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void write_file(const char *name, const char *text)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

static bool is_there(const char *name)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

static void test_keep(struct tap *t)
{
	struct evidence_file file;
	struct err e;
	char path[PATH_SIZE];

	tap_ok(t, evidence_keep_text(folder, "abc", 3, "tape", &file, &e) == ERR_NONE, "kept");
	tap_ok(t, strcmp(file.sha256, ABC_SHA256) == 0, "by the SHA-256 of its bytes");
	tap_ok(t, strcmp(file.name, ABC_SHA256 ".tape") == 0 && is_there(file.name),
	       "under that name");
	tap_ok(t, file.size == 3, "and its size is told");
	tap_ok(t, evidence_keep_text(folder, "abc", 3, "tape", &file, &e) == ERR_NONE,
	       "the same bytes again are no error");
	tap_ok(t, evidence_check(path, folder, file.name, file.sha256, &e) == ERR_NONE,
	       "it is what it was");
	write_file(file.name, "abd");
	tap_ok(t,
	       evidence_check(path, folder, file.name, file.sha256, &e) == ERR_BENCH &&
		       strstr(e.text, "damaged") != NULL,
	       "one other byte: %s", e.text);
	tap_ok(t,
	       evidence_keep_text(folder, "abc", 3, "tape", &file, &e) == ERR_NONE &&
		       evidence_check(path, folder, file.name, file.sha256, &e) == ERR_NONE,
	       "keeping it again repairs it");
	tap_ok(t,
	       evidence_check(path, folder, "none.sr", ABC_SHA256, &e) == ERR_BENCH &&
		       strstr(e.text, "missing") != NULL,
	       "a file that is not there: %s", e.text);
	tap_ok(t, evidence_check(path, folder, "../x", ABC_SHA256, &e) == ERR_BENCH,
	       "a name that leaves the folder is refused");
	tap_ok(t,
	       evidence_keep_text(folder, "", 0, "tape", &file, &e) == ERR_NONE && file.size == 0,
	       "an empty text");
	tap_ok(t, evidence_keep_text("/nowhere", "abc", 3, "tape", &file, &e) == ERR_BENCH,
	       "a folder that is not there: %s", e.text);
	tap_ok(t, evidence_keep(folder, "/nowhere/part", "sr", &file, &e) == ERR_BENCH,
	       "a file that is not there");
}

/* A file of somebody else's: the copy is what counts from then on. */
static void test_take(struct tap *t)
{
	char from[PATH_SIZE], path[PATH_SIZE], sha256[RECORD_HASH_SIZE];
	struct evidence_file file;
	struct err e;
	int fd;

	write_file("from", "abc");
	(void)snprintf(from, sizeof from, "%s/from", folder);
	tap_ok(t,
	       evidence_take(folder, from, 3, &fd, sha256, &e) == ERR_NONE &&
		       strcmp(sha256, ABC_SHA256) == 0,
	       "taken, by the SHA-256 of its bytes");
	write_file("from", "changed");
	tap_ok(t,
	       evidence_keep_copy(folder, fd, "sr", &file, &e) == ERR_NONE &&
		       strcmp(file.name, ABC_SHA256 ".sr") == 0 && file.size == 3 &&
		       evidence_check(path, folder, file.name, file.sha256, &e) == ERR_NONE,
	       "kept as it was when it was taken");
	tap_ok(t,
	       evidence_keep_copy(folder, fd, "sr", &file, &e) == ERR_NONE &&
		       strcmp(file.sha256, ABC_SHA256) == 0,
	       "and once more");
	tap_ok(t, evidence_keep_copy("/nowhere", fd, "sr", &file, &e) == ERR_BENCH,
	       "a folder that is not there: %s", e.text);
	(void)close(fd);
	tap_ok(t, evidence_take(folder, from, 6, &fd, sha256, &e) == ERR_CONFIG && fd == -1,
	       "one byte too many: %s", e.text);
	tap_ok(t, evidence_take(folder, "/nowhere/from", 9, &fd, sha256, &e) == ERR_CONFIG,
	       "nothing to take: %s", e.text);
	tap_ok(t, evidence_take("/nowhere", from, 9, &fd, sha256, &e) == ERR_BENCH && fd == -1,
	       "nowhere to put it: %s", e.text);
}

static void test_sweep(struct tap *t)
{
	char mine[64];
	struct err e;

	(void)snprintf(mine, sizeof mine, "part-%ld-file", (long)getpid());
	write_file(mine, "x");
	write_file("part-999999999-file", "x");
	write_file("part--1-file", "x");
	write_file("part-x", "x");
	tap_ok(t, evidence_sweep(folder, &e) == ERR_NONE, "swept");
	tap_ok(t, !is_there("part-999999999-file"), "what a dead process left");
	tap_ok(t, is_there(mine), "not what a living one writes");
	tap_ok(t, is_there("part--1-file") && is_there("part-x"), "not what is nobody's");
	tap_ok(t, is_there(ABC_SHA256 ".tape"), "and no evidence");
	tap_ok(t, evidence_sweep("/nowhere", &e) == ERR_BENCH, "no folder: %s", e.text);
}

int main(void)
{
	struct tap t = tap_begin();
	char command[PATH_SIZE];

	if (mkdtemp(folder) == NULL)
		return 1;
	test_keep(&t);
	test_take(&t);
	test_sweep(&t);
	(void)snprintf(command, sizeof command, "rm -rf %s", folder);
	if (system(command) != 0)
		return 1;
	return tap_end(&t);
}
