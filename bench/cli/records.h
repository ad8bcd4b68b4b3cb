/*
 * Where the record of a station lies: $PENBENCH_RECORDS, or what the station file names by its key
 * `records`, or penbench/STATION in the user's folder for data ($XDG_DATA_HOME, else
 * ~/.local/share).
 */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include "config/station.h"

/* ERR_CONFIG: none of them is there to go by. */
enum err_code records_folder(const struct station *station, char folder[PATH_SIZE], struct err *e);

/* For commands that open no instrument: --records itself if given (else NULL), or the folder of
 * --station (NULL: the default station). ERR_CONFIG as station_load, or the path is too long. */
enum err_code records_find(const char *records, const char *station_path, char folder[PATH_SIZE],
			   struct err *e);

#endif
