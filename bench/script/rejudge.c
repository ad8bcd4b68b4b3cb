/* Two depths of judging again: see rejudge.h. */
#include "script/rejudge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/evidence.h"

static void leave(struct rejudge_result *out, enum rejudge_state state, const struct err *e)
{
	out->state = state;
	(void)snprintf(out->cause, sizeof out->cause, "%s", e->text);
}

/* The tape's text, checked against its hash; the caller frees. NULL: out says why. */
static char *load_tape(const struct rejudge *r, const struct stored_case *stored, size_t *size,
		       struct rejudge_result *out)
{
	char path[PATH_SIZE];
	struct err e;

	if (!stored->has_tape) {
		(void)err_set(&e, ERR_CONFIG, "no evidence was kept");
		leave(out, REJUDGE_OPEN, &e);
		return NULL;
	}
	if (evidence_check(path, record_evidence_folder(r->record), stored->tape.name,
			   stored->tape.sha256, &e) != ERR_NONE) {
		leave(out, REJUDGE_DAMAGED, &e);
		return NULL;
	}
	char *text = malloc(TAPE_SIZE_MAX + 1u);
	FILE *file = text == NULL ? NULL : fopen(path, "re");
	*size = file == NULL ? 0 : fread(text, 1, TAPE_SIZE_MAX + 1u, file);
	bool good = file != NULL && ferror(file) == 0 && *size <= TAPE_SIZE_MAX;
	if (file != NULL)
		(void)fclose(file);
	if (good)
		return text;
	free(text);
	(void)err_set(&e, ERR_BENCH, "evidence: %.300s cannot be read", path);
	leave(out, REJUDGE_DAMAGED, &e);
	return NULL;
}

static void worsen(struct rejudge_result *out, enum err_code code, const struct err *e)
{
	if (outcome_of_err(code) <= out->outcome)
		return;
	out->outcome = outcome_of_err(code);
	(void)snprintf(out->cause, sizeof out->cause, "%s", e->text);
}

/* ---- stored values, other limits ---- */

/* The value as it was measured, in a measurement of today's clause. */
static enum err_code set_again(struct measurement *m, const struct stored_measurement *stored,
			       struct err *e)
{
	switch (stored->state) {
	case MEASUREMENT_UNSET:
		return ERR_NONE;
	case MEASUREMENT_OVER_RANGE:
		return measurement_set_over_range(m, e);
	case MEASUREMENT_SKIPPED:
		return measurement_skip(m, stored->reason, e);
	case MEASUREMENT_INVALID:
		measurement_spoil(m);
		return ERR_NONE;
	case MEASUREMENT_SET:
		break;
	}
	if (m->limit.kind == LIMIT_SPREAD)
		return measurement_set_spread(m, stored->value, stored->n, e);
	if (stored->has_budget)
		return measurement_set_budget(m, stored->value, &stored->budget, e);
	return measurement_set(m, stored->value, e);
}

static enum err_code judge_value(const struct rejudge *r, struct measurement *m,
				 const struct stored_measurement *stored, struct err *e)
{
	const struct limit *limit = spec_find(r->spec, stored->clause);

	if (limit == NULL)
		return err_set(e, ERR_CONFIG, "%s has no limit in %.200s", stored->clause,
			       r->spec->path);
	if (strcmp(limit->unit, stored->unit) != 0 || limit->kind != stored->kind)
		return err_set(e, ERR_CONFIG,
			       "%s is measured otherwise in %.200s (unit %s, was %s): run the case "
			       "over the evidence",
			       stored->clause, r->spec->path, limit->unit, stored->unit);
	enum err_code code = measurement_declare(m, stored->name, limit, e);
	return code == ERR_NONE ? set_again(m, stored, e) : code;
}

static void judge_values(const struct rejudge *r, const struct stored_case *stored,
			 const struct player_marks *marks, struct rejudge_result *out)
{
	enum err_code code = ERR_NONE, undecided = ERR_NONE;
	struct err e, why;

	for (size_t i = 0; i < stored->measurement_count; i++) {
		code = judge_value(r, &out->measurements[i], &stored->measurements[i], &e);
		if (code == ERR_CONFIG) {
			leave(out, REJUDGE_OPEN, &e);
			return;
		}
		/* The rule wants what was not measured then; the case had made no such mistake. */
		if (code == ERR_SCRIPT) {
			leave(out, REJUDGE_OPEN, &e);
			return;
		}
		if (code != ERR_NONE && undecided == ERR_NONE) {
			undecided = code;
			why = e;
		}
	}
	out->measurement_count = stored->measurement_count;
	/* What broke the case off is no matter of limits. */
	if (marks->begin != ERR_NONE)
		worsen(out, marks->begin, &marks->begin_error);
	else if (marks->run != ERR_NONE)
		worsen(out, marks->run, &marks->run_error);
	else
		out->outcome = outcome_of_measurements(out->measurements, out->measurement_count,
						       out->cause, sizeof out->cause);
	worsen(out, undecided, &why);
	worsen(out, marks->end, &marks->end_error);
}

/* ---- the case over the evidence ---- */

static void find_others(const struct test_case *c, const struct stored_run *run,
			struct rejudge_result *out)
{
	for (size_t i = 0; i < c->state.loaded_count; i++)
		if (c->state.loaded[i].role == STATE_SCRIPT &&
		    !rejudge_is_known(run, c->state.loaded[i].sha256))
			out->others[out->other_count++] = c->state.loaded[i];
}

