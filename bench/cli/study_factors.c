/* See study_factors.h. A level is numbered among those that share its outer cell: the combination
 * of levels that its factor is nested in, which of a crossed factor is the one of nothing. */
#include "cli/study_factors.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MISSING_SHOWN_MAX = 3, CELLS_MAX = 10 * STUDY_OBSERVATIONS_MAX };

void study_factors_deinit(struct study_factors *f)
{
	free(f->value);
	free(f->work);
	f->value = NULL;
	f->work = NULL;
}

const char *study_factors_name(const struct study_factors *f, size_t factor)
{
	return factor == 0 ? f->study->part_name : f->study->factor_name[factor - 1];
}

static const char *label(const struct study_observation *o, size_t factor)
{
	return factor == 0 ? o->part : o->factor[factor - 1];
}

/* Arrays of one number for each observation. */
static size_t *levels_of(const struct study_factors *f, size_t factor)
{
	return f->work + factor * f->study->count;
}

static size_t *outer_of(const struct study_factors *f, size_t factor)
{
	return f->work + (EFFECTS_FACTORS_MAX + factor) * f->study->count;
}

/* Index of the factor that a text of `size` bytes names; design.factors: none. */
static size_t find(const struct study_factors *f, const char *text, size_t size)
{
	for (size_t i = 0; i < f->design.factors; i++)
		if (strlen(study_factors_name(f, i)) == size &&
		    memcmp(study_factors_name(f, i), text, size) == 0)
			return i;
	return size == 4 && memcmp(text, "part", 4) == 0 ? 0 : f->design.factors;
}

/* One "load" or "load:station+day". */
static enum err_code nest_one(struct study_factors *f, const char *text, size_t size, struct err *e)
{
	size_t head = strcspn(text, ":,"), factor = find(f, text, head);
	unsigned all = (1u << f->design.factors) - 1, within = 0;

	for (size_t at = head; at < size;) {
		size_t begin = at + 1, word = strcspn(text + begin, "+,");
		size_t outer = find(f, text + begin, word);

		if (outer == f->design.factors)
			return err_set(e, ERR_CONFIG,
				       "--nested: \"%.*s\" is no factor of this study", (int)word,
				       text + begin);
		within |= 1u << outer;
		at = begin + word;
	}
	if (factor == f->design.factors)
		return err_set(e, ERR_CONFIG, "--nested: \"%.*s\" is no factor of this study",
			       (int)head, text);
	f->design.factor[factor].within = head < size ? within : all & ~(1u << factor);
	return ERR_NONE;
}

/* What a factor is nested in brings along what that is nested in. */
static enum err_code close_nesting(struct study_factors *f, struct err *e)
{
	for (size_t round = 0; round < f->design.factors; round++)
		for (size_t i = 0; i < f->design.factors; i++)
			for (size_t k = 0; k < f->design.factors; k++)
				if ((f->design.factor[i].within >> k & 1) != 0)
					f->design.factor[i].within |= f->design.factor[k].within;
	for (size_t i = 0; i < f->design.factors; i++)
		if ((f->design.factor[i].within >> i & 1) != 0)
			return err_set(e, ERR_CONFIG,
				       "--nested: %s would be nested in itself; say in what each "
				       "is: --nested=load:station+day",
				       study_factors_name(f, i));
	return ERR_NONE;
}

static enum err_code nest(struct study_factors *f, const char *text, struct err *e)
{
	enum err_code code = ERR_NONE;

	while (text != NULL && code == ERR_NONE) {
		size_t size = strcspn(text, ",");

		code = nest_one(f, text, size, e);
		text = text[size] == ',' ? text + size + 1 : NULL;
	}
	return code == ERR_NONE ? close_nesting(f, e) : code;
}

/* Numbers the levels of one factor in order of appearance; those it is nested in are done. */
static enum err_code number_levels(struct study_factors *f, size_t factor, struct err *e)
{
	const struct study *s = f->study;
	struct effects_factor *it = &f->design.factor[factor];
	size_t *level = levels_of(f, factor), *outer = outer_of(f, factor);

