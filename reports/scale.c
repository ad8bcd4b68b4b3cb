/* See scale.h. */
#include "scale.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "html.h"

enum { WIDTH = 260, HEIGHT = 34, AXIS = 18, EDGE = 10 };

struct span {
	double low, high;
};

static void widen(struct span *span, double x)
{
	if (!isfinite(x))
		return;
	span->low = fmin(span->low, x);
	span->high = fmax(span->high, x);
}

static double to_px(const struct span *span, double x)
{
	return EDGE + (x - span->low) / (span->high - span->low) * (WIDTH - 2 * EDGE);
}

/* A one-sided limit is shown from zero on, which is where such quantities begin. */
static struct span find_span(const struct scale *s)
{
	struct span span = {INFINITY, -INFINITY};

	widen(&span, s->low);
	widen(&span, s->high);
	widen(&span, s->value - s->u);
	widen(&span, s->value + s->u);
	widen(&span, s->value);
	if (!isfinite(s->low) || !isfinite(s->high))
		widen(&span, 0);
	if (!(span.high > span.low)) {
		span.low = (isfinite(span.low) ? span.low : 0) - 1;
		span.high = span.low + 2;
	}
	double air = (span.high - span.low) * 0.08;
	return (struct span){span.low - air, span.high + air};
}

static void bar(GString *page, const char *class_name, double from_px, double to_px_)
{
	if (to_px_ > from_px)
		html_put(page, "<rect class=%s x=%.1f y=%d width=%.1f height=8 />", class_name,
			 from_px, AXIS - 4, to_px_ - from_px);
}

static void draw_limits(GString *page, const struct scale *s, const struct span *span)
{
	double low = isfinite(s->low) ? to_px(span, s->low) : EDGE;
	double high = isfinite(s->high) ? to_px(span, s->high) : WIDTH - EDGE;
	double accept_low = isfinite(s->accept_low) ? to_px(span, s->accept_low) : low;
	double accept_high = isfinite(s->accept_high) ? to_px(span, s->accept_high) : high;

	html_put(page, "<path class=ax d=\"M%d %dH%d\"/>", EDGE, AXIS, WIDTH - EDGE);
	bar(page, "ok", fmin(accept_low, accept_high), fmax(accept_low, accept_high));
	bar(page, "gb", low, accept_low);
	bar(page, "gb", accept_high, high);
	if (isfinite(s->low))
		html_put(page, "<path class=li d=\"M%.1f %dv18m0-18h4m-4 18h4\"/>", low, AXIS - 9);
	if (isfinite(s->high))
		html_put(page, "<path class=li d=\"M%.1f %dv18m0-18h-4m4 18h-4\"/>", high,
			 AXIS - 9);
}

void scale_draw(GString *page, const struct scale *s)
{
	struct span span = find_span(s);

	html_put(page, "<svg class=scale viewBox=\"0 0 %d %d\" role=img aria-label=\"", WIDTH,
		 HEIGHT);
	html_text(page, s->verdict);
	html_put(page, "\">");
	draw_limits(page, s, &span);
	if (isfinite(s->value)) {
		double x = to_px(&span, s->value);
		bool is_pass = strcmp(s->verdict, "PASS") == 0;

		if (s->u > 0) {
			double from = to_px(&span, s->value - s->u);
			double to = to_px(&span, s->value + s->u);
			html_put(page, "<path class=u d=\"M%.2f %dv8m0-4H%.2fm0-4v8\"/>", from,
				 AXIS - 4, to);
		}
		if (is_pass)
			html_put(page, "<circle class=vp cx=%.1f cy=%d r=4.5 />", x, AXIS);
		else
			html_put(page, "<path class=vf d=\"M%.1f %dl7 7 -7 7 -7 -7z\"/>", x,
				 AXIS - 7);
	}
	html_put(page, "</svg>");
}

void scale_sign(GString *page, const char *verdict, int size)
{
	html_put(page, "<svg class=sign width=%d height=%d viewBox=\"0 0 24 24\" aria-hidden=true>",
		 size, size);
	if (strcmp(verdict, "PASS") == 0)
		html_put(page, "<circle class=vp cx=12 cy=12 r=11 />"
			       "<path class=in d=\"M6.5 12.5l4 4 7-8.5\"/>");
	else if (strcmp(verdict, "FAIL") == 0)
		html_put(page,
			 "<path class=vf d=\"M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z\"/>"
			 "<path class=in d=\"M8 8l8 8m0-8l-8 8\"/>");
	else if (strcmp(verdict, "MARGINAL") == 0)
		html_put(page, "<path class=vf d=\"M12 .5L23.5 12 12 23.5.5 12z\"/>"
			       "<path class=in d=\"M7 13q2.5-4 5-1t5-1\"/>");
	else if (strcmp(verdict, "BENCH") == 0 || strcmp(verdict, "SCRIPT") == 0 ||
		 strcmp(verdict, "ABORT") == 0)
		html_put(page, "<path class=vb d=\"M12 1.5L23.5 22H.5z\"/>"
			       "<path class=in d=\"M12 8.5v7m0 2.5v1.5\"/>");
	else
		html_put(page, "<rect class=vn x=2 y=2 width=20 height=20 rx=3 />"
			       "<path class=in d=\"M7 12h10\"/>");
	html_put(page, "</svg>");
}
