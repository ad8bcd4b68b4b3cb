/* Studies with several factors: order of the block, nesting, and what an unbalanced file is told.
 */
#include "cli/study_factors.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"
#include "cli/study_rig.h"

struct both {
	struct study study;
	struct study_factors factors;
};

static enum err_code read_text(struct both *b, const char *text, const char *factor,
			       const char *nested, struct err *e)
{
	*b = (struct both){0};
	enum err_code code = rig_read(&b->study, text, factor, e);
	return code == ERR_NONE ? study_factors_balance(&b->factors, &b->study, nested, e) : code;
}

static void both_deinit(struct both *b)
{
	study_factors_deinit(&b->factors);
	study_deinit(&b->study);
}

/* Rows in no order; the block goes by part, station, day, and by the order of the trials. */
static void crossed(struct tap *t)
{
	static const char text[] =
		"value,part,day,station\n"
		"1,P1,mon,S1\n9,P2,tue,S2\n3,P1,tue,S1\n5,P1,mon,S2\n7,P1,tue,S2\n11,P2,mon,S1\n"
		"13,P2,tue,S1\n15,P2,mon,S2\n16,P2,mon,S2\n14,P2,tue,S1\n12,P2,mon,S1\n8,P1,tue,"
		"S2\n"
		"6,P1,mon,S2\n4,P1,tue,S1\n10,P2,tue,S2\n2,P1,mon,S1\n";
	static const double wanted[] = {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 8, 9};
	struct both b;
	struct err e = {0};

	if (!tap_ok(t, read_text(&b, text, "station,day", NULL, &e) == ERR_NONE, "crossed %s",
		    e.text))
		return;
	tap_ok(t, b.factors.design.factors == 3 && b.factors.design.trials == 2,
	       "part x station x day, two trials");
	for (size_t i = 0; i < 16; i++)
		tap_near(t, b.factors.value[i], wanted[i], 0, "value in its place");
	tap_is_str(t, study_factors_level(&b.factors, 5, 2), "tue", "the day of the sixth cell");
	both_deinit(&b);
	both_deinit(&b);
}

/* Load 1 and 2 of S1, 7 and 8 of S2: crossed they leave cells empty, nested they do not. */
static void nested(struct tap *t)
{
	static const char text[] =
		"part,station,load,value\n"
		"1,S1,1,1\n1,S1,1,2\n1,S1,2,3\n1,S1,2,4\n1,S2,7,5\n1,S2,7,6\n1,S2,8,7\n1,S2,8,8\n"
		"2,S1,1,1\n2,S1,1,2\n2,S1,2,3\n2,S1,2,4\n2,S2,7,5\n2,S2,7,6\n2,S2,8,7\n2,S2,8,9\n";
	struct effects_term term = {.set = 7, .live = 4};
	char name[STUDY_TERM_SIZE];
	struct both b;
	struct err e = {0};

	tap_ok(t,
	       read_text(&b, text, "station,load", NULL, &e) == ERR_CONFIG &&
		       strstr(e.text, "8 of 16 cells lack trials (want 2 each): 0 of part \"1\", "
				      "station \"S1\", load \"7\"") != NULL,
	       "crossed: %s", e.text);
	both_deinit(&b);
	tap_ok(t,
	       read_text(&b, text, "station,load", "load:station", &e) == ERR_NONE &&
		       b.factors.design.factor[2].levels == 2 &&
		       b.factors.design.factor[2].within == 2,
	       "load within station: two loads each");
	tap_is_str(t, study_factors_level(&b.factors, 3, 2), "8", "the level has its own name");
	both_deinit(&b);
	tap_ok(t,
	       read_text(&b, text, "station,load", "load", &e) == ERR_NONE &&
		       b.factors.design.factor[2].within == 3,
	       "load alone is within all others");
	tap_is_str(t, study_factors_term(&b.factors, &term, name), "load(part, station)", "name");
	term = (struct effects_term){.set = 3, .live = 3};
	tap_is_str(t, study_factors_term(&b.factors, &term, name), "part x station", "name");
	both_deinit(&b);
	tap_ok(t,
	       read_text(&b, text, "station,load", "load:station,station:part", &e) == ERR_NONE &&
		       b.factors.design.factor[2].within == 3,
	       "nesting goes on: load within station within part");
	both_deinit(&b);
}

