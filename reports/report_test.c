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
	tap_ok(t, value_is(12345678, 1500, "Hz", "12345678" PM "1500" THIN "Hz"),
	       "a large U is not written with a point");
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
	(void)g_snprintf(wanted, sizeof wanted, "L%.1f 15.2",
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
		       figures_moment_of("current_ma", "mA") == FIGURES_LARGEST &&
		       figures_moment_of("latency_ms", "ms") == FIGURES_BEGIN &&
		       figures_moment_of("cut_out_ms", "ms") == FIGURES_END &&
		       figures_moment_of("starts", "1") == FIGURES_NONE,
	       "which moment is worth a closer look");
}

int main(void)
{
	struct tap t = tap_begin();

	test_escaping(&t);
	test_values(&t);
	test_peak(&t);
	test_odd_plots(&t);
	test_scales(&t);
	test_signs(&t);
	test_moments(&t);
	return tap_end(&t);
}
