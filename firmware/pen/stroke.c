/* What the crank does. Pure. */
#include "stroke.h"

#include "config.h"

enum {
	/* The last turn is slow, so that what the tachometer tells late is told in time. */
	LAST_QUARTERS = 4,
	/* The last full protrusion lies 22.5 degrees before the last but one tachometer edge of a
	 * turn; from there the crank creeps to the park window, 132.5 degrees on. */
	CREEP_QUARTERS = 1,
	/* Farther away than this the stop is not in sight, and the sum below stays in 32 bits. */
	HORIZON_QUARTERS = 400,
};

/* What a quarter turn adds to the square of the rate at the planned deceleration, in chz^2:
 * v^2 = v0^2 + 2 a s. */
#define CHZ2_PER_HZ2          ((uint32_t)10000)
#define STOP_CHZ2_PER_QUARTER (CHZ2_PER_HZ2 * 2u * CONFIG_STOP_TURNS_S2 / TACH_EDGES_PER_TURN)
#define LAST_CHZ2             ((uint32_t)CONFIG_LAST_CHZ * CONFIG_LAST_CHZ)
#define START_CHZ_PER_MS      (CONFIG_START_TURNS_S2 * 100u / 1000u)

_Static_assert(LAST_CHZ2 + HORIZON_QUARTERS * (uint64_t)STOP_CHZ2_PER_QUARTER < UINT32_MAX,
	       "the planned stop overflows");
_Static_assert(HORIZON_QUARTERS *STOP_CHZ2_PER_QUARTER >
		       CHZ2_PER_HZ2 * CONFIG_RATE_MAX_HZ * CONFIG_RATE_MAX_HZ,
	       "the horizon is nearer than the longest stop");

