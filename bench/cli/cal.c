/*
 * `penbench cal`: measures a reference in the jig and writes the next revision of the jig's
 * calibration into a new file. The old file stays as it is, and so does what it says of the other
 * instruments.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/units.h"
#include "cli/cal_measure.h"
#include "cli/cal_options.h"
#include "cli/cli.h"
#include "config/calibration.h"
#include "config/jigfile.h"
#include "verdict/coefficient.h"

#define NAME "cal"

/* Of one count, rectangular (JCGM 100, 4.3.7). */
#define COUNT_U 0.28867513459481287

/* What is said about one coefficient. */
struct change {
	const char *name;
	struct coefficient before, after;
};

/* Until the operator has done what the line asks for. */
static enum err_code await(struct session *s, const struct cal_request *r, const struct cli *cli,
			   const char *what, struct err *e)
{
	char c = '\0';

	log_line("penbench " NAME, "%s%s", what, r->wait_s < 0 ? "; then press Enter" : "");
	if (r->wait_s >= 0)
		return session_wait(s, (int64_t)llround(r->wait_s * (double)NS_PER_S), e);
	while (c != '\n') {
		ssize_t size = read(STDIN_FILENO, &c, 1);
		if (*cli->interrupted != 0)
			return err_set(e, ERR_ABORT, "ended by the operator; nothing was written");
		if (size == 0 || (size < 0 && errno != EINTR))
			return err_set(e, ERR_CONFIG,
				       "nobody can press Enter (standard input is "
				       "at its end): use --wait SECONDS");
	}
	return ERR_NONE;
}

/* The first coefficient of an instrument also carries what drift adds. */
static double with_drift(double u, double drift_u)
{
	return hypot(u, drift_u);
}

static enum err_code calibrate_encoder(struct session *s, const struct cal_request *r,
				       const struct cli *cli, struct jig *jig,
				       struct change *change, struct err *e)
{
	double counts[CAL_REFERENCES_MAX];
	double seconds = r->seconds > 0 ? r->seconds : 5.0;
	double step_um = COUNT_U * jig->encoder.um_per_count;
	struct coefficient scale, zero;
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < r->reference_count && code == ERR_NONE; i++) {
		char what[LOG_LINE_SIZE / 2];
		(void)snprintf(what, sizeof what,
			       "block of %g um in, tip held back; within %g s of the start let it "
			       "slowly through the mark onto the block",
			       r->reference[i], seconds);
		code = await(s, r, cli, what, e);
		if (code == ERR_NONE)
			code = cal_measure_counts(s, seconds, &counts[i], e);
	}
	if (code == ERR_NONE)
		code = coefficient_line(counts, r->reference, r->reference_count,
					hypot(r->u, step_um), &scale, &zero, e);
	if (code != ERR_NONE)
		return code;
	/* Where in its count the mark lies is the same in all captures, so no fit averages it. */
	zero.u = hypot(zero.u, step_um);
	scale.u = with_drift(scale.u, r->drift_u);
	change[0] = (struct change){"encoder.um_per_count",
				    {jig->encoder.um_per_count, jig->encoder.u_um_per_count},
				    scale};
	change[1] =
		(struct change){"encoder.z0_um", {jig->encoder.z0_um, jig->encoder.u_z0_um}, zero};
	jig->encoder.um_per_count = scale.value;
	jig->encoder.u_um_per_count = scale.u;
	jig->encoder.z0_um = zero.value;
	jig->encoder.u_z0_um = zero.u;
	return ERR_NONE;
}

static enum err_code calibrate_clock(struct session *s, const struct cal_request *r,
				     const struct cli *cli, struct jig *jig, struct change *change,
				     struct err *e)
{
	char what[LOG_LINE_SIZE / 2];
	struct cal_reading ratio = {0, 0};

