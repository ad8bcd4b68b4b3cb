/* The parts of the report that can lie: escaping, rounding, decimation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tap.h"
#include "figures.h"
#include "html.h"
#include "plot.h"
#include "scale.h"

static bool holds(const GString *page, const char *text)
{
	return strstr(page->str, text) != NULL;
}

static void test_escaping(struct tap *t)
{
	GString *page = g_string_new(NULL);

	html_text(page, "<script>&\"'\x1b[1m \xff ok\xc2\xb5");
	tap_ok(t, !holds(page, "<script"), "no tag gets in");
	tap_ok(t, holds(page, "&lt;script&gt;&amp;&quot;&#39;"), "markup is escaped");
	tap_ok(t, strchr(page->str, 0x1b) == NULL, "control characters do not");
	tap_ok(t, g_utf8_validate(page->str, -1, NULL) && holds(page, "ok\xc2\xb5"),
	       "broken UTF-8 is mended, good stays");
	(void)g_string_free(page, TRUE);
}

static bool value_is(double value, double u, const char *unit, const char *wanted)
{
	GString *page = g_string_new(NULL);

	html_value(page, value, u, unit);
	bool is_equal = strcmp(page->str, wanted) == 0;
	if (!is_equal)
		tap_note("found %s", page->str);
	(void)g_string_free(page, TRUE);
	return is_equal;
}

#define PM   "\xe2\x80\xaf\xc2\xb1\xe2\x80\xaf"
#define THIN "\xe2\x80\xaf"

static void test_values(struct tap *t)
{
	tap_ok(t, value_is(292.4312, 3.132, "um", "292.4" PM "3.1" THIN "\xc2\xb5m"),
	       "U with two digits, the value to its place");
	tap_ok(t,
	       value_is(-0.0953, 0.000509, "%",
			"\xe2\x88\x92"
			"0.09530" PM "0.00051" THIN "%"),
	       "a small U, a minus");
	tap_ok(t, value_is(80, 0, "1", "80"), "a count stands alone");
	tap_ok(t, value_is(NAN, 1, "um", "\xe2\x80\x93"), "no value is a dash");
	tap_ok(t, value_is(12345678, 1523, "Hz", "12345700" PM "1500" THIN "Hz"),
	       "a large U has two digits too");
	tap_ok(t, value_is(1.23456, 0.0996, "A", "1.23" PM "0.10" THIN "A"),
	       "a U that rounds up to another digit has two, not three");
}

static void test_spreads(struct tap *t)
{
	GString *page = g_string_new(NULL);

	html_spread(page, 0.01306, 0.00249, "%");
	tap_ok(t,
	       strcmp(page->str, "0.0131" THIN "% (at most\xc2\xa0"
				 "0.0156" THIN "%)") == 0,
	       "a spread has an upper bound and no +-: %s", page->str);
	g_string_truncate(page, 0);
	html_uncertainty(page, -0.000254321);
	tap_ok(t,
	       strcmp(page->str, "\xe2\x88\x92"
				 "0.00025") == 0,
	       "an uncertainty alone: two digits, and the sign of its cause");
	(void)g_string_free(page, TRUE);
}

/* One column out of 100000 bins stands out: it has to be seen. */
static void test_peak(struct tap *t)
{
	enum { BINS = 100000 };
	struct plot_bin *bin = malloc(BINS * sizeof *bin);
	const struct plot p = {
		.title = "t", .x_name = "x", .y_name = "y", .x_high = BINS, .height = 200};
	const struct plot_series s = {bin, BINS, 0, 1};

	for (int i = 0; i < BINS; i++)
		bin[i] = (struct plot_bin){0, 1};
	GString *quiet = g_string_new(NULL), *peak = g_string_new(NULL);
	plot_draw(quiet, &p, &s, 1);
	bin[54321].max = 100;
	plot_draw(peak, &p, &s, 1);
	tap_ok(t, holds(peak, ">100<") && !holds(quiet, ">100<"), "the axis reaches the peak");
	/* The peak stands in its column at the top of the frame: 8 px and the 5 % of air. */
	const int column = 54321 * PLOT_COLUMNS / BINS;
	char wanted[32];
	(void)g_snprintf(wanted, sizeof wanted, "L%.1f 14.9",
			 64 + (column + 0.5) * (PLOT_WIDTH - 76) / PLOT_COLUMNS);
	tap_ok(t, holds(peak, wanted), "and so does the curve, where the peak is (%s)", wanted);
	(void)g_string_free(quiet, TRUE);
	(void)g_string_free(peak, TRUE);
	free(bin);
}

