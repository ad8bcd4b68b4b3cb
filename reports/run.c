/* See run.h. */
#include "run.h"

#include <inttypes.h>
#include <math.h>

#include "record/query.h"

static char *text_of(const struct record_query *q, int column)
{
	return g_strdup(record_query_text(q, column));
}

/* One query with the run's id as its parameter; each row goes to `take`. */
static enum err_code each(struct record *record, const char *sql, int64_t id,
			  void (*take)(const struct record_query *q, void *context), void *context,
			  struct err *e)
{
	struct record_query *q = NULL;
	bool row = false;
	enum err_code code = record_query_open(&q, record, sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, id);
	while ((code = record_query_next(q, &row, e)) == ERR_NONE && row)
		take(q, context);
	record_query_close(q);
	return code;
}

static void take_run(const struct record_query *q, void *context)
{
	struct run *r = context;
	char **const text[] = {&r->serial,        &r->mode, &r->reason, &r->station, &r->jig,
			       &r->operator_name, &r->lot,  &r->plan,   &r->version, &r->build,
			       &r->marks,         &r->date, &r->begun,  &r->computer};
	const int texts = (int)(sizeof text / sizeof text[0]);

	for (int i = 0; i < texts; i++)
		*text[i] = text_of(q, i);
	r->attempt = record_query_integer(q, texts);
	r->case_count = record_query_integer(q, texts + 1);
}

static void take_end(const struct record_query *q, void *context)
{
	struct run *r = context;

	r->outcome = text_of(q, 0);
	r->cause = text_of(q, 1);
	r->case_path = text_of(q, 2);
	r->ended = text_of(q, 3);
}

static struct run_case *add_case(struct run *r)
{
	struct run_case *c = g_new0(struct run_case, 1);

	c->measurements = g_array_new(FALSE, TRUE, sizeof(struct run_measurement));
	c->captures = g_array_new(FALSE, TRUE, sizeof(struct run_capture));
	g_ptr_array_add(r->cases, c);
	return c;
}

static void take_case(const struct record_query *q, void *context)
{
	struct run_case *c = add_case(context);

	c->id = record_query_integer(q, 0);
	c->number = record_query_integer(q, 1);
	c->path = text_of(q, 2);
	c->title = text_of(q, 3);
	c->outcome = text_of(q, 4);
	c->cause = text_of(q, 5);
	c->trace = text_of(q, 6);
}

static void take_measurement(const struct record_query *q, void *context)
{
	struct run_case *c = context;
	struct run_measurement m = {.id = record_query_integer(q, 0)};
	char **const text[] = {&m.clause, &m.name, &m.unit,      &m.kind,
			       &m.state,  &m.rule, &m.judgement, &m.note};
	double *const number[] = {&m.value, &m.u,    &m.u_c,        &m.k,           &m.nu_eff,
				  &m.low,   &m.high, &m.accept_low, &m.accept_high, &m.p_conform};
	int column = 1;

	for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
		*text[i] = text_of(q, column++);
	for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
		*number[i] = record_query_number(q, column++);
	g_array_append_val(c->measurements, m);
}

static void take_capture(const struct record_query *q, void *context)
{
	struct run *r = context;
	struct run_capture capture = {
		.kind = text_of(q, 1),
		.file = text_of(q, 2),
		.sha256 = text_of(q, 3),
		.number = record_query_integer(q, 4),
		.size = (uint64_t)record_query_integer(q, 5),
	};
	int64_t number = record_query_integer(q, 0);
	struct run_case *owner = NULL;

	for (guint i = 0; i < r->cases->len; i++)
		if (((struct run_case *)r->cases->pdata[i])->number == number)
			owner = r->cases->pdata[i];
	if (owner == NULL) { /* bring-up, or a case that the run did not come to the end of */
		owner = add_case(r);
		owner->number = number;
		owner->path = g_strdup("");
		owner->title = g_strdup(number == 0 ? "before the first case" : "not ended");
		owner->outcome = g_strdup("");
		owner->cause = g_strdup("");
		owner->trace = g_strdup("");
	}
	g_array_append_val(owner->captures, capture);
}