static void bad(struct tap *t)
{
#define HEAD "part,station,day,trial,value\n"
	static const struct {
		const char *text, *factor, *nested, *says;
	} rows[] = {
		{HEAD "1,A,m,1,1\n", "station,day", "load", "\"load\" is no factor"},
		{HEAD "1,A,m,1,1\n", "station,day", "day:load", "\"load\" is no factor"},
		{HEAD "1,A,m,1,1\n", "station,day", "day:", "\"\" is no factor"},
		{HEAD "1,A,m,1,1\n", "station,day", "", "\"\" is no factor"},
		{HEAD "1,A,m,1,1\n", "station,day", "day,station", "nested in itself"},
		{HEAD "1,A,m,1,1\n", "station,day", "day:day", "nested in itself"},
		{HEAD "1,A,m,1,1\n", "station,station", NULL, "\"station\" twice"},
		{HEAD "1,A,m,1,1\n", "station,day,trial,value,part", NULL, "more than 4 factors"},
		{HEAD "1,A,m,1,1\n", ",", NULL, "names no column"},
		{HEAD "1,A,m,1,1\n1,A,m,1,2\n", "station,day", NULL,
		 ":3: trial \"1\" of part \"1\""},
		{HEAD "1,A,,1,1\n", "station,day", NULL, "column day is empty"},
		{HEAD "1,A,m,1,1\n1,A,m,2,1\n2,B,t,1,1\n", "station,day", NULL,
		 "7 of 8 cells lack trials"},
		{HEAD "1,A,m,1,1\n1,A,m,2,1\n2,A,m,1,1\n2,A,m,2,3\n", "station,day", NULL,
		 "station has one level only"},
		{HEAD, "station,day", NULL, "at least one row"},
	};
	struct both b;
	struct err e;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum err_code code =
			read_text(&b, rows[i].text, rows[i].factor, rows[i].nested, &e);

		tap_ok(t, code == ERR_CONFIG && strstr(e.text, rows[i].says) != NULL, "%s: %s",
		       rows[i].says, e.text);
		both_deinit(&b);
	}
}

/* Every value a level of its own: too many combinations to lay out, and too many levels. */
static void too_many(struct tap *t)
{
	struct both b = {.study = {.factors = 4, .part_name = "part"}};
	struct study_observation o = {.part = ""};
	struct err e = {0};
	enum err_code code = ERR_NONE;

	for (size_t f = 0; f < 4; f++)
		(void)snprintf(b.study.factor_name[f], NAME_SIZE, "f%zu", f);
	for (int i = 0; i < 101 && code == ERR_NONE; i++) {
		if (i == 100) {
			tap_ok(t,
			       study_factors_balance(&b.factors, &b.study, NULL, &e) ==
					       ERR_CONFIG &&
				       strstr(e.text, "10000000000 combinations") != NULL,
			       "cells: %s", e.text);
			study_factors_deinit(&b.factors);
		}
		(void)snprintf(o.part, sizeof o.part, "%d", i);
		for (size_t f = 0; f < 4; f++)
			memcpy(o.factor[f], o.part, sizeof o.part);
		code = study_add(&b.study, &o, &e);
	}
	tap_ok(t,
	       code == ERR_NONE &&
		       study_factors_balance(&b.factors, &b.study, NULL, &e) == ERR_CONFIG &&
		       strstr(e.text, "more than 100 levels of part") != NULL,
	       "levels: %s", e.text);
	both_deinit(&b);
}

int main(void)
{
	struct tap t = tap_begin();

	crossed(&t);
	nested(&t);
	bad(&t);
	too_many(&t);
	return tap_end(&t);
}
