/*
 * The steps that turn the launcher into a daemon, in the order in which launcher.c takes them.
 * Each either is done completely or fails with a sentence. What a step may rely on is said with it
 * in launcher_steps.c: which privilege is held there, and until when.
 */
#ifndef LAUNCHER_STEPS_H
#define LAUNCHER_STEPS_H

#include "launcher_channel.h"

/*
 * Makes the start independent of who started the launcher: descriptors 0, 1 and 2 are open, no
 * other is, and the environment is empty.
 */
bool launcher_step_clean(struct launcher_failure *pfailure);

bool launcher_step_session(const struct launch_request *request, struct launcher_failure *pfailure);
bool launcher_step_priority(const struct launch_request *request,
                            struct launcher_failure *pfailure);
bool launcher_step_limits(const struct launch_request *request, struct launcher_failure *pfailure);
bool launcher_step_cgroup(const struct launch_request *request, struct launcher_failure *pfailure);
bool launcher_step_temporary(const struct launch_request *request,
                             struct launcher_failure *pfailure);
bool launcher_step_chroot(const struct launch_request *request, struct launcher_failure *pfailure);
bool launcher_step_bounding(const struct launch_request *request,
                            struct launcher_failure *pfailure);
bool launcher_step_groups(const struct launch_request *request, struct launcher_failure *pfailure);
bool launcher_step_gid(const struct launch_request *request, struct launcher_failure *pfailure);
bool launcher_step_uid(const struct launch_request *request, struct launcher_failure *pfailure);
bool launcher_step_capabilities(const struct launch_request *request,
                                struct launcher_failure *pfailure);
bool launcher_step_no_new_privs(const struct launch_request *request,
                                struct launcher_failure *pfailure);
bool launcher_step_verify(const struct launch_request *request, struct launcher_failure *pfailure);
bool launcher_step_readable(const struct launch_request *request,
                            struct launcher_failure *pfailure);
bool launcher_step_parent_death(const struct launch_request *request,
                                struct launcher_failure *pfailure);
bool launcher_step_umask(const struct launch_request *request, struct launcher_failure *pfailure);
bool launcher_step_directory(const struct launch_request *request,
                             struct launcher_failure *pfailure);

/*
 * Puts the listening socket on 0 and the management connection on 3, and closes all else but 1
 * and 2. *pchannel names the new places afterwards.
 */
bool launcher_step_descriptors(struct launcher_channel *pchannel,
                               struct launcher_failure *pfailure);

/*
 * Closes all descriptors from first on.
 */
bool launcher_close_from(int first);

/*
 * Every signal as in a fresh process: handled as by default, none blocked.
 */
void launcher_reset_signals(void);

/*
 * Becomes the program. Returns only when that failed.
 */
bool launcher_step_exec(const struct launch_request *request, struct launcher_failure *pfailure);

#endif
