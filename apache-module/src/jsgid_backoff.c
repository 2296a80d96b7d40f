/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_backoff: when to start a process again. Decides only; mod_jsgid_monitors acts.
 */
#include "jsgid_backoff.h"

void jsgid_backoff_started(jsgid_backoff_t *backoff, int64_t now)
{
    backoff->started_at = now;
    backoff->next_start = now;
}

unsigned jsgid_backoff_died(jsgid_backoff_t *backoff, int64_t now)
{
    unsigned wait = 0;

    if (now - backoff->started_at > JSGID_BACKOFF_SOUND_SECONDS) {
        backoff->failures = 0;
    } else {
        if (backoff->failures > 0) {
            wait =
                backoff->failures < 6 ? 1U << (backoff->failures - 1) : JSGID_BACKOFF_MAX_SECONDS;
        }
        if (wait > JSGID_BACKOFF_MAX_SECONDS) {
            wait = JSGID_BACKOFF_MAX_SECONDS;
        }
        backoff->failures++;
    }
    backoff->next_start = now + wait;
    return wait;
}

int jsgid_backoff_is_due(const jsgid_backoff_t *backoff, int64_t now)
{
    return now >= backoff->next_start;
}
