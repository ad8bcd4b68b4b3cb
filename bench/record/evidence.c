/*
 * An unfinished file is "part-PID-...": a name that no evidence has, and that tells whose it is.
 */
#include "record/evidence.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sha256.h"
#include "record/digest.h"

#define PREFIX "part-"

static enum err_code failed(const char *path, const char *what, struct err *e)
{
	return err_set(e, ERR_BENCH, "evidence: %.300s: %s: %s; make room or repair the folder",
		       path, what, strerror(errno));
}

static enum err_code join(char path[PATH_SIZE], const char *folder, const char *name, struct err *e)
{
	int size = snprintf(path, PATH_SIZE, "%s/%s", folder, name);

	if (size < 0 || (size_t)size >= PATH_SIZE)
		return err_set(e, ERR_CONFIG, "evidence: the path of the folder is too long");
	return ERR_NONE;
}

/* Is it an unfinished file of a process that is no more? */
static bool is_left_over(const char *name)
{
	char *end;

	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		return false;
	long pid = strtol(name + strlen(PREFIX), &end, 10);
	return *end == '-' && pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

enum err_code evidence_sweep(const char *folder, struct err *e)
{
	char path[PATH_SIZE];
	const struct dirent *entry;
	enum err_code code = ERR_NONE;
	DIR *dir = opendir(folder);

	if (dir == NULL)
		return failed(folder, "cannot be read", e);
	while (code == ERR_NONE && (entry = readdir(dir)) != NULL) {
		if (!is_left_over(entry->d_name))
			continue;
		code = join(path, folder, entry->d_name, e);
		if (code == ERR_NONE && unlink(path) != 0 && errno != ENOENT)
			code = failed(path, "cannot be removed", e);
	}
	(void)closedir(dir);
	return code;
}

enum err_code evidence_temporary(char path[PATH_SIZE], const char *folder, struct err *e)
{
	char name[64];

	(void)snprintf(name, sizeof name, PREFIX "%ld-file", (long)getpid());
	return join(path, folder, name, e);
}

/* The file's bytes, or a folder's names, on the disk. */
static enum err_code sync_path(const char *path, int flags, struct err *e)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		return failed(path, "cannot be opened", e);
	int status = fsync(fd);
	int why = errno;
	(void)close(fd);
	errno = why;
	return status == 0 ? ERR_NONE : failed(path, "cannot be written to the disk", e);
}

enum err_code evidence_keep(const char *folder, const char *temporary, const char *suffix,
			    struct evidence_file *file, struct err *e)
{
	char path[PATH_SIZE];
	enum err_code code = digest_file(temporary, file->sha256, &file->size, e);

	if (code == ERR_CONFIG)
		e->code = code = ERR_BENCH;
	if (code == ERR_NONE)
		code = sync_path(temporary, O_RDONLY, e);
	if (code == ERR_NONE) {
		(void)snprintf(file->name, sizeof file->name, "%s.%.12s", file->sha256, suffix);
		code = join(path, folder, file->name, e);
	}
	/* Over a file of the same name, which is one of the same bytes, or a damaged one. */
	if (code == ERR_NONE && rename(temporary, path) != 0)
		code = failed(path, "cannot be put in place", e);
	if (code == ERR_NONE)
		code = sync_path(folder, O_RDONLY | O_DIRECTORY, e);
	if (code != ERR_NONE)
		(void)unlink(temporary);
	return code;
}

enum err_code evidence_keep_text(const char *folder, const char *text, size_t size,
				 const char *suffix, struct evidence_file *file, struct err *e)
{
	char path[PATH_SIZE];
	enum err_code code = evidence_temporary(path, folder, e);

	if (code != ERR_NONE)
		return code;
	FILE *out = fopen(path, "we");
	if (out == NULL)
		return failed(path, "cannot be made", e);
	bool is_written = size == 0 || fwrite(text, size, 1, out) == 1;
	if (fclose(out) != 0 || !is_written) {
		code = failed(path, "cannot be written", e);
		(void)unlink(path);
		return code;
	}
	return evidence_keep(folder, path, suffix, file, e);
}

