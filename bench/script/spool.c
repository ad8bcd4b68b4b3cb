/* From nameless file to evidence: see spool.h. */
#include "script/spool.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "record/evidence.h"
#include "session/recording.h"

enum { FILE_SIZE_MAX = 1 << 30 }; /* bytes of a file that a case reads */

static void name_channels(struct spool *s, const struct channels *channels)
{
	size_t used = 0;

	s->channels[0] = '\0';
	for (unsigned i = 0; i < channels->count; i++)
		used += (size_t)snprintf(s->channels + used, sizeof s->channels - used, "%s%s",
					 i == 0 ? "" : ",", channels->name[i]);
}

/* A place that cannot be written is the bench's fault while a case runs. */
static enum err_code as_bench(enum err_code code, struct err *e)
{
	if (code != ERR_CONFIG)
		return code;
	e->code = ERR_BENCH;
	return err_prefix(e, "evidence");
}

enum err_code spool_capture(struct spool *s, const struct analyzer *analyzer,
			    struct sr_writer **writer, struct err *e)
{
	const struct sr_format format = recording_format(analyzer);
	char path[PATH_SIZE];

	if (s->count == SPOOL_CAPTURES_MAX)
		return err_set(e, ERR_SCRIPT, "more than %d captures in one case: split the case",
			       SPOOL_CAPTURES_MAX);
	struct spool_item *item = &s->items[s->count];
	enum err_code code = evidence_temporary(path, s->folder, e);
	if (code == ERR_NONE)
		code = sr_writer_open(&item->writer, path, &format, e);
	if (code != ERR_NONE)
		return as_bench(code, e);
	item->rate_hz = format.samplerate_hz;
	name_channels(s, format.channels);
	s->count++;
	*writer = item->writer;
	return ERR_NONE;
}

void spool_captured(struct spool *s, const struct recording *recording)
{
	assert(s->count > 0);
	struct spool_item *item = &s->items[s->count - 1];

	item->is_cut = recording->is_cut;
	item->samples = recording->samples;
	if (recording->is_whole || recording->is_cut)
		return;
	sr_writer_free(item->writer);
	s->count--;
}

enum err_code spool_file(struct spool *s, const char *name, struct world_file *file, struct err *e)
{
	struct spool_file taken;
	size_t i = 0;
	enum err_code code =
		evidence_take(s->folder, file->path, FILE_SIZE_MAX, &taken.fd, taken.sha256, e);

	if (code == ERR_CONFIG) {
		e->code = ERR_SCRIPT;
		return err_prefix(e, "analyze: \"%.200s\"", name);
	}
	if (code != ERR_NONE)
		return code;
	while (i < s->file_count && strcmp(s->files[i].sha256, taken.sha256) != 0)
		i++;
	if (i == SPOOL_FILES_MAX || i < s->file_count)
		(void)close(taken.fd);
	if (i == SPOOL_FILES_MAX)
		return err_set(e, ERR_SCRIPT, "analyze: more than %d files in one case",
			       SPOOL_FILES_MAX);
	if (i == s->file_count)
		s->files[s->file_count++] = taken;
	(void)snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", s->files[i].fd);
	memcpy(file->sha256, taken.sha256, sizeof file->sha256);
	return ERR_NONE;
}

static enum err_code tell(struct sinks *sinks, const char *kind, const struct evidence_file *file,
			  const struct spool_item *item, const char *channels, struct err *e)
{
	const struct sink_capture capture = {
		.kind = kind,
		.sha256 = file->sha256,
		.file = file->name,
		.size = file->size,
		.samples = item == NULL ? 0 : item->samples,
		.rate_hz = item == NULL ? 0 : (double)item->rate_hz,
		.channels = channels,
	};

	return sinks_capture(sinks, &capture, e);
}

enum err_code spool_keep(struct spool *s, struct sinks *sinks, struct err *e)
{
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < s->count && code == ERR_NONE; i++) {
		struct evidence_file file;
		char path[PATH_SIZE];
		code = evidence_temporary(path, s->folder, e);
		if (code == ERR_NONE)
			code = as_bench(sr_writer_finish(s->items[i].writer, e), e);
		if (code == ERR_NONE)
			code = evidence_keep(s->folder, path, "sr", &file, e);
		if (code == ERR_NONE)
			code = tell(sinks, s->items[i].is_cut ? "cut" : "sr", &file, &s->items[i],
				    s->channels, e);
	}
	for (size_t i = 0; i < s->file_count && code == ERR_NONE; i++) {
		struct evidence_file file;
		code = evidence_keep_copy(s->folder, s->files[i].fd, "sr", &file, e);
		if (code == ERR_NONE)
			code = tell(sinks, "file", &file, NULL, "", e);
	}
	spool_drop(s);
	return code;
}

void spool_drop(struct spool *s)
{
	for (size_t i = 0; i < s->count; i++)
		sr_writer_free(s->items[i].writer);
	for (size_t i = 0; i < s->file_count; i++)
		(void)close(s->files[i].fd);
	s->count = s->file_count = 0;
}

enum err_code spool_keep_tape(const char *folder, const struct tape *tape, struct sinks *sinks,
			      struct err *e)
{
	struct evidence_file file;
	enum err_code code = evidence_keep_text(folder, tape->text == NULL ? "" : tape->text,
						tape->size, "tape", &file, e);

	return code == ERR_NONE ? tell(sinks, "tape", &file, NULL, "", e) : code;
}
