/* From a name to a true path: see case_file.h. */
#include "script/case_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_LENGTH_MAX = 255 };

/* Components of letters, digits and "._- ", none of which begins with a dot. */
static bool is_plain_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._- /";
	size_t length = strlen(name);

	if (length == 0 || strspn(name, allowed) != length || name[0] == '/')
		return false;
	for (size_t i = 0; i < length; i++)
		if ((i == 0 || name[i - 1] == '/') && name[i] == '.')
			return false;
	return true;
}

enum err_code case_file_find(const char *case_path, const char *name, char path[PATH_MAX],
			     struct err *e)
{
	const char *slash = strrchr(case_path, '/');
	char wanted[PATH_SIZE + NAME_LENGTH_MAX + 2], folder[PATH_SIZE] = ".";
	char true_folder[PATH_MAX];
	struct stat st;

	if (!is_plain_name(name))
		return err_set(e, ERR_SCRIPT,
			       "analyze: wanted the name of a file in or below the folder of the "
			       "case");
	if (slash != NULL)
		(void)snprintf(folder, sizeof folder, "%.*s/", (int)(slash - case_path), case_path);
	int size = snprintf(wanted, sizeof wanted, "%s/%s", folder, name);
	if (size < 0 || (size_t)size >= sizeof wanted)
		return err_set(e, ERR_SCRIPT, "analyze: the name \"%.60s...\" is too long", name);
	if (realpath(folder, true_folder) == NULL || realpath(wanted, path) == NULL)
		return err_set(e, ERR_SCRIPT, "analyze: there is no file \"%s\" beside the case",
			       name);
	size_t length = strlen(true_folder);
	if (strncmp(path, true_folder, length) != 0 || (length > 1 && path[length] != '/'))
		return err_set(e, ERR_SCRIPT,
			       "analyze: \"%s\" is a link out of the folder of the case", name);
	/* A pipe would be waited for. */
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return err_set(e, ERR_SCRIPT, "analyze: \"%s\" is no regular file", name);
	return ERR_NONE;
}
