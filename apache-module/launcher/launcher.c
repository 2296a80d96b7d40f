/*
 * jsgid-launch: starts one daemon and becomes its keeper.
 *
 * A monitor starts it, with the monitor's user (mostly root) and two arguments: where the monitor
 * listens, and a token that names the launch. Everything else comes over that connection, so that
 * nothing of it is seen in the process list; supervisor/CONTROL.md, "Launching a daemon", is the
 * contract. The launcher checks and forks; the child gives up every privilege, verifies that, and
 * executes java; the parent is the keeper from then on (keeper.c).
 *
 * It is not set-user-ID and refuses to be: it has no more power than who starts it.
 *
 * DIAGNOSTICS: a failure is one sentence on standard error, the line `failed` on the connection,
 * and an exit status of launcher_exit.inc. In the child these are the daemon's output, its
 * management connection and its exit status. Nothing is said on success.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keeper_start.h"
#include "launcher_args.h"
#include "launcher_channel.h"
#include "launcher_checks.h"
#include "launcher_steps.h"

typedef bool step_t(const struct launch_request *request, struct launcher_failure *pfailure);

/* The order is a promise of CONTROL.md; launcher_steps.c says why each stands where it does. */
static step_t *const steps[] = {
    launcher_step_session,  launcher_step_priority,     launcher_step_limits,
    launcher_step_cgroup,   launcher_step_chroot,       launcher_step_temporary,
    launcher_step_bounding, launcher_step_groups,       launcher_step_gid,
    launcher_step_uid,      launcher_step_capabilities, launcher_step_no_new_privs,
    launcher_step_verify,   launcher_step_readable,     launcher_step_parent_death,
    launcher_step_umask,    launcher_step_directory,
};

static bool take_steps(const struct launch_request *request, struct launcher_failure *pfailure)
{
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (!steps[i](request, pfailure)) {
            return false;
        }
    }
    return true;
}

/* Comes back only with a failure. */
static void become_daemon(const struct launch_request *request, struct launcher_channel *pchannel,
                          struct launcher_failure *pfailure)
{
    if (take_steps(request, pfailure) && launcher_step_descriptors(pchannel, pfailure)) {
        (void)launcher_step_exec(request, pfailure);
    }
}

/* Returns true, with nothing more to do, in the keeper of a daemon that has ended. */
static bool keep_daemon(int argc, char **argv, const struct launcher_args *args,
                        struct launcher_channel *pchannel, struct launch_request *prequest,
                        struct launcher_failure *pfailure)
{
    struct keeper_pairs pairs = {.management = {-1, -1}, .output = {-1, -1}};
    if (!keeper_prepare(prequest, &pairs, pfailure)) {
        return false;
    }
    prequest->keeper_pid = getpid();
    pid_t daemon = fork();
    if (daemon < 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_KEEPER, "fork: %s", strerror(errno));
    }
    if (daemon > 0) {
        return keeper_keep(daemon, &pairs, prequest, pchannel, argc, argv, args, pfailure);
    }
    if (keeper_become_child(&pairs, pchannel, pfailure)) {
        become_daemon(prequest, pchannel, pfailure);
    }
    return false;
}

/* Returns true only in a keeper. */
static bool launch(int argc, char **argv, struct launcher_channel *pchannel,
                   struct launch_request *prequest, struct launcher_failure *pfailure)
{
    struct launcher_args args;
    if (!launcher_check_caller(pfailure) || !launcher_step_clean(pfailure) ||
        !launcher_args_read(argc, argv, &args, pfailure) ||
        !launcher_channel_open(&args, pchannel, pfailure) ||
        !launch_request_read(pchannel->message, pchannel->message_size, prequest, pfailure) ||
        !launcher_check(prequest, pchannel, pfailure)) {
        return false;
    }
    return keep_daemon(argc, argv, &args, pchannel, prequest, pfailure);
}

int main(int argc, char **argv)
{
    struct launcher_channel channel = {.management = -1, .listener = -1};
    struct launch_request request = {.exec = NULL};
    struct launcher_failure failure = {.status = LAUNCHER_EXIT_USAGE, .detail = ""};
    int status = 0;
    /* Standard error may be a pipe whose reader is gone; the exit status must still be ours. */
    (void)signal(SIGPIPE, SIG_IGN);
    if (!launch(argc, argv, &channel, &request, &failure)) {
        (void)signal(SIGPIPE, SIG_IGN);
        launcher_channel_report(&channel, &failure);
        status = failure.status;
    }
    launch_request_clear(&request);
    free(channel.message);
    return status;
}
