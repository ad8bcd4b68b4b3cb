/* Lines and agreement against numbers by hand; a wrong block is found. The fit itself is tested
 * against NIST's Norris data in series_test.c. */
#include "verdict/coefficient.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "base/tap.h"

static void test_en(struct tap *t)
{
	tap_near(t, coefficient_en((struct coefficient){10.5, 0.15}, (struct coefficient){10, 0.2}),
		 1.0, 1e-12, "0.5 apart, U 0.3 and 0.4");
	tap_near(t, coefficient_en((struct coefficient){9.75, 0.15}, (struct coefficient){10, 0.2}),
		 -0.5, 1e-12, "with its sign");
	tap_ok(t, coefficient_en((struct coefficient){1, 0}, (struct coefficient){1, 0}) == 0,
	       "equal and exact");
	tap_ok(t, isinf(coefficient_en((struct coefficient){2, 0}, (struct coefficient){1, 0})),
	       "different and exact");
}

static void test_line(struct tap *t)
{
	const double x[] = {-1, 0, 1}, y[] = {8, 10, 12};
	struct coefficient scale, offset;
	struct err e;

	tap_is_int(t, coefficient_line(x, y, 3, 0.6, &scale, &offset, &e), ERR_NONE, "a line");
	tap_near(t, scale.value, 2, 1e-12, "scale");
	tap_near(t, offset.value, 10, 1e-12, "offset");
	tap_near(t, scale.u, 0.6 / sqrt(2), 1e-12, "u of the scale: sigma / sqrt(Sxx)");
	tap_near(t, offset.u, 0.6 / sqrt(3), 1e-12, "u of the offset at the middle");

	const double same[] = {5, 5, 5};
	tap_is_int(t, coefficient_line(same, y, 3, 0.6, &scale, &offset, &e), ERR_CONFIG,
		   "one position only");
	/* 500, 1500, 2500 um, and the second block is the 1510. */
	const double counts[] = {488, 1498, 2488, 3488}, wrong[] = {500, 1500, 2500, 3500};
	tap_is_int(t, coefficient_line(counts, wrong, 4, 0.3, &scale, &offset, &e), ERR_CONFIG,
		   "a wrong block");
	tap_ok(t, strstr(e.text, "reference 2 (1500)") != NULL, "is named");
	const double nan_y[] = {1, NAN, 3};
	tap_is_int(t, coefficient_line(x, nan_y, 3, 0.6, &scale, &offset, &e), ERR_CONFIG, "NaN");
}

/* The uncertainties that are claimed, against the scatter of many fits. */
static void test_claim(struct tap *t)
{
	enum { FITS = 4000, POINTS = 4 };
	const double x[POINTS] = {500, 1000, 1500, 2500}, u = 0.3;
	double scale_square = 0, offset_square = 0;
	struct coefficient scale = {0, 0}, offset = {0, 0};
	unsigned refused = 0, fits = 0;
	struct rng r;
	struct err e;

	rng_seed_named(&r, 1, "coefficient test");
	for (unsigned i = 0; i < FITS; i++) {
		double y[POINTS];
		for (unsigned k = 0; k < POINTS; k++)
			y[k] = 12.4 + 1.0001 * x[k] + u * rng_normal(&r);
		if (coefficient_line(x, y, POINTS, u, &scale, &offset, &e) != ERR_NONE) {
			refused++;
			continue;
		}
		fits++;
		scale_square += (scale.value - 1.0001) * (scale.value - 1.0001);
		offset_square += (offset.value - 12.4) * (offset.value - 12.4);
	}
	tap_near(t, sqrt(scale_square / fits) / scale.u, 1, 0.04, "sd of the scale / u claimed");
	tap_near(t, sqrt(offset_square / fits) / offset.u, 1, 0.04, "sd of the offset / u claimed");
	tap_ok(t, refused < FITS / 100, "honest blocks are hardly ever refused (%u of %d)", refused,
	       FITS);
}

int main(void)
{
	struct tap t = tap_begin();

	test_en(&t);
	test_line(&t);
	test_claim(&t);
	return tap_end(&t);
}
