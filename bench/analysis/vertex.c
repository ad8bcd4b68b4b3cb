/* Of a parabola y0 - c t^2 the edge at depth d below the topmost one is passed at +-w(d) / 2, with
 * y0 - top + d = c w(d)^2 / 4; two depths, 0 and d, give y0 - top = d w(0)^2 / (w(d)^2 - w(0)^2).
 */
#include "analysis/vertex.h"

#include <assert.h>
#include <math.h>

struct vertex_point vertex_point(const struct vertex *v)
{
	struct vertex_point none = {NAN, NAN, 0};

	if (v->fell_best != v->best || v->best - v->start < v->chord)
		return none;

	uint64_t up = v->came[(uint64_t)(v->best - v->chord + 1) % VERTEX_CHORD_MAX];
	double inner = (double)(v->left - v->came[(uint64_t)v->best % VERTEX_CHORD_MAX]);
	double outer = (double)(v->fell - up), depth = (double)(v->chord - 1);
	double span = outer * outer - inner * inner;

	assert(v->fell > up);
	return (struct vertex_point){
		.sample = (double)up + outer / 2,
		.value = depth > 0 && span > 0 ? (double)v->best + depth * inner * inner / span
					       : NAN,
		.dwell = v->fell - up,
	};
}
