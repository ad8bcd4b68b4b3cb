/* Studies from CSV: order, balance, factors that are joined, and what a wrong file is told. */
#include "cli/study.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"
#include "cli/study_rig.h"

static enum err_code read_text(struct study *s, const char *text, const char *factor, bool nested,
			       struct err *e)
{
	*s = (struct study){.is_nested = nested, .is_joined = true};
	enum err_code code = rig_read(s, text, factor, e);
	return code == ERR_NONE ? study_balance(s, e) : code;
}

static void crossed(struct tap *t)
{
	/* Rows in no order: the block is in that of first appearance. */
	static const char text[] = "trial,value,serial,station,day\n"
				   "1,1000000000000.4,P2,S1,mon\n"
				   "1,1000000000000.1,P1,S1,mon\n"
				   "1,1000000000000.2,P1,S1,tue\n"
				   "2,1000000000000.3,P1,S1,mon\n"
				   "2,1000000000000.5,P2,S1,mon\n"
				   "1,1000000000000.6,P2,S1,tue\n"
				   "2,1000000000000.7,P2,S1,tue\n"
				   "2,1000000000000.8,P1,S1,tue\n";
	static const double wanted[] = {0, 0.1, 0.2, 0.3, -0.3, -0.1, -0.2, 0.4};
	struct study s;
	struct err e = {0};

	if (!tap_ok(t, read_text(&s, text, "station,day", false, &e) == ERR_NONE, "crossed %s",
		    e.text))
		return;
	tap_ok(t, s.parts == 2 && s.operators == 2 && s.trials == 2, "2 x 2 x 2");
	tap_is_str(t, s.part[0], "P2", "parts in order of appearance");
	tap_is_str(t, s.op[1], "S1 / tue", "two factors make one level");
	for (size_t i = 0; i < 8; i++)
		tap_near(t, s.value[i], wanted[i], 1e-15, "difference to the first, as decimals");
	study_deinit(&s);
	study_deinit(&s);
}

static void nested(struct tap *t)
{
	static const char text[] = "part,operator,value\n1,A,1\n1,A,2\n2,A,3\n2,A,4\n"
				   "1,B,5\n1,B,6\n7,B,7\n7,B,8\n";
	struct study s;
	struct err e = {0};

	tap_ok(t,
	       read_text(&s, text, NULL, true, &e) == ERR_NONE && s.parts == 2 &&
		       s.operators == 2 && s.value[4] == 4 && s.value[7] == 7,
	       "nested: part 1 of A is another than part 1 of B");
	study_deinit(&s);
	tap_ok(t,
	       read_text(&s, text, NULL, false, &e) == ERR_CONFIG &&
		       strstr(e.text, "--nested") != NULL,
	       "as a crossed one: %s", e.text);
	study_deinit(&s);
}

static void bad(struct tap *t)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"part,operator,value\n1,A,1\n1,A,2\n2,A,3\n1,B,1\n1,B,1\n2,B,1\n2,B,1\n",
		 "part \"2\", operator \"A\" has 1 trials"},
		{"part,operator,trial,value\n1,A,1,5\n1,A,1,6\n", ":3: part \"1\""},
		{"part,operator,value\n1,A,1\n1,A,x\n", ":3: column value: \"x\" is no number"},
		{"part,operator,value\n1,A,nan\n", "no number"},
		{"part,operator,value\n,A,1\n", ":2: column part"},
		{"part,operator,value\n1,,1\n", ":2: column operator is empty"},
		{"part,value\n1,1\n", "no column \"operator\""},
		{"operator,value\n1,1\n", "no column \"part\""},
		{"part,operator\n1,1\n", "no column \"value\""},
	};
	struct study s;
	struct err e;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum err_code code = read_text(&s, rows[i].text, NULL, false, &e);

		tap_ok(t, code == ERR_CONFIG && strstr(e.text, rows[i].says) != NULL, "%s: %s",
		       rows[i].says, e.text);
		study_deinit(&s);
	}
}

static void too_many(struct tap *t)
{
	struct study s = {.count = 0};
	struct study_observation o = {.part = "p", .op = "o"};
	struct err e;
	enum err_code code = ERR_NONE;

	for (int i = 0; i <= GAUGE_FACTOR_MAX && code == ERR_NONE; i++) {
		(void)snprintf(o.part, sizeof o.part, "%d", i);
		code = study_add(&s, &o, &e);
	}
	tap_ok(t, code == ERR_NONE && study_balance(&s, &e) == ERR_CONFIG, "levels: %s", e.text);
	study_deinit(&s);
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
