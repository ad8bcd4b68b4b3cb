/* Agreement of two findings, and a line whose points have a known uncertainty. */
#include "verdict/coefficient.h"

#include <assert.h>
#include <math.h>

#include "verdict/series.h"

double coefficient_en(struct coefficient a, struct coefficient b)
{
	double apart = a.value - b.value;

	if (apart == 0.0)
		return 0.0;
	return apart / (2.0 * hypot(a.u, b.u));
}

enum err_code coefficient_line(const double *x, const double *y, size_t n, double u_y,
			       struct coefficient *scale, struct coefficient *offset, struct err *e)
{
	assert(n >= 2 && u_y > 0.0);
	struct series_line line = series_fit(x, y, n);
	if (isnan(line.slope))
		return err_set(e, ERR_CONFIG,
			       "the references all give the same reading: measure "
			       "at two positions or more");
	size_t worst = 0;
	double worst_off = 0.0;
	for (size_t i = 0; i < n; i++) {
		double off = y[i] - (line.intercept + line.slope * x[i]);
		if (!(fabs(off) <= fabs(worst_off))) {
			worst = i;
			worst_off = off;
		}
	}
	if (!(fabs(worst_off) <= 3.0 * u_y))
		return err_set(
			e, ERR_CONFIG,
			"reference %zu (%g) lies %+.3g off the line through all, at most %.3g "
			"is its uncertainty: is it the right one, clean and seated? measure "
			"again",
			worst + 1, y[worst], worst_off, 3.0 * u_y);
	*scale = (struct coefficient){line.slope, u_y / sqrt(line.sum_xx)};
	*offset = (struct coefficient){line.intercept,
				       u_y * sqrt(1.0 / (double)n +
						  line.mean_x * line.mean_x / line.sum_xx)};
	return ERR_NONE;
}
