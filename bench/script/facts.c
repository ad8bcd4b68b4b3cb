/* The certificate as named numbers: see facts.h. */
#include "script/facts.h"

#include <assert.h>
#include <math.h>
#include <string.h>

bool facts_add(struct facts *f, const char *name, double value)
{
	size_t size = strlen(name);

	if (f->count == FACTS_MAX || size == 0 || size >= NAME_SIZE || !isfinite(value) ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != size ||
	    facts_find(f, name) != NULL)
		return false;
	memcpy(f->list[f->count].name, name, size + 1);
	f->list[f->count++].value = value;
	return true;
}

const double *facts_find(const struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->list[i].name, name) == 0)
			return &f->list[i].value;
	return NULL;
}

void facts_of_jig(struct facts *f, const struct jig *jig)
{
	const struct {
		const char *name;
		double value;
	} members[] = {
		{"um_per_count", jig->encoder.um_per_count},
		{"u_um_per_count", jig->encoder.u_um_per_count},
		{"z0_um", jig->encoder.z0_um},
		{"u_z0_um", jig->encoder.u_z0_um},
		{"expansion_per_k", jig->encoder.expansion_per_k},
		{"temperature_c", jig->encoder.temperature_c},
		{"u_temperature_k", jig->encoder.u_temperature_k},
		{"alignment_mrad", jig->encoder.alignment_mrad},
		{"u_seating_um", jig->encoder.u_seating_um},
		{"mod_clk_hz", jig->clock.mod_clk_hz},
		{"u_clock_ppm", jig->clock.u_ppm},
		{"shunt_ohm", jig->shunt.ohm},
		{"u_shunt_percent", jig->shunt.u_percent},
		{"offset_v", jig->shunt.offset_v},
		{"u_offset_v", jig->shunt.u_offset_v},
		{"full_scale_v", jig->shunt.full_scale_v},
		{"open_v", jig->supply.open_v},
		{"u_open_v", jig->supply.u_open_v},
		{"cell_ohm", jig->supply.ohm},
		{"u_cell_ohm", jig->supply.u_ohm},
	};

	f->count = 0;
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		bool is_added = facts_add(f, members[i].name, members[i].value);
		assert(is_added); /* a jig file's numbers are finite, the names above differ */
		(void)is_added;
	}
}
