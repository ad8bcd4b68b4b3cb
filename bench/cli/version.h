/* The version, and the station that is meant when none is named: both may come from the Makefile.
 */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

#ifndef PENBENCH_VERSION
#define PENBENCH_VERSION "0.1.0"
#endif

#ifndef PENBENCH_STATION
#error "PENBENCH_STATION, the path of the default station file, comes from the Makefile"
#endif

#endif
