/* The largest of everything. A loop, queue, buffer or wait that has no entry here has one beside
 * its code; none has no maximum. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#define ERR_TEXT_SIZE 512u  /* bytes of one error message */
#define LOG_LINE_SIZE 1024u /* bytes of one log line */
#define NAME_SIZE     64u   /* names: channels, measurements, clauses, serial numbers */
#define PATH_SIZE     4096u /* file paths */
#define CHANNELS_MAX  64u   /* logic channels of one capture */

#endif