	for (size_t i = 0; i < s->count; i++) {
		size_t next = 0, k = 0;

		for (size_t o = 0; o < f->design.factors; o++)
			if ((it->within >> o & 1) != 0)
				outer[i] = outer[i] * STUDY_LEVELS_MAX + levels_of(f, o)[i];
		for (; k < i; k++) {
			if (outer[k] != outer[i])
				continue;
			if (strcmp(label(&s->observation[k], factor),
				   label(&s->observation[i], factor)) == 0)
				break;
			next = level[k] + 1 > next ? level[k] + 1 : next;
		}
		level[i] = k < i ? level[k] : next;
		if (level[i] == STUDY_LEVELS_MAX)
			return err_set(e, ERR_CONFIG, "%s:%zu: more than %d levels of %s",
				       s->source, s->observation[i].line, STUDY_LEVELS_MAX,
				       study_factors_name(f, factor));
		it->levels = level[i] + 1 > it->levels ? level[i] + 1 : it->levels;
	}
	return ERR_NONE;
}

/* A factor has more in its `within` than any that it is nested in. */
static enum err_code number_all(struct study_factors *f, struct err *e)
{
	enum err_code code = ERR_NONE;

	for (size_t depth = 0; depth < f->design.factors; depth++)
		for (size_t i = 0; i < f->design.factors && code == ERR_NONE; i++) {
			size_t outer = 0;

			for (unsigned w = f->design.factor[i].within; w != 0; w &= w - 1)
				outer++;
			if (outer == depth)
				code = number_levels(f, i, e);
		}
	return code;
}

size_t study_factors_cells(const struct study_factors *f)
{
	size_t cells = 1;

	for (size_t i = 0; i < f->design.factors; i++) /* at most 100^5 */
		cells *= f->design.factor[i].levels;
	return cells;
}

static size_t level_in(const struct study_factors *f, size_t cell, size_t factor)
{
	for (size_t i = f->design.factors; i-- > factor + 1;)
		cell /= f->design.factor[i].levels;
	return cell % f->design.factor[factor].levels;
}

static size_t cell_at(const struct study_factors *f, size_t observation)
{
	size_t cell = 0;

	for (size_t i = 0; i < f->design.factors; i++)
		cell = cell * f->design.factor[i].levels + levels_of(f, i)[observation];
	return cell;
}

const char *study_factors_level(const struct study_factors *f, size_t cell, size_t factor)
{
	size_t outer = 0;

	for (size_t o = 0; o < f->design.factors; o++)
		if ((f->design.factor[factor].within >> o & 1) != 0)
			outer = outer * STUDY_LEVELS_MAX + level_in(f, cell, o);
	for (size_t i = 0; i < f->study->count; i++)
		if (outer_of(f, factor)[i] == outer &&
		    levels_of(f, factor)[i] == level_in(f, cell, factor))
			return label(&f->study->observation[i], factor);
	return "(one more)"; /* its outer cell has fewer than others have */
}

struct text {
	char *at;
	size_t size, used;
};

static void __attribute__((format(printf, 2, 3))) append(struct text *t, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int more = vsnprintf(t->at + t->used, t->size - t->used, format, list);
	va_end(list);
	t->used += more > 0 ? (size_t)more : 0;
	if (t->used >= t->size)
		t->used = t->size - 1;
}

/* The first cells that have fewer trials than the fullest, by name. */
static enum err_code tell_missing(const struct study_factors *f, const size_t *filled,
				  struct err *e)
{
	char list[ERR_TEXT_SIZE / 2];
	struct text t = {list, sizeof list, 0};
	size_t short_cells = 0;

	list[0] = '\0';
	for (size_t c = 0; c < study_factors_cells(f); c++) {
		if (filled[c] == f->design.trials || ++short_cells > MISSING_SHOWN_MAX)
			continue;
		append(&t, "%s%zu of", short_cells > 1 ? "; " : "", filled[c]);
		for (size_t i = 0; i < f->design.factors; i++)
			append(&t, "%s %.16s \"%.20s\"", i > 0 ? "," : "", study_factors_name(f, i),
			       study_factors_level(f, c, i));
	}
	if (short_cells == 0)
		return ERR_NONE;
	return err_set(e, ERR_CONFIG,
		       "%.100s: not balanced, %zu of %zu cells lack trials (want %zu each): %s%s; "
		       "repeat them, or say what is nested (--nested=FACTOR), or --join",
		       f->study->source, short_cells, study_factors_cells(f), f->design.trials,
		       list, short_cells > MISSING_SHOWN_MAX ? "; ..." : "");
}

