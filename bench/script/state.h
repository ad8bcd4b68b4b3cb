/*
 * One Lua state: bounded in memory, instructions and host time, ended by Ctrl-C, with the libraries
 * of sandbox.c and no way to a file, a process or a foreign library. Room-internal.
 *
 * Invariants: Lua code runs only below state_call; a fault (an instrument failed, a limit was met,
 * the operator ended the run) stays in `fault` whatever the code does with the error it sees; no C
 * heap is held across a call that can raise.
 */
#ifndef SCRIPT_STATE_H
#define SCRIPT_STATE_H

#include <lauxlib.h>
#include <lua.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sha256.h"

enum {
	STATE_TRACE_SIZE = 1024,
	STATE_FILE_MAX = 1 << 20, /* bytes of one Lua file */
	STATE_FILES_MAX = 64,     /* that one case may load */
	STATE_FILE_NAME_SIZE = 512,
	/* What a call into the bench and a second of waiting count as: 20000 calls, of a
	 * millisecond each, or 4000 s are the most that a case gets by its default limit. */
	STATE_CALL_COST = 5000,
	STATE_SECOND_COST = 25000,
};

struct state_limits {
	size_t memory_max;         /* bytes */
	uint64_t instructions_max; /* of Lua, over the life of the state */
	unsigned host_s_max;       /* in Lua without a call into the bench; 0: no guard */
	uint64_t fail_allocation;  /* tests only: this one, counted from 1, fails; 0: none */
};

/* What a file was to the code that asked for it. */
enum state_role {
	STATE_SCRIPT, /* Lua that was loaded */
	STATE_DATA,   /* a capture that was analysed */
};

/* A file that was loaded, by the bytes that were. */
struct state_file {
	enum state_role role;
	char name[STATE_FILE_NAME_SIZE]; /* as it stands in messages; a longer one is cut */
	char sha256[SHA256_HEX_SIZE];
};

struct state {
	lua_State *lua;
	struct state_limits limits;
	size_t memory_size;
	uint64_t allocation_count;
	uint64_t instruction_count;
	const volatile sig_atomic_t *interrupted; /* may be NULL */
	char lua_root[PATH_SIZE];                 /* folder that holds bench/ */
	struct err fault;                         /* worst one, of equals the first */
	struct err error;                         /* what the message handler saw last */
	char trace[STATE_TRACE_SIZE];
	struct state_file loaded[STATE_FILES_MAX]; /* in the order of loading */
	size_t loaded_count;
	void *owner; /* what bindings reach: a struct test_case, or NULL in tests of the state */
};

/* The limits of a case. */
struct state_limits state_default_limits(void);

/* s stays at its address until state_close. ERR_SCRIPT: not even the libraries fit into the memory.
 */
enum err_code state_open(struct state *s, const char *lua_root, const struct state_limits *limits,
			 const volatile sig_atomic_t *interrupted, struct err *e);
void state_close(struct state *s); /* idempotent */

/* Reads a text chunk; leaves a function on the stack. name stands in messages. ERR_SCRIPT. */
enum err_code state_load_file(struct state *s, const char *path, const char *name, struct err *e);

/* Keeps the name and the hash of a file that the code has loaded or looked at. ERR_SCRIPT: more
 * than STATE_FILES_MAX. */
enum err_code state_note(struct state *s, enum state_role role, const char *name,
			 const char sha256[SHA256_HEX_SIZE], struct err *e);
/* As the record has it. */
const char *state_role_name(enum state_role role);

/* lua_pcall with the handler. On an error nothing is left of function, arguments and results, and e
 * has the cause: the fault when there is one, and the error otherwise. */
enum err_code state_call(struct state *s, int argument_count, int result_count, struct err *e);

/* Registers the metatable `name`, with one event, hidden from the code. May raise. */
void state_add_type(lua_State *lua, const char *name, const char *event, lua_CFunction answer);

/* From inside a binding. */
struct state *state_of(lua_State *lua);
/* Latches e as the fault and raises it. */
_Noreturn void state_raise(lua_State *lua, const struct err *e);
/* Counts what the bench does for the code like so many instructions, so that a loop that only polls
 * or waits ends too. Raises when the limit is met. */
void state_charge(lua_State *lua, uint64_t instructions);
/* Around a call that may take time of the bench's own: the host guard stands still between them. */
void state_leave(lua_State *lua);
void state_enter(lua_State *lua);

#endif
