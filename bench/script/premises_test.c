/* Who may run on which day: production only on a calibrated jig, everybody else with a mark. */
#include "script/premises.h"

#include <string.h>

#include "base/tap.h"

static struct jig jig_due(const char *due)
{
	struct jig jig = {.id = "J1", .revision = 3};

	jig.encoder.certificate = (struct jig_certificate){.number = "E1", .date = "2026-01-01"};
	(void)memcpy(jig.encoder.certificate.due, due, JIG_DATE_SIZE);
	jig.clock.certificate = (struct jig_certificate){"C1", "2026-01-01", "2030-01-01"};
	jig.shunt.certificate = jig.clock.certificate;
	return jig;
}

int main(void)
{
	struct tap t = tap_begin();
	struct sink_equipment equipment[JIG_INSTRUMENTS] = {
		{.instrument = "encoder", .state = "not checked"}};
	struct sink_run about = {.serial = "S",
				 .date = "",
				 .marks = "",
				 .equipment = equipment,
				 .equipment_count = JIG_INSTRUMENTS};
	struct jig jig = jig_due("2026-12-31");
	struct premises p;
	struct err e;

	about.is_production = true;
	tap_is_int(&t, premises_judge(&p, &about, &jig, "2026-12-31", &e), ERR_NONE,
		   "production on the last day");
	tap_is_str(&t, p.run.marks, "", "no mark");
	tap_is_str(&t, p.run.date, "2026-12-31", "the day is known");
	tap_is_str(&t, p.run.equipment[JIG_ENCODER].state, "valid", "the state too");
	tap_is_str(&t, p.run.serial, "S", "the rest is as it was");

	tap_is_int(&t, premises_judge(&p, &about, &jig, "2027-01-01", &e), ERR_CONFIG,
		   "no production on the day after");
	tap_is_str(&t, e.text,
		   "no production: calibration of jig J1 on 2027-01-01: encoder expired on "
		   "2026-12-31 (E1 of 2026-01-01); renew with `penbench cal encoder ...`",
		   "says what, when, how to renew");
	tap_is_str(&t, p.run.equipment[JIG_ENCODER].state, "expired", "the record sees it");
	tap_is_str(&t, p.run.equipment[JIG_CLOCK].state, "valid", "and that the clock is good");

	about.is_production = false;
	tap_is_int(&t, premises_judge(&p, &about, &jig, "2027-01-01", &e), ERR_NONE,
		   "engineering goes on");
	tap_ok(&t, strncmp(p.run.marks, "engineering run: calibration of jig J1", 38) == 0,
	       "marked: %s", p.run.marks);
	tap_is_int(&t, premises_judge(&p, &about, &jig, "2025-12-31", &e), ERR_NONE, "too early");
	tap_ok(&t, strstr(p.run.marks, "valid from 2026-01-01 only") != NULL, "is marked too");
	about.marks = "chosen by hand: the plan";
	(void)premises_judge(&p, &about, &jig, "2027-01-01", &e);
	tap_ok(&t, strncmp(p.run.marks, "chosen by hand: the plan; engineering run: cal", 46) == 0,
	       "with the marks it had: %s", p.run.marks);

	tap_is_int(&t, premises_judge(&p, &about, &jig, "20261231", &e), ERR_BENCH,
		   "a clock that says no day");
	tap_is_int(&t, premises_check(&p, &about, NULL, &e), ERR_NONE, "no session");
	tap_is_str(&t, p.run.date, "", "no day");
	tap_is_str(&t, p.run.equipment[0].state, "not checked", "and nothing checked");
	return tap_end(&t);
}
