/*
 * Writing a jig file: the next revision of a calibration, whole, into a file that was not there
 * before. What is on disk afterwards is read back and equals what was meant.
 */
#ifndef CONFIG_JIGFILE_H
#define CONFIG_JIGFILE_H

#include "config/station.h"

/* Where the next revision of a jig goes unless somebody says otherwise: beside it, NAME-rN.lua.
 * ERR_CONFIG: the path is too long. */
enum err_code jigfile_next_path(char path[PATH_SIZE], const struct jig *jig, struct err *e);

/* Writes jig (its path does not matter) to a new file. ERR_CONFIG: there is such a file already, it
 * cannot be written, or it would not be a jig file (a value out of its range). Then nothing is
 * there that was not before. */
enum err_code jigfile_write(const struct jig *jig, const char *path, struct err *e);

#endif
