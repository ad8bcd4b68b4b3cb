/* The kinds of the gate's events; which one says what: record/gate.h. Room-internal. */
#ifndef RECORD_GATE_KINDS_H
#define RECORD_GATE_KINDS_H

#define KIND_GOLDEN  "gate-golden"
#define KIND_DRIFT   "gate-drift"
#define KIND_BAD     "gate-bad"
#define KIND_MISSED  "gate-missed"
#define KIND_RELEASE "gate-release"

#endif
