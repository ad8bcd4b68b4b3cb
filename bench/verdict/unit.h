/*
 * The unit that a name ends in: "current_ma" is in mA, "depth_um_1500" in um. A value in one unit
 * that meets limits in another would pass or fail a pen by a factor of a thousand; so the name and
 * the clause have to agree. Knows words, no quantities, and converts nothing.
 */
#ifndef VERDICT_UNIT_H
#define VERDICT_UNIT_H

/* As a spec writes it ("mA", "%"); NULL when the last word of the name, numbers behind it left out,
 * is no unit. Static storage. */
const char *unit_of_name(const char *name);

/* The unit that the name says, when it is another than `unit`; else NULL. A last word of one letter
 * may be a unit or just a letter ("point_a"): it contradicts only a multiple of what it would be
 * ("current_a" against mA, never against um). */
const char *unit_contradicting(const char *name, const char *unit);

#endif
