/* `penbench msa chart`: is a process, or a golden unit, where it always was? */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/msa_process.h"
#include "verdict/control.h"

enum {
	POINTS_SHOWN_MAX = 20,
	POINTS_WANTED = 20, /* for limits that hold; fewer of them wander */
};

static const char usage[] =
	"usage: penbench msa chart [OPTIONS] --clause C\n"
	"       penbench msa chart [OPTIONS] FILE.csv\n"
	"Limits of a control chart (Xbar-R, or individuals and moving ranges), and the points\n"
	"beyond them: the stability of a process, or of a golden unit over time. A file has a\n"
	"column value and perhaps subgroup.\n" MSA_PROCESS_USAGE
	"  --subgroup N       values of a subgroup (default 1: individuals)\n"
	"Exit status: 0 in control, 1 points beyond the limits, 2 usage, no values, a wrong "
	"file.\n";

static struct result *limits_json(const struct control_limits *l)
{
	struct result *r = result_object();

	result_set(r, "centre", result_number(l->centre));
	result_set(r, "low", result_number(l->low));
	result_set(r, "high", result_number(l->high));
	return r;
}

/* Point `index` is beyond a limit: which one, and what it was. */
static enum err_code tell_point(struct msa_job *job, const struct msa_series *s,
				const struct control_chart *chart, size_t index,
				struct result *points, struct err *e)
{
	double location = control_location(s->value, chart->subgroup, index);
	double range = control_range(s->value, chart->subgroup, index);
	char origin[2 * NAME_SIZE] = "";
	enum err_code code = ERR_NONE;

	if (s->id != NULL)
		code = msa_series_origin(job->record, s->id[index * chart->subgroup], origin, e);
	if (code != ERR_NONE)
		return code;
	if (points == NULL) {
		(void)printf("    point %zu: %.6g, range %.4g%s%s\n", index + 1, location, range,
			     origin[0] != '\0' ? "; " : "", origin);
		return ERR_NONE;
	}
	struct result *r = result_object();
	result_set(r, "point", result_integer((int64_t)index + 1));
	result_set(r, "value", result_number(location));
	result_set(r, "range", result_number(range));
	result_set(r, "origin", result_string(origin, strlen(origin)));
	result_append(points, r);
	return ERR_NONE;
}

static enum err_code tell_points(struct msa_job *job, const struct msa_series *s,
				 const struct control_chart *chart, struct result *points,
				 struct err *e)
{
	enum err_code code = ERR_NONE;
	size_t shown = 0;

	for (size_t i = 0; i < chart->points && code == ERR_NONE; i++) {
		bool first_alone = chart->subgroup == 1 && i == 0; /* it has no moving range */

		if (!control_is_outside(control_location(s->value, chart->subgroup, i),
					&chart->location) &&
		    (first_alone || !control_is_outside(control_range(s->value, chart->subgroup, i),
							&chart->range)))
			continue;
		if (++shown > POINTS_SHOWN_MAX)
			break;
		code = tell_point(job, s, chart, i, points, e);
	}
	if (shown > POINTS_SHOWN_MAX && points == NULL)
		(void)printf("    and more\n");
	return code;
}

static void print_head(const struct msa_series *s, const struct control_chart *chart)
{
	(void)printf("%s%s%s%s%s: %zu points, %s\n", s->clause, s->clause[0] != '\0' ? " " : "",
		     s->name, s->unit[0] != '\0' && strcmp(s->unit, "1") != 0 ? ", " : "",
		     strcmp(s->unit, "1") != 0 ? s->unit : "", chart->points,
		     chart->subgroup == 1 ? "individuals and moving ranges of two"
					  : "means and ranges of subgroups (Xbar-R)");
	(void)printf("  %-10s centre %.6g, limits %.6g .. %.6g, %zu beyond\n",
		     chart->subgroup == 1 ? "value" : "mean", chart->location.centre,
		     chart->location.low, chart->location.high, chart->location_outside);
	(void)printf("  %-10s centre %.6g, limits %.6g .. %.6g, %zu beyond\n", "range",
		     chart->range.centre, chart->range.low, chart->range.high,
		     chart->range_outside);
	(void)printf("  sd within %.4g; limits are three standard errors (ISO 7870-2)\n",
		     chart->sigma_within);
	if (chart->points < POINTS_WANTED)
		(void)printf("  %zu points of %d: the limits are provisional\n", chart->points,
			     POINTS_WANTED);
}

static struct result *head_json(const struct msa_series *s, const struct control_chart *chart)
{
	struct result *r = result_object();

	result_set(r, "clause", result_string(s->clause, strlen(s->clause)));
	result_set(r, "measurement", result_string(s->name, strlen(s->name)));
	result_set(r, "points", result_integer((int64_t)chart->points));
	result_set(r, "subgroup", result_integer((int64_t)chart->subgroup));
	result_set(r, "sd_within", result_number(chart->sigma_within));
	result_set(r, "location", limits_json(&chart->location));
	result_set(r, "range", limits_json(&chart->range));
	result_set(r, "location_outside", result_integer((int64_t)chart->location_outside));
	result_set(r, "range_outside", result_integer((int64_t)chart->range_outside));
	return r;
}

static enum err_code step(struct msa_job *job, struct msa_series *s, struct err *e)
{
	const struct msa_request *r = job->request;
	struct result *points = NULL;
	enum err_code code =
		job->record == NULL ? ERR_NONE : msa_series_load(s, job->record, r->attempts, e);

	if (code != ERR_NONE)
		return code;
	size_t size = r->subgroup > 0 ? r->subgroup : s->subgroup;
	if (s->count / size < 2)
		return job->record != NULL
			       ? ERR_NONE
			       : err_set(e, ERR_CONFIG, "%s: want two points at least", r->path);
	struct control_chart chart = control_chart(s->value, s->count / size, size);
	job->done++;
	if (chart.location_outside + chart.range_outside > 0)
		job->status = 1;
	if (job->json != NULL) {
		struct result *head = head_json(s, &chart);

		points = result_array();
		result_set(head, "beyond", points);
		result_append(job->json, head);
	} else {
		print_head(s, &chart);
	}
	return tell_points(job, s, &chart, points, e);
}

int msa_chart(int argc, char **argv, const struct cli *cli)
{
	static const struct msa_process process = {"msa chart", usage, step, true, true};

	(void)cli;
	return msa_process(argc, argv, &process);
}
