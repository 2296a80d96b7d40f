/*
 * When a keeper ends its daemon, and when itself. Pure: times are arguments, in milliseconds of one
 * clock that only goes forward; NEVER: has not happened.
 */
#ifndef KEEPER_POLICY_H
#define KEEPER_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#define KEEPER_NEVER INT64_C(-1)

/* How long a daemon lives without a monitor while Apache does. */
enum { KEEPER_WITHOUT_MONITOR_MILLIS = 300 * 1000 };
/* How long a monitor that is still connected may take to end its daemons after Apache has gone. One
 * that takes longer is stopped (SIGSTOP, a debugger) or stuck: it would let them live for ever. */
enum { KEEPER_MONITOR_ALONE_MILLIS = 30 * 1000 };
/* How long an exit status is kept for a monitor. */
enum { KEEPER_EXIT_KEPT_MILLIS = 60 * 1000 };
/* How long processes that were sent SIGKILL are waited for; one may be stuck in the kernel. */
enum { KEEPER_KILL_MILLIS = 5 * 1000 };

struct keeper_situation {
    int64_t apache_gone;  /* since when Apache's parent is known to be gone; NEVER: it is there */
    int64_t unconnected;  /* since when no monitor has been there; NEVER: one is */
    int64_t ended;        /* since when nothing is left of the daemon */
    int64_t terminated;   /* when it was told to end because it is alone */
    int64_t killed;       /* when it was killed because it did not */
    int64_t alone_millis; /* the time it gets to end */
};

enum keeper_action { KEEPER_WAIT, KEEPER_TERMINATE, KEEPER_KILL, KEEPER_LEAVE };

/*
 * What is to be done now. With KEEPER_WAIT, *pagain is the time at which to ask again, or NEVER
 * when only an event can change the answer.
 */
enum keeper_action keeper_decide(const struct keeper_situation *situation, int64_t now,
                                 int64_t *pagain);

#endif
