/* Golden file and host clock for the gate: see gating.h. */
#include "cli/gating.h"

#include <time.h>

#include "base/log.h"
#include "record/digest.h"

enum err_code gating_open(struct gating *g, const struct station *station, const char *serial,
			  struct err *e)
{
	*g = (struct gating){.is_gated = station->golden_path[0] != '\0', .station = station};
	if (!g->is_gated)
		return ERR_NONE;
	enum err_code code = golden_load(&g->golden, station->golden_path, e);
	if (code == ERR_NONE)
		code = digest_file(station->golden_path, g->golden_sha256, NULL, e);
	if (code == ERR_NONE)
		code = digest_file(station->jig.path, g->jig_sha256, NULL, e);
	g->is_check = code == ERR_NONE && gate_is_gauge(&g->golden, serial);
	return code;
}

static struct gate_bench bench_of(const struct gating *g)
{
	return (struct gate_bench){g->station->name, g->jig_sha256, g->golden_sha256};
}

enum err_code gating_state(const struct gating *g, struct record *r, struct gate_state *out,
			   struct err *e)
{
	const struct gate_bench bench = bench_of(g);

	return gate_state(r, &g->golden, &bench, (int64_t)time(NULL), out, e);
}

enum err_code gating_admit(const struct gating *g, struct record *r, struct err *e)
{
	const struct gate_bench bench = bench_of(g);

	return g->is_gated ? gate_admit(r, &g->golden, &bench, (int64_t)time(NULL), e) : ERR_NONE;
}

int gating_check(const struct gating *g, struct record *r, int64_t run, int status)
{
	char text[GATE_TEXT_SIZE];
	enum gate_verdict verdict;
	struct err e;

	if (!g->is_check)
		return status;
	enum err_code code = gate_check(r, &g->golden, run, &verdict, text, &e);
	if (code != ERR_NONE) {
		log_line("gate", "%s: %s", err_blame(code), e.text);
		return err_exit_code(ERR_BENCH);
	}
	if (verdict == GATE_NO_CHECK) {
		log_line("gate", "this run judged no pen: the check has to be made again");
		return status;
	}
	log_line("gate", "%s%s", text,
		 verdict == GATE_LOCKED ? ": production is LOCKED, see `penbench golden status`"
					: "");
	return verdict == GATE_LOCKED && status <= err_exit_code(ERR_PEN) ? err_exit_code(ERR_BENCH)
									  : status;
}
