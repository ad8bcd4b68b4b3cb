/* See study.h. */
#include "cli/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/csvfile.h"

enum { STUDY_JOINED_MAX = 16 };

void study_deinit(struct study *s)
{
	free(s->observation);
	free(s->value);
	s->observation = NULL;
	s->value = NULL;
}

enum err_code study_add(struct study *s, const struct study_observation *o, struct err *e)
{
	if (s->count == STUDY_OBSERVATIONS_MAX)
		return err_set(e, ERR_CONFIG, "%s: more than %d values; want a smaller study",
			       s->source, STUDY_OBSERVATIONS_MAX);
	if (s->count == s->capacity) {
		size_t room = s->capacity == 0 ? 128 : 2 * s->capacity;
		struct study_observation *grown =
			realloc(s->observation, room * sizeof *s->observation);
		if (grown == NULL)
			return err_set(e, ERR_BENCH, "%s: out of memory", s->source);
		s->observation = grown;
		s->capacity = room;
	}
	s->observation[s->count++] = *o;
	return ERR_NONE;
}

static enum err_code copy_name(char out[NAME_SIZE], const char *text, const char *path, size_t line,
			       const char *column, struct err *e)
{
	size_t size = strlen(text);

	if (size == 0 || size >= NAME_SIZE)
		return err_set(e, ERR_CONFIG, "%s:%zu: column %s: \"%.40s\": want 1..%u characters",
			       path, line, column, text, NAME_SIZE - 1);
	memcpy(out, text, size + 1);
	return ERR_NONE;
}

struct columns {
	size_t part, value, trial;
	size_t factor[STUDY_JOINED_MAX];
};

/* The first of the names that is a column; the first name when none is, for the message. */
static const char *first_present(const struct csvfile *csv, const char *const *names)
{
	for (size_t i = 0; names[i] != NULL; i++)
		if (csvfile_find(csv, names[i]) < csvfile_columns(csv))
			return names[i];
	return names[0];
}

enum err_code study_name_factors(struct study *s, struct err *e)
{
	char names[NAME_SIZE], *save = NULL;
	size_t max = s->is_joined ? STUDY_JOINED_MAX : STUDY_FACTORS_MAX;

	memcpy(names, s->op_name, sizeof names);
	s->factors = 0;
	for (char *name = strtok_r(names, ",", &save); name != NULL;
	     name = strtok_r(NULL, ",", &save)) {
		if (s->factors == max)
			return err_set(e, ERR_CONFIG, "--factor \"%s\": more than %zu factors%s",
				       s->op_name, max,
				       s->is_joined ? "" : "; --join makes one of them");
		if (s->factors < STUDY_FACTORS_MAX)
			(void)snprintf(s->factor_name[s->factors], NAME_SIZE, "%s", name);
		for (size_t i = 0; i < s->factors && i < STUDY_FACTORS_MAX; i++)
			if (strcmp(s->factor_name[i], name) == 0)
				return err_set(e, ERR_CONFIG, "--factor names \"%s\" twice", name);
		s->factors++;
	}
	return s->factors > 0 ? ERR_NONE : err_set(e, ERR_CONFIG, "--factor names no column");
}

enum err_code study_set_levels(const struct study *s, struct study_observation *o,
			       const char *const *level, size_t count, struct err *e)
{
	char joined[2 * NAME_SIZE] = "";
	size_t used = 0;
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < count && code == ERR_NONE && used < sizeof joined; i++) {
		if (level[i][0] == '\0')
			return err_set(e, ERR_CONFIG, "%s:%zu: column %s is empty", s->source,
				       o->line,
				       i < STUDY_FACTORS_MAX ? s->factor_name[i] : "of a factor");
		int more = snprintf(joined + used, sizeof joined - used, "%s%s", i > 0 ? " / " : "",
				    level[i]);
		used += more > 0 ? (size_t)more : 0;
		if (!s->is_joined)
			code = copy_name(o->factor[i], level[i], s->source, o->line,
					 s->factor_name[i], e);
	}
	if (code == ERR_NONE && (s->is_joined || count == 1))
		code = copy_name(o->op, joined, s->source, o->line, "of the factors", e);
	return code;
}

