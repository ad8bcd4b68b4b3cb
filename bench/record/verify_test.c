/*
 * Random bytes of a record are changed: whatever changes a committed row, the schema or an evidence
 * file is found; an edit that is not found is proven harmless, by all rows, the schema and SQLite's
 * own check being as they were. EDITS=N of them, 100 by default, counted by those that change
 * something. Then a cut tail and a chain that was computed anew, which only a head kept elsewhere
 * shows.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/rng.h"
#include "base/tap.h"
#include "record/chain.h"
#include "record/record_rig.h"
#include "record/verify.h"

enum { RUNS = 30, EDITS_DEFAULT = 100, FILE_MAX = 4 << 20 };

static char folder[] = "/tmp/verify-test-XXXXXX";
static const char evidence_name[] = "0123.sr";

struct bytes {
	unsigned char *data;
	size_t size;
};

static struct bytes slurp(const char *name)
{
	char path[512];
	struct bytes b = {malloc(FILE_MAX), 0};

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *in = fopen(path, "rb");
	assert(in != NULL && b.data != NULL);
	b.size = fread(b.data, 1, FILE_MAX, in);
	(void)fclose(in);
	return b;
}

static void spew(const char *name, const struct bytes *b)
{
	char path[512];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *out = fopen(path, "wb");
	assert(out != NULL);
	assert(fwrite(b->data, 1, b->size, out) == b->size);
	(void)fclose(out);
}

static void count_finding(void *context, const char *text)
{
	(void)context;
	(void)text;
}

static size_t findings(const struct record_head *head)
{
	const struct verify_request request = {.head = head, .found = count_finding};
	struct verify_result result;
	struct err e;

	if (verify_record(folder, &request, &result, &e) != ERR_NONE)
		return 1;
	return result.findings;
}

/* Everything that SQL can see, by a way of its own: not the chain's. "" when it cannot be read. */
static void dump(char hash[RECORD_HASH_SIZE])
{
	static const char *const tables[] = {"link",         "unit",        "run",
					     "run_end",      "input",       "equipment",
					     "test_case",    "measurement", "budget_line",
					     "capture",      "event",       "characteristic",
					     "sqlite_schema"};
	char path[512], sql[128];
	struct sha256 d;
	sqlite3 *db;
	bool good = true;

	hash[0] = '\0';
	(void)snprintf(path, sizeof path, "%s/record.db", folder);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		sqlite3_close(db);
		return;
	}
	sha256_init(&d);
	for (size_t i = 0; i < RIG_COUNT(tables) && good; i++) {
		sqlite3_stmt *row = NULL;
		int status = SQLITE_ERROR;
		(void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY rowid", tables[i]);
		good = sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK;
		while (good && (status = sqlite3_step(row)) == SQLITE_ROW)
			for (int c = 0; c < sqlite3_column_count(row); c++) {
				/* rootpage says where a table lies, not what it is */
				if (strcmp(sqlite3_column_name(row, c), "rootpage") == 0)
					continue;
				digest_integer(&d, sqlite3_column_type(row, c));
				const char *text = (const char *)sqlite3_column_text(row, c);
				digest_text(&d, text == NULL ? "" : text,
					    (size_t)sqlite3_column_bytes(row, c));
			}
		good = good && status == SQLITE_DONE;
		sqlite3_finalize(row);
	}
	sqlite3_stmt *check = NULL;
	good = good &&
	       sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &check, NULL) == SQLITE_OK &&
	       sqlite3_step(check) == SQLITE_ROW &&
	       strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0;
	sqlite3_finalize(check);
	sha256_finish(&d, hash);
	if (!good)
		hash[0] = '\0';
	sqlite3_close(db);
}

/* The record, closed, so that everything is in one file; and one evidence file of 64 bytes. */
static void make_record(struct record_head *head)
{
	char path[512], hash[RECORD_HASH_SIZE], serial[32];
	unsigned char noise[64];
	struct bytes b = {noise, sizeof noise};
	struct err e;
	struct record *r = rig_open(folder);

	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (unsigned char)(i * 37);
	(void)snprintf(path, sizeof path, "evidence/%s", evidence_name);
	spew(path, &b);
	(void)snprintf(path, sizeof path, "%s/evidence/%s", folder, evidence_name);
	rig_must(digest_file(path, hash, NULL, &e), &e);
	for (int i = 0; i < RUNS; i++) {
		(void)snprintf(serial, sizeof serial, "SN-%d", i);
		int64_t run = rig_whole_run(r, serial, 1, i == 2 ? OUTCOME_FAIL : OUTCOME_PASS);
		const struct record_value row[] = {
			record_integer(run), record_integer(1),    record_integer(1),
			record_text("sr"),   record_text(hash),    record_text(evidence_name),
			record_integer(64),  record_integer(1000), record_number(25e6),
			record_text("A,B"),
		};
		rig_must(record_begin(r, &e), &e);
		rig_must(record_append(r, "capture", row, RIG_COUNT(row), NULL, &e), &e);
		rig_must(record_commit(r, &e), &e);
		rig_must(record_event(r, run, "print", "a line of the case", &e), &e);
	}
	rig_must(record_head(r, head, &e), &e);
	record_close(r);
}

