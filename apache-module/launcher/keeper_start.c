#define _GNU_SOURCE /* pipe2, F_SETPIPE_SZ, explicit_bzero */
#include "keeper_start.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keeper.h"
#include "launcher_steps.h"

enum { OUTPUT_PIPE_SIZE = 256 * 1024, ALONE_SECONDS = 5 };

/* One keeper a process; not on the stack, for the size of its ring. */
static struct keeper the_keeper;

static bool cannot(struct launcher_failure *pfailure, const char *what)
{
    return launcher_fail(pfailure, LAUNCHER_EXIT_KEEPER, "%s: %s", what, strerror(errno));
}

static void awaited_signals(sigset_t *pset)
{
    (void)sigemptyset(pset);
    (void)sigaddset(pset, SIGCHLD);
    (void)sigaddset(pset, SIGTERM);
}

/* An inherited SIG_IGN for SIGCHLD would lose the daemon's exit status. */
static bool prepare_signals(void)
{
    sigset_t awaited;
    launcher_reset_signals();
    awaited_signals(&awaited);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGQUIT, SIG_IGN);
    return sigprocmask(SIG_SETMASK, &awaited, NULL) == 0;
}

/* Without CAP_KILL root could end a daemon of another user by no means. */
static bool can_kill(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
    return syscall(SYS_capget, &header, sets) == 0 && (sets[0].effective & 1U << CAP_KILL) != 0;
}

bool keeper_prepare(const struct launch_request *request, struct keeper_pairs *ppairs,
                    struct launcher_failure *pfailure)
{
    if (request->has_uid && !can_kill()) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_CAPABILITIES, "CAP_KILL is missing");
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ppairs->management) != 0) {
        return cannot(pfailure, "the management connection");
    }
    if (pipe2(ppairs->output, O_CLOEXEC) != 0) {
        return cannot(pfailure, "the output pipe");
    }
    /* A longer pipe lets a daemon go on while a monitor pauses; an unprivileged user may get none.
     */
    (void)fcntl(ppairs->output[1], F_SETPIPE_SZ, OUTPUT_PIPE_SIZE);
    if (!prepare_signals()) {
        return cannot(pfailure, "its signals");
    }
    if (prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL) != 0) {
        return cannot(pfailure, "the subreaper");
    }
    return launcher_step_session(request, pfailure);
}

bool keeper_become_child(const struct keeper_pairs *pairs, struct launcher_channel *pchannel,
                         struct launcher_failure *pfailure)
{
    if (dup2(pairs->output[1], STDOUT_FILENO) < 0 || dup2(pairs->output[1], STDERR_FILENO) < 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_DESCRIPTORS, "the output pipe: %s",
                             strerror(errno));
    }
    /* What is told of a failure from here on is the daemon's; the keeper tells of its exit. */
    (void)close(pchannel->management);
    pchannel->management = pairs->management[1];
    (void)close(pairs->management[0]);
    (void)close(pairs->output[0]);
    (void)close(pairs->output[1]);
    return true;
}

/* ---- the keeper's side of the fork ---- */

/*
 * What may be shown is as long as the arguments were, which lie behind one another.
 */
static void show_name(int argc, char **argv, const char *name)
{
    const char *end = argv[0] + strlen(argv[0]) + 1;
    for (int i = 1; i < argc && argv[i] == end; i++) {
        end += strlen(argv[i]) + 1;
    }
    size_t room = (size_t)(end - argv[0]);
    memset(argv[0], 0, room);
    (void)snprintf(argv[0], room, "jsgid-keeper: %s", name);
    (void)prctl(PR_SET_NAME, "jsgid-keeper", 0UL, 0UL, 0UL);
}

/* Signals to processes of the daemon's user, and the kernel's own one when the keeper is killed. */
static bool keep_only_kill(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
    if (syscall(SYS_capget, &header, sets) != 0) {
        return false;
    }
    sets[0].permitted &= 1U << CAP_KILL;
    sets[0].effective = sets[0].permitted;
    sets[0].inheritable = 0;
    for (size_t i = 1; i < _LINUX_CAPABILITY_U32S_3; i++) {
        sets[i].permitted = sets[i].effective = sets[i].inheritable = 0;
    }
    return syscall(SYS_capset, &header, sets) == 0;
}