/* A trial that has a name must not stand in its cell already. */
static enum err_code check_trial(const struct study_factors *f, const size_t *cell, size_t i,
				 struct err *e)
{
	const struct study_observation *o = f->study->observation;

	for (size_t k = 0; k < i && o[i].trial[0] != '\0'; k++)
		if (cell[k] == cell[i] && strcmp(o[k].trial, o[i].trial) == 0)
			return err_set(e, ERR_CONFIG,
				       "%.200s:%zu: trial \"%s\" of %s \"%s\" stands already in "
				       "line %zu",
				       f->study->source, o[i].line, o[i].trial,
				       study_factors_name(f, 0), o[i].part, o[k].line);
	return ERR_NONE;
}

/* work: two arrays of as many as there are observations, one of as many as cells; all zero. */
static enum err_code fill(struct study_factors *f, size_t *work, struct err *e)
{
	const struct study *s = f->study;
	size_t *cell = work, *trial = cell + s->count, *filled = trial + s->count;
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < s->count && code == ERR_NONE; i++) {
		cell[i] = cell_at(f, i);
		trial[i] = filled[cell[i]]++;
		if (trial[i] + 1 > f->design.trials)
			f->design.trials = trial[i] + 1;
		code = check_trial(f, cell, i, e);
	}
	if (code == ERR_NONE)
		code = tell_missing(f, filled, e);
	for (size_t i = 0; i < s->count && code == ERR_NONE; i++)
		f->value[cell[i] * f->design.trials + trial[i]] =
			decimal_difference(s->observation[i].value, s->observation[0].value);
	return code;
}

static enum err_code sort(struct study_factors *f, struct err *e)
{
	size_t cells = study_factors_cells(f), count = f->study->count;

	if (cells > CELLS_MAX)
		return err_set(e, ERR_CONFIG,
			       "%.200s: %zu values for %zu combinations of levels; is a factor "
			       "nested? --nested=FACTOR",
			       f->study->source, count, cells);
	size_t *work = calloc(2 * count + cells, sizeof *work);
	enum err_code code =
		work == NULL ? err_set(e, ERR_BENCH, "out of memory") : fill(f, work, e);
	free(work);
	return code;
}

enum err_code study_factors_balance(struct study_factors *f, const struct study *s,
				    const char *nested, struct err *e)
{
	enum err_code code;

	*f = (struct study_factors){.study = s, .design.factors = s->factors + 1};
	if (s->count == 0)
		return err_set(e, ERR_CONFIG, "%s: no value", s->source);
	code = nest(f, nested, e);
	if (code != ERR_NONE)
		return code;
	f->value = calloc(s->count, sizeof *f->value);
	f->work = calloc(2 * EFFECTS_FACTORS_MAX * s->count, sizeof *f->work);
	if (f->value == NULL || f->work == NULL)
		return err_set(e, ERR_BENCH, "%s: out of memory", s->source);
	f->design.value = f->value;
	code = number_all(f, e);
	if (code == ERR_NONE)
		code = sort(f, e);
	for (size_t i = 0; i < f->design.factors && code == ERR_NONE; i++)
		if (f->design.factor[i].levels < 2)
			code = err_set(e, ERR_CONFIG,
				       "%.200s: %s has one level only; a factor has two at least, "
				       "leave it out",
				       s->source, study_factors_name(f, i));
	return code;
}

const char *study_factors_term(const struct study_factors *f, const struct effects_term *term,
			       char text[STUDY_TERM_SIZE])
{
	struct text t = {text, STUDY_TERM_SIZE, 0};
	unsigned nests = term->set & ~term->live;

	text[0] = '\0';
	for (size_t i = 0; i < f->design.factors; i++)
		if ((term->live >> i & 1) != 0)
			append(&t, "%s%s", t.used > 0 ? " x " : "", study_factors_name(f, i));
	for (size_t i = 0, shown = 0; i < f->design.factors; i++)
		if ((nests >> i & 1) != 0)
			append(&t, "%s%s", shown++ > 0 ? ", " : "(", study_factors_name(f, i));
	if (nests != 0)
		append(&t, ")");
	return text;
}
