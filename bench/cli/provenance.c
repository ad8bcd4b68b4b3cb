/* What a run is made of: see provenance.h. */
#include "cli/provenance.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/version.h"
#include "config/calibration.h"
#include "record/digest.h"

bool provenance_is_production(const char *serial, const char *const *names, size_t name_count)
{
	struct stat about;

	for (size_t i = 0; i < name_count; i++)
		if (stat(names[i], &about) != 0 || !S_ISDIR(about.st_mode))
			return false;
	return serial[0] != '\0' && name_count > 0;
}

enum err_code provenance_check_plan(const struct station *station, const char *const *names,
				    size_t name_count, struct err *e)
{
	struct stat wanted, found;

	if (station->plan_path[0] == '\0')
		return ERR_NONE;
	if (stat(station->plan_path, &wanted) != 0 || !S_ISDIR(wanted.st_mode))
		return err_set(e, ERR_CONFIG,
			       "%s: plan names %s, which is no folder of cases; correct the key",
			       station->path, station->plan_path);
	if (name_count == 1 && stat(names[0], &found) == 0 && found.st_dev == wanted.st_dev &&
	    found.st_ino == wanted.st_ino)
		return ERR_NONE;
	return err_set(e, ERR_CONFIG,
		       "production on station %s tests the whole of %s and nothing else, not %s%s; "
		       "name that folder, or leave --serial out for an engineering run",
		       station->name, station->plan_path, names[0], name_count > 1 ? ", ..." : "");
}

enum err_code provenance_refuse_image(const struct station *station, const struct spec *spec,
				      const char *asked, struct err *e)
{
	return err_set(e, ERR_CONFIG,
		       "production tests the firmware %s, not --image %s: have the key `image` of "
		       "%s name it, or leave --serial out for an engineering run",
		       station->image_path[0] != '\0' ? station->image_path : spec->image_path,
		       asked, station->path);
}

static enum err_code add(struct provenance *p, const char *role, const char *path,
			 const char *sha256, struct err *e)
{
	if (p->run.input_count == PROVENANCE_INPUTS_MAX)
		return err_set(e, ERR_CONFIG, "the run has more than %d input files",
			       PROVENANCE_INPUTS_MAX);
	p->inputs[p->run.input_count++] = (struct sink_input){role, path, sha256};
	return ERR_NONE;
}

static enum err_code add_file(struct provenance *p, const char *role, const char *path,
			      struct err *e)
{
	size_t at = p->run.input_count;

	if (at < PROVENANCE_INPUTS_MAX) {
		enum err_code code = digest_file(path, p->hashes[at], NULL, e);
		if (code != ERR_NONE)
			return code;
	}
	return add(p, role, path, at < PROVENANCE_INPUTS_MAX ? p->hashes[at] : "", e);
}

/* Cases share their modules: each file once. */
static bool is_known(const struct provenance *p, const struct state_file *file)
{
	for (size_t i = 0; i < p->run.input_count; i++)
		if (strcmp(p->inputs[i].path, file->name) == 0 &&
		    strcmp(p->inputs[i].sha256, file->sha256) == 0)
			return true;
	return false;
}

static enum err_code add_scripts(struct provenance *p, const struct test_case *c, struct err *e)
{
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < c->state.loaded_count && code == ERR_NONE; i++)
		if (!is_known(p, &c->state.loaded[i]))
			code = add(p, "script", c->state.loaded[i].name, c->state.loaded[i].sha256,
				   e);
	return code;
}

static enum err_code add_inputs(struct provenance *p, const struct provenance_source *s,
				struct err *e)
{
	struct sha256 image;
	enum err_code code = add_file(p, "image", s->image_path, e);

	/* What must be in the pen's flash: to be compared with what was read back. */
	sha256_init(&image);
	sha256_feed(&image, s->image->data, s->image->size);
	sha256_finish(&image, p->hashes[PROVENANCE_INPUTS_MAX - 1]);
	if (code == ERR_NONE)
		code = add(p, "flash", s->image_path, p->hashes[PROVENANCE_INPUTS_MAX - 1], e);
	if (code == ERR_NONE)
		code = add_file(p, "spec", s->spec->path, e);
	if (code == ERR_NONE)
		code = add_file(p, "station", s->station->path, e);
	if (code == ERR_NONE)
		code = add_file(p, "jig", s->station->jig.path, e);
	if (code == ERR_NONE && s->station->golden_path[0] != '\0')
		code = add_file(p, "golden", s->station->golden_path, e);
	for (size_t i = 0; i < s->case_count && code == ERR_NONE; i++)
		code = add_scripts(p, s->cases[i], e);
	return code;
}

static void fill_equipment(struct provenance *p, const struct provenance_source *s)
{
	const struct jig *jig = &s->station->jig;

	for (enum jig_instrument i = 0; i < JIG_INSTRUMENTS; i++) {
		struct sink_equipment *q = &p->equipment[i];
		const struct jig_certificate *c = calibration_of(jig, i, &q->instrument);
		q->asset = jig->id;
		q->revision = (unsigned)jig->revision;
		q->certificate = c->number;
		q->date = c->date;
		q->due = c->due;
		q->state = s->date[0] == '\0'
				   ? "not checked"
				   : calibration_state_name(calibration_state(c, s->date));
	}
}

static void fill_plan(struct provenance *p, const struct provenance_source *s)
{
	size_t used = 0;

	p->plan[0] = '\0';
	for (size_t i = 0; i < s->name_count && used < sizeof p->plan; i++)
		used += (size_t)snprintf(p->plan + used, sizeof p->plan - used, "%s%s",
					 i == 0 ? "" : "\n", s->names[i]);
}

enum err_code provenance_fill(struct provenance *p, const struct provenance_source *s,
			      struct err *e)
{
	memset(p, 0, sizeof *p);
	enum err_code code = digest_file("/proc/self/exe", p->build, NULL, e);

	if (code == ERR_NONE)
		code = add_inputs(p, s, e);
	fill_equipment(p, s);
	fill_plan(p, s);
	p->run = (struct sink_run){
		.station = s->station->name,
		.serial = s->serial,
		.jig = s->station->jig.id,
		.image = s->image_path,
		.case_count = s->case_count,
		.is_production = s->attempt > 0,
		.is_check = s->is_check,
		.pen = s->pen == GATE_PEN_GOLDEN      ? SINK_PEN_GOLDEN
		       : s->pen == GATE_PEN_KNOWN_BAD ? SINK_PEN_KNOWN_BAD
						      : SINK_PEN_PRODUCT,
		.attempt = s->attempt,
		.reason = s->reason,
		.operator_name = s->operator_name,
		.lot = s->lot,
		.plan = p->plan,
		.version = PENBENCH_VERSION,
		.build = p->build,
		.marks = s->marks,
		.date = s->date,
		.inputs = p->inputs,
		.input_count = p->run.input_count,
		.equipment = p->equipment,
		.equipment_count = JIG_INSTRUMENTS,
	};
	return code;
}
