/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_SPAWN_H
#define JSGID_SPAWN_H

#include <sys/types.h>

/** Starts a process with exactly the descriptors, environment and session it is to have. Knows libc
 * only. */

typedef struct {
    const char *program;      /**< absolute path */
    char *const *arguments;   /**< ended by NULL; the first is what ps shows */
    char *const *environment; /**< ended by NULL */
    int input;                /**< becomes descriptor 0 */
    int output;               /**< becomes descriptors 1 and 2 */
    unsigned delay;           /**< seconds that the process waits before it executes the program */
} jsgid_spawn_t;

/**
 * Forks and executes. The process has a session of its own, default signals, `/` as working
 * directory, no other descriptor, and gets SIGTERM when the calling thread ends. Returns its pid
 * once the program runs, or -1 with *perror the errno of the step that failed (then no process is
 * left).
 *
 * With a delay it returns the pid at once. The process then has everything that the program will
 * have, but executes it after that time: so it is started on time whatever its parent does
 * meanwhile. It reads its input while it waits, and ends with status 0 at a line that begins with
 * "stop" or at the end of it; other lines concern a running program and are dropped. A program that
 * cannot be executed then is an exit with status 127.
 */
pid_t jsgid_spawn(const jsgid_spawn_t *what, int *perror);

#endif
