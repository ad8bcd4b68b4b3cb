/* See gallery.h. */
#include "gallery.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "record/evidence.h"

enum { THREADS_MAX = 4 };

/* Hash and wave of a shot are two tasks. A wave of a file that is not what it was is thrown away
 * again. Each task has its own places to write to; `next` is all that the threads share. */
struct reading {
	struct gallery *gallery;
	const char *folder;
	const struct wave_scale *scale;
	enum err_code hash_code[GALLERY_MAX];
	struct err hash_error[GALLERY_MAX];
	atomic_size_t next;
};

void gallery_add(struct gallery *g, const struct run_capture *k)
{
	size_t at = g->count;

	if (g->count == GALLERY_MAX)
		return;
	/* Largest first, or the last one would be waited for alone. */
	for (; at > 0 && g->shots[at - 1].capture->size < k->size; at--)
		g->shots[at] = g->shots[at - 1];
	g->shots[at] = (struct gallery_shot){.capture = k};
	g->count++;
}

static void do_task(struct reading *r, size_t task)
{
	char path[2 * PATH_SIZE];
	size_t count = r->gallery->count, i = task % count;
	struct gallery_shot *shot = &r->gallery->shots[i];

	if (task >= count) {
		r->hash_code[i] = evidence_check(path, r->folder, shot->capture->file,
						 shot->capture->sha256, &r->hash_error[i]);
	} else {
		(void)snprintf(path, sizeof path, "%s/%s", r->folder, shot->capture->file);
		(void)wave_read(&shot->wave, path, r->scale, &shot->error);
	}
}

static void *work(void *reading)
{
	struct reading *r = reading;
	size_t task;

	while ((task = atomic_fetch_add(&r->next, 1)) < 2 * r->gallery->count)
		do_task(r, task);
	return NULL;
}

void gallery_read(struct gallery *g, const char *folder, const struct wave_scale *scale)
{
	struct reading r = {.gallery = g, .folder = folder, .scale = scale};
	pthread_t helper[THREADS_MAX - 1];
	size_t helpers = 0;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	/* This thread works too: one that cannot be had is one that is not needed. */
	while (helpers < THREADS_MAX - 1 && (long)helpers + 1 < processors &&
	       helpers + 1 < 2 * g->count && pthread_create(&helper[helpers], NULL, work, &r) == 0)
		helpers++;
	(void)work(&r);
	for (size_t i = 0; i < helpers; i++)
		(void)pthread_join(helper[i], NULL);
	for (size_t i = 0; i < g->count; i++)
		if (r.hash_code[i] != ERR_NONE) {
			wave_free(g->shots[i].wave);
			g->shots[i].wave = NULL;
			g->shots[i].error = r.hash_error[i];
		}
}

const struct gallery_shot *gallery_find(const struct gallery *g, const struct run_capture *k)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->shots[i].capture == k)
			return &g->shots[i];
	return NULL;
}

void gallery_deinit(struct gallery *g)
{
	for (size_t i = 0; i < g->count; i++)
		wave_free(g->shots[i].wave);
	g->count = 0;
}
