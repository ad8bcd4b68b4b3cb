/*
 * The last resort against Lua code that is stuck inside one library call (a pattern that matches
 * for hours), where no hook is called: after so many host seconds the process leaves with the
 * status of a script error. Nobody feeds the dead-man then, so the jig is safe 250 ms later.
 */
#ifndef SCRIPT_GUARD_H
#define SCRIPT_GUARD_H

/* (Re)starts the guard; 0 stops it. One guard for the process: it is the process that ends. */
void guard_arm(unsigned host_s);

#endif
