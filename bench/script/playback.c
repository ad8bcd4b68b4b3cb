/* From file to analyses: see playback.h. */
#include "script/playback.h"

#include "capture/sr_reader.h"
#include "session/clock_check.h"

/* All blocks; a file holds as many samples as it holds. */
static enum err_code feed(struct world_capture *c, struct sr_reader *reader,
			  struct clock_check *clock, struct err *e)
{
	struct block block = {.sample_count = 1};
	enum err_code code = ERR_NONE;

	for (c->samples = 0; code == ERR_NONE && block.sample_count > 0;) {
		code = sr_reader_next(reader, &block, e);
		if (code != ERR_NONE || block.sample_count == 0)
			continue;
		if (clock != NULL)
			clock_check_feed(clock, &block);
		if (c->spec_count > 0)
			analysis_feed(c->analyses, c->spec_count, &block);
		c->samples += block.sample_count;
	}
	if (code == ERR_CONFIG)
		e->code = code = ERR_BENCH;
	return code;
}

enum err_code playback_run(struct world_capture *c, const char *sr_path, double mod_clk_hz,
			   struct err *e)
{
	struct sr_reader *reader;
	struct clock_check clock;
	struct err no_clock;
	unsigned bit;
	enum err_code code = sr_reader_open(&reader, sr_path, e);

	if (code != ERR_NONE) {
		e->code = ERR_BENCH;
		return ERR_BENCH;
	}
	const struct sessionfile *info = sr_reader_info(reader);
	bool has_clock = channels_find(&info->channels, "MOD_CLK", &bit, &no_clock) == ERR_NONE;
	if (has_clock)
		clock_check_init(&clock, bit);
	code = world_start_analyses(c, &info->channels, (uint64_t)info->samplerate_hz, e);
	if (code == ERR_NONE)
		code = feed(c, reader, has_clock ? &clock : NULL, e);
	c->rate_ratio = 1.0;
	if (code == ERR_NONE && has_clock)
		code = clock_check_finish(&clock, mod_clk_hz, (double)info->samplerate_hz,
					  &c->rate_ratio, e);
	sr_reader_close(reader);
	return code;
}
