/* The folder of the record: see records.h. */
#include "cli/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value == NULL ? "" : value;
}

/* Whatever the environment asks for. */
static enum err_code own_folder(const struct station *station, char folder[PATH_SIZE],
				struct err *e)
{
	const char *data = environment("XDG_DATA_HOME"), *home = environment("HOME");
	int size;

	if (station->records_path[0] != '\0')
		size = snprintf(folder, PATH_SIZE, "%s", station->records_path);
	else if (data[0] == '/') /* a relative one is to be ignored (XDG base directories) */
		size = snprintf(folder, PATH_SIZE, "%s/penbench/%s", data, station->name);
	else if (home[0] == '/')
		size = snprintf(folder, PATH_SIZE, "%s/.local/share/penbench/%s", home,
				station->name);
	else
		return err_set(e, ERR_CONFIG,
			       "no place for the record: set PENBENCH_RECORDS, or the key records "
			       "in %s",
			       station->path);
	if (size < 0 || (size_t)size >= PATH_SIZE)
		return err_set(e, ERR_CONFIG, "the path of the folder of records is too long");
	return ERR_NONE;
}

enum err_code records_folder(const struct station *station, char folder[PATH_SIZE], struct err *e)
{
	const char *wanted = environment("PENBENCH_RECORDS");

	if (wanted[0] == '\0')
		return own_folder(station, folder, e);
	if ((size_t)snprintf(folder, PATH_SIZE, "%s", wanted) >= PATH_SIZE)
		return err_set(e, ERR_CONFIG, "PENBENCH_RECORDS: the path is too long");
	return ERR_NONE;
}

bool records_are_moved(const struct station *station)
{
	const char *wanted = environment("PENBENCH_RECORDS");
	char own[PATH_SIZE];

	return wanted[0] != '\0' &&
	       (own_folder(station, own, NULL) != ERR_NONE || !cli_is_same_file(own, wanted));
}

enum err_code records_find(const char *records, const char *station_path, char folder[PATH_SIZE],
			   struct err *e)
{
	struct station station;

	if (records != NULL) {
		if (records[0] == '\0' || strlen(records) >= PATH_SIZE)
			return err_set(e, ERR_CONFIG,
				       "\"%.80s\": want the folder of a record, 1 to %d bytes",
				       records, PATH_SIZE - 1);
		memcpy(folder, records, strlen(records) + 1);
		return ERR_NONE;
	}
	enum err_code code = station_load(&station, cli_station_path(station_path), e);
	return code == ERR_NONE ? records_folder(&station, folder, e) : code;
}
