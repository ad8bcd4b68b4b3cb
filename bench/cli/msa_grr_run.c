/*
 * A gauge study run here and now: every combination is one `penbench run` in a process of its own,
 * engineering mode, into a record that belongs to the study. What the runs say goes to study.log
 * beside it. A level is done with before the next one begins (stations, days and people change
 * slowly); the pens of each round come in random order, so that a drift does not look like a pen.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/rng.h"
#include "cli/launch.h"
#include "cli/msa_grr.h"

enum { OPTIONS_MAX = 32, ARGUMENTS_MAX = 256, TEXT_SIZE = 4096 };

struct names {
	char text[STUDY_LEVELS_MAX][NAME_SIZE];
	size_t count;
};

/* One combination. */
struct combination {
	const char *part, *level;
	size_t load, number, total; /* insertion of this pen; run of runs, from 1 */
};

static enum err_code split(struct names *out, const char *option, const char *text, struct err *e)
{
	out->count = 0;
	while (text != NULL) {
		size_t size = strcspn(text, ",");

		if (size == 0 || size >= NAME_SIZE || out->count == STUDY_LEVELS_MAX)
			return err_set(e, ERR_CONFIG, "%s: want 2..%d names of 1..%u characters",
				       option, STUDY_LEVELS_MAX, NAME_SIZE - 1);
		memcpy(out->text[out->count], text, size);
		out->text[out->count][size] = '\0';
		for (size_t i = 0; i < out->count; i++)
			if (strcmp(out->text[i], out->text[out->count]) == 0)
				return err_set(e, ERR_CONFIG, "%s: \"%s\" stands twice", option,
					       out->text[i]);
		out->count++;
		text = text[size] == ',' ? text + size + 1 : NULL;
	}
	return out->count >= 2 ? ERR_NONE : err_set(e, ERR_CONFIG, "%s: want two at least", option);
}

/* Replaces {part}, {level}, {load}. */
static enum err_code expand(char out[TEXT_SIZE], const char *text, const struct combination *c,
			    struct err *e)
{
	char load[NAME_SIZE];
	const struct {
		const char *name, *value;
	} holes[] = {{"{part}", c->part}, {"{level}", c->level}, {"{load}", load}};
	size_t used = 0;

	(void)snprintf(load, sizeof load, "%zu", c->load);
	while (*text != '\0' && used < TEXT_SIZE - NAME_SIZE) {
		const char *value = NULL;

		for (size_t i = 0; i < sizeof holes / sizeof *holes && value == NULL; i++)
			if (strncmp(text, holes[i].name, strlen(holes[i].name)) == 0) {
				value = holes[i].value;
				text += strlen(holes[i].name);
			}
		if (value == NULL) {
			out[used++] = *text++;
			continue;
		}
		memcpy(out + used, value, strlen(value));
		used += strlen(value);
	}
	out[used] = '\0';
	return *text == '\0' ? ERR_NONE : err_set(e, ERR_CONFIG, "--launcher is too long");
}

/* What the run says goes to the log of the study, then everything is as before. */
static enum err_code launch_into_log(const char (*launch)[NAME_SIZE], const struct cli *child,
				     const char *const *options, const char *folder, int *status,
				     struct err *e)
{
	char path[PATH_SIZE];
	int size = snprintf(path, sizeof path, "%s/study.log", folder);
	int log = size > 0 && size < (int)sizeof path
			  ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)
			  : -1;
	int kept_out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	int kept_err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	enum err_code code;

	if (log < 0 || kept_out < 0 || kept_err < 0 || fflush(stdout) != 0 ||
	    dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
		code = err_set(e, ERR_BENCH, "%.400s cannot be written: %s", path, strerror(errno));
	else
		code = launch_run(launch, child, options, status, e);
	if (kept_out >= 0 && dup2(kept_out, STDOUT_FILENO) < 0 && code == ERR_NONE)
		code = err_set(e, ERR_BENCH, "stdout is lost: %s", strerror(errno));
	if (kept_err >= 0 && dup2(kept_err, STDERR_FILENO) < 0 && code == ERR_NONE)
		code = err_set(e, ERR_BENCH, "stderr is lost: %s", strerror(errno));
	for (int i = 0; i < 3; i++) {
		int fd = i == 0 ? log : i == 1 ? kept_out : kept_err;
		if (fd >= 0)
			(void)close(fd);
	}
	return code;
}

/* A station without a launcher: somebody has to put the pen in. */
static enum err_code ask(const struct combination *c, struct err *e)
{
	char line[NAME_SIZE];

	log_line("msa grr",
		 "run %zu of %zu: put pen %s into the jig (%s), close the lid, press "
		 "Enter; q ends the study",
		 c->number, c->total, c->part, c->level);
	if (fgets(line, sizeof line, stdin) == NULL || line[0] == 'q')
		return err_set(e, ERR_ABORT, "ended by the operator at run %zu of %zu", c->number,
			       c->total);
	return ERR_NONE;
}