static void run_case(struct test_case *c, struct player *p, const struct world *world,
		     const struct player_marks *marks, struct rejudge_result *out)
{
	const struct test_case_bench bench = {.world = world};

	if (marks->begin != ERR_NONE && c->error.code == ERR_NONE) {
		worsen(out, marks->begin, &marks->begin_error);
		if (out->outcome == OUTCOME_FAIL)
			test_case_name_clauses(c, out->cause);
	} else {
		(void)test_case_run(c, &bench, &out->outcome, out->cause);
	}
	out->seconds = p->seconds;
	if (p->stop == PLAYER_GOES) {
		worsen(out, marks->end, &marks->end_error);
		memcpy(out->measurements, c->measurements, sizeof out->measurements);
		out->measurement_count = c->measurement_count;
		return;
	}
	leave(out, p->stop == PLAYER_DAMAGED ? REJUDGE_DAMAGED : REJUDGE_OPEN, &p->reason);
}

static enum err_code replay(const struct rejudge *r, const struct stored_run *run,
			    const struct stored_case *stored, const char *tape, size_t tape_size,
			    const struct player_marks *marks, struct rejudge_result *out,
			    struct err *e)
{
	const char *path = r->case_path == NULL ? stored->path : r->case_path;
	const struct player_source source = {
		.folder = record_evidence_folder(r->record),
		.tape = tape,
		.tape_size = tape_size,
		.captures = stored->captures,
		.capture_count = stored->capture_count,
		.files = stored->files,
		.file_count = stored->file_count,
		.zero = run->has_zero ? &run->zero : NULL,
	};
	struct player *p = malloc(sizeof *p);
	struct test_case *c = NULL;
	struct world world;
	struct err why;

	if (p == NULL)
		return err_set(e, ERR_BENCH, "out of memory");
	enum err_code code = ERR_NONE;
	if (access(path, R_OK) != 0) {
		(void)err_set(&why, ERR_CONFIG,
			      "the case file %.300s is not there; name it with "
			      "--case",
			      path);
		leave(out, REJUDGE_OPEN, &why);
		goto out_free;
	}
	if (player_open(p, &source, r->jig, &world, &why) != ERR_NONE) {
		leave(out, REJUDGE_DAMAGED, &why);
		goto out_free;
	}
	code = test_case_open(&c, path, r->lua_root, r->spec, NULL, r->interrupted, e);
	if (code == ERR_NONE)
		run_case(c, p, &world, marks, out);
	if (code == ERR_NONE)
		find_others(c, run, out);
	test_case_close(c);
	player_close(p);
	if (code == ERR_NONE && out->state == REJUDGE_DONE && out->outcome == OUTCOME_ABORT)
		code = err_set(e, ERR_ABORT, "interrupted");
out_free:
	free(p);
	return code;
}

enum err_code rejudge_case(const struct rejudge *r, const struct stored_run *run,
			   const struct stored_case *stored, struct rejudge_result *out,
			   struct err *e)
{
	struct player_marks marks;
	size_t size = 0;
	enum err_code code = ERR_NONE;
	struct err why;

	out->state = REJUDGE_DONE;
	out->outcome = OUTCOME_PASS;
	out->cause[0] = '\0';
	out->measurement_count = 0;
	out->seconds = 0;
	out->other_count = 0;
	if (stored->outcome == OUTCOME_ABORT) {
		(void)err_set(&why, ERR_CONFIG, "the case was broken off");
		leave(out, REJUDGE_OPEN, &why);
		return ERR_NONE;
	}
	char *tape = load_tape(r, stored, &size, out);
	if (tape == NULL)
		return ERR_NONE;
	if (player_read_marks(tape, size, &marks, &why) != ERR_NONE) {
		leave(out, REJUDGE_DAMAGED, &why);
	} else if (stored->outcome == OUTCOME_BENCH && marks.begin != ERR_BENCH &&
		   marks.run != ERR_BENCH && marks.end != ERR_BENCH) {
		/* It failed after the case, where no tape runs: what was kept may have holes. */
		(void)err_set(&why, ERR_CONFIG, "the bench failed after the case: %.300s",
			      stored->cause);
		leave(out, REJUDGE_OPEN, &why);
	} else if (r->values_only) {
		judge_values(r, stored, &marks, out);
	} else {
		code = replay(r, run, stored, tape, size, &marks, out, e);
	}
	free(tape);
	return code;
}

bool rejudge_is_known(const struct stored_run *run, const char *sha256)
{
	for (size_t i = 0; i < run->input_count; i++)
		if (strcmp(run->inputs[i], sha256) == 0)
			return true;
	return false;
}

bool rejudge_verdict_differs(const struct stored_measurement *stored, const struct measurement *m)
{
	return strcmp(stored->judgement, judgement_name(measurement_judge(m))) != 0;
}

static bool is_same(double a, double b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

bool rejudge_value_differs(const struct stored_measurement *stored, const struct measurement *m)
{
	if (stored->state != m->state)
		return true;
	return m->state == MEASUREMENT_SET &&
	       (!is_same(stored->value, m->value) || !is_same(stored->u, m->u));
}
