/*
 * The keeper of one daemon: what the launcher becomes. It holds what must outlive a monitor, and
 * gives it to the next one; supervisor/CONTROL.md, "Launching a daemon", is the contract.
 *
 * It never waits for the daemon or the monitor, and never looks at what the daemon says.
 */
#ifndef KEEPER_H
#define KEEPER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "keeper_channel.h"
#include "keeper_ring.h"
#include "keeper_watch.h"

/* How its daemon ended. */
struct keeper_exit {
    bool is_signal;
    bool has_core;
    int number; /* exit status or signal */
};

/* All of one keeper. What keeper_start.c has not filled in is keeper_run's. */
struct keeper {
    pid_t daemon;
    const char *management_path; /* where monitors listen */
    const char *memo;            /* or NULL */
    const char *cgroup;          /* the daemon's own, or NULL */
    int64_t alone_millis;
    int management; /* the monitor's end */
    int output; /* read end; of one description with the monitor's, so never made non-blocking */
    int listener;
    int signals; /* a signalfd of SIGCHLD and SIGTERM */
    struct keeper_watch apache;
    struct keeper_channel channel;

    /* Aligned as a page, so that its bytes can be given back to the kernel. */
    _Alignas(4096) struct keeper_ring ring;
    bool is_output_ended;
    bool is_adopting;   /* an `adopt` is pending; the ring's content with it */
    bool has_told_exit; /* `exited` is among what is pending or sent */
    bool has_daemon_ended;
    struct keeper_exit exit;
    int64_t swept_by;    /* when waiting for descendants ends */
    int64_t next_search; /* when to look for a monitor again */
    /* See keeper_policy.h. */
    int64_t apache_gone, unconnected, ended, terminated, killed;
};

/*
 * Keeps a daemon that has just been forked, whose monitor is connected, until nothing is left of
 * it and a monitor knows, or none is to be waited for.
 */
void keeper_run(struct keeper *pkeeper);

#endif
