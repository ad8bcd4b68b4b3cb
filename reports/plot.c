/* See plot.h. */
#include "plot.h"

#include <math.h>

#include "html.h"

enum { LEFT = 64, RIGHT = 12, TOP = 8, BOTTOM = 40, TICKS_MAX = 12 };

struct frame {
	double x_low, x_high, y_low, y_high;
	double width, height; /* of the inner area, px */
};

static double to_x(const struct frame *f, double x)
{
	return LEFT + (x - f->x_low) / (f->x_high - f->x_low) * f->width;
}

static double to_y(const struct frame *f, double y)
{
	return TOP + (f->y_high - y) / (f->y_high - f->y_low) * f->height;
}

/* 1, 2 or 5 times a power of ten, so that about `wanted` ticks fit. */
static double tick_step(double span, int wanted)
{
	double raw = span / wanted, power = pow(10, floor(log10(raw))), rest = raw / power;

	return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
}

static void put_number(GString *page, double value, double step)
{
	html_number(page, fabs(value) < step / 1000 ? 0.0 : value);
}

static void draw_ticks(GString *page, const struct plot *p, const struct frame *f)
{
	double step = tick_step(f->x_high - f->x_low, 8);
	double x = ceil(f->x_low / step - 1e-9) * step;

	for (int i = 0; i < TICKS_MAX && x <= f->x_high + step * 1e-6; i++, x += step) {
		html_put(page, "<path class=g d=\"M%.1f %dv%.1f\"/>", to_x(f, x), TOP, f->height);
		html_put(page, "<text x=%.1f y=%.1f class=m>", to_x(f, x), TOP + f->height + 15);
		put_number(page, x, step);
		html_put(page, "</text>");
	}
	step = tick_step(f->y_high - f->y_low, 5);
	double y = ceil(f->y_low / step - 1e-9) * step;
	for (int i = 0; i < TICKS_MAX && y <= f->y_high + step * 1e-6; i++, y += step) {
		html_put(page, "<path class=g d=\"M%d %.1fh%.1f\"/>", LEFT, to_y(f, y), f->width);
		html_put(page, "<text x=%d y=%.1f class=e>", LEFT - 5, to_y(f, y) + 4);
		put_number(page, y, step);
		html_put(page, "</text>");
	}
	html_put(page, "<text x=%.1f y=%d class=m>", LEFT + f->width / 2, p->height - 4);
	html_text(page, p->x_name);
	html_put(page, "</text>");
}

/* The extremes of the bins that share column c. */
static struct plot_bin column_of(const struct plot_series *s, const struct frame *f, int c)
{
	struct plot_bin all = {.min = INFINITY, .max = -INFINITY};
	double per_column = (f->x_high - f->x_low) / PLOT_COLUMNS;
	double from = (f->x_low + c * per_column - s->first_x) / s->step_x;
	double to = from + per_column / s->step_x;

	/* A column narrower than a bin shows the bin that holds its middle. */
	size_t first = from < 0 ? 0 : (size_t)floor(from);
	size_t end = to < 0 ? 0 : (size_t)ceil(to);
	for (size_t i = first; i < end && i < s->count; i++) {
		all.min = MIN(all.min, s->bin[i].min);
		all.max = MAX(all.max, s->bin[i].max);
	}
	return all;
}

/* Columns that hold anything, from *first to *last; false: none do. */
static bool find_columns(struct plot_bin column[PLOT_COLUMNS], const struct plot_series *s,
			 const struct frame *f, int *first, int *last)
{
	*first = *last = -1;
	for (int c = 0; c < PLOT_COLUMNS; c++) {
		column[c] = column_of(s, f, c);
		if (column[c].min > column[c].max)
			continue;
		*first = *first < 0 ? c : *first;
		*last = c;
	}
	return *first >= 0;
}

static void put_point(GString *page, const struct frame *f, int c, double y, char *command)
{
	html_put(page, "%c%.1f %.1f", *command, LEFT + (c + 0.5) * f->width / PLOT_COLUMNS,
		 to_y(f, y));
	*command = 'L';
}

/* Along the tops to the right and back along the bottoms: one closed shape with a thin line. */
static void draw_band(GString *page, const struct plot_series *s, const struct frame *f)
{
	struct plot_bin column[PLOT_COLUMNS];
	char command = 'M';
	int first, last;

	if (!find_columns(column, s, f, &first, &last))
		return;
	html_put(page, "<path class=c d=\"");
	for (int c = first; c <= last; c++)
		if (column[c].min <= column[c].max)
			put_point(page, f, c, (double)column[c].max, &command);
	for (int c = last; c >= first; c--)
		if (column[c].min < column[c].max)
			put_point(page, f, c, (double)column[c].min, &command);
	html_put(page, "\"/>");
}

