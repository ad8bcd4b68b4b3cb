/*
 * `penbench replay`: recorded runs judged again without instruments. With --spec alone the stored
 * values meet other limits or rules; otherwise the cases run over the evidence that was kept. Says
 * which units change their verdict, and why; what could not be judged again is listed as such.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/records.h"
#include "script/rejudge.h"

#define NAME "replay"

enum {
	RUNS_MAX = 100000,
	/* Exit statuses of this command, beside those of a failure. */
	EXIT_UNCHANGED = 0,
	EXIT_CHANGED = 1,
	EXIT_DAMAGED = 3,
	EXIT_OPEN = 5,
};

struct request {
	const char *station_path, *spec_path, *case_path, *jig_path;
	struct stored_query query;
	bool help;
	const char *const *runs;
	size_t run_count;
};

/* What was found so far. */
struct totals {
	size_t runs, changed, unchanged, open, damaged;
	size_t values, differing;
	double seconds; /* of capture */
};

struct replay {
	struct request request;
	struct rejudge rejudge;
	struct spec spec;
	struct jig jig;
	struct station station;
	char lua_root[PATH_SIZE];
	int64_t runs[RUNS_MAX];
	size_t run_count;
	struct stored_run run;
	struct stored_case stored;
	struct rejudge_result result;
	struct totals totals;
};

static const char usage[] =
	"usage: penbench replay RUN...|--lot NAME|--serial SN [OPTIONS]\n"
	"  --spec FILE      judge by this spec; alone: the stored values, without their evidence\n"
	"  --case FILE      run this case over the evidence of the recorded case of that file "
	"name\n"
	"  --jig FILE       with the calibration of this jig file, not the one of then\n"
	"  --station FILE   the station whose record it is\n"
	"Exit codes: 0 no verdict changes, 1 one does, 2 usage, 3 evidence is damaged or missing, "
	"5 "
	"some runs\ncould not be judged again, or not whole.\n";

static enum err_code parse(struct request *r, int argc, char **argv, struct err *e)
{
	enum { STATION = 1, SPEC, CASE, JIG, LOT, SERIAL, HELP };
	static const struct option options[] = {
		{"station", required_argument, NULL, STATION},
		{"spec", required_argument, NULL, SPEC},
		{"case", required_argument, NULL, CASE},
		{"jig", required_argument, NULL, JIG},
		{"lot", required_argument, NULL, LOT},
		{"serial", required_argument, NULL, SERIAL},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	const char **const values[] = {
		[STATION] = &r->station_path, [SPEC] = &r->spec_path, [CASE] = &r->case_path,
		[JIG] = &r->jig_path,         [LOT] = &r->query.lot,  [SERIAL] = &r->query.serial,
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == HELP) {
			r->help = true;
			return ERR_NONE;
		}
		if (option < STATION || option > SERIAL)
			return err_set(e, ERR_CONFIG,
				       "%.80s: %s; the options are --spec, --case, --jig, --lot, "
				       "--serial, --station",
				       argv[optind - 1],
				       option == ':' ? "a value is missing" : "unknown option");
		*values[option] = optarg;
	}
	r->runs = (const char *const *)argv + optind;
	r->run_count = (size_t)(argc - optind);
	bool has_query = r->query.lot != NULL || r->query.serial != NULL;
	if (has_query == (r->run_count > 0))
		return err_set(e, ERR_CONFIG,
			       "which runs? Give their numbers, or --lot, --serial; `penbench "
			       "record list` shows them");
	return ERR_NONE;
}

static enum err_code find_runs(struct replay *p, struct err *e)
{
	const struct request *q = &p->request;

	for (size_t i = 0; i < q->run_count; i++) {
		char *end;
		long long number = strtoll(q->runs[i], &end, 10);
		if (*end != '\0' || end == q->runs[i] || number < 1)
			return err_set(e, ERR_CONFIG, "\"%.80s\" is no number of a run",
				       q->runs[i]);
		if (p->run_count == RUNS_MAX)
			return err_set(e, ERR_CONFIG, "more than %d runs", RUNS_MAX);
		p->runs[p->run_count++] = number;
	}
	if (q->run_count > 0)
		return ERR_NONE;
	enum err_code code =
		stored_list(p->rejudge.record, &q->query, p->runs, RUNS_MAX, &p->run_count, e);
	if (code != ERR_NONE)
		return code;
	if (p->run_count > RUNS_MAX)
		return err_set(e, ERR_CONFIG, "%zu runs, at most %d at a time", p->run_count,
			       RUNS_MAX);
	if (p->run_count == 0)
		return err_set(e, ERR_CONFIG, "the record has no such run: %s%s%s%s",
			       q->query.lot == NULL ? "" : "lot ",
			       q->query.lot == NULL ? "" : q->query.lot,
			       q->query.serial == NULL ? "" : " pen ",
			       q->query.serial == NULL ? "" : q->query.serial);
	return ERR_NONE;
}