static const char RUN[] =
	"SELECT coalesce(unit.serial, ''), mode, reason, station, jig, operator, lot, plan, "
	"version, "
	"build, marks, date, begun_host, name_host, coalesce(attempt, 0), case_count "
	"FROM run LEFT JOIN unit ON unit.id = run.unit WHERE run.id = ?1";
static const char END[] =
	"SELECT outcome, cause, case_path, ended_host FROM run_end WHERE run = ?1";
static const char CASES[] = "SELECT id, number, path, title, outcome, cause, trace FROM test_case "
			    "WHERE run = ?1 ORDER BY number";
static const char MEASUREMENTS[] =
	"SELECT id, clause, name, unit, kind, state, rule, judgement, note, value, u, u_c, k, "
	"nu_eff, low, high, accept_low, accept_high, p_conform FROM measured "
	"WHERE test_case = ?1 ORDER BY id";
static const char CAPTURES[] = "SELECT case_number, kind, file, sha256, number, size FROM capture "
			       "WHERE run = ?1 ORDER BY case_number, number, id";

enum err_code run_load(struct run **out, struct record *record, int64_t id, struct err *e)
{
	struct run *r = g_new0(struct run, 1);
	enum err_code code;

	*out = NULL;
	r->id = id;
	r->cases = g_ptr_array_new();
	code = each(record, RUN, id, take_run, r, e);
	if (code == ERR_NONE && r->mode == NULL)
		code = err_set(e, ERR_CONFIG,
			       "there is no run %" PRId64 " in %s; `penbench record list` shows "
			       "which there are",
			       id, record_folder(record));
	if (code == ERR_NONE)
		code = each(record, END, id, take_end, r, e);
	if (code == ERR_NONE && r->outcome == NULL) {
		r->outcome = g_strdup("OPEN");
		r->cause = g_strdup("the run has not ended");
		r->case_path = g_strdup("");
		r->ended = g_strdup("");
	}
	if (code == ERR_NONE)
		code = each(record, CASES, id, take_case, r, e);
	for (guint i = 0; code == ERR_NONE && i < r->cases->len; i++) {
		struct run_case *c = r->cases->pdata[i];
		code = each(record, MEASUREMENTS, c->id, take_measurement, c, e);
	}
	if (code == ERR_NONE)
		code = each(record, CAPTURES, id, take_capture, r, e);
	if (code == ERR_NONE)
		*out = r;
	else
		run_free(r);
	return code;
}

static void free_texts(char **const *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		g_free(*text[i]);
}

static void free_case(struct run_case *c)
{
	for (guint i = 0; i < c->measurements->len; i++) {
		struct run_measurement *m =
			&g_array_index(c->measurements, struct run_measurement, i);
		char **const text[] = {&m->clause, &m->name, &m->unit,      &m->kind,
				       &m->state,  &m->rule, &m->judgement, &m->note};
		free_texts(text, sizeof text / sizeof text[0]);
	}
	for (guint i = 0; i < c->captures->len; i++) {
		struct run_capture *k = &g_array_index(c->captures, struct run_capture, i);
		char **const text[] = {&k->kind, &k->file, &k->sha256};
		free_texts(text, sizeof text / sizeof text[0]);
	}
	g_array_free(c->measurements, TRUE);
	g_array_free(c->captures, TRUE);
	char **const text[] = {&c->path, &c->title, &c->outcome, &c->cause, &c->trace};
	free_texts(text, sizeof text / sizeof text[0]);
	g_free(c);
}

void run_free(struct run *r)
{
	if (r == NULL)
		return;
	for (guint i = 0; i < r->cases->len; i++)
		free_case(r->cases->pdata[i]);
	g_ptr_array_free(r->cases, TRUE);
	char **const text[] = {&r->serial,  &r->mode,     &r->reason,        &r->station,
			       &r->jig,     &r->lot,      &r->operator_name, &r->plan,
			       &r->version, &r->build,    &r->marks,         &r->date,
			       &r->begun,   &r->computer, &r->outcome,       &r->cause,
			       &r->ended,   &r->case_path};
	free_texts(text, sizeof text / sizeof text[0]);
	g_free(r);
}

const struct run_case *run_case_at(const struct run *r, int64_t number)
{
	for (guint i = 0; i < r->cases->len; i++) {
		const struct run_case *c = r->cases->pdata[i];
		if (c->number == number)
			return c;
	}
	return NULL;
}
