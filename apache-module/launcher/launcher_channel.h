/*
 * The launcher's connection to its monitor, which becomes the keeper connection.
 */
#ifndef LAUNCHER_CHANNEL_H
#define LAUNCHER_CHANNEL_H

#include "launcher_args.h"

enum { LAUNCH_MESSAGE_MAX = 1024 * 1024 };

/* What came from the monitor. Descriptors are -1 while there are none, and close on exec. */
struct launcher_channel {
    int management; /* the keeper connection; in the forked child, the management connection */
    int listener;
    char *message;
    size_t message_size;
};

/*
 * Connects to the monitor, refuses one of another user, says the token, and receives the launch
 * message with the listening socket. Not a byte after the message is read: those are the keeper's.
 * What was received before a failure is in *pchannel.
 */
bool launcher_channel_open(const struct launcher_args *args, struct launcher_channel *pchannel,
                           struct launcher_failure *pfailure);

/*
 * Reports a failure on standard error and, when there is a connection, to the monitor.
 */
void launcher_channel_report(const struct launcher_channel *channel,
                             const struct launcher_failure *failure);

#endif