/* From the offset 0 of `from` to that of `to`; failures of `to` are told as those of `path`. */
static enum err_code copy_bytes(int from, int to, const char *path, uint64_t size_max,
				struct sha256 *sha256, struct err *e)
{
	static const size_t CHUNK = 1 << 16;
	enum err_code code = ERR_NONE;
	uint8_t *chunk = malloc(CHUNK);
	uint64_t done = 0;
	ssize_t got = 1;

	if (chunk == NULL)
		return err_set(e, ERR_BENCH, "out of memory");
	while (code == ERR_NONE && got > 0) {
		got = pread(from, chunk, CHUNK, (off_t)done);
		if (got < 0 && errno == EINTR) {
			got = 1;
			continue;
		}
		if (got < 0)
			code = err_set(e, ERR_CONFIG, "cannot be read: %s", strerror(errno));
		else if ((done += (uint64_t)got) > size_max)
			code = err_set(e, ERR_CONFIG, "has more than %llu MiB",
				       (unsigned long long)size_max >> 20);
		if (code == ERR_NONE && sha256 != NULL)
			sha256_feed(sha256, chunk, (size_t)got);
		for (ssize_t at = 0; code == ERR_NONE && at < got;) {
			ssize_t put = write(to, chunk + at, (size_t)(got - at));
			if (put >= 0)
				at += put;
			else if (errno != EINTR)
				code = failed(path, "cannot be written", e);
		}
	}
	free(chunk);
	return code;
}

enum err_code evidence_keep_copy(const char *folder, int fd, const char *suffix,
				 struct evidence_file *file, struct err *e)
{
	char path[PATH_SIZE];
	enum err_code code = evidence_temporary(path, folder, e);

	if (code != ERR_NONE)
		return code;
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (to < 0)
		return failed(path, "cannot be made", e);
	code = copy_bytes(fd, to, path, UINT64_MAX, NULL, e);
	if (code == ERR_CONFIG)
		e->code = code = ERR_BENCH;
	if (close(to) != 0 && code == ERR_NONE)
		code = failed(path, "cannot be written", e);
	if (code != ERR_NONE) {
		(void)unlink(path);
		return code;
	}
	return evidence_keep(folder, path, suffix, file, e);
}

enum err_code evidence_take(const char *folder, const char *path, uint64_t size_max, int *fd,
			    char sha256[RECORD_HASH_SIZE], struct err *e)
{
	char name[PATH_SIZE];
	struct sha256 hash;
	enum err_code code = join(name, folder, ".file-XXXXXX", e);

	*fd = -1;
	if (code != ERR_NONE)
		return code;
	int from = open(path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return err_set(e, ERR_CONFIG, "cannot be opened: %s", strerror(errno));
	sha256_init(&hash);
	*fd = mkostemp(name, O_CLOEXEC);
	if (*fd < 0 || unlink(name) != 0)
		code = failed(name, "cannot be made", e);
	if (code == ERR_NONE)
		code = copy_bytes(from, *fd, name, size_max, &hash, e);
	if (code == ERR_NONE) {
		sha256_finish(&hash, sha256);
	} else if (*fd >= 0) {
		(void)close(*fd);
		*fd = -1;
	}
	(void)close(from);
	return code;
}

enum err_code evidence_check(char path[PATH_SIZE], const char *folder, const char *name,
			     const char *sha256, struct err *e)
{
	char found[RECORD_HASH_SIZE];

	if (strchr(name, '/') != NULL)
		return err_set(e, ERR_BENCH, "evidence: \"%.80s\" is no name of a file", name);
	enum err_code code = join(path, folder, name, e);
	if (code == ERR_NONE)
		code = digest_file(path, found, NULL, e);
	if (code == ERR_CONFIG) {
		e->code = ERR_BENCH;
		return err_prefix(e, "evidence is missing");
	}
	if (code == ERR_NONE && strcmp(found, sha256) != 0)
		return err_set(e, ERR_BENCH,
			       "evidence is damaged: %.300s has the SHA-256 %.12s..., recorded is "
			       "%.12s...; restore it from a backup",
			       path, found, sha256);
	return code;
}
