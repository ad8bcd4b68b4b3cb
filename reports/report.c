/* See report.h. */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/station.h"
#include "figures.h"
#include "gallery.h"
#include "html.h"
#include "page.h"
#include "record/digest.h"
#include "record/query.h"
#include "wave.h"

/* What the cases are written from beside their rows. */
struct evidence {
	const char *link; /* the folder, as a link of the page */
	struct gallery gallery;
};

/* The jig file as it was then, if it still is: its scales. Nominal ones otherwise, said so. */
static enum err_code find_scale(struct record *record, int64_t run, struct wave_scale *scale,
				bool *is_nominal, struct err *e)
{
	struct record_query *q = NULL;
	bool row = false;
	char hash[RECORD_HASH_SIZE];
	struct jig jig;
	struct err ignored;
	enum err_code code =
		record_query_open(&q, record,
				  "SELECT path, sha256 FROM input WHERE run = ?1 AND role = 'jig'",
				  e);

	*scale = (struct wave_scale){1.0, 0.0, 0.320, 0.1};
	*is_nominal = true;
	if (code != ERR_NONE)
		return code;
	record_query_bind_integer(q, 1, run);
	code = record_query_next(q, &row, e);
	if (code == ERR_NONE && row &&
	    digest_file(record_query_text(q, 0), hash, NULL, &ignored) == ERR_NONE &&
	    strcmp(hash, record_query_text(q, 1)) == 0 &&
	    jig_load(&jig, record_query_text(q, 0), &ignored) == ERR_NONE) {
		*scale = (struct wave_scale){jig.encoder.um_per_count, jig.encoder.z0_um,
					     jig.shunt.full_scale_v, jig.shunt.ohm};
		*is_nominal = false;
	}
	record_query_close(q);
	return code;
}

/* The first measurement that was not met; a case in which the pen did not fail has no such moment.
 */
static struct figures_focus focus_of(const struct run_case *c)
{
	for (guint i = 0; strcmp(c->outcome, "FAIL") == 0 && i < c->measurements->len; i++) {
		const struct run_measurement *m =
			&g_array_index(c->measurements, struct run_measurement, i);
		if (!page_is_met(m))
			return figures_focus_of(m->name, m->unit, m->value, m->low, m->high);
	}
	return figures_focus_none();
}

static bool is_cut(const struct run_capture *k)
{
	return strcmp(k->kind, "cut") == 0;
}

static void link_evidence(GString *page, const struct run_capture *k, const char *folder_link)
{
	html_put(page, "<p>Evidence: <a href=\"");
	html_text(page, folder_link);
	html_put(page, "/");
	html_text(page, k->file);
	html_put(page, "\"><code>");
	html_text(page, k->file);
	html_put(page, "</code></a> (%" PRIu64 " bytes%s)</p>\n", k->size,
		 is_cut(k)                      ? "; cut short: an instrument failed"
		 : strcmp(k->kind, "file") == 0 ? "; read by the case"
						: "");
}

static void draw_shot(GString *page, const struct gallery_shot *shot,
		      const struct figures_focus *focus)
{
	if (is_cut(shot->capture))
		html_put(page, "<p class=marks>This capture was cut short: an instrument failed. "
			       "The plots end where it ends.</p>\n");
	if (shot->wave != NULL) {
		figures_draw(page, shot->wave, focus);
	} else {
		html_put(page, "<p class=marks>");
		html_text(page, shot->error.text);
		html_put(page, "</p>\n");
	}
}

/* The longest capture of a case is the one it is about; the others are short looks at a rest. But
 * one that was cut short ends with what went wrong. */
static const struct run_capture *main_capture(const struct run_case *c)
{
	const struct run_capture *found = NULL;

	for (guint i = 0; i < c->captures->len; i++) {
		const struct run_capture *k = &g_array_index(c->captures, struct run_capture, i);
		if (is_cut(k))
			return k;
		if (strcmp(k->kind, "sr") == 0 && (found == NULL || k->size > found->size))
			found = k;
	}
	return found;
}

static bool is_bad(const struct run_case *c)
{
	return c->outcome[0] != '\0' && strcmp(c->outcome, "PASS") != 0;
}

/* When nothing failed: the case with the longest capture, to see what the needle did. */
static const struct run_case *example_case(const struct run *r)
{
	const struct run_case *found = NULL;

	for (guint i = 0; i < r->cases->len; i++) {
		const struct run_case *c = r->cases->pdata[i];
		const struct run_capture *k = main_capture(c);

		if (is_bad(c))
			return NULL;
		if (k != NULL && c->number > 0 &&
		    (found == NULL || k->size > main_capture(found)->size))
			found = c;
	}
	return found;
}

