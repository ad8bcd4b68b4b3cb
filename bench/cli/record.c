/*
 * `penbench record`: what the station has kept. Reads only, so that it may run beside a test, on a
 * copy, and on a medium that cannot be written.
 */
#include "cli/record.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/cli.h"
#include "cli/records.h"
#include "record/runs.h"
#include "record/verify.h"

#define NAME "record"

enum { LIST_DEFAULT = 20, EXIT_ALTERED = 1, HEAD_DIGITS_MIN = 16 };

static const char usage[] =
	"usage: penbench record list [--serial SN] [--lot LOT] [--last N]\n"
	"       penbench record yield\n"
	"       penbench record show RUN\n"
	"       penbench record verify [--head N:HASH] [--no-evidence]\n"
	"       penbench record export [RUN] [--format json|csv] [--canonical]\n"
	"  --records DIR   the folder of the record, instead of the station's\n"
	"  --station FILE  the station\n"
	"  --head N:HASH   as a run or its report showed it: finds a cut or re-computed record "
	"too\n"
	"  --canonical     without stamps of the host and numbers of rows: equal runs, equal "
	"bytes\n"
	"verify ends with 0 when nothing was changed, 1 when something was, 2 without a record.\n";

static enum err_code take_number(const char *text, const char *what, long long *out, struct err *e)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || *out < 1)
		return err_set(e, ERR_CONFIG, "%s \"%.40s\": want a number from 1 on", what, text);
	return ERR_NONE;
}

static enum err_code take_verb(struct record_request *q, int argc, char **argv, struct err *e)
{
	static const char *const verbs[] = {"list", "yield", "show", "verify", "export"};
	long long run = 0;
	bool is_known = false;
	enum err_code code = ERR_NONE;

	q->verb = argc > 0 ? argv[0] : "";
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		is_known |= strcmp(q->verb, verbs[i]) == 0;
	if (!is_known)
		return err_set(e, ERR_CONFIG,
			       "want one of list, yield, show, verify, export, not \"%.40s\"",
			       q->verb);
	bool may_name = strcmp(q->verb, "show") == 0 || strcmp(q->verb, "export") == 0;
	if (argc > (may_name ? 2 : 1))
		return err_set(e, ERR_CONFIG, "\"%.40s\": one argument too many", argv[argc - 1]);
	if (argc == 2)
		code = take_number(argv[1], "run", &run, e);
	else if (strcmp(q->verb, "show") == 0)
		code = err_set(e, ERR_CONFIG, "show which run? `penbench record list` has them");
	q->run = run;
	return code;
}

static enum err_code parse(struct record_request *q, int argc, char **argv, bool *help,
			   struct err *e)
{
	enum { STATION = 1, RECORDS, SERIAL, LOT, LAST, HEAD, FORMAT, CANONICAL, EVIDENCE, HELP };
	static const struct option options[] = {
		{"station", required_argument, NULL, STATION},
		{"records", required_argument, NULL, RECORDS},
		{"serial", required_argument, NULL, SERIAL},
		{"lot", required_argument, NULL, LOT},
		{"last", required_argument, NULL, LAST},
		{"head", required_argument, NULL, HEAD},
		{"format", required_argument, NULL, FORMAT},
		{"canonical", no_argument, NULL, CANONICAL},
		{"no-evidence", no_argument, NULL, EVIDENCE},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	const char **const texts[] = {
		[STATION] = &q->station_path,
		[RECORDS] = &q->folder,
		[SERIAL] = &q->serial,
		[LOT] = &q->lot,
		[HEAD] = &q->head,
		[FORMAT] = &q->format,
	};
	long long last = LIST_DEFAULT;
	int option;

	*q = (struct record_request){.format = "json"};
	*help = false;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == HELP) {
			*help = true;
			return ERR_NONE;
		}
		if (option == LAST) {
			if (take_number(optarg, "--last", &last, e) != ERR_NONE)
				return e->code;
		} else if (option == CANONICAL) {
			q->canonical = true;
		} else if (option == EVIDENCE) {
			q->no_evidence = true;
		} else if (option == '?' || option == ':') {
			return cli_option_error(option, argv, "`penbench record --help` lists them",
						e);
		} else {
			*texts[option] = optarg;
		}
	}
	q->last = (long)last;
	if (strcmp(q->format, "json") != 0 && strcmp(q->format, "csv") != 0)
		return err_set(e, ERR_CONFIG, "--format \"%.40s\": want json or csv", q->format);
	return take_verb(q, argc - optind, argv + optind, e);
}

void record_print_text(const char *text)
{
	for (; *text != '\0'; text++)
		(void)putchar((unsigned char)*text < 0x20 || *text == 0x7F ? ' ' : *text);
}

static enum err_code list(struct record *r, const struct record_request *q, struct err *e)
{
	static const char sql[] =
		"SELECT run.id, run.begun_host, coalesce(run_end.outcome, 'open'), mode, "
		"coalesce(serial, ''), iif(run_end.id IS NULL, run.attempt, run_end.attempt), lot, "
		"operator, coalesce(passed, 0), "
		"case_count, "
		"reason || iif(reason <> '' AND cause <> '', '; ', '') || coalesce(cause, '') || "
		"iif(marks = '', '', '  [' || marks || ']') "
		"FROM run LEFT JOIN unit ON unit.id = run.unit LEFT JOIN run_end ON run_end.run = "
		"run.id WHERE (?1 = '' OR serial = ?1) AND (?2 = '' OR lot = ?2) "
		"ORDER BY run.id DESC LIMIT ?3";
	struct record_query *rows = NULL;
	bool row = false;
	enum err_code code = record_query_open(&rows, r, sql, e);

