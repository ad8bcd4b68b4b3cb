/*
 * What the crank does: soft start, counted passages of full protrusion, soft stop, park. Called
 * once a millisecond with what the sensors say; answers how fast to turn. Pure: no register, no
 * time of its own.
 *
 * Invariants: not driven in IDLE and FAULT; a job that began parked ends parked after exactly the
 * passages asked for; every fault takes the drive away in the same millisecond.
 */
#ifndef PEN_STROKE_H
#define PEN_STROKE_H

#include <stdbool.h>
#include <stdint.h>

#include "tach.h"

/* The pen's state as STATUS? tells it. MOVE belongs to the nose; stroke_state never returns it. */
enum stroke_state {
	STROKE_IDLE,
	STROKE_MOVE,
	STROKE_JOG,
	STROKE_RUN,
	STROKE_STOP,
	STROKE_FAULT,
};

enum stroke_fault {
	STROKE_FAULT_NONE,
	STROKE_FAULT_STALL,   /* driven, but no tachometer edge */
	STROKE_FAULT_CURRENT, /* motor current too high for too long */
	STROKE_FAULT_PARK,    /* the park sensor does not come when it must */
	STROKE_FAULT_HOME,    /* the nose does not find its homing switch (set by the nose) */
};

enum stroke_phase {
	STROKE_PHASE_REST,  /* motor off, nothing asked */
	STROKE_PHASE_SEEK,  /* creeping to the park window before the job */
	STROKE_PHASE_TURN,  /* the job: turning until `goal` */
	STROKE_PHASE_COAST, /* motor off, waiting until the crank stands */
	STROKE_PHASE_FAULT,
};

struct stroke_input {
	struct tach tach;
	uint16_t rate_chz; /* the setting, for jobs at rate */
	bool parked;       /* the crank is inside the park window */
	bool overcurrent;  /* mean motor current above its limit now */
};

struct stroke_output {
	bool drive;
	uint16_t target_chz; /* meant only while driving */
};

struct stroke {
	enum stroke_phase phase;
	enum stroke_fault fault;
	bool jog;             /* the job turns slowly */
	bool endless;         /* RUN: goal is not set yet */
	bool pending;         /* the job begins after SEEK */
	bool stopping;        /* STOP was asked */
	uint16_t turns;       /* of the job; 0: until STOP */
	uint16_t goal;        /* value of tach.entries at which the job is over */
	uint16_t entries;     /* at the last tick */
	uint16_t turn_edges;  /* tach.edges where the present turn began */
	uint16_t edges;       /* at the last tick */
	uint16_t start_edges; /* where the drive was switched on */
	uint16_t quiet_ms;    /* since the last edge */
	uint16_t overcurrent_ms;
	uint16_t target_chz;
	uint8_t coast_ms; /* still without drive before the creep */
	uint8_t tries;    /* at parking */
};

void stroke_init(struct stroke *s);

/* Jobs; only while stroke_state is IDLE. turns 0 means until stroke_stop. */
void stroke_start(struct stroke *s, const struct stroke_input *in, uint16_t turns, bool jog);
/* Soft stop and park; in every state. In FAULT it takes the fault back and parks. */
void stroke_stop(struct stroke *s, const struct stroke_input *in);

struct stroke_output stroke_tick(struct stroke *s, const struct stroke_input *in);

enum stroke_state stroke_state(const struct stroke *s);
/* Edges since the drive was switched on, for speed_measure. */
uint16_t stroke_edges(const struct stroke *s);

#endif
