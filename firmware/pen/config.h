/*
 * The pen's numbers, each with its unit. Limits that a request may ask for are the protocol's (see
 * README.md); everything else is this design's. No other file holds a number of the pen.
 *
 * Mutants: the same sources with one deliberate fault each, to prove that the test plans notice it.
 * rules.mk builds one image per macro; a release is built with none of them.
 *   MUTANT_RATE_MAP         135 Hz turns at 130                            speed.c
 *   MUTANT_STROKE_COUNT     one stroke too many above 50                   stroke.c
 *   MUTANT_NO_STALL_CUTOUT  a missing tachometer edge cuts nothing         stroke.c
 *   MUTANT_NO_SOFT_STOP     full speed to the last passage, then no drive  stroke.c
 *   MUTANT_NO_DEPTH_CLAMP   a depth up to 2800 um is accepted              here
 *   MUTANT_NO_WATCHDOG      the watchdog is never switched on              main.c
 *   MUTANT_WRONG_VERSION    tells an old version                           here
 *   MUTANT_JITTER           the speed control hunts about its target       speed.c
 */
#ifndef PEN_CONFIG_H
#define PEN_CONFIG_H

#ifdef MUTANT_WRONG_VERSION
#define CONFIG_VERSION "1.0.9"
#else
#define CONFIG_VERSION "1.1.0"
#endif

/* What a request may ask for. */
#define CONFIG_DEPTH_MIN_UM 250u
#ifdef MUTANT_NO_DEPTH_CLAMP
#define CONFIG_DEPTH_MAX_UM 2800u
#else
#define CONFIG_DEPTH_MAX_UM 2500u /* the clamp: the nose is never driven to more, whatever asks */
#endif
#define CONFIG_DEPTH_STEP_UM 10u /* one step of the nose */
#define CONFIG_RATE_MIN_HZ   90u
#define CONFIG_RATE_MAX_HZ   150u
#define CONFIG_RATE_START_HZ 120u /* at power-up */
#define CONFIG_STROKES_MAX   1000u
#define CONFIG_JOG_TURNS_MAX 20u

/* Rates are in 0.01 Hz inside the pen ("chz"). */
#define CONFIG_JOG_CHZ  1500u /* the gauge's zero mark needs < 20 Hz */
#define CONFIG_LAST_CHZ 1200u /* at a job's last passage */
#define CONFIG_COAST_MS 25u   /* without drive behind the last passage, before the creep */
#define CONFIG_PARK_CHZ 600u  /* slow enough to coast to rest inside the park window */

/* Soft start and stop, crank turns per second per second. The motor has no brake: the stop must be
 * slower than the crank coasts by its friction, or the last passages come too early. */
#define CONFIG_START_TURNS_S2 1200u
#define CONFIG_START_ROUND_MS 12u /* time constant of the start's end */
#define CONFIG_STOP_TURNS_S2  260u

/* Speed control, in millivolts of mean motor voltage. Feed-forward: what overcomes friction, what
 * the back-EMF needs per 0.01 Hz, what the inertia needs per 0.01 Hz and ms; gains are per 0.01 Hz,
 * and per 0.01 Hz and ms for the integral. "Fast" is where a whole turn is averaged. */
#define CONFIG_DIODE_MV        350L /* against the motor while the switch is open */
#define CONFIG_FRICTION_MV     190L
#define CONFIG_EMF_MV_Q8       43L  /* 0.168 per 0.01 Hz */
#define CONFIG_SLOPE_MV_Q8     950L /* 3.7 */
#define CONFIG_FAST_CHZ        4500u
#define CONFIG_FAST_TURN_US    25000u /* 40 Hz */
#define CONFIG_FAST_KP_MV_Q8   60L    /* 23 mV per Hz */
#define CONFIG_FAST_KI_MV_Q16  700L   /* 1.07 mV per Hz and ms */
#define CONFIG_SLOW_KP_MV_Q8   36L    /* 14 mV per Hz */
#define CONFIG_SLOW_KI_MV_Q16  40L    /* 0.06 mV per Hz and ms */
#define CONFIG_STUCK_KI_MV_Q16 100L   /* while no edge has come yet */
#define CONFIG_PUSH_CHZ        400    /* slower than wanted by more than this: pushing */
#define CONFIG_PUSH_KP_MV_Q8   140L   /* 55 mV per Hz beyond it */
#define CONFIG_BRAKE_KP_MV_Q8  400L   /* 156 mV per Hz: too fast in a planned stop */
#define CONFIG_FAST_STEADY_MS  6u /* the integral waits this long after a change of the target */
#define CONFIG_SLOW_STEADY_MS  40u
#define CONFIG_ERROR_MAX_CHZ   4000L
#define CONFIG_INTEGRAL_MAX_MV 1500L

/* Protection. */
#define CONFIG_STALL_MS           60u   /* driven, no tachometer edge */
#define CONFIG_STALL_CREEP_MS     150u  /* ... below jog speed */
#define CONFIG_BOOST_MS           300u  /* ... for the first edges after rest */
#define CONFIG_OVERCURRENT_MA     1500u /* mean of 5 ms */
#define CONFIG_OVERCURRENT_MS     100u
#define CONFIG_BATTERY_MIN_MV     3200u /* unloaded; below it nothing starts */
#define CONFIG_NOSE_SEARCH_STEPS  320u  /* whole travel and a margin */
#define CONFIG_NOSE_RELEASE_STEPS 40u   /* out of the homing switch */
#define CONFIG_NOSE_ENABLE_MS     5u    /* coils on before and after the steps */
#define CONFIG_SETTLE_MS          80u   /* without drive and edges: it stands */
#define CONFIG_PARK_TRIES_MAX     3u
#define CONFIG_PARK_MISSING_EDGES 12u /* tachometer edges without park signal */
#define CONFIG_WATCHDOG           WDTO_250MS
#define CONFIG_CONTACT_MS         20u   /* button and charger: a level counts when it has lasted */
#define CONFIG_SLEEP_MS           2000u /* at rest and no character on the line: asleep */

#endif