	if (code != ERR_NONE)
		return code;
	record_query_bind_text(rows, 1, q->serial == NULL ? "" : q->serial);
	record_query_bind_text(rows, 2, q->lot == NULL ? "" : q->lot);
	record_query_bind_integer(rows, 3, q->last);
	(void)printf("%-7s %-20s %-10s %-11s %-16s %-3s %-12s %-10s %-7s %s\n", "run", "begun",
		     "outcome", "mode", "serial", "try", "lot", "operator", "cases", "why");
	while ((code = record_query_next(rows, &row, e)) == ERR_NONE && row) {
		(void)printf("%-7lld %-20.19s %-10s %-11s %-16s ",
			     (long long)record_query_integer(rows, 0), record_query_text(rows, 1),
			     record_query_text(rows, 2), record_query_text(rows, 3),
			     record_query_text(rows, 4));
		(void)printf("%-3s %-12s %-10s %lld/%-5lld ", record_query_text(rows, 5),
			     record_query_text(rows, 6), record_query_text(rows, 7),
			     (long long)record_query_integer(rows, 8),
			     (long long)record_query_integer(rows, 9));
		record_print_text(record_query_text(rows, 10));
		(void)putchar('\n');
	}
	record_query_close(rows);
	return code;
}

static enum err_code yield(struct record *r, struct err *e)
{
	struct runs_yield y;
	enum err_code code = runs_yield(r, &y, e);

	if (code != ERR_NONE)
		return code;
	double units = y.units == 0 ? 1 : (double)y.units;
	(void)printf("pens judged in production  %lld\n", (long long)y.units);
	(void)printf("attempts                   %lld\n", (long long)y.attempts);
	(void)printf("first-pass yield           %lld  %.2f %%\n", (long long)y.first_pass,
		     100 * (double)y.first_pass / units);
	(void)printf("final yield                %lld  %.2f %%\n", (long long)y.final_pass,
		     100 * (double)y.final_pass / units);
	return ERR_NONE;
}

static void show_finding(void *context, const char *text)
{
	(void)context;
	(void)fputs("changed: ", stdout);
	record_print_text(text);
	(void)putchar('\n');
}

/* N:HASH, the hash perhaps cut. */
static enum err_code parse_head(const char *text, struct record_head *head, struct err *e)
{
	char *colon;

	errno = 0;
	head->link = strtoll(text, &colon, 10);
	size_t digits = *colon == ':' ? strlen(colon + 1) : 0;
	if (errno != 0 || colon == text || head->link < 0 || digits < HEAD_DIGITS_MIN ||
	    digits >= sizeof head->hash || strspn(colon + 1, "0123456789abcdef") != digits)
		return err_set(
			e, ERR_CONFIG,
			"--head \"%.80s\": want NUMBER:HASH as a run showed it, the hash with "
			"at least %d digits",
			text, HEAD_DIGITS_MIN);
	memcpy(head->hash, colon + 1, digits + 1);
	return ERR_NONE;
}

static enum err_code verify(const char *folder, const struct record_request *q, int *status,
			    struct err *e)
{
	struct record_head head;
	struct verify_result result;
	const struct verify_request request = {
		.head = q->head == NULL ? NULL : &head,
		.skip_evidence = q->no_evidence,
		.found = show_finding,
	};
	enum err_code code = q->head == NULL ? ERR_NONE : parse_head(q->head, &head, e);

	if (code == ERR_NONE)
		code = verify_record(folder, &request, &result, e);
	if (code != ERR_NONE)
		return code;
	if (result.findings > VERIFY_FINDINGS_MAX)
		(void)printf("and %zu more\n", result.findings - VERIFY_FINDINGS_MAX);
	(void)printf("%s: %lld rows in %lld links, %lld evidence files%s, head %lld:%s\n",
		     result.findings == 0 ? "unchanged" : "CHANGED", (long long)result.rows,
		     (long long)result.links, (long long)result.files,
		     q->no_evidence ? " (not checked)" : "", (long long)result.head.link,
		     result.head.hash);
	*status = result.findings == 0 ? 0 : EXIT_ALTERED;
	return ERR_NONE;
}

int cli_record(int argc, char **argv, const struct cli *cli)
{
	struct record_request q;
	struct record *r = NULL;
	char folder[PATH_SIZE];
	struct err e;
	bool help = false;
	int status = 0;

	(void)cli;
	enum err_code code = parse(&q, argc, argv, &help, &e);
	if (code == ERR_NONE && help) {
		(void)fputs(usage, stdout);
		goto out;
	}
	if (code == ERR_NONE)
		code = records_find(q.folder, q.station_path, folder, &e);
	if (code == ERR_NONE && strcmp(q.verb, "verify") == 0) {
		code = verify(folder, &q, &status, &e);
		goto out;
	}
	if (code == ERR_NONE)
		code = record_open(&r, folder, RECORD_READ, &e);
	if (code != ERR_NONE)
		goto out;
	if (strcmp(q.verb, "list") == 0)
		code = list(r, &q, &e);
	else if (strcmp(q.verb, "yield") == 0)
		code = yield(r, &e);
	else if (strcmp(q.verb, "show") == 0)
		code = record_show(r, q.run, &e);
	else
		code = record_export(r, &q, &e);
out:
	record_close(r);
	if (code == ERR_NONE)
		code = cli_flush(&e);
	return code == ERR_NONE ? status : cli_fail(NAME, &e);
}
