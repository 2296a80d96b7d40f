/*
 * Failures of the launcher: a status for the monitor, a sentence for people.
 */
#ifndef LAUNCHER_EXIT_H
#define LAUNCHER_EXIT_H

#include <stdbool.h>

/* Exit statuses; launcher_exit.inc says what each means. */
enum launcher_exit {
#define JSGID_EXIT(status, name, sentence) LAUNCHER_EXIT_##name = (status),
#include "launcher_exit.inc"
#undef JSGID_EXIT
};

/* Why a step failed. Whoever fails fills it in; only main reports it. */
struct launcher_failure {
    enum launcher_exit status;
    char detail[1024]; /* to what it happened, and what the kernel said */
};

/*
 * Notes a failure. Returns false always, so that a step ends with `return launcher_fail(…)`.
 */
bool launcher_fail(struct launcher_failure *pfailure, enum launcher_exit status, const char *format,
                   ...) __attribute__((format(printf, 3, 4)));

/*
 * The sentence of launcher_exit.inc for a status.
 */
const char *launcher_exit_sentence(enum launcher_exit status);

#endif
