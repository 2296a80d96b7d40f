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
} jsgid_spawn_t;

/**
 * Forks and executes. The process has a session of its own, default signals, `/` as working
 * directory, no other descriptor, and gets SIGTERM when the calling thread ends. Returns its pid
 * once the program runs, or -1 with *perror the errno of the step that failed (then no process is
 * left).
 */
pid_t jsgid_spawn(const jsgid_spawn_t *what, int *perror);

#endif