static enum err_code find_columns(struct columns *c, const struct csvfile *csv, struct study *s,
				  const char *path, const char *value_column, struct err *e)
{
	char names[NAME_SIZE], *save = NULL;
	size_t count = 0;
	enum err_code code = csvfile_want(csv, path, s->part_name, &c->part, e);

	if (code == ERR_NONE)
		code = csvfile_want(csv, path, value_column, &c->value, e);
	if (code == ERR_NONE)
		code = study_name_factors(s, e);
	memcpy(names, s->op_name, sizeof names);
	for (char *name = strtok_r(names, ",", &save); name != NULL && code == ERR_NONE;
	     name = strtok_r(NULL, ",", &save))
		code = csvfile_want(csv, path, name, &c->factor[count++], e);
	c->trial = csvfile_find(csv, "trial");
	return code;
}

static enum err_code read_row(struct study *s, const struct csvfile *csv, size_t row,
			      const struct columns *c, const char *path, struct err *e)
{
	struct study_observation o = {.line = csvfile_line(csv, row)};
	const char *level[STUDY_JOINED_MAX];
	enum err_code code = copy_name(o.part, csvfile_cell(csv, row, c->part), path, o.line,
				       csvfile_name(csv, c->part), e);

	for (size_t i = 0; i < s->factors; i++)
		level[i] = csvfile_cell(csv, row, c->factor[i]);
	if (code == ERR_NONE)
		code = study_set_levels(s, &o, level, s->factors, e);
	if (code == ERR_NONE && c->trial < csvfile_columns(csv))
		code = copy_name(o.trial, csvfile_cell(csv, row, c->trial), path, o.line, "trial",
				 e);
	if (code == ERR_NONE) {
		code = decimal_parse(&o.value, csvfile_cell(csv, row, c->value), e);
		if (code != ERR_NONE)
			code = err_prefix(e, "%s:%zu: column %s", path, o.line,
					  csvfile_name(csv, c->value));
	}
	return code == ERR_NONE ? study_add(s, &o, e) : code;
}

enum err_code study_read_csv(struct study *s, const char *path, const char *part_column,
			     const char *factor, const char *value_column, struct err *e)
{
	static const char *const parts[] = {"part", "serial", NULL};
	static const char *const factors[] = {"operator", "appraiser", "station",
					      "load",     "day",       NULL};
	struct csvfile *csv;
	struct columns c;
	enum err_code code = csvfile_open(&csv, path, e);

	if (code != ERR_NONE)
		return code;
	(void)snprintf(s->source, sizeof s->source, "%s", path);
	(void)snprintf(s->part_name, sizeof s->part_name, "%s",
		       part_column != NULL ? part_column : first_present(csv, parts));
	(void)snprintf(s->op_name, sizeof s->op_name, "%s",
		       factor != NULL ? factor : first_present(csv, factors));
	code = find_columns(&c, csv, s, path, value_column, e);
	for (size_t row = 0; row < csvfile_rows(csv) && code == ERR_NONE; row++)
		code = read_row(s, csv, row, &c, path, e);
	csvfile_close(csv);
	return code;
}

/* Index of name in the list, appended when it is new; `max` when there is no room. */
static size_t level(char (*list)[NAME_SIZE], size_t *count, size_t max, const char *name)
{
	size_t i = 0;

	while (i < *count && strcmp(list[i], name) != 0)
		i++;
	if (i == *count && i < max) {
		memcpy(list[i], name, NAME_SIZE);
		(*count)++;
	}
	return i;
}

/* Nested: parts of one operator are counted for themselves. */
static enum err_code number_levels(struct study *s, size_t *part, size_t *op, struct err *e)
{
	char(*names)[NAME_SIZE] = s->is_nested ? malloc(sizeof s->part) : s->part;
	size_t in_op;

	if (names == NULL)
		return err_set(e, ERR_BENCH, "%s: out of memory", s->source);
	for (size_t i = 0; i < s->count; i++)
		op[i] = level(s->op, &s->operators, STUDY_LEVELS_MAX, s->observation[i].op);
	for (size_t o = 0; o < (s->is_nested ? s->operators : 1); o++) {
		in_op = 0;
		for (size_t i = 0; i < s->count; i++)
			if (!s->is_nested || op[i] == o)
				part[i] = level(names, &in_op, STUDY_LEVELS_MAX,
						s->observation[i].part);
		if (o > 0 && in_op != s->parts) {
			free(names);
			return err_set(e, ERR_CONFIG,
				       "%s: %s \"%s\" has %zu %ss, \"%s\" has %zu; want as many",
				       s->source, s->op_name, s->op[o], in_op, s->part_name,
				       s->op[0], s->parts);
		}
		s->parts = in_op;
	}
	if (s->is_nested)
		free(names);
	for (size_t i = 0; i < s->count; i++)
		if (part[i] == STUDY_LEVELS_MAX || op[i] == STUDY_LEVELS_MAX)
			return err_set(e, ERR_CONFIG, "%s:%zu: more than %d levels of a factor",
				       s->source, s->observation[i].line, STUDY_LEVELS_MAX);
	return ERR_NONE;
}