static bool confine(const struct launch_request *request, struct launcher_failure *pfailure)
{
    if (!launcher_step_bounding(request, pfailure) ||
        !launcher_step_no_new_privs(request, pfailure)) {
        return false;
    }
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL) != 0 || !keep_only_kill()) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_CAPABILITIES, "all but CAP_KILL: %s",
                             strerror(errno));
    }
    /* Without root a daemon is of the keeper's user; it shall not read its memory. */
    if (prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0 || chdir("/") != 0) {
        return cannot(pfailure, "its surroundings");
    }
    return true;
}

/* Strings out of the launch message, which is forgotten. */
static bool copy(const char *text, const char **pcopy)
{
    *pcopy = text == NULL ? NULL : strdup(text);
    return text == NULL || *pcopy != NULL;
}

static bool fill(struct keeper *keeper, const struct launch_request *request,
                 const char *management_path, struct launcher_failure *pfailure)
{
    sigset_t awaited;
    awaited_signals(&awaited);
    keeper->alone_millis =
        (int64_t)1000 * (request->has_alone ? request->alone_seconds : ALONE_SECONDS);
    keeper_watch_begin(&keeper->apache, request->apache_pid);
    keeper->signals = signalfd(-1, &awaited, SFD_CLOEXEC | SFD_NONBLOCK);
    if (keeper->signals < 0) {
        return cannot(pfailure, "its signals");
    }
    if (!copy(management_path, &keeper->management_path) || !copy(request->memo, &keeper->memo) ||
        !copy(request->cgroup, &keeper->cgroup)) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_MEMORY, "the keeper's memo");
    }
    return true;
}

static bool leave_standard_descriptors(struct launcher_failure *pfailure)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool is_done = null >= 0 && dup2(null, 0) >= 0 && dup2(null, 1) >= 0 && dup2(null, 2) >= 0;
    if (null > STDERR_FILENO) {
        (void)close(null);
    }
    return is_done || cannot(pfailure, "/dev/null");
}

/* The C library may have opened some to read users and groups. */
static bool close_others(const struct keeper *keeper, int connection,
                         struct launcher_failure *pfailure)
{
    const int needed[] = {connection,       keeper->management, keeper->output,
                          keeper->listener, keeper->signals,    keeper->apache.descriptor};
    int highest = STDERR_FILENO;
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        highest = needed[i] > highest ? needed[i] : highest;
    }
    for (int descriptor = STDERR_FILENO + 1; descriptor < highest; descriptor++) {
        bool is_needed = false;
        for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
            is_needed = is_needed || needed[i] == descriptor;
        }
        if (!is_needed) {
            (void)close(descriptor);
        }
    }
    return launcher_close_from(highest + 1) || cannot(pfailure, "closing descriptors");
}

/* The environment of a group holds its passwords. */
static void forget_message(struct launch_request *request, struct launcher_channel *channel)
{
    launch_request_clear(request);
    explicit_bzero(channel->message, channel->message_size);
    free(channel->message);
    channel->message = NULL;
    (void)malloc_trim(0);
}

bool keeper_keep(pid_t daemon, const struct keeper_pairs *pairs, struct launch_request *prequest,
                 struct launcher_channel *pchannel, int argc, char **argv,
                 const struct launcher_args *args, struct launcher_failure *pfailure)
{
    struct keeper *keeper = &the_keeper;
    keeper->daemon = daemon;
    keeper->management = pairs->management[0];
    keeper->output = pairs->output[0];
    keeper->listener = pchannel->listener;
    (void)close(pairs->management[1]);
    (void)close(pairs->output[1]);
    bool is_ready = fill(keeper, prequest, args->management, pfailure) &&
                    confine(prequest, pfailure) &&
                    close_others(keeper, pchannel->management, pfailure) &&
                    leave_standard_descriptors(pfailure);
    if (is_ready) {
        show_name(argc, argv, prequest->name);
    }
    forget_message(prequest, pchannel);
    if (!is_ready) {
        (void)kill(daemon, SIGKILL);
        (void)waitpid(daemon, NULL, 0);
        return false;
    }
    keeper_channel_take(&keeper->channel, pchannel->management);
    keeper_run(keeper);
    return true;
}