static void test_edits(struct tap *t, const char *file, long edits, uint64_t seed)
{
	char original[RECORD_HASH_SIZE], now[RECORD_HASH_SIZE];
	struct bytes whole = slurp(file);
	bool is_record = strcmp(file, "record.db") == 0;
	long reported = 0, harmless = 0, missed = 0, changing = 0, tried = 0;
	struct rng rng;

	rng_seed(&rng, seed);
	dump(original);
	tap_ok(t, original[0] != '\0', "%s of %zu bytes", file, whole.size);
	for (; changing < edits && tried < 10 * edits; tried++) {
		size_t at = (size_t)(rng_next(&rng) % whole.size);
		unsigned char was = whole.data[at];
		whole.data[at] ^= (unsigned char)(1 + rng_next(&rng) % 255);
		spew(file, &whole);
		dump(now);
		bool has_changed = !is_record || strcmp(now, original) != 0;
		bool is_found = findings(NULL) > 0;
		if (has_changed && !is_found)
			tap_note("not found: byte %zu, %02X for %02X", at, whole.data[at], was);
		changing += has_changed;
		missed += has_changed && !is_found;
		reported += !has_changed && is_found;
		harmless += !has_changed && !is_found;
		whole.data[at] = was;
	}
	spew(file, &whole);
	tap_is_int(t, changing, edits, "as many edits that change something as were asked for");
	tap_is_int(t, missed, 0, "each of them is found");
	tap_note("%s: %ld edits; %ld changed something; of the others %ld were reported, %ld "
		 "harmless",
		 file, tried, changing, reported, harmless);
	free(whole.data);
}

static int sql(const char *text)
{
	char path[512];
	sqlite3 *db;

	(void)snprintf(path, sizeof path, "%s/record.db", folder);
	sqlite3_open(path, &db);
	int status = sqlite3_exec(db, text, NULL, NULL, NULL);
	sqlite3_close(db);
	return status;
}

/* What somebody with SQL could do. */
static void test_sql(struct tap *t)
{
	static const char *const edits[] = {
		"UPDATE run_end SET outcome = 'PASS' WHERE outcome = 'FAIL'",
		"UPDATE measurement SET value = value + 1e-9 WHERE id = 3",
		"UPDATE measurement SET accept_high = NULL WHERE id = 3",
		"UPDATE characteristic SET high = NULL WHERE id = 1",
		"UPDATE characteristic SET clause = 'PEN-9' WHERE id = 1",
		"UPDATE measurement SET id = 4711 WHERE id = 1",
		"DELETE FROM event WHERE id = 2",
		"DELETE FROM budget_line",
		"INSERT INTO event VALUES (99, 3, 1, 1, 'note', 'smuggled', '')",
		"INSERT INTO event VALUES (99, 9999, 1, 1, 'note', 'smuggled', '')",
		"UPDATE link SET hash = 'x' WHERE id = 5",
		"DELETE FROM link WHERE id = 5",
		"UPDATE link SET row_count = 1 WHERE id = 0",
		"DROP INDEX run_by_lot",
		"CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END",
		"ALTER TABLE run ADD COLUMN more TEXT",
		"UPDATE run SET link = link + 1 WHERE id = 2",
		"PRAGMA user_version = 7",
	};
	struct bytes whole = slurp("record.db");

	for (size_t i = 0; i < RIG_COUNT(edits); i++) {
		int status = sql(edits[i]);
		tap_ok(t, status == SQLITE_OK && findings(NULL) > 0, "found: %s", edits[i]);
		spew("record.db", &whole);
	}
	tap_is_int(t, (int64_t)findings(NULL), 0, "and nothing is found in the original");
	free(whole.data);
}