static enum err_code load(struct replay *p, struct err *e)
{
	const struct request *q = &p->request;
	char path[PATH_SIZE + 16], folder[PATH_SIZE];
	enum err_code code = cli_lua_root(p->lua_root, e);

	if (code == ERR_NONE) {
		(void)snprintf(path, sizeof path, "%s/spec/pen.lua", p->lua_root);
		code = spec_load(&p->spec, q->spec_path != NULL ? q->spec_path : path, e);
	}
	if (code == ERR_NONE && q->jig_path != NULL)
		code = jig_load(&p->jig, q->jig_path, e);
	if (code == ERR_NONE)
		code = station_load(&p->station, cli_station_path(q->station_path), e);
	if (code == ERR_NONE)
		code = records_folder(&p->station, folder, e);
	if (code == ERR_NONE)
		code = record_open(&p->rejudge.record, folder, RECORD_READ, e);
	p->rejudge.spec = &p->spec;
	p->rejudge.lua_root = p->lua_root;
	p->rejudge.jig = q->jig_path != NULL ? &p->jig : NULL;
	p->rejudge.case_path = q->case_path;
	p->rejudge.values_only =
		q->spec_path != NULL && q->case_path == NULL && q->jig_path == NULL;
	return code == ERR_NONE ? find_runs(p, e) : code;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static void print_limits(double low, double high)
{
	if (!isnan(low))
		(void)printf("%g", low);
	(void)printf("..");
	if (!isnan(high))
		(void)printf("%g", high);
}

/* One measurement whose judgement is another one now. */
static void print_change(const struct stored_measurement *was, const struct measurement *is)
{
	const struct limit *l = &is->limit;
	char text[ERR_TEXT_SIZE];

	(void)printf("    %s %s: %s", was->clause, was->name, was->judgement);
	if (was->state == MEASUREMENT_SET) {
		(void)printf(" with %.6g +- %.2g %s in ", was->value, was->u, was->unit);
		print_limits(was->low, was->high);
	}
	(void)printf(" -> %s", judgement_name(measurement_judge(is)));
	if (is->state == MEASUREMENT_SET) {
		(void)printf(" with %.6g +- %.2g %s in ", is->value, is->u, l->unit);
		print_limits(l->has_low ? l->low : NAN, l->has_high ? l->high : NAN);
	}
	(void)printf("\n");
	if (measurement_judge(is) != JUDGEMENT_PASS) {
		measurement_explain(is, text, sizeof text);
		(void)printf("      %s\n", text);
	}
}

/* Measurements by name: those that differ, that are new, that are gone. */
static void compare(struct replay *p)
{
	for (size_t i = 0; i < p->result.measurement_count; i++) {
		const struct measurement *is = &p->result.measurements[i];
		const struct stored_measurement *was = NULL;
		for (size_t k = 0; k < p->stored.measurement_count && was == NULL; k++)
			if (strcmp(p->stored.measurements[k].name, is->name) == 0)
				was = &p->stored.measurements[k];
		p->totals.values++;
		if (was == NULL || rejudge_value_differs(was, is))
			p->totals.differing++;
		if (was == NULL)
			(void)printf("    %s %s: is new, %s\n", is->limit.clause, is->name,
				     judgement_name(measurement_judge(is)));
		else if (rejudge_verdict_differs(was, is))
			print_change(was, is);
		else if (rejudge_value_differs(was, is))
			(void)printf("    %s %s: %.9g +- %.3g -> %.9g +- %.3g %s\n", was->clause,
				     was->name, was->value, was->u, is->value, is->u, was->unit);
	}
}

/* One case of the run: adds to *after, and to what keeps the run from being judged whole. */
static enum err_code one_case(struct replay *p, enum outcome *after, bool *is_open,
			      bool *is_damaged, struct err *e)
{
	const struct stored_case *stored = &p->stored;
	const struct rejudge_result *result = &p->result;

	/* With --case the others stand as they were. */
	if (p->rejudge.case_path != NULL &&
	    strcmp(base_name(p->rejudge.case_path), base_name(stored->path)) != 0) {
		*after = outcome_worse(*after, stored->outcome);
		return ERR_NONE;
	}
	enum err_code code = rejudge_case(&p->rejudge, &p->run, stored, &p->result, e);
	if (code != ERR_NONE)
		return code;
	p->totals.seconds += result->seconds;
	if (result->state != REJUDGE_DONE) {
		*is_open = *is_open || result->state == REJUDGE_OPEN;
		*is_damaged = *is_damaged || result->state == REJUDGE_DAMAGED;
		*after = outcome_worse(*after, stored->outcome);
		(void)printf("  %s: not re-judged (was %s): %s\n", stored->path,
			     outcome_name(stored->outcome), result->cause);
		return ERR_NONE;
	}
	*after = outcome_worse(*after, result->outcome);
	if (result->outcome != stored->outcome)
		(void)printf("  %s: %s -> %s%s%s\n", stored->path, outcome_name(stored->outcome),
			     outcome_name(result->outcome), result->cause[0] == '\0' ? "" : ": ",
			     result->cause);
	compare(p);
	return ERR_NONE;
}

/* Prints what is to be said of a run, its verdict last. */
static enum err_code one_run(struct replay *p, int64_t number, struct err *e)
{
	enum outcome after = OUTCOME_PASS, before = OUTCOME_PASS;
	bool is_open = false, is_damaged = false, is_found = p->rejudge.case_path == NULL;
	enum err_code code = stored_run(p->rejudge.record, number, &p->run, e);

