/* Compares a run with what its station says: see marks.h. */
#include "cli/marks.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/records.h"

static void add(char marks[MARKS_SIZE], const char *separator, const char *text)
{
	size_t used = strlen(marks);

	(void)snprintf(marks + used, MARKS_SIZE - used, "%s%s", used > 0 ? separator : "", text);
}

/* A station without the key `plan` has the plan of this build. */
static bool is_plan_of_build(const struct marks_source *s)
{
	char path[PATH_SIZE];
	int size = snprintf(path, sizeof path, "%s/cases/eol", s->lua_root);

	return size > 0 && (size_t)size < sizeof path && s->name_count == 1 &&
	       cli_is_same_file(path, s->names[0]);
}

void marks_fill(char marks[MARKS_SIZE], const struct marks_source *s)
{
	char by_hand[MARKS_SIZE] = "";

	marks[0] = '\0';
	if (s->gating->pen != GATE_PEN_OTHER)
		(void)snprintf(marks, MARKS_SIZE, "check of the bench: %s is %s", s->serial,
			       s->gating->pen == GATE_PEN_GOLDEN ? "the golden pen"
								 : "a known-bad pen");
	if (!cli_is_own_station(s->station->path))
		add(by_hand, ", ", "the station's file");
	if (s->station->plan_path[0] == '\0' && !is_plan_of_build(s))
		add(by_hand, ", ", "the plan");
	if (records_are_moved(s->station))
		add(by_hand, ", ", "the record (not the station's own)");
	if (by_hand[0] != '\0') {
		add(marks, "; ", "chosen by hand: ");
		add(marks, "", by_hand);
	}
	if (!cli_is_same_file(s->image_path, s->spec->image_path))
		add(marks, "; ", "firmware of the station's file, not of the spec");
}
