/*
 * Where the record of a station lies: $PENBENCH_RECORDS, or what the station file names by its key
 * `records`, or penbench/STATION in the user's folder for data ($XDG_DATA_HOME, else
 * ~/.local/share).
 */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include <stdbool.h>

#include "config/station.h"

/* ERR_CONFIG: none of them is there to go by. */
enum err_code records_folder(const struct station *station, char folder[PATH_SIZE], struct err *e);

/* Whether $PENBENCH_RECORDS leads elsewhere than the station does. Both folders that are meant to
 * be one have to be there. */
bool records_are_moved(const struct station *station);

/* For commands that open no instrument: the folder that an option named if one did (else NULL), or
 * that of --station (NULL: the default station). ERR_CONFIG as station_load, or the option's text
 * is no path. */
enum err_code records_find(const char *records, const char *station_path, char folder[PATH_SIZE],
			   struct err *e);

#endif