/* Cuts every table at the link before the last, as a whole transaction would have left it. */
static void test_tail(struct tap *t, const struct record_head *head)
{
	static const char *const tables[] = {"event", "capture", "run_end", "link"};
	struct bytes whole = slurp("record.db");
	struct record_head cut = *head;
	char text[256];

	for (size_t i = 0; i < RIG_COUNT(tables); i++) {
		(void)snprintf(text, sizeof text, "DELETE FROM %s WHERE %s >= %lld", tables[i],
			       strcmp(tables[i], "link") == 0 ? "id" : "link",
			       (long long)head->link);
		assert(sql(text) == SQLITE_OK);
	}
	tap_is_int(t, (int64_t)findings(NULL), 0, "a cut tail alone is a whole record");
	tap_ok(t, findings(head) > 0, "the head that was kept finds it");
	spew("record.db", &whole);
	tap_is_int(t, (int64_t)findings(head), 0, "the head itself is in order");
	cut.hash[20] = '\0';
	tap_is_int(t, (int64_t)findings(&cut), 0, "also when its hash is cut");
	cut.hash[3] = cut.hash[3] == '0' ? '1' : '0';
	tap_ok(t, findings(&cut) > 0, "but not when it is another");
	free(whole.data);
}

/* The forger knows how the chain is made: a value is changed, all hashes from there are anew. */
static void test_forged(struct tap *t, const struct record_head *head)
{
	struct bytes whole = slurp("record.db");
	struct record_head now;
	struct err e;

	assert(sql("UPDATE measurement SET value = 0 WHERE id = 1") == SQLITE_OK);
	struct record *r = rig_open(folder);
	char previous[RECORD_HASH_SIZE] = "", hash[RECORD_HASH_SIZE];
	sqlite3_stmt *rows = NULL, *set = NULL;
	rig_must(chain_schema(r, previous, &e), &e);
	assert(sqlite3_prepare_v2(r->db, "UPDATE link SET hash = ?1 WHERE id = ?2", -1, &set,
				  NULL) == SQLITE_OK);
	for (int64_t link = 1; link <= head->link; link++) {
		struct chain_link l;
		int64_t count = 0;
		for (int pass = 0; pass < 2; pass++) {
			chain_begin(&l, link, count, previous);
			for (size_t i = 0; i < RECORD_TABLES; i++) {
				char text[128];
				(void)snprintf(text, sizeof text,
					       "SELECT * FROM %s WHERE link = %lld ORDER BY id",
					       record_tables[i].name, (long long)link);
				assert(sqlite3_prepare_v2(r->db, text, -1, &rows, NULL) ==
				       SQLITE_OK);
				while (sqlite3_step(rows) == SQLITE_ROW)
					chain_row(&l, record_tables[i].name, rows);
				sqlite3_finalize(rows);
			}
			chain_end(&l, hash);
			count = l.rows;
		}
		sqlite3_bind_text(set, 1, hash, -1, SQLITE_STATIC);
		sqlite3_bind_int64(set, 2, link);
		assert(sqlite3_step(set) == SQLITE_DONE);
		sqlite3_reset(set);
		memcpy(previous, hash, sizeof previous);
	}
	sqlite3_finalize(set);
	rig_must(record_head(r, &now, &e), &e);
	record_close(r);
	tap_ok(t, strcmp(now.hash, head->hash) != 0, "a forged chain has another head");
	tap_is_int(t, (int64_t)findings(NULL), 0, "by itself it is whole");
	tap_ok(t, findings(head) > 0, "the head that was kept finds it");
	spew("record.db", &whole);
	free(whole.data);
}

int main(void)
{
	struct tap t = tap_begin();
	struct record_head head;
	const char *wanted = getenv("EDITS");
	long edits = wanted == NULL ? EDITS_DEFAULT : strtol(wanted, NULL, 10);
	const char *seed = getenv("SEED");
	char path[512];

	if (mkdtemp(folder) == NULL)
		return 1;
	make_record(&head);
	tap_is_int(&t, (int64_t)findings(NULL), 0, "a record as it was written");
	test_sql(&t);
	test_tail(&t, &head);
	test_forged(&t, &head);
	test_edits(&t, "record.db", edits, seed == NULL ? 1 : strtoull(seed, NULL, 10));
	(void)snprintf(path, sizeof path, "evidence/%s", evidence_name);
	test_edits(&t, path, edits / 10 + 1, 2);
	(void)snprintf(path, sizeof path, "%s/evidence/%s", folder, evidence_name);
	(void)remove(path);
	tap_ok(&t, findings(NULL) > 0, "evidence that is missing");
	rig_sweep(folder);
	return tap_end(&t);
}
