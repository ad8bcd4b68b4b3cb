-- The record of one station. Rows are appended and never changed: a run is closed by a row of
-- run_end. Every row carries the number of the commit (`link`) that wrote it, and the hash of a
-- link covers all rows of that commit and the link before it (record/chain.h).
--
-- Host stamps, which differ between equal runs, are the columns that end in _host.
-- Numbers are in the unit that the row names; NULL is "there is none" (NaN and infinity too).

CREATE TABLE link (
	id INTEGER PRIMARY KEY, -- 0 is the schema's own; 1, 2, ... one a commit
	row_count INTEGER NOT NULL,
	hash TEXT NOT NULL -- SHA-256, lower-case hex
) STRICT;

-- A pen, by its serial number.
CREATE TABLE unit (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	serial TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE run (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	unit INTEGER REFERENCES unit (id), -- NULL: no serial number was given
	mode TEXT NOT NULL CHECK (mode IN ('production', 'engineering')),
	attempt INTEGER, -- 1, 2, ...: what this production run would be; NULL: engineering
	reason TEXT NOT NULL, -- of a retest, else empty
	station TEXT NOT NULL,
	jig TEXT NOT NULL,
	operator TEXT NOT NULL,
	lot TEXT NOT NULL,
	plan TEXT NOT NULL, -- what the command line named, one path a line
	case_count INTEGER NOT NULL,
	version TEXT NOT NULL, -- of the harness
	build TEXT NOT NULL, -- SHA-256 of the program file that ran
	marks TEXT NOT NULL, -- what every reader must know: expired calibration, ...; else empty
	date TEXT NOT NULL, -- calendar date of the station's clock, YYYY-MM-DD; empty: not asked
	begun_host TEXT NOT NULL, -- UTC, YYYY-MM-DDTHH:MM:SS.mmmZ
	name_host TEXT NOT NULL -- of the computer
) STRICT;

-- Closes a run. A run without one is open: running, or its process died and nothing started since.
CREATE TABLE run_end (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	run INTEGER NOT NULL UNIQUE REFERENCES run (id),
	unit INTEGER REFERENCES unit (id),
	attempt INTEGER, -- of a production run that judged the pen; NULL: it does not count
	outcome TEXT NOT NULL, -- PASS INCOMPLETE FAIL BENCH SCRIPT ABORT
	died INTEGER NOT NULL CHECK (died IN (0, 1)), -- 1: closed by the next start
	cause TEXT NOT NULL,
	case_path TEXT NOT NULL, -- of the case that decided, else empty
	passed INTEGER NOT NULL, -- cases
	ended_host TEXT NOT NULL
) STRICT;

-- Everything that decided the run and is a file: image, readback, script, spec, station, jig.
CREATE TABLE input (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	run INTEGER NOT NULL REFERENCES run (id),
	role TEXT NOT NULL,
	path TEXT NOT NULL,
	sha256 TEXT NOT NULL
) STRICT;

-- The instruments as they were calibrated.
CREATE TABLE equipment (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	run INTEGER NOT NULL REFERENCES run (id),
	instrument TEXT NOT NULL, -- encoder, clock, shunt
	asset TEXT NOT NULL, -- id of the jig
	revision INTEGER NOT NULL,
	certificate TEXT NOT NULL,
	calibrated TEXT NOT NULL, -- date
	due TEXT NOT NULL, -- date
	state TEXT NOT NULL -- valid, expired, missing, ...
) STRICT;

CREATE TABLE test_case (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	run INTEGER NOT NULL REFERENCES run (id),
	number INTEGER NOT NULL, -- 1..case_count
	path TEXT NOT NULL,
	title TEXT NOT NULL,
	outcome TEXT NOT NULL,
	cause TEXT NOT NULL,
	trace TEXT NOT NULL,
	ended_host TEXT NOT NULL
) STRICT;

-- What is measured and against what: a new row for every clause, name, unit, kind, rule or limit that
-- was not in force before. It keeps the million rows of `measurement` narrow.
CREATE TABLE characteristic (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	clause TEXT NOT NULL,
	name TEXT NOT NULL,
	unit TEXT NOT NULL,
	kind TEXT NOT NULL, -- quantity, count, spread
	rule TEXT NOT NULL,
	low REAL, -- of the specification; NULL: that side is open
	high REAL
) STRICT;

-- To be read through the view `measured`, which has the columns of `characteristic` beside them.
CREATE TABLE measurement (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	test_case INTEGER NOT NULL REFERENCES test_case (id),
	characteristic INTEGER NOT NULL REFERENCES characteristic (id),
	attempt INTEGER, -- as in run
	state TEXT NOT NULL, -- set, unset, over-range, skipped, invalid
	value REAL, -- NULL: the state says why
	u REAL, -- expanded uncertainty U = k u_c (of a spread: up to its upper bound)
	u_c REAL, -- combined standard uncertainty
	k REAL, -- coverage factor
	nu_eff REAL, -- NULL: infinite
	n INTEGER, -- of a spread: how many values it comes from
	accept_low REAL, -- limits with the guard bands of the rule
	accept_high REAL,
	p_conform REAL, -- probability that the true value lies within low..high
	judgement TEXT NOT NULL, -- PASS MARGINAL FAIL SKIPPED UNSET INVALID
	has_budget INTEGER NOT NULL CHECK (has_budget IN (0, 1)),
	note TEXT NOT NULL -- reason of a skip, and the like
) STRICT;

CREATE VIEW measured AS
SELECT m.id, m.link, m.test_case, m.attempt, c.clause, c.name, c.unit, c.kind, m.state, m.value, m.u,
	m.u_c, m.k, m.nu_eff, m.n, c.rule, c.low, c.high, m.accept_low, m.accept_high, m.p_conform,
	m.judgement, m.has_budget, m.note, m.characteristic
FROM measurement AS m JOIN characteristic AS c ON c.id = m.characteristic;

-- Standard uncertainty contributions, in the measurement's unit, sign and sensitivity included.
CREATE TABLE budget_line (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	measurement INTEGER NOT NULL REFERENCES measurement (id),
	name TEXT NOT NULL,
	cause TEXT NOT NULL, -- lines of one cause are fully correlated; empty: alone
	type TEXT NOT NULL CHECK (type IN ('A', 'B')),
	u REAL NOT NULL,
	nu REAL -- degrees of freedom; NULL: infinite
) STRICT;

-- Evidence files: evidence/SHA256.SUFFIX beside this database.
CREATE TABLE capture (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	run INTEGER NOT NULL REFERENCES run (id),
	case_number INTEGER NOT NULL, -- 0: before the first case
	number INTEGER NOT NULL, -- 1, 2, ... within the case
	kind TEXT NOT NULL, -- sr, tape
	sha256 TEXT NOT NULL,
	file TEXT NOT NULL, -- name in evidence/
	size INTEGER NOT NULL, -- bytes
	samples INTEGER, -- of a capture
	rate_hz REAL, -- nominal
	channels TEXT NOT NULL -- names by bit, comma between
) STRICT;

-- What happened besides: print() of a case, checks of the gate and its releases, a clock put back.
CREATE TABLE event (
	id INTEGER PRIMARY KEY,
	link INTEGER NOT NULL,
	run INTEGER REFERENCES run (id),
	case_number INTEGER, -- NULL: of the run, or of the station
	kind TEXT NOT NULL,
	text TEXT NOT NULL,
	at_host TEXT NOT NULL
) STRICT;

CREATE INDEX characteristic_by_clause ON characteristic (clause, name);
-- Capability and charts in the order of time, and how many were measured, without the table; a row
-- of it is small, since a million of them are to be read from a cold disk in a second.
CREATE INDEX measurement_by_characteristic ON measurement (characteristic, attempt, id, value);
-- The few that did not pass: yield.
CREATE INDEX measurement_not_passed ON measurement (characteristic, attempt, judgement)
	WHERE judgement <> 'PASS';
CREATE INDEX measurement_by_case ON measurement (test_case);
CREATE INDEX test_case_by_run ON test_case (run, number, outcome);
CREATE INDEX budget_line_by_measurement ON budget_line (measurement);
CREATE INDEX run_by_unit ON run (unit, id);
CREATE INDEX run_by_lot ON run (lot, id);
-- First-pass yield, then final yield.
CREATE INDEX run_end_by_attempt ON run_end (attempt, outcome);
CREATE INDEX run_end_by_unit ON run_end (unit, attempt, outcome);
CREATE INDEX input_by_run ON input (run);
CREATE INDEX equipment_by_run ON equipment (run);
CREATE INDEX capture_by_run ON capture (run, case_number);
CREATE INDEX capture_by_hash ON capture (sha256);
CREATE INDEX event_by_run ON event (run);
CREATE INDEX event_by_kind ON event (kind, id);