	(void)snprintf(what, sizeof what, "reference clock of %g Hz on channel %.32s",
		       r->reference[0], r->channel);
	enum err_code code = await(s, r, cli, what, e);
	if (code == ERR_NONE)
		code = cal_measure_ratio(s, r->channel, r->seconds > 0 ? r->seconds : 1.0, &ratio,
					 e);
	if (code != ERR_NONE)
		return code;
	struct coefficient hz = {ratio.value * r->reference[0], 0};
	double ppm = hypot(r->u / r->reference[0], ratio.u / ratio.value) * 1e6;
	ppm = with_drift(ppm, r->drift_u);
	hz.u = hz.value * ppm * 1e-6;
	*change = (struct change){"clock.mod_clk_hz",
				  {jig->clock.mod_clk_hz,
				   jig->clock.mod_clk_hz * jig->clock.u_ppm * 1e-6},
				  hz};
	jig->clock.mod_clk_hz = hz.value;
	jig->clock.u_ppm = ppm;
	return ERR_NONE;
}

/* Shunt and modulator as one: what counts is the reading at a known current. The offset stays as it
 * is in the file, each run takes its own off. */
static enum err_code calibrate_shunt(struct session *s, const struct cal_request *r,
				     const struct cli *cli, struct jig *jig, struct change *change,
				     struct err *e)
{
	char what[LOG_LINE_SIZE / 2];
	struct cal_reading volt = {0, 0};

	(void)snprintf(what, sizeof what,
		       "reference current of %g mA at the battery contacts instead of the pen, lid "
		       "closed",
		       r->reference[0] * 1e3);
	enum err_code code = await(s, r, cli, what, e);
	if (code == ERR_NONE)
		code = cal_measure_volt(s, &volt, e);
	if (code != ERR_NONE)
		return code;
	struct coefficient ohm = {volt.value / r->reference[0], 0};
	double percent = hypot(r->u / r->reference[0], volt.u / volt.value) * 1e2;
	percent = with_drift(percent, r->drift_u);
	ohm.u = ohm.value * percent * 1e-2;
	*change = (struct change){"shunt.ohm",
				  {jig->shunt.ohm, jig->shunt.ohm * jig->shunt.u_percent * 1e-2},
				  ohm};
	jig->shunt.ohm = ohm.value;
	jig->shunt.u_percent = percent;
	return ERR_NONE;
}

/* The certificate of what was just measured. */
static enum err_code certify(struct session *s, const struct cal_request *r, struct jig *jig,
			     struct err *e)
{
	struct jig_certificate *const of[] = {[JIG_ENCODER] = &jig->encoder.certificate,
					      [JIG_CLOCK] = &jig->clock.certificate,
					      [JIG_SHUNT] = &jig->shunt.certificate};
	struct jig_certificate *c = of[r->which];
	char today[JIG_DATE_SIZE];
	enum err_code code = clock_date(session_clock(s), today, e);

	if (code != ERR_NONE)
		return code;
	const char *date = r->date != NULL ? r->date : today;
	if (strcmp(date, today) > 0)
		return err_set(e, ERR_CONFIG, "--date %s lies ahead: the station's clock has %s",
			       date, today);
	if (strcmp(r->due, date) <= 0)
		return err_set(e, ERR_CONFIG, "--due %s is not after the calibration's date %s",
			       r->due, date);
	(void)snprintf(c->number, sizeof c->number, "%s", r->certificate);
	(void)snprintf(c->date, sizeof c->date, "%s", date);
	(void)snprintf(c->due, sizeof c->due, "%s", r->due);
	jig->revision++;
	return ERR_NONE;
}

static enum err_code measure(const struct station *station, const struct cal_request *r,
			     const struct cli *cli, struct jig *jig, struct change *change,
			     struct err *e)
{
	typedef enum err_code calibrate(struct session *, const struct cal_request *,
					const struct cli *, struct jig *, struct change *,
					struct err *);
	static calibrate *const of[] = {[JIG_ENCODER] = calibrate_encoder,
					[JIG_CLOCK] = calibrate_clock,
					[JIG_SHUNT] = calibrate_shunt};
	unsigned want = SESSION_ANALYZER | (r->which == JIG_SHUNT ? SESSION_GPIO : 0);
	struct session *s;
	struct err later;
	enum err_code code = session_open(&s, station, want, cli->interrupted, e);

