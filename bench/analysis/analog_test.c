/* analog: known values, nothing at all, values that are none, and sums that keep their digits. */
#include "analysis/analog.h"

#include "analysis/wave_test.h"

static struct result *fold(const float *value, size_t count, size_t each)
{
	struct analog a;

	analog_init(&a);
	for (size_t at = 0; at < count; at += each)
		analog_feed(&a, value + at, count - at < each ? count - at : each);
	return analog_result(&a);
}

int main(void)
{
	static const float few[] = {3, -4, 1, 0};
	enum { MANY = 3000000 };
	float *many = malloc(MANY * sizeof *many);
	struct tap t = tap_begin();
	struct result *r = fold(few, 4, 4), *cut;

	tap_ok(&t,
	       wave_all(r, "samples 4 min -4 max 3 mean 0") && wave_is(r, "rms", sqrt(26 / 4.0)),
	       "four values; rms about zero");
	result_free(r);
	r = fold(few, 0, 1);
	tap_ok(&t, wave_all(r, "samples 0 min null max null mean null rms null"), "none");
	result_free(r);

	for (size_t i = 0; i < MANY; i++)
		many[i] = i == 0 ? 1e9f : 0.1f;
	r = fold(many, MANY, MANY);
	cut = fold(many, MANY, 1001);
	tap_ok(&t, wave_equal(r, cut), "cuts");
	tap_near(&t, result_as_number(result_get(r, "mean")),
		 (1e9 + (MANY - 1) * (double)0.1f) / MANY, 1e-13 * 333, "no digits are lost");
	result_free(r);
	result_free(cut);
	many[7] = NAN;
	r = fold(many, MANY, MANY);
	tap_ok(&t, wave_all(r, "mean null rms null"), "a mean with a NaN in it is null");
	result_free(r);
	free(many);
	return tap_end(&t);
}