static enum err_code run_one(const struct msa_plan *plan, const struct station *station,
			     const struct combination *c, const struct cli *cli, struct err *e)
{
	static const char plain[][NAME_SIZE] = {"env",
						""}; /* runs what follows, and nothing else */
	const char *session = getenv("JIG_SESSION");
	bool launched = station->launch[0][0] != '\0' && (session == NULL || session[0] == '\0');
	char text[TEXT_SIZE], serial[NAME_SIZE], lot[NAME_SIZE], *save = NULL;
	char program[] = "penbench", run[] = "run", serial_option[] = "--serial";
	char lot_option[] = "--lot", station_option[] = "--station", station_path[PATH_SIZE];
	char *argv[ARGUMENTS_MAX] = {program,    run, serial_option,  serial,
				     lot_option, lot, station_option, station_path};
	const char *options[OPTIONS_MAX + 1] = {NULL};
	int argc = 8, status = 0;
	size_t count = 0;
	enum err_code code = launched ? expand(text, plan->launcher, c, e) : ask(c, e);

	if (code != ERR_NONE)
		return code;
	for (char *word = launched ? strtok_r(text, " ", &save) : NULL; word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		if (count == OPTIONS_MAX)
			return err_set(e, ERR_CONFIG, "--launcher: more than %d words",
				       OPTIONS_MAX);
		options[count++] = word;
	}
	(void)snprintf(serial, sizeof serial, "%s", c->part);
	(void)snprintf(lot, sizeof lot, "%s", c->level);
	(void)snprintf(station_path, sizeof station_path, "%s", station->path);
	for (size_t i = 0; i < plan->case_count; i++) /* getopt's char *, which nobody writes to */
		memcpy(&argv[argc++], &plan->cases[i], sizeof *argv);
	struct cli child = {.argc = argc, .argv = argv, .interrupted = cli->interrupted};
	code = launch_into_log(launched ? station->launch : plain, &child, options, plan->folder,
			       &status, e);
	if (code == ERR_NONE && status != 0 && status != ERR_PEN)
		code = err_set(e, status == ERR_ABORT ? ERR_ABORT : ERR_BENCH,
			       "run %zu of %zu (pen %s, %s) ended with status %d and gave no "
			       "numbers; %.200s/study.log says why",
			       c->number, c->total, c->part, c->level, status, plan->folder);
	return code;
}

/* A whole plan with a serial number would count as an attempt of that pen; and a second study in
 * the same record would be one with the first. */
static enum err_code check(const struct msa_plan *plan, struct err *e)
{
	char path[PATH_SIZE];
	struct stat about;

	if (plan->case_count > ARGUMENTS_MAX - 16)
		return err_set(e, ERR_CONFIG, "more than %d cases", ARGUMENTS_MAX - 16);
	for (size_t i = 0; i < plan->case_count; i++)
		if (stat(plan->cases[i], &about) != 0 || !S_ISREG(about.st_mode))
			return err_set(e, ERR_CONFIG, "%.200s: a study runs case files",
				       plan->cases[i]);
	int size = snprintf(path, sizeof path, "%s/record.db", plan->folder);
	if (size <= 0 || size >= (int)sizeof path)
		return err_set(e, ERR_CONFIG, "--record: the path is too long");
	if (access(path, F_OK) == 0)
		return err_set(e, ERR_CONFIG,
			       "%.200s holds a record already; leave out --run to analyse it, or "
			       "name another folder",
			       plan->folder);
	if (mkdir(plan->folder, 0755) != 0 && errno != EEXIST)
		return err_set(e, ERR_CONFIG, "%.200s cannot be made: %s", plan->folder,
			       strerror(errno));
	if (setenv("PENBENCH_RECORDS", plan->folder, 1) != 0)
		return err_set(e, ERR_BENCH, "out of memory");
	return ERR_NONE;
}

static void shuffle(size_t *order, size_t count, struct rng *rng)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t k = (size_t)rng_below(rng, i), kept = order[i - 1];

		order[i - 1] = order[k];
		order[k] = kept;
	}
}

enum err_code msa_grr_run(const struct msa_plan *plan, const struct cli *cli, struct err *e)
{
	struct names parts, levels;
	struct station station;
	size_t order[STUDY_LEVELS_MAX], number = 0;
	struct rng rng;
	enum err_code code = split(&parts, "--parts", plan->parts, e);

	if (code == ERR_NONE)
		code = split(&levels, "--levels", plan->levels, e);
	if (code == ERR_NONE)
		code = station_load(&station, cli_station_path(plan->station_path), e);
	if (code == ERR_NONE)
		code = check(plan, e);
	rng_seed_named(&rng, plan->order_seed, "order of a study");
	size_t rounds = code == ERR_NONE ? levels.count * plan->trials : 0;
	for (size_t round = 0; round < rounds && code == ERR_NONE; round++) {
		shuffle(order, parts.count, &rng);
		for (size_t i = 0; i < parts.count && code == ERR_NONE; i++) {
			struct combination c = {
				.part = parts.text[order[i]],
				.level = levels.text[round / plan->trials],
				.load = round + 1,
				.number = ++number,
				.total = rounds * parts.count,
			};
			code = run_one(plan, &station, &c, cli, e);
			log_progress("study", number, c.total);
		}
	}
	return code;
}
