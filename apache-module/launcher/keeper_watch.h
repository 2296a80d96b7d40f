/*
 * Notices the end of a process that is not the keeper's child: Apache's parent.
 */
#ifndef KEEPER_WATCH_H
#define KEEPER_WATCH_H

#include <stdbool.h>
#include <sys/types.h>

struct keeper_watch {
    pid_t pid;      /* 0: no process is watched, and none ends */
    int descriptor; /* a pidfd, readable when the process has ended; -1: look now and then */
    unsigned long long started; /* start time as in /proc/PID/stat; 0: could not be read */
    bool is_gone;
};

/* How often to look when there is no pidfd. */
enum { KEEPER_WATCH_MILLIS = 1000 };

/*
 * Begins to watch. Never fails: a process that is not there is gone.
 */
void keeper_watch_begin(struct keeper_watch *pwatch, pid_t pid);

/*
 * Looks without waiting; is_gone is right afterwards.
 */
void keeper_watch_look(struct keeper_watch *pwatch);

/*
 * Whether to look again after KEEPER_WATCH_MILLIS, since no descriptor will tell.
 */
bool keeper_watch_needs_looking(const struct keeper_watch *watch);

#endif
