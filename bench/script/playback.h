/*
 * The samples of a kept capture through the analyses again: what recording.h does with an analyzer,
 * from a .sr file. Pure but for reading the file; equal files give equal results to the last bit.
 */
#ifndef SCRIPT_PLAYBACK_H
#define SCRIPT_PLAYBACK_H

#include "script/world.h"

/* Starts and feeds c->analyses, sets samples and rate_ratio. mod_clk_hz: of MOD_CLK, as the jig's
 * certificate has it. ERR_SCRIPT: a spec is wrong. ERR_BENCH: the file is damaged, or its modulator
 * clock is. */
enum err_code playback_run(struct world_capture *c, const char *sr_path, double mod_clk_hz,
			   struct err *e);

#endif