/* A trial that has a name must not stand in its cell already. */
static enum err_code check_trial(const struct study *s, const size_t *cell, size_t i, struct err *e)
{
	const struct study_observation *o = &s->observation[i];

	for (size_t k = 0; k < i && o->trial[0] != '\0'; k++)
		if (cell[k] == cell[i] && strcmp(s->observation[k].trial, o->trial) == 0)
			return err_set(e, ERR_CONFIG,
				       "%s:%zu: %s \"%s\", %s \"%s\", trial \"%s\" stands already "
				       "in line %zu",
				       s->source, o->line, s->part_name, o->part, s->op_name, o->op,
				       o->trial, s->observation[k].line);
	return ERR_NONE;
}

static enum err_code check_counts(const struct study *s, const size_t *cell, const size_t *filled,
				  size_t cells, struct err *e)
{
	for (size_t c = 0; c < cells; c++) {
		if (filled[c] == s->trials)
			continue;
		for (size_t i = 0; i < s->count; i++)
			if (cell[i] == c)
				return err_set(
					e, ERR_CONFIG,
					"%s: %s \"%s\", %s \"%s\" has %zu trials, other cells have "
					"%zu; a study must be balanced: repeat what is missing",
					s->source, s->part_name, s->observation[i].part, s->op_name,
					s->observation[i].op, filled[c], s->trials);
		size_t outer = c / (s->is_nested ? s->parts : s->operators);
		size_t inner = c % (s->is_nested ? s->parts : s->operators);
		return err_set(e, ERR_CONFIG,
			       "%s: %s \"%s\" was not measured with %s \"%s\"; if each %s has %ss "
			       "of its own, say --nested",
			       s->source, s->part_name, s->part[s->is_nested ? inner : outer],
			       s->op_name, s->op[s->is_nested ? outer : inner], s->op_name,
			       s->part_name);
	}
	return ERR_NONE;
}

/* work: four arrays of `count`, and one of as many cells as there can be; all zero. */
static enum err_code fill(struct study *s, size_t *work, struct err *e)
{
	size_t *part = work, *op = part + s->count, *cell = op + s->count;
	size_t *trial = cell + s->count, *filled = trial + s->count;
	enum err_code code = number_levels(s, part, op, e);
	size_t cells = s->parts * s->operators;

	if (code != ERR_NONE)
		return code;
	for (size_t i = 0; i < s->count; i++) {
		cell[i] =
			s->is_nested ? op[i] * s->parts + part[i] : part[i] * s->operators + op[i];
		trial[i] = filled[cell[i]]++;
		s->trials = trial[i] + 1 > s->trials ? trial[i] + 1 : s->trials;
		if (check_trial(s, cell, i, e) != ERR_NONE)
			return e->code;
	}
	code = check_counts(s, cell, filled, cells, e);
	for (size_t i = 0; i < s->count && code == ERR_NONE; i++)
		s->value[cell[i] * s->trials + trial[i]] =
			decimal_difference(s->observation[i].value, s->observation[0].value);
	return code;
}

enum err_code study_balance(struct study *s, struct err *e)
{
	size_t cells_max = STUDY_LEVELS_MAX * STUDY_LEVELS_MAX;

	if (s->count == 0)
		return err_set(e, ERR_CONFIG, "%s: no value", s->source);
	s->reference = decimal_value(s->observation[0].value);
	s->value = calloc(s->count, sizeof *s->value);
	size_t *work = calloc(4 * s->count + cells_max, sizeof *work);
	enum err_code code = s->value == NULL || work == NULL
				     ? err_set(e, ERR_BENCH, "%s: out of memory", s->source)
				     : fill(s, work, e);
	free(work);
	return code;
}
