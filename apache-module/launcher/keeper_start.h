/*
 * How the launcher becomes a keeper and its child a daemon.
 */
#ifndef KEEPER_START_H
#define KEEPER_START_H

#include <sys/types.h>

#include "launcher_channel.h"

/* What keeper and daemon share at the fork. Descriptors are -1 while there are none. */
struct keeper_pairs {
    int management[2]; /* the monitor's end, the daemon's end */
    int output[2];     /* read end, write end */
};

/*
 * Makes the pairs, and makes this process one that can be a keeper: a session of its own,
 * subreaper, the signals that it waits for blocked. Called before the fork.
 */
bool keeper_prepare(const struct launch_request *request, struct keeper_pairs *ppairs,
                    struct launcher_failure *pfailure);

/*
 * In the forked process: failures go to the daemon's output and management connection from here on,
 * and the keeper's ends are closed.
 */
bool keeper_become_child(const struct keeper_pairs *pairs, struct launcher_channel *pchannel,
                         struct launcher_failure *pfailure);

/*
 * In the process that forked: gives up privileges, shows itself as the keeper, and keeps the
 * daemon; true when that is over. Returns false when it cannot be a keeper: the daemon has been
 * killed then. The launch message and the request have been forgotten in either case.
 *
 * argv is the area that ps shows, and is overwritten; args point into it.
 */
bool keeper_keep(pid_t daemon, const struct keeper_pairs *pairs, struct launch_request *prequest,
                 struct launcher_channel *pchannel, int argc, char **argv,
                 const struct launcher_args *args, struct launcher_failure *pfailure);

#endif