	if (code != ERR_NONE)
		return code;
	code = certify(s, r, jig, e); /* before the work: a wrong date is found at once */
	if (code == ERR_NONE)
		code = of[r->which](s, r, cli, jig, change, e);
	enum err_code close_code = session_close(s, &later);
	if (code == ERR_NONE && close_code != ERR_NONE) {
		*e = later;
		code = close_code;
	}
	return code;
}

static enum err_code report(const struct station *station, const struct jig *jig, const char *path,
			    const struct change *change, struct err *e)
{
	bool agrees = true;

	(void)printf("jig %s, revision %" PRIu64 " -> %" PRIu64 ", U at k = 2\n", jig->id,
		     jig->revision - 1, jig->revision);
	(void)printf("%-22s %28s %28s %7s\n", "", "before", "now", "E_n");
	for (size_t i = 0; i < 2 && change[i].name != NULL; i++) {
		char before[64], after[64];
		double en = coefficient_en(change[i].after, change[i].before);
		(void)snprintf(before, sizeof before, "%.9g +- %.2g", change[i].before.value,
			       2 * change[i].before.u);
		(void)snprintf(after, sizeof after, "%.9g +- %.2g", change[i].after.value,
			       2 * change[i].after.u);
		(void)printf("%-22s %28s %28s %+7.2f\n", change[i].name, before, after, en);
		agrees = agrees && fabs(en) <= 1.0;
	}
	(void)printf("written: %s\nto use it, name it as `jig` in %s\n", path, station->path);
	if (!agrees)
		(void)printf("E_n beyond 1: the jig is not what revision %" PRIu64
			     " says. Look at what was measured since then before it is used.\n",
			     jig->revision - 1);
	return cli_flush(e);
}

static enum err_code calibrate(const struct station *station, const struct cal_request *r,
			       const struct cli *cli, struct err *e)
{
	struct change change[2] = {{.name = NULL}, {.name = NULL}};
	struct jig jig = station->jig;
	char path[PATH_SIZE];
	enum err_code code = ERR_NONE;

	if (r->out_path == NULL)
		code = jigfile_next_path(path, &jig, e);
	else if ((size_t)snprintf(path, sizeof path, "%s", r->out_path) >= sizeof path)
		code = err_set(e, ERR_CONFIG, "-o: the path is too long");
	/* Writing finds out for good; this spares the work. */
	if (code == ERR_NONE && access(path, F_OK) == 0)
		code = err_set(e, ERR_CONFIG,
			       "%s is there already, and a calibration is never overwritten: if "
			       "it is to go on from that one, name it as `jig` in %s; else name "
			       "another file with -o",
			       path, station->path);
	if (code == ERR_NONE)
		code = measure(station, r, cli, &jig, change, e);
	if (code == ERR_NONE)
		code = jigfile_write(&jig, path, e);
	return code == ERR_NONE ? report(station, &jig, path, change, e) : code;
}

int cli_cal(int argc, char **argv, const struct cli *cli)
{
	struct cal_request request;
	struct station station;
	struct err e;
	bool launched;
	int status;
	enum err_code code = cal_options_parse(&request, argc, argv, &e);

	if (code == ERR_NONE && request.help)
		return cli_help(NAME, cal_options_usage());
	if (code == ERR_NONE)
		code = cli_open_station(&station, cli_station_path(request.station_path), cli,
					request.seed, &launched, &status, &e);
	if (code == ERR_NONE && launched)
		return status;
	if (code == ERR_NONE)
		code = calibrate(&station, &request, cli, &e);
	return code == ERR_NONE ? 0 : cli_fail(NAME, &e);
}
