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
#include "cli/replay_compare.h"
#include "record/digest.h"
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
	struct replay_compared compared;
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
	char spec_hash[RECORD_HASH_SIZE], jig_hash[RECORD_HASH_SIZE],
		build[RECORD_HASH_SIZE]; /* of today */
	char others[ERR_TEXT_SIZE];      /* what the run under way was not judged with then */
};

/* How a run came out; each keeps it from being called unchanged. */
struct gaps {
	bool is_open, is_damaged;
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
			return cli_option_error(option, argv,
						"the options are --spec, --case, --jig, --lot, "
						"--serial, --station",
						e);
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
	if (code == ERR_NONE)
		code = digest_file(p->spec.path, p->spec_hash, NULL, e);
	if (code == ERR_NONE)
		code = digest_file("/proc/self/exe", p->build, NULL, e);
	if (code == ERR_NONE && q->jig_path != NULL)
		code = jig_load(&p->jig, q->jig_path, e);
	if (code == ERR_NONE && q->jig_path != NULL)
		code = digest_file(q->jig_path, p->jig_hash, NULL, e);
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

/* Once for each run. */
static void note_other(struct replay *p, const char *name)
{
	size_t used = strlen(p->others);

	if (strstr(p->others, name) != NULL || used + strlen(name) + 8 > sizeof p->others)
		return;
	(void)snprintf(p->others + used, sizeof p->others - used, "%s%s", used == 0 ? "" : ", ",
		       name);
}

static void note_others(struct replay *p)
{
	if (!rejudge_is_known(&p->run, p->spec_hash))
		note_other(p, p->spec.path);
	if (p->rejudge.jig != NULL && !rejudge_is_known(&p->run, p->jig_hash))
		note_other(p, p->request.jig_path);
	for (size_t i = 0; i < p->result.other_count; i++)
		note_other(p, p->result.others[i].name);
	if (!p->rejudge.values_only && strcmp(p->build, p->run.build) != 0)
		note_other(p, "another build of this program");
}

/* One case of the run: adds to *after, and to what keeps the run from being judged whole. */
static enum err_code one_case(struct replay *p, enum outcome *after, struct gaps *gaps,
			      struct err *e)
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
		gaps->is_open = gaps->is_open || result->state == REJUDGE_OPEN;
		gaps->is_damaged = gaps->is_damaged || result->state == REJUDGE_DAMAGED;
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
	replay_compare(stored, result, &p->totals.compared);
	gaps->is_open = p->totals.compared.is_gone || gaps->is_open;
	note_others(p);
	return ERR_NONE;
}

/* The last words about a run, and its place in the totals. */
static void conclude(struct replay *p, enum outcome before, enum outcome after,
		     const struct gaps *gaps)
{
	const struct stored_run *run = &p->run;

	(void)printf("%s", outcome_name(before));
	if (after != before)
		(void)printf(" -> %s", outcome_name(after));
	(void)printf("%s",
		     after != before || gaps->is_open || gaps->is_damaged ? "" : ", unchanged");
	if (run->case_count < run->planned)
		(void)printf("; %zu of %zu cases were not run", run->planned - run->case_count,
			     run->planned);
	(void)printf("%s\n", gaps->is_damaged  ? "; evidence is damaged or missing"
			     : !run->has_ended ? "; not re-judged whole: the run has not ended"
			     : gaps->is_open   ? "; not re-judged whole"
					       : "");
	p->totals.changed += after != before;
	p->totals.damaged += gaps->is_damaged;
	p->totals.open += gaps->is_open && !gaps->is_damaged;
	p->totals.unchanged += after == before && !gaps->is_open && !gaps->is_damaged;
}

/* Prints what is to be said of a run, its verdict last. */
static enum err_code one_run(struct replay *p, int64_t number, struct err *e)
{
	enum outcome after = OUTCOME_PASS, before = OUTCOME_PASS;
	bool is_found = p->rejudge.case_path == NULL;
	struct gaps gaps = {.is_open = false};
	enum err_code code = stored_run(p->rejudge.record, number, &p->run, e);

	p->others[0] = '\0';
	for (size_t i = 0; i < p->run.case_count && code == ERR_NONE; i++) {
		code = stored_case(p->rejudge.record, number, i, &p->stored, e);
		if (code != ERR_NONE)
			break;
		before = outcome_worse(before, p->stored.outcome);
		is_found = is_found ||
			   strcmp(base_name(p->rejudge.case_path), base_name(p->stored.path)) == 0;
		code = one_case(p, &after, &gaps, e);
	}
	if (code != ERR_NONE)
		return code;
	/* What ended the run outside of its cases is no matter of limits or cases. */
	if (p->run.has_ended && p->run.outcome > before)
		after = outcome_worse(after, p->run.outcome);
	if (p->run.has_ended)
		before = p->run.outcome;
	/* Nor can a verdict get better than what was run allows. */
	if (p->run.case_count < p->run.planned && after < before)
		after = outcome_worse(after, OUTCOME_INCOMPLETE);
	gaps.is_open = gaps.is_open || !p->run.has_ended;
	p->totals.runs++;
	if (p->others[0] != '\0')
		(void)printf("  judged with what is not as it was then: %s\n", p->others);
	(void)printf("run %lld%s%s: ", (long long)number, p->run.serial[0] == '\0' ? "" : " ",
		     p->run.serial);
	if (p->run.case_count == 0 || !is_found) {
		(void)printf("not re-judged: %s\n", is_found ? "it ended before its first case"
							     : "it has no case of that name");
		p->totals.open++;
		return ERR_NONE;
	}
	conclude(p, before, after, &gaps);
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
	(void)printf("%zu values, %zu differ; %.3f s of capture in %.3f s of CPU\n",
		     t->compared.values, t->compared.differing, t->seconds, spent_s);
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
	if (code == ERR_NONE)
		code = cli_flush(&e);
	if (code != ERR_NONE)
		status = cli_fail(NAME, &e);
	record_close(p->rejudge.record);
	free(p);
	return status;
}
