/* See figures.h. */
#include "figures.h"

#include <math.h>
#include <string.h>

#include "html.h"

enum { HEIGHT = 190, OVERLAY_MAX = 48 };

/* Half of what is shown around a moment, in seconds: a few strokes, or a start as a whole. */
static const double AROUND_STROKE_S = 0.02, AROUND_START_S = 0.15;

enum figures_moment figures_moment_of(const char *name, const char *unit)
{
	static const struct {
		const char *part;
		enum figures_moment moment;
	} NAMES[] = {
		{"latency", FIGURES_BEGIN}, {"settl", FIGURES_BEGIN},
		{"inrush", FIGURES_BEGIN},  {"parked", FIGURES_END},
		{"stop", FIGURES_END},      {"cut_out", FIGURES_END},
		{"depth", FIGURES_DEEPEST}, {"protrusion", FIGURES_DEEPEST},
		{"motion", FIGURES_BEGIN},  {"count", FIGURES_END},
	};

	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
		if (strstr(name, NAMES[i].part) != NULL)
			return NAMES[i].moment;
	if (strcmp(unit, "um") == 0)
		return FIGURES_DEEPEST;
	if (strcmp(unit, "mA") == 0 || strcmp(unit, "A") == 0)
		return FIGURES_LARGEST;
	if (strcmp(unit, "%") == 0 || strcmp(unit, "Hz") == 0)
		return FIGURES_MIDDLE;
	return FIGURES_NONE;
}

static const char *position_name(const struct wave *w)
{
	return w->is_from_nose ? "\xc2\xb5m past the nose face" : "\xc2\xb5m from the beginning";
}

static struct plot_series whole(const struct plot_bin *bin, const struct wave *w)
{
	return (struct plot_series){.bin = bin,
				    .count = w->count,
				    .first_x = 0,
				    .step_x = w->bin_s};
}

static void draw(GString *page, const struct wave *w, bool is_current, double from_s, double to_s,
		 const struct plot_mark *mark)
{
	struct plot p = {
		.title = is_current ? "supply current over time" : "needle position over time",
		.x_name = "time in the capture, s",
		.y_name = is_current ? "supply current, mA" : position_name(w),
		.x_low = fmax(0, from_s),
		.x_high = fmin(w->seconds, to_s),
		.height = HEIGHT,
	};
	struct plot_series s = whole(is_current ? w->current : w->position, w);

	if (mark != NULL)
		p.mark[p.mark_count++] = *mark;
	plot_draw(page, &p, &s, 1);
}

/* The instant and how much around it. False: this capture has none. */
static bool find_moment(const struct wave *w, enum figures_moment moment, struct plot_mark *mark,
			double *around_s)
{
	mark->is_vertical = true;
	*around_s = AROUND_STROKE_S;
	switch (moment) {
	case FIGURES_DEEPEST:
		mark->at = w->has_position ? w->top_s : NAN;
		mark->word = "deepest";
		break;
	case FIGURES_LARGEST:
		mark->at = w->has_current && isfinite(w->peak_ma) ? w->peak_s : NAN;
		mark->word = "largest current";
		break;
	case FIGURES_BEGIN:
		mark->at = w->first_motion_s;
		mark->word = "first motion";
		*around_s = AROUND_START_S;
		break;
	case FIGURES_END:
		mark->at = w->last_motion_s;
		mark->word = "last motion";
		*around_s = AROUND_START_S;
		break;
	case FIGURES_MIDDLE:
		mark->at = w->bottom_count > 0 ? w->bottom_s[w->bottom_count / 2] : NAN;
		mark->word = "a stroke begins";
		break;
	case FIGURES_NONE:
		mark->at = NAN;
		break;
	}
	return isfinite(mark->at);
}

/* Evenly taken from all strokes, each from bottom to bottom. */
static void draw_strokes(GString *page, const struct wave *w)
{
	struct plot_series s[OVERLAY_MAX];
	double longest_s = 0;
	size_t strokes = w->bottom_count > 0 ? w->bottom_count - 1 : 0, shown = 0;
	size_t stride = strokes / OVERLAY_MAX + 1;

	for (size_t i = 0; i + 1 < w->bottom_count && shown < OVERLAY_MAX; i += stride) {
		double from_s = w->bottom_s[i], took_s = w->bottom_s[i + 1] - from_s;
		size_t first = (size_t)(from_s / w->bin_s), count = (size_t)(took_s / w->bin_s);

		if (took_s > 0.05 || count < 2 || first + count > w->count)
			continue; /* a rest between two jobs is no stroke */
		s[shown++] = (struct plot_series){w->position + first, count, 0, w->bin_s};
		longest_s = fmax(longest_s, took_s);
	}
	if (shown < 2)
		return;
	for (size_t i = 0; i < shown; i++)
		s[i].step_x *= 1000;
	const struct plot p = {.title = "strokes laid over each other",
			       .x_name = "time in the stroke, ms",
			       .y_name = position_name(w),
			       .x_high = longest_s * 1000,
			       .height = HEIGHT + 40};
	html_put(page, "<p class=soft>%zu of %zu strokes laid over each other</p>", shown, strokes);
	plot_draw(page, &p, s, shown);
}

void figures_draw(GString *page, const struct wave *w, enum figures_moment moment)
{
	struct plot_mark mark = {.at = NAN, .word = ""};
	double around_s;
	bool has_moment = find_moment(w, moment, &mark, &around_s);

	/* Of a short capture nothing has to be enlarged. */
	if (has_moment && 2 * around_s < 0.6 * w->seconds) {
		html_put(page, "<p class=soft>The moment, enlarged: ");
		html_text(page, mark.word);
		html_put(page, " at %.4f s</p>", mark.at);
		if (w->has_position && moment != FIGURES_LARGEST)
			draw(page, w, false, mark.at - around_s, mark.at + around_s, &mark);
		if (w->has_current && moment != FIGURES_DEEPEST)
			draw(page, w, true, mark.at - around_s, mark.at + around_s, &mark);
		html_put(page, "<p class=soft>The whole capture</p>");
	}
	if (w->has_position)
		draw(page, w, false, 0, w->seconds, has_moment ? &mark : NULL);
	if (w->has_current)
		draw(page, w, true, 0, w->seconds, has_moment ? &mark : NULL);
	if (w->has_position)
		draw_strokes(page, w);
}
