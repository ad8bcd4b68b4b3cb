/* See figures.h. */
#include "figures.h"

#include <math.h>
#include <string.h>

#include "html.h"

enum { HEIGHT = 190, OVERLAY_MAX = 48 };

/* Half of what is shown around a moment, in seconds: a few strokes, or a start as a whole. */
static const double AROUND_STROKE_S = 0.02, AROUND_START_S = 0.15;

/* Longer is a rest. Settings of one capture lie 250 um apart and more, bad pens' ones too. */
static const double STROKE_MAX_S = 0.05, SETTING_APART_UM = 125;

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
	if (strcmp(unit, "A") == 0)
		return FIGURES_LARGEST;
	/* Means over the strokes: their start, which takes more, is not meant. */
	if (strcmp(unit, "mA") == 0 || strcmp(unit, "%") == 0 || strcmp(unit, "Hz") == 0)
		return FIGURES_MIDDLE;
	return FIGURES_NONE;
}

struct figures_focus figures_focus_none(void)
{
	return (struct figures_focus){.moment = FIGURES_NONE,
				      .near_um = NAN,
				      .low = NAN,
				      .high = NAN};
}

/* The last number of a name; NAN: it has none. */
static double setting_of(const char *name)
{
	const char *at = name + strlen(name);

	while (at > name && !g_ascii_isdigit(at[-1]))
		at--;
	while (at > name && g_ascii_isdigit(at[-1]))
		at--;
	return g_ascii_isdigit(*at) ? g_ascii_strtod(at, NULL) : NAN;
}

struct figures_focus figures_focus_of(const char *name, const char *unit, double value, double low,
				      double high)
{
	struct figures_focus f = figures_focus_none();
	double setting = setting_of(name);

	f.moment = figures_moment_of(name, unit);
	if (strcmp(unit, "um") == 0 && strstr(name, "depth_error") != NULL) {
		f.near_um = setting + value;
		f.low = setting + low;
		f.high = setting + high;
	} else if (strcmp(unit, "um") == 0 && strstr(name, "depth") != NULL) {
		f.near_um = setting;
	} else if (strcmp(unit, "um") == 0 && strstr(name, "protrusion") != NULL) {
		f.high = high;
	} else if (strcmp(unit, "A") == 0) {
		f.is_current = true;
		f.low = 1000 * low;
		f.high = 1000 * high;
	} else if (strcmp(unit, "mA") == 0) {
		f.is_current = true;
		f.low = low;
		f.high = high;
		f.is_of_mean = true;
	}
	return f;
}

static const char *position_name(const struct wave *w)
{
	return w->is_from_nose ? "needle position, \xc2\xb5m past the nose face"
			       : "needle position, \xc2\xb5m from the beginning";
}

static struct plot_series whole(const struct plot_bin *bin, const struct wave *w)
{
	return (struct plot_series){.bin = bin,
				    .count = w->count,
				    .first_x = 0,
				    .step_x = w->bin_s};
}

/* The limits, where the plot has their quantity and its zero. */
static void add_limits(struct plot *p, const struct wave *w, const struct figures_focus *f,
		       bool is_current)
{
	const struct plot_mark limits[] = {
		{f->low, f->is_of_mean ? "lower limit of the mean" : "lower limit", false, true},
		{f->high, f->is_of_mean ? "upper limit of the mean" : "upper limit", false, false},
	};

	if (f->is_current != is_current || (!is_current && !w->is_from_nose))
		return;
	for (int i = 0; i < 2; i++)
		if (isfinite(limits[i].at))
			p->mark[p->mark_count++] = limits[i];
}

static void draw(GString *page, const struct wave *w, const struct figures_focus *focus,
		 bool is_current, double from_s, double to_s, const struct plot_mark *mark)
{
	struct plot p = {
		.title = is_current ? "supply current over time" : "needle position over time",
		.x_name = "time in the capture, s",
		.y_name = is_current ? "supply current, mA, before its zero is taken off"
				     : position_name(w),
		.x_low = fmax(0, from_s),
		.x_high = fmin(w->seconds, to_s),
		.height = HEIGHT,
	};
	struct plot_series s = whole(is_current ? w->current : w->position, w);

	if (mark != NULL)
		p.mark[p.mark_count++] = *mark;
	add_limits(&p, w, focus, is_current);
	plot_draw(page, &p, &s, 1);
}

/* The largest position from one instant to another, and when. */
static double top_between(const struct wave *w, double from_s, double to_s, double *at_s)
{
	size_t from = (size_t)(from_s / w->bin_s), to = (size_t)(to_s / w->bin_s);
	double top = -INFINITY;

	for (size_t i = from; i < to && i < w->count; i++) {
		if ((double)w->position[i].max > top) {
			top = (double)w->position[i].max;
			*at_s = ((double)i + 0.5) * w->bin_s;
		}
	}
	return top;
}

/* When a stroke went to about near_um; the deepest one when none is meant, or zero is not known. */
static double deepest_s(const struct wave *w, double near_um)
{
	double found_s = w->top_s, least_um = INFINITY, at_s = 0;

	if (!isfinite(near_um) || !w->is_from_nose)
		return found_s;
	for (size_t i = 0; i + 1 < w->bottom_count; i++) {
		double off_um =
			fabs(top_between(w, w->bottom_s[i], w->bottom_s[i + 1], &at_s) - near_um);
		if (off_um < least_um) {
			least_um = off_um;
			found_s = at_s;
		}
	}
	return found_s;
}