static uint16_t square_root(uint32_t x)
{
	uint32_t root = 0;

	for (uint32_t bit = 1uL << 30; bit != 0u; bit >>= 2) {
		if (x >= root + bit) {
			x -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return (uint16_t)root;
}

void stroke_init(struct stroke *s)
{
	*s = (struct stroke){.phase = STROKE_PHASE_REST};
}

static void fail(struct stroke *s, enum stroke_fault fault)
{
	s->phase = STROKE_PHASE_FAULT;
	s->fault = fault;
}

static void begin(struct stroke *s, const struct stroke_input *in, enum stroke_phase phase)
{
	s->phase = phase;
	s->entries = in->tach.entries;
	s->edges = in->tach.edges;
	s->turn_edges = in->tach.edges;
	s->start_edges = in->tach.edges;
	s->quiet_ms = 0;
	s->overcurrent_ms = 0;
	s->target_chz = 0;
	s->coast_ms = 0;
}

static void begin_seek(struct stroke *s, const struct stroke_input *in)
{
	begin(s, in, STROKE_PHASE_SEEK);
	s->goal = (uint16_t)(in->tach.entries + 1u);
}

static void begin_turn(struct stroke *s, const struct stroke_input *in)
{
	begin(s, in, STROKE_PHASE_TURN);
	s->pending = false;
	s->goal = (uint16_t)(in->tach.entries + s->turns);
}

void stroke_start(struct stroke *s, const struct stroke_input *in, uint16_t turns, bool jog)
{
	s->turns = turns;
#ifdef MUTANT_STROKE_COUNT
	if (turns > 50u)
		s->turns++;
#endif
	s->jog = jog;
	s->endless = turns == 0u;
	s->pending = true;
	s->stopping = false;
	s->tries = 0;
	if (in->parked)
		begin_turn(s, in);
	else
		begin_seek(s, in);
}

/* Quarter turns done since the last entry into the park window. */
static uint16_t quarters_done(const struct stroke *s, const struct stroke_input *in)
{
	return (uint16_t)(in->tach.edges - s->turn_edges);
}

/* The nearest goal that the planned deceleration can reach from the present target. */
static uint16_t nearest_goal(const struct stroke *s, const struct stroke_input *in)
{
	uint32_t square = (uint32_t)s->target_chz * s->target_chz;
	uint32_t quarters = LAST_QUARTERS + quarters_done(s, in);

	if (square > LAST_CHZ2)
		quarters +=
			(square - LAST_CHZ2 + STOP_CHZ2_PER_QUARTER - 1u) / STOP_CHZ2_PER_QUARTER;

	uint16_t turns = (uint16_t)((quarters + TACH_EDGES_PER_TURN - 1u) / TACH_EDGES_PER_TURN);
	return (uint16_t)(in->tach.entries + turns);
}

static void shorten(struct stroke *s, uint16_t goal)
{
	if (s->endless || (int16_t)(goal - s->goal) < 0)
		s->goal = goal;
	s->endless = false;
}

void stroke_stop(struct stroke *s, const struct stroke_input *in)
{
	bool repeated = s->stopping;

	s->pending = false;
	s->stopping = true;
	switch (s->phase) {
	case STROKE_PHASE_REST:
	case STROKE_PHASE_FAULT:
		s->fault = STROKE_FAULT_NONE;
		s->tries = 0;
		s->phase = STROKE_PHASE_REST;
		if (!in->parked)
			begin_seek(s, in);
		break;
	case STROKE_PHASE_TURN:
		if (!repeated)
			shorten(s, nearest_goal(s, in));
		break;
	case STROKE_PHASE_SEEK:
	case STROKE_PHASE_COAST:
		break;
	}
}

/* How fast the crank may be here so that it creeps when the last passage is over. */
static uint16_t allowed_chz(const struct stroke *s, const struct stroke_input *in, uint16_t max_chz)
{
	uint16_t turns = (uint16_t)(s->goal - in->tach.entries);
	uint16_t done = quarters_done(s, in);
	uint16_t left;

#ifdef MUTANT_NO_SOFT_STOP
	return max_chz;
#endif
	if (s->endless || turns > HORIZON_QUARTERS / TACH_EDGES_PER_TURN)
		return max_chz;
	left = (uint16_t)(turns * TACH_EDGES_PER_TURN);
	left = left > done ? (uint16_t)(left - done) : 0u;
	if (left <= CREEP_QUARTERS)
		return CONFIG_PARK_CHZ;
	if (left <= LAST_QUARTERS)
		return CONFIG_LAST_CHZ;

	uint16_t chz =
		square_root(LAST_CHZ2 + STOP_CHZ2_PER_QUARTER * ((uint32_t)left - LAST_QUARTERS));
	return chz < max_chz ? chz : max_chz;
}

/* Soft start: how much the target rises in this millisecond. Its end is rounded, because the
 * tachometer tells of a ramp's end a turn late. */
static uint16_t rise(uint16_t missing_chz)
{
	uint16_t step = (uint16_t)(missing_chz / CONFIG_START_ROUND_MS + 1u);

	return step < START_CHZ_PER_MS ? step : START_CHZ_PER_MS;
}

static void steer(struct stroke *s, const struct stroke_input *in)
{
	uint16_t wanted = CONFIG_PARK_CHZ;

	if (s->phase == STROKE_PHASE_TURN)
		wanted = allowed_chz(s, in, s->jog ? CONFIG_JOG_CHZ : in->rate_chz);
	/* Before the creep the crank coasts, and what was measured is forgotten: in skin the last
	 * passage may have been slow and what follows it fast. Until two new edges the feed-forward
	 * alone steers, which hardly drives a crank that is too fast. */
	if (wanted == CONFIG_PARK_CHZ && s->target_chz > CONFIG_PARK_CHZ) {
		s->start_edges = s->edges;
		s->coast_ms = CONFIG_COAST_MS;
	}
	if (s->target_chz < CONFIG_PARK_CHZ)
		s->target_chz = CONFIG_PARK_CHZ;
	if (wanted > s->target_chz)
		s->target_chz =
			(uint16_t)(s->target_chz + rise((uint16_t)(wanted - s->target_chz)));
	else
		s->target_chz = wanted;
}

/* Faults of a driven crank. */
static void guard(struct stroke *s, const struct stroke_input *in)
{
	bool started = stroke_edges(s) > 2u;
	uint16_t stall_ms = started ? CONFIG_STALL_MS : CONFIG_BOOST_MS;

	/* Creeping, edges come every 36 ms by themselves: a slow one is no stall yet. */
	if (started && s->target_chz < CONFIG_JOG_CHZ)
		stall_ms = CONFIG_STALL_CREEP_MS;
	s->overcurrent_ms = in->overcurrent ? (uint16_t)(s->overcurrent_ms + 1u) : 0u;
#ifdef MUTANT_NO_STALL_CUTOUT
	stall_ms = UINT16_MAX;
#endif
	if (s->quiet_ms >= stall_ms)
		fail(s, STROKE_FAULT_STALL);
	else if (s->overcurrent_ms >= CONFIG_OVERCURRENT_MS)
		fail(s, STROKE_FAULT_CURRENT);
	else if (quarters_done(s, in) > CONFIG_PARK_MISSING_EDGES)
		fail(s, STROKE_FAULT_PARK);
}

static void settle(struct stroke *s, const struct stroke_input *in)
{
	if (s->quiet_ms < CONFIG_SETTLE_MS)
		return;
	if (!in->parked) {
		s->tries++;
		if (s->tries >= CONFIG_PARK_TRIES_MAX)
			fail(s, STROKE_FAULT_PARK);
		else
			begin_seek(s, in);
	} else if (s->pending) {
		begin_turn(s, in);
	} else {
		s->phase = STROKE_PHASE_REST;
	}
}

static void watch_edges(struct stroke *s, const struct stroke_input *in)
{
	if (in->tach.edges != s->edges)
		s->quiet_ms = 0;
	else if (s->quiet_ms < UINT16_MAX)
		s->quiet_ms++;
	s->edges = in->tach.edges;
	if (in->tach.entries != s->entries)
		s->turn_edges = in->tach.edges_at_entry;
	s->entries = in->tach.entries;
}

struct stroke_output stroke_tick(struct stroke *s, const struct stroke_input *in)
{
	bool driven = s->phase == STROKE_PHASE_SEEK || s->phase == STROKE_PHASE_TURN;

	watch_edges(s, in);
	if (driven) {
		bool open = s->phase == STROKE_PHASE_TURN && s->endless;

		if (!open && (int16_t)(in->tach.entries - s->goal) >= 0) {
			s->phase = STROKE_PHASE_COAST;
			s->quiet_ms = 0;
		} else {
			guard(s, in);
		}
	} else if (s->phase == STROKE_PHASE_COAST) {
		settle(s, in);
	}

	driven = s->phase == STROKE_PHASE_SEEK || s->phase == STROKE_PHASE_TURN;
	if (driven)
		steer(s, in);
	else
		s->target_chz = 0;
	if (s->coast_ms > 0u) {
		s->coast_ms--;
		driven = false;
	}
	return (struct stroke_output){.drive = driven, .target_chz = s->target_chz};
}

enum stroke_state stroke_state(const struct stroke *s)
{
	switch (s->phase) {
	case STROKE_PHASE_REST:
		return STROKE_IDLE;
	case STROKE_PHASE_FAULT:
		return STROKE_FAULT;
	case STROKE_PHASE_SEEK:
	case STROKE_PHASE_TURN:
	case STROKE_PHASE_COAST:
		break;
	}
	if (s->stopping)
		return STROKE_STOP;
	return s->jog ? STROKE_JOG : STROKE_RUN;
}

uint16_t stroke_edges(const struct stroke *s)
{
	return (uint16_t)(s->edges - s->start_edges);
}
