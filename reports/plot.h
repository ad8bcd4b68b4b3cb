/*
 * One plot as inline SVG: a frame with ticks, curves as bands from the least to the greatest value
 * of each column, lines of limits. A band is drawn wherever a column holds more than one value, so
 * no peak is lost however many samples a column stands for. Knows numbers only, no pen.
 */
#ifndef REPORTS_PLOT_H
#define REPORTS_PLOT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Of one column of a series; min > max: nothing was there. */
struct plot_bin {
	float min, max;
};

/* x of bin i runs from first_x + i * step_x to first_x + (i + 1) * step_x. */
struct plot_series {
	const struct plot_bin *bin;
	size_t count;
	double first_x, step_x;
};

enum { PLOT_MARKS_MAX = 4, PLOT_WIDTH = 720, PLOT_COLUMNS = 640 };

/* A line across the plot with a word. */
struct plot_mark {
	double at;
	const char *word;
	bool is_vertical; /* at is an x; else a y, and a limit */
	bool is_lower;    /* of a limit: its word stands below it */
};

struct plot {
	const char *title;           /* what it shows, for people who cannot see it too */
	const char *x_name, *y_name; /* with units */
	double x_low, x_high;
	int height;     /* px */
	bool is_points; /* each bin a dot, not a curve */
	struct plot_mark mark[PLOT_MARKS_MAX];
	size_t mark_count;
};

/* Appends <svg>...</svg>. Series are laid over each other; more than one are drawn faint. */
void plot_draw(GString *page, const struct plot *p, const struct plot_series *series,
	       size_t series_count);

#endif