/* The instant and how much around it. False: this capture has none. */
static bool find_moment(const struct wave *w, const struct figures_focus *focus,
			struct plot_mark *mark, double *around_s)
{
	mark->is_vertical = true;
	*around_s = AROUND_STROKE_S;
	switch (focus->moment) {
	case FIGURES_DEEPEST:
		mark->at = w->has_position ? deepest_s(w, focus->near_um) : NAN;
		mark->word = "deepest point";
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

/* A rest between two jobs is no stroke, and one to another setting is not meant. */
static bool is_meant(const struct wave *w, size_t i, double near_um)
{
	double at_s, from_s = w->bottom_s[i], to_s = w->bottom_s[i + 1];

	if (to_s - from_s > STROKE_MAX_S)
		return false;
	return !isfinite(near_um) || !w->is_from_nose ||
	       fabs(top_between(w, from_s, to_s, &at_s) - near_um) < SETTING_APART_UM;
}

/* Evenly taken from all strokes that are meant, each from bottom to bottom. */
static void draw_strokes(GString *page, const struct wave *w, const struct figures_focus *focus)
{
	struct plot_series s[OVERLAY_MAX];
	size_t meant[WAVE_STROKES_MAX], strokes = 0, shown = 0;
	double longest_s = 0;

	for (size_t i = 0; i + 1 < w->bottom_count; i++)
		if (is_meant(w, i, focus->near_um))
			meant[strokes++] = i;
	for (size_t k = 0; k < strokes && shown < OVERLAY_MAX; k += strokes / OVERLAY_MAX + 1) {
		double from_s = w->bottom_s[meant[k]], took_s = w->bottom_s[meant[k] + 1] - from_s;
		size_t first = (size_t)(from_s / w->bin_s), count = (size_t)(took_s / w->bin_s);

		if (count < 2 || first + count > w->count)
			continue;
		s[shown++] = (struct plot_series){w->position + first, count, 0, w->bin_s * 1000};
		longest_s = fmax(longest_s, took_s);
	}
	if (shown < 2)
		return;
	struct plot p = {.title = "strokes laid over each other",
			 .x_name = "time in the stroke, ms",
			 .y_name = position_name(w),
			 .x_high = longest_s * 1000,
			 .height = HEIGHT + 40};
	add_limits(&p, w, focus, false);
	html_put(page, "<p class=soft>%zu of %zu strokes%s laid over each other</p>", shown,
		 strokes, isfinite(focus->near_um) && w->is_from_nose ? " to this setting" : "");
	plot_draw(page, &p, s, shown);
}

/* Where each stroke that is meant turned back, in their order: drift, scatter and slips are seen.
 */
static void draw_tops(GString *page, const struct wave *w, const struct figures_focus *focus)
{
	struct plot_bin top[WAVE_STROKES_MAX];
	size_t count = 0;
	double at_s;

	for (size_t i = 0; i + 1 < w->bottom_count; i++) {
		if (!is_meant(w, i, focus->near_um))
			continue;
		double um = top_between(w, w->bottom_s[i], w->bottom_s[i + 1], &at_s);
		top[count++] = (struct plot_bin){(float)um, (float)um};
	}
	if (count < 2)
		return;
	const struct plot_series s = {top, count, 0.5, 1};
	struct plot p = {.title = "deepest point of each stroke",
			 .x_name = "stroke",
			 .y_name = w->is_from_nose ? "deepest point of each stroke, \xc2\xb5m past "
						     "the nose face"
						   : "deepest point of each stroke, \xc2\xb5m from "
						     "the beginning",
			 .x_low = 0.5,
			 .x_high = 0.5 + (double)count,
			 .height = HEIGHT,
			 .is_points = true};
	add_limits(&p, w, focus, false);
	plot_draw(page, &p, &s, 1);
}

void figures_draw(GString *page, const struct wave *w, const struct figures_focus *focus)
{
	struct plot_mark mark = {.at = NAN, .word = ""};
	double around_s;
	bool has_moment = find_moment(w, focus, &mark, &around_s);
	const struct plot_mark *shown = has_moment ? &mark : NULL;

	/* Of a short capture nothing has to be enlarged. */
	if (has_moment && 2 * around_s < 0.6 * w->seconds) {
		html_put(page, "<p class=soft>The moment, enlarged: ");
		html_text(page, mark.word);
		html_put(page, " at %.4f s</p>", mark.at);
		if (w->has_position && focus->moment != FIGURES_LARGEST)
			draw(page, w, focus, false, mark.at - around_s, mark.at + around_s, shown);
		if (w->has_current && focus->moment != FIGURES_DEEPEST)
			draw(page, w, focus, true, mark.at - around_s, mark.at + around_s, shown);
		if (w->has_position && focus->moment == FIGURES_DEEPEST)
			draw_tops(page, w, focus);
		html_put(page, "<p class=soft>The whole capture</p>");
	}
	if (w->has_position)
		draw(page, w, focus, false, 0, w->seconds, shown);
	if (w->has_current)
		draw(page, w, focus, true, 0, w->seconds, shown);
	if (w->has_position)
		draw_strokes(page, w, focus);
}
