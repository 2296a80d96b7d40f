/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_BACKOFF_H
#define JSGID_BACKOFF_H

#include <stdint.h>

/**
 * When a process that died is started again. Pure: time is an argument, in seconds of any steady
 * clock. A process that lived longer than JSGID_BACKOFF_SOUND_SECONDS is started again at once, and
 * so is one that did not the first time; after that it waits 1, 2, 4 … JSGID_BACKOFF_MAX_SECONDS.
 */

#define JSGID_BACKOFF_SOUND_SECONDS 5
/** Few, because nothing but the process's own start is at stake: whoever depends on it waits for
 * it.
 */
#define JSGID_BACKOFF_MAX_SECONDS 4

typedef struct {
    unsigned failures;  /**< deaths soon after the start, in a row */
    int64_t started_at; /**< the last start */
    int64_t next_start; /**< not before this */
} jsgid_backoff_t;

/** The process was started. */
void jsgid_backoff_started(jsgid_backoff_t *backoff, int64_t now);

/** The process died, or could not be started; returns the seconds to wait, 0 for none. */
unsigned jsgid_backoff_died(jsgid_backoff_t *backoff, int64_t now);

/** 1 when the time to start again has come. */
int jsgid_backoff_is_due(const jsgid_backoff_t *backoff, int64_t now);

#endif
