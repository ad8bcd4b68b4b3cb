/*
 * Files of the evidence folder: named by the SHA-256 of what is in them, so that a file that was
 * changed no longer has its name. A file appears whole or not at all, and is on the disk before
 * its name is told. It must not know what the files mean.
 */
#ifndef RECORD_EVIDENCE_H
#define RECORD_EVIDENCE_H

#include "record/record.h"

enum { EVIDENCE_NAME_SIZE = RECORD_HASH_SIZE + 16 };

struct evidence_file {
	char sha256[RECORD_HASH_SIZE];
	char name[EVIDENCE_NAME_SIZE]; /* in the folder: SHA256.SUFFIX */
	uint64_t size;                 /* bytes */
};

/* Removes what processes that died have left unfinished. ERR_BENCH: the folder cannot be read. */
enum err_code evidence_sweep(const char *folder, struct err *e);

/* A path in the folder for an unfinished file of this process. ERR_CONFIG: too long. */
enum err_code evidence_temporary(char path[PATH_SIZE], const char *folder, struct err *e);

/* Gives the finished file its name for good; on an error it is removed. ERR_BENCH: no room, not
 * writable. suffix: "sr", at most 12 characters. */
enum err_code evidence_keep(const char *folder, const char *temporary, const char *suffix,
			    struct evidence_file *file, struct err *e);
enum err_code evidence_keep_text(const char *folder, const char *text, size_t size,
				 const char *suffix, struct evidence_file *file, struct err *e);

/* Copies what fd holds from its beginning on, whatever its offset. */
enum err_code evidence_keep_copy(const char *folder, int fd, const char *suffix,
				 struct evidence_file *file, struct err *e);

/* A nameless file in the folder with the bytes of the file at `path`, which has at most size_max of
 * them: *fd, owned by the caller, and their hash. ERR_CONFIG: path cannot be read, or is longer.
 * ERR_BENCH: no room. */
enum err_code evidence_take(const char *folder, const char *path, uint64_t size_max, int *fd,
			    char sha256[RECORD_HASH_SIZE], struct err *e);

/* The path of a file that is there and is what its hash says. ERR_BENCH: missing, damaged or not
 * readable, with the path. */
enum err_code evidence_check(char path[PATH_SIZE], const char *folder, const char *name,
			     const char *sha256, struct err *e);

#endif
