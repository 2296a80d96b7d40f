/*
 * Refusals. All of them come before anything about the process has changed.
 */
#ifndef LAUNCHER_CHECKS_H
#define LAUNCHER_CHECKS_H

#include "launcher_channel.h"

/*
 * Refuses to work as a program that gives its caller privileges. Called before anything is read.
 */
bool launcher_check_caller(struct launcher_failure *pfailure);

/*
 * Refuses a launch that would leave root's power with a daemon, or that cannot be carried out.
 * Replaces request->groups by the whole list of supplementary groups to set, since the names of
 * users and groups are this machine's and cannot be read any more from inside a chroot.
 */
bool launcher_check(struct launch_request *request, const struct launcher_channel *channel,
                    struct launcher_failure *pfailure);

#endif
