/* Speed control of the crank. Pure. */
#include "speed.h"

#include "config.h"

#define TURN_CHZ_US      ((uint32_t)100000000) /* one turn in one us, in 0.01 Hz */
#define QUARTER_CHZ_US   (TURN_CHZ_US / TACH_EDGES_PER_TURN)
#define INTEGRAL_MAX_Q16 ((int32_t)(CONFIG_INTEGRAL_MAX_MV * 65536))

static uint16_t ratio(uint32_t numerator, uint32_t us)
{
	uint32_t chz = us == 0u ? UINT16_MAX : numerator / us;

	return (uint16_t)(chz > UINT16_MAX ? UINT16_MAX : chz);
}

uint16_t speed_setting_chz(uint16_t rate_hz)
{
#ifdef MUTANT_RATE_MAP
	if (rate_hz == 135u)
		return 13000u;
#endif
	return (uint16_t)(rate_hz * 100u);
}

void speed_reset(struct speed *s)
{
	s->integral_q16 = 0;
	s->target_chz = 0;
	s->steady_ms = 0;
	s->trend = SPEED_STANDS;
	s->dither = 0;
#ifdef MUTANT_JITTER
	s->hunt_ms = 0;
#endif
}

uint16_t speed_measure(const struct tach *t, uint16_t edges)
{
	if (edges < 2u)
		return 0;
	bool fast = edges > TACH_EDGES_PER_TURN && t->turn_us < CONFIG_FAST_TURN_US;
	uint32_t due_us = fast ? t->turn_us / TACH_EDGES_PER_TURN : t->period_us;
	/* An edge is overdue: the crank is at most as fast as this wait allows. Half as much again,
	 * since the marks are not quite even. */
	if (t->age_us > due_us + due_us / 2u)
		return ratio(QUARTER_CHZ_US, t->age_us);
	if (fast)
		return ratio(TURN_CHZ_US, t->turn_us);
	return ratio(QUARTER_CHZ_US, t->period_us);
}

static int32_t clamp(int32_t value, int32_t low, int32_t high)
{
	if (value < low)
		return low;
	return value > high ? high : value;
}

/* What the target needs by the motor's constants, mV * 2^8. The first target is no change. */
static int32_t forward_q8(const struct speed *s, uint16_t target_chz)
{
	int32_t change = s->target_chz == 0u ? 0 : (int32_t)target_chz - (int32_t)s->target_chz;

	return (int32_t)(CONFIG_FRICTION_MV * 256 + target_chz * CONFIG_EMF_MV_Q8 +
			 change * CONFIG_SLOPE_MV_Q8);
}

/* Duty * 2^8 that makes this mean motor voltage: the cell drives while the switch conducts, the
 * diode works against the motor while it does not. */
static int32_t duty_q8(int32_t volt_q8, uint16_t battery_mv)
{
	int32_t diode_q8 = (int32_t)(CONFIG_DIODE_MV * 256);
	int32_t span_mv = (int32_t)(battery_mv + CONFIG_DIODE_MV);

	volt_q8 = clamp(volt_q8, -diode_q8, 6000L * 256);
	return (volt_q8 + diode_q8) * 255 / span_mv;
}

static void watch_target(struct speed *s, uint16_t target_chz)
{
	if (target_chz != s->target_chz) {
		s->trend = target_chz < s->target_chz ? SPEED_FALLS : SPEED_RISES;
		s->steady_ms = 0;
	} else if (s->steady_ms < CONFIG_SLOW_STEADY_MS) {
		s->steady_ms++;
	} else {
		s->trend = SPEED_STANDS;
	}
	s->target_chz = target_chz;
}

static uint8_t spread(struct speed *s, int32_t duty)
{
	uint16_t sum = (uint16_t)((uint16_t)duty + s->dither);

	s->dither = (uint8_t)(sum & 255u);
	return (uint8_t)(sum >> 8);
}

uint8_t speed_tick(struct speed *s, struct speed_input in)
{
	bool fast = in.target_chz >= CONFIG_FAST_CHZ;
	int32_t error = clamp((int32_t)in.target_chz - (int32_t)in.measured_chz,
			      -CONFIG_ERROR_MAX_CHZ, CONFIG_ERROR_MAX_CHZ);
	int32_t kp_q8 = (int32_t)(fast ? CONFIG_FAST_KP_MV_Q8 : CONFIG_SLOW_KP_MV_Q8);
	int32_t ki_q16 = (int32_t)(fast ? CONFIG_FAST_KI_MV_Q16 : CONFIG_SLOW_KI_MV_Q16);
	int32_t volt_q8 = forward_q8(s, in.target_chz) + s->integral_q16 / 256;

	watch_target(s, in.target_chz);
#ifdef MUTANT_JITTER
	if (fast && s->trend == SPEED_STANDS)
		error += (s->hunt_ms++ & 32u) != 0u ? 350 : -350;
#endif
	/* Below some 100 mA the winding's current comes and goes within each period, and the duty
	 * has a fraction of its usual effect: following a planned stop takes a firmer hand. */
	if (s->trend == SPEED_FALLS && error < 0 && in.target_chz > CONFIG_JOG_CHZ)
		kp_q8 = CONFIG_BRAKE_KP_MV_Q8;
	/* Slow and held up, the crank meets the skin: its force comes and goes within a half turn,
	 * and the flywheel does not carry the crank through. */
	if (!fast && s->trend != SPEED_RISES && error > CONFIG_PUSH_CHZ && in.measured_chz != 0u)
		volt_q8 += (error - CONFIG_PUSH_CHZ) * (int32_t)CONFIG_PUSH_KP_MV_Q8;
	/* Not measured yet: the feed-forward starts the crank, the integral helps when it sticks.
	 */
	if (in.measured_chz != 0u)
		volt_q8 += error * kp_q8;
	else
		ki_q16 = CONFIG_STUCK_KI_MV_Q16;

	int32_t duty = duty_q8(volt_q8, in.battery_mv);
	/* The integral learns only from a target that stands (on a ramp the tachometer's delay
	 * looks like an error, and what is learnt there stalls the creep at the end), and not while
	 * the duty is at a stop. */
	bool stands = s->steady_ms >= (fast ? CONFIG_FAST_STEADY_MS : CONFIG_SLOW_STEADY_MS);
	bool at_stop = (duty > SPEED_DUTY_MAX_Q8 && error > 0) || (duty <= 0 && error < 0);
	if (stands && !at_stop)
		s->integral_q16 = clamp(s->integral_q16 + error * ki_q16, -INTEGRAL_MAX_Q16,
					INTEGRAL_MAX_Q16);
	return spread(s, clamp(duty, 0, SPEED_DUTY_MAX_Q8));
}