/* One of many: a line through the middle of each column. */
static void draw_faint(GString *page, const struct plot_series *s, const struct frame *f)
{
	struct plot_bin column[PLOT_COLUMNS];
	char command = 'M';
	int first, last;

	if (!find_columns(column, s, f, &first, &last))
		return;
	html_put(page, "<path class=f d=\"");
	for (int c = first; c <= last; c += 4)
		if (column[c].min <= column[c].max)
			put_point(page, f, c, (double)(column[c].min + column[c].max) / 2,
				  &command);
	html_put(page, "\"/>");
}

/* Bins that have nothing to do with their neighbours: a dot at the middle of each. */
static void draw_points(GString *page, const struct plot_series *s, const struct frame *f)
{
	html_put(page, "<path class=p d=\"");
	for (size_t i = 0; i < s->count; i++) {
		double x = s->first_x + ((double)i + 0.5) * s->step_x;
		if (s->bin[i].min <= s->bin[i].max && x >= f->x_low && x <= f->x_high)
			html_put(page, "M%.1f %.1fh0", to_x(f, x), to_y(f, (double)s->bin[i].max));
	}
	html_put(page, "\"/>");
}

static void draw_mark(GString *page, const struct plot_mark *m, const struct frame *f)
{
	if (m->is_vertical) {
		if (m->at < f->x_low || m->at > f->x_high)
			return;
		double x = to_x(f, m->at);
		bool is_right = m->at > (f->x_low + f->x_high) / 2;
		html_put(page,
			 "<path class=v d=\"M%.1f %dv%.1f\"/><text class=\"w%s\" "
			 "paint-order=stroke x=%.1f y=%d>",
			 x, TOP, f->height, is_right ? " e" : "", is_right ? x - 4 : x + 4,
			 (int)(TOP + f->height) - 5);
	} else {
		html_put(page,
			 "<path class=l d=\"M%d %.1fh%.1f\"/><text class=w paint-order=stroke x=%d "
			 "y=%.1f>",
			 LEFT, to_y(f, m->at), f->width, LEFT + 4,
			 to_y(f, m->at) + (m->is_lower ? 12 : -3));
	}
	html_text(page, m->word);
	html_put(page, "</text>");
}

/* All that is seen, limits included, and a little air. */
static void find_y(struct frame *f, const struct plot *p, const struct plot_series *series,
		   size_t count)
{
	f->y_low = INFINITY;
	f->y_high = -INFINITY;
	for (size_t i = 0; i < count; i++) {
		for (int c = 0; c < PLOT_COLUMNS; c++) {
			struct plot_bin b = column_of(&series[i], f, c);
			f->y_low = MIN(f->y_low, (double)b.min);
			f->y_high = MAX(f->y_high, (double)b.max);
		}
	}
	for (size_t i = 0; i < p->mark_count; i++) {
		if (p->mark[i].is_vertical)
			continue;
		f->y_low = MIN(f->y_low, p->mark[i].at);
		f->y_high = MAX(f->y_high, p->mark[i].at);
	}
	if (!(f->y_low <= f->y_high)) {
		f->y_low = 0;
		f->y_high = 1;
	}
	double air = (f->y_high - f->y_low) * 0.05;
	air = air > 0 ? air : 0.5;
	f->y_low -= air;
	f->y_high += air;
}

void plot_draw(GString *page, const struct plot *p, const struct plot_series *series,
	       size_t series_count)
{
	struct frame f = {.x_low = p->x_low,
			  .x_high = p->x_high > p->x_low ? p->x_high : p->x_low + 1,
			  .width = PLOT_WIDTH - LEFT - RIGHT,
			  .height = p->height - TOP - BOTTOM};

	find_y(&f, p, series, series_count);
	/* What the ordinate is stands above it: the page can be narrow. */
	html_put(page, "<figure><figcaption>");
	html_text(page, p->y_name);
	html_put(page, "</figcaption><svg class=plot viewBox=\"0 0 %d %d\" role=img aria-label=\"",
		 PLOT_WIDTH, p->height);
	html_text(page, p->title);
	html_put(page, "\">");
	draw_ticks(page, p, &f);
	for (size_t i = 0; i < series_count; i++)
		(p->is_points        ? draw_points
		 : series_count == 1 ? draw_band
				     : draw_faint)(page, &series[i], &f);
	for (size_t i = 0; i < p->mark_count; i++)
		draw_mark(page, &p->mark[i], &f);
	html_put(page, "</svg></figure>\n");
}
