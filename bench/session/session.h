/*
 * A checked station, opened: clock, the four interfaces of the FT4232H, analyzer. One session per
 * run.
 *
 * Opens safe side first (B is written safe before the first edge on D), closes in reverse, and
 * closing is what makes the jig safe: it runs on every path. The main thread alone feeds the
 * dead-man, from the waits below. After a bench fault the session is latched broken: everything but
 * session_close refuses.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "config/station.h"
#include "inst/analyzer.h"
#include "inst/clock.h"

struct session;

/* want: what the command needs; the rest stays closed. *interrupted becomes non-zero on Ctrl-C,
 * SIGTERM, SIGHUP: waits return ERR_ABORT then. */
enum session_want {
	SESSION_ISP = 1,
	SESSION_GPIO = 2, /* B and D: supply, stimuli, dead-man */
	SESSION_LINE = 4, /* C */
	SESSION_ANALYZER = 8,
	SESSION_ALL = 15,
};
enum err_code session_open(struct session **out, const struct station *station, unsigned want,
			   const volatile sig_atomic_t *interrupted, struct err *e);
/* Makes the jig safe and closes. Idempotent with NULL. An error while making safe is reported. */
enum err_code session_close(struct session *s, struct err *e);

const struct station *session_station(const struct session *s);
struct clock *session_clock(struct session *s);
struct analyzer *session_analyzer(struct session *s);

/* Waits, feeding the dead-man one edge every 50 ms while PEN_POWER is on. Each feed looks at
 * POWER_GOOD too: ERR_BENCH when the supply has gone. */
enum err_code session_wait_until(struct session *s, int64_t until_ns, struct err *e);
enum err_code session_wait(struct session *s, int64_t ns, struct err *e);
/* For loops that wait by other means (a capture's blocks): feeds the dead-man if an edge is due;
 * and when the next one is due (INT64_MAX without power): no block may reach past that time. */
enum err_code session_feed(struct session *s, struct err *e);
int64_t session_feed_due_ns(const struct session *s);
/* Holds the edges back by 12 ms. While an analyzer ends a capture, which takes as long as the host
 * likes, an edge would come before or after that end by chance, and nothing in a run may be up to
 * chance. */
void session_hold(struct session *s, bool on);

/* PEN_POWER. On: heartbeat first, then 0 -> 1, then POWER_GOOD is waited for (ERR_BENCH if it stays
 * away: lid, dead-man). Off: returns when POWER_GOOD has gone; ERR_BENCH also when it had gone
 * before, so that no trip stays unseen. */
enum err_code session_power(struct session *s, bool on, struct err *e);
bool session_is_powered(const struct session *s);
/* ERR_BENCH when the dead-man has tripped under power. */
enum err_code session_check_supply(struct session *s, struct err *e);

enum session_stimulus {
	SESSION_BUTTON,     /* true: pressed */
	SESSION_LOAD,       /* true: skin simulant engaged */
	SESSION_CHARGER,    /* true: charging */
	SESSION_BRAKE,      /* true: crank blocked */
	SESSION_LOW_SUPPLY, /* true: 3.10 V */
};
enum err_code session_stimulus(struct session *s, enum session_stimulus which, bool on,
			       struct err *e);
/* All stimuli as they are at rest; the supply stays as it is. */
enum err_code session_release(struct session *s, struct err *e);
enum session_sense {
	SESSION_PEN_PRESENT,
	SESSION_LID_CLOSED,
	SESSION_ENC_ALARM,
	SESSION_POWER_GOOD,
};
enum err_code session_sense(struct session *s, enum session_sense which, bool *level,
			    struct err *e);

/* One request to the pen and its answer, both without checksum and line end: "RATE 120" ->
 * "OK RATE 120". A refusal ("ERR ...") is a normal answer. ERR_PEN when the pen is silent or
 * answers nonsense three times over; the text tells which, and answer then has the last nonsense
 * ("?": nothing printable) or is left as it was (silent). */
enum err_code session_ask(struct session *s, const char *request, char *answer, size_t answer_size,
			  int64_t timeout_ns, struct err *e);
/* Sends a request and does not wait (an action inside a capture); a later session_drain discards
 * the answers. */
enum err_code session_send(struct session *s, const char *request, struct err *e);
enum err_code session_drain(struct session *s, struct err *e);

/* Bytes on the pen's line as they are, 1..SESSION_RAW_MAX: what no well-behaved master sends. */
enum { SESSION_RAW_MAX = 256 };
enum err_code session_send_raw(struct session *s, const uint8_t *bytes, size_t size, struct err *e);

/* What the pen has said since the last session_ask or session_drain, up to now. */
enum { SESSION_ANSWERS_MAX = 64, SESSION_ANSWER_SIZE = 128 };
struct session_answers {
	char text[SESSION_ANSWERS_MAX][SESSION_ANSWER_SIZE]; /* without checksum, in order */
	size_t count;                                        /* good lines that were kept */
	size_t nonsense; /* lines with a bad form or checksum, and those beyond the room */
};
enum err_code session_collect(struct session *s, struct session_answers *answers, struct err *e);

/* Flashing: see session/flashing.h. Capturing with actions: see session/recording.h. */

#endif