static void test_odd_plots(struct tap *t)
{
	const struct plot_bin none[] = {{1, 0}, {1, 0}};
	const struct plot_bin flat[] = {{5, 5}};
	const struct plot p = {.title = "<", .x_name = "x", .y_name = "y", .height = 100};
	const struct plot_series empty = {none, 2, 0, 1}, one = {flat, 1, 0, 1};
	GString *page = g_string_new(NULL);

	plot_draw(page, &p, &empty, 1);
	plot_draw(page, &p, &one, 1);
	plot_draw(page, &p, NULL, 0);
	tap_ok(t, !holds(page, "nan") && !holds(page, "inf"),
	       "nothing, or one value: no nan, no inf");
	tap_ok(t, holds(page, "aria-label=\"&lt;\""), "the title is escaped");
	const struct plot_bin three[] = {{1, 1}, {1, 0}, {3, 3}};
	const struct plot_series rows = {three, 3, 0.5, 1};
	const struct plot dots = {.title = "t",
				  .x_name = "x",
				  .y_name = "y",
				  .x_low = 0.5,
				  .x_high = 3.5,
				  .height = 100,
				  .is_points = true};
	g_string_truncate(page, 0);
	plot_draw(page, &dots, &rows, 1);
	tap_ok(t, holds(page, "class=p d=\"M171.3 57.6h0M600.7 10.4h0\""),
	       "points: one for each bin that holds something");
	(void)g_string_free(page, TRUE);
}

static void test_scales(struct tap *t)
{
	const double open = NAN;
	const struct scale list[] = {
		{-150, 150, -147, 147, 292, 3, "FAIL"},
		{open, 20, open, 19, 0, 0.8, "PASS"},
		{1, 1, 1, 1, 1, 0, "PASS"},
		{open, open, open, open, open, 0, "UNSET"},
		{0, 10, 0, 9, 9.5, 1, "MARGINAL"},
	};
	GString *page = g_string_new(NULL);

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		scale_draw(page, &list[i]);
	tap_ok(t, !holds(page, "nan") && !holds(page, "inf") && !holds(page, "=\"-"),
	       "every scale has numbers");
	tap_ok(t, holds(page, "class=gb"), "guard bands are drawn");
	(void)g_string_free(page, TRUE);
}

static void test_signs(struct tap *t)
{
	static const char *const WORDS[] = {"PASS", "FAIL", "MARGINAL", "BENCH", "SKIPPED"};
	char *sign[5];
	bool differ = true;

	for (int i = 0; i < 5; i++) {
		GString *page = g_string_new(NULL);
		scale_sign(page, WORDS[i], 20);
		/* The shape alone, whatever its colour's class. */
		sign[i] = g_strdup(strstr(page->str, "d=") != NULL ? strstr(page->str, "d=")
								   : page->str);
		(void)g_string_free(page, TRUE);
	}
	for (int i = 0; i < 5; i++)
		for (int k = 0; k < i; k++)
			differ = differ && strcmp(sign[i], sign[k]) != 0;
	for (int i = 0; i < 5; i++)
		g_free(sign[i]);
	tap_ok(t, differ, "verdicts differ by shape, not by colour alone");
}

static void test_moments(struct tap *t)
{
	tap_ok(t,
	       figures_moment_of("depth_error_um_1500", "um") == FIGURES_DEEPEST &&
		       figures_moment_of("current_ma", "mA") == FIGURES_MIDDLE &&
		       figures_moment_of("latency_ms", "ms") == FIGURES_BEGIN &&
		       figures_moment_of("cut_out_ms", "ms") == FIGURES_END &&
		       figures_moment_of("starts", "1") == FIGURES_NONE,
	       "which moment is worth a closer look");
}

/* The lines of limits stand where the needle may be, not where its error may be. */
static void test_focus(struct tap *t)
{
	struct figures_focus depth =
		figures_focus_of("depth_error_at_0250_um", "um", 267, -150, 150);
	struct figures_focus inrush = figures_focus_of("inrush_a", "A", 1.2, NAN, 1);
	struct figures_focus odd = figures_focus_of("depth_error_um", "um", 3, -150, 150);
	struct figures_focus count = figures_focus_of("count_error_500", "1", 1, 0, 0);

	tap_ok(t,
	       depth.near_um == 517 && depth.low == 100 && depth.high == 400 && !depth.is_current,
	       "a depth: around its setting, and that is no octal number");
	tap_ok(t, inrush.is_current && inrush.high == 1000 && !isfinite(inrush.low),
	       "a current in A: a limit in mA, on one side");
	tap_ok(t, !isfinite(odd.near_um) && !isfinite(odd.high),
	       "a depth without a setting: no line");
	tap_ok(t, !isfinite(count.low) && !isfinite(count.near_um), "a count has no line");
}

int main(void)
{
	struct tap t = tap_begin();

	test_escaping(&t);
	test_values(&t);
	test_spreads(&t);
	test_peak(&t);
	test_odd_plots(&t);
	test_scales(&t);
	test_signs(&t);
	test_moments(&t);
	test_focus(&t);
	return tap_end(&t);
}