/* Of failed cases the first few; the evidence of the others is linked. */
static void choose(struct gallery *g, const struct run *r)
{
	const struct run_case *example = example_case(r);

	for (guint i = 0; i < r->cases->len; i++) {
		const struct run_case *c = r->cases->pdata[i];
		const struct run_capture *k = main_capture(c);

		if (k != NULL && (is_bad(c) || c == example))
			gallery_add(g, k);
	}
}

static void write_case(GString *page, const struct run_case *c, bool is_open,
		       const struct evidence *evidence)
{
	const struct run_capture *k = main_capture(c);
	const struct gallery_shot *shot = gallery_find(&evidence->gallery, k);
	const struct figures_focus focus = focus_of(c);

	page_case_begin(page, c, is_open);
	if (shot != NULL)
		draw_shot(page, shot, &focus);
	else if (k == NULL && c->number > 0)
		html_put(page,
			 "<p class=soft>No capture of this case was kept (station key evidence: "
			 "\"all\" keeps those of cases that pass, too).</p>\n");
	for (guint n = 0; n < c->captures->len; n++)
		link_evidence(page, &g_array_index(c->captures, struct run_capture, n),
			      evidence->link);
	page_case_end(page);
}

/* Failed cases first, unfolded. */
static void write_cases(GString *page, const struct run *r, const struct evidence *evidence)
{
	const struct run_case *example = example_case(r);

	html_put(page, "<h2>Cases</h2>\n");
	for (guint i = 0; i < r->cases->len; i++)
		if (is_bad(r->cases->pdata[i]))
			write_case(page, r->cases->pdata[i], true, evidence);
	for (guint i = 0; i < r->cases->len; i++)
		if (!is_bad(r->cases->pdata[i]))
			write_case(page, r->cases->pdata[i], r->cases->pdata[i] == example,
				   evidence);
}

static enum err_code save(const GString *page, const char *path, struct err *e)
{
	GError *error = NULL;

	/* Writes a temporary file and renames it: a page is whole or not there. */
	if (g_file_set_contents(path, page->str, (gssize)page->len, &error))
		return ERR_NONE;
	enum err_code code = err_set(e, ERR_CONFIG,
				     "report: %s cannot be written: %s; give -o "
				     "another place",
				     path, error->message);
	g_clear_error(&error);
	return code;
}

static enum err_code default_path(char path[PATH_SIZE], struct record *record, int64_t id,
				  struct err *e)
{
	int size = snprintf(path, PATH_SIZE, "%s/reports", record_folder(record));

	if (size < 0 || (size_t)size + 32 >= PATH_SIZE)
		return err_set(e, ERR_CONFIG, "report: the path of the record is too long");
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		return err_set(e, ERR_CONFIG,
			       "report: %s cannot be made: %s; give -o another place", path,
			       strerror(errno));
	(void)snprintf(path + size, PATH_SIZE - (size_t)size, "/run-%" PRId64 ".html", id);
	return ERR_NONE;
}

enum err_code report_write(struct record *record, int64_t id, const char *path,
			   char written[PATH_SIZE], struct err *e)
{
	struct wave_scale scale;
	struct run *r = NULL;
	bool is_nominal;
	enum err_code code = run_load(&r, record, id, e);

	if (code != ERR_NONE)
		return code;
	if (path == NULL)
		code = default_path(written, record, id, e);
	else
		(void)snprintf(written, PATH_SIZE, "%s", path);
	if (code == ERR_NONE)
		code = find_scale(record, id, &scale, &is_nominal, e);
	if (code != ERR_NONE) {
		run_free(r);
		return code;
	}
	GString *page = g_string_sized_new(1 << 17);
	page_begin(page, r);
	page_failures(page, r);
	struct evidence evidence = {.link = path == NULL ? "../evidence"
							 : record_evidence_folder(record)};
	choose(&evidence.gallery, r);
	gallery_read(&evidence.gallery, record_evidence_folder(record), &scale);
	write_cases(page, r, &evidence);
	gallery_deinit(&evidence.gallery);
	if (is_nominal)
		html_put(page,
			 "<p class=marks>The jig file of this run is gone or was changed: the "
			 "plots are drawn with nominal scales.</p>\n");
	page_measurements(page, r);
	code = page_budgets(page, r, record, e);
	if (code == ERR_NONE)
		code = page_provenance(page, r, record, e);
	page_end(page);
	if (code == ERR_NONE)
		code = save(page, written, e);
	(void)g_string_free(page, TRUE);
	run_free(r);
	return code;
}
