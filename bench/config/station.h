/*
 * Station and jig files, checked. A station says which instruments there are and how they are
 * reached; a jig says how its own sensors are calibrated. Both are Lua tables in text files, loaded
 * in a bare state whose only function is env "NAME" (stations only). Unknown keys are errors that
 * list the valid ones; what is missing or out of range is an error that names the key.
 */
#ifndef CONFIG_STATION_H
#define CONFIG_STATION_H

#include <stdint.h>

#include "base/err.h"

enum { STATION_LAUNCH_MAX = 16, STATION_CHANNELS_MAX = 16, STATION_ATTEMPTS_MAX_DEFAULT = 3 };

/* YYYY-MM-DD and its end. */
enum { JIG_DATE_SIZE = 11 };

enum jig_instrument { JIG_ENCODER, JIG_CLOCK, JIG_SHUNT, JIG_INSTRUMENTS };

/* Who says so, and until when. All three "" when the file names none; or else real dates, due after
 * date. See config/calibration.h. */
struct jig_certificate {
	char number[NAME_SIZE];
	char date[JIG_DATE_SIZE], due[JIG_DATE_SIZE];
};

/* Every u_ is a standard uncertainty above 0. */
struct jig {
	char path[PATH_SIZE];
	char id[NAME_SIZE];
	uint64_t revision; /* 1, 2, ... of this jig's calibration */
	struct {
		double um_per_count, u_um_per_count; /* scale and its standard uncertainty */
		double z0_um, u_z0_um;               /* ENC_Z past the datum plane */
		double expansion_per_k;              /* of the scale, thermal, relative */
		double temperature_c,
			u_temperature_k; /* of the jig in use; scale is stated there */
		double alignment_mrad;   /* largest angle between scale and needle */
		double u_seating_um;     /* scatter of one insertion of the pen */
		struct jig_certificate certificate;
	} encoder;
	struct {
		double mod_clk_hz, u_ppm; /* 5e6 and its standard uncertainty */
		struct jig_certificate certificate;
	} clock;
	struct {
		double ohm, u_percent;       /* shunt */
		double offset_v, u_offset_v; /* at the modulator's input */
		double full_scale_v;         /* +-0.320: all ones, all zeros */
		struct jig_certificate certificate;
	} shunt;
	struct {
		double open_v, u_open_v; /* cell emulator: without current, */
		double ohm, u_ohm;       /* and its inner resistance */
	} supply;
};

/* Which captures of a run are kept: those of cases that did not pass, all, or none. */
enum station_evidence { STATION_EVIDENCE_FAILURES, STATION_EVIDENCE_ALL, STATION_EVIDENCE_NONE };

struct station {
	char path[PATH_SIZE];
	char name[NAME_SIZE];
	char launch[STATION_LAUNCH_MAX][NAME_SIZE]; /* empty first string: none */
	char ftdi_serial[NAME_SIZE];
	char clock_driver[NAME_SIZE]; /* "wall" or "socket" */
	char clock_path[PATH_SIZE];   /* of "socket" */
	struct {
		char driver[NAME_SIZE]; /* libsigrok's name */
		char conn[PATH_SIZE];   /* libsigrok's connection string, may be empty */
		uint64_t sample_rate_hz;
		uint64_t stream_bytes_per_s; /* what the link sustains */
		uint64_t buffer_bytes;       /* what the analyzer holds itself */
		char channels[STATION_CHANNELS_MAX]
			     [NAME_SIZE]; /* our name of bit i, "" for unused */
		unsigned channel_count;
	} analyzer;
	char image_path[PATH_SIZE]; /* of the release under test; empty: the one of the spec */
	double stall_s; /* host seconds without a sample or an answer before it is a bench fault */
	enum station_evidence evidence;
	char records_path[PATH_SIZE]; /* folder of the record; empty: see cli/records.h */
	char plan_path[PATH_SIZE];    /* folder of cases that production runs; empty: any */
	uint64_t attempts_max;        /* production runs that may judge one pen */
	char golden_path[PATH_SIZE];  /* of the shift gate's file; empty: there is no gate */
	struct jig jig;
};

enum err_code station_load(struct station *out, const char *path, struct err *e);
enum err_code jig_load(struct jig *out, const char *path, struct err *e);

#endif