	for (size_t i = 0; i < p->run.case_count && code == ERR_NONE; i++) {
		code = stored_case(p->rejudge.record, number, i, &p->stored, e);
		if (code != ERR_NONE)
			break;
		before = outcome_worse(before, p->stored.outcome);
		is_found = is_found ||
			   strcmp(base_name(p->rejudge.case_path), base_name(p->stored.path)) == 0;
		code = one_case(p, &after, &is_open, &is_damaged, e);
	}
	if (code != ERR_NONE)
		return code;
	/* What ended the run outside of its cases is no matter of limits or cases. */
	if (p->run.has_ended && p->run.outcome > before)
		after = outcome_worse(after, p->run.outcome);
	if (p->run.has_ended)
		before = p->run.outcome;
	p->totals.runs++;
	(void)printf("run %lld%s%s: ", (long long)number, p->run.serial[0] == '\0' ? "" : " ",
		     p->run.serial);
	if (p->run.case_count == 0 || !is_found) {
		(void)printf("not re-judged: %s\n", is_found ? "it ended before its first case"
							     : "it has no case of that name");
		p->totals.open++;
		return ERR_NONE;
	}
	(void)printf("%s", outcome_name(before));
	if (after != before)
		(void)printf(" -> %s", outcome_name(after));
	(void)printf("%s%s\n", after != before || is_open || is_damaged ? "" : ", unchanged",
		     is_damaged ? "; evidence is damaged or missing"
		     : is_open  ? "; not re-judged whole"
				: "");
	p->totals.changed += after != before;
	p->totals.damaged += is_damaged;
	p->totals.open += is_open && !is_damaged;
	p->totals.unchanged += after == before && !is_open && !is_damaged;
	return ERR_NONE;
}

static double cpu_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int summary(const struct totals *t, double spent_s)
{
	(void)printf("%zu run%s: %zu change, %zu unchanged, %zu not re-judged or not whole, %zu "
		     "with damaged evidence\n",
		     t->runs, t->runs == 1 ? "" : "s", t->changed, t->unchanged, t->open,
		     t->damaged);
	(void)printf("%zu values, %zu differ; %.3f s of capture in %.3f s of CPU\n", t->values,
		     t->differing, t->seconds, spent_s);
	return t->damaged > 0   ? EXIT_DAMAGED
	       : t->changed > 0 ? EXIT_CHANGED
	       : t->open > 0    ? EXIT_OPEN
				: EXIT_UNCHANGED;
}

int cli_replay(int argc, char **argv, const struct cli *cli)
{
	struct err e;
	int status = 0;
	double start_s = cpu_s();
	struct replay *p = calloc(1, sizeof *p);

	if (p == NULL) {
		(void)err_set(&e, ERR_BENCH, "out of memory");
		return cli_fail(NAME, &e);
	}
	p->rejudge.interrupted = cli->interrupted;
	enum err_code code = parse(&p->request, argc, argv, &e);
	if (code == ERR_NONE && p->request.help) {
		(void)fputs(usage, stdout);
		goto out;
	}
	if (code == ERR_NONE)
		code = load(p, &e);
	for (size_t i = 0; i < p->run_count && code == ERR_NONE; i++) {
		if (*cli->interrupted)
			code = err_set(&e, ERR_ABORT, "interrupted");
		else
			code = one_run(p, p->runs[i], &e);
	}
	if (code == ERR_NONE)
		status = summary(&p->totals, cpu_s() - start_s);
out:
	if (code == ERR_NONE && (fflush(stdout) != 0 || ferror(stdout)))
		code = err_set(&e, ERR_BENCH, "stdout cannot be written");
	if (code != ERR_NONE)
		status = cli_fail(NAME, &e);
	record_close(p->rejudge.record);
	free(p);
	return status;
}
