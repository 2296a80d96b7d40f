/*
 * What the launcher is told: its command line, and the launch message of supervisor/CONTROL.md,
 * "Launching a daemon". Reading has no effect on the process.
 */
#ifndef LAUNCHER_ARGS_H
#define LAUNCHER_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "launcher_exit.h"

/* The command line. The strings are those of argv. */
struct launcher_args {
    const char *management; /* path of the monitor's management socket */
    const char *token;      /* names the launch; no space or control character */
};

/* One resource limit; soft and hard limit are both set to value. */
struct launch_limit {
    const char *name;
    int resource; /* RLIMIT_… */
    bool is_set;
    rlim_t value;
};

enum { LAUNCH_LIMITS = 4 };

/* One launch. All strings point into the message, which must outlive this. */
struct launch_request {
    const char *exec;
    char **argv; /* ends with NULL */
    char **envp; /* ends with NULL */
    bool has_uid, has_gid, has_umask, has_nice;
    uid_t uid;
    gid_t gid;
    const char *user; /* or NULL */
    /* As parsed: the `group` keys. launcher_check replaces them by the list to set. */
    gid_t *groups;
    size_t group_count;
    mode_t umask;
    int nice;
    const char *directory; /* or NULL */
    const char *home;      /* or NULL */
    const char *chroot;    /* or NULL */
    const char *temporary; /* or NULL */
    const char *archives;  /* or NULL */
    const char *readable;  /* or NULL */
    const char *cgroup;    /* or NULL */
    struct launch_limit limits[LAUNCH_LIMITS];
    /* The keeper's. */
    const char *name;
    const char *memo; /* or NULL */
    bool has_alone;
    unsigned alone_seconds;
    pid_t apache_pid; /* 0: not told */
    /* Not of the message: who forked the daemon, which ends with it. */
    pid_t keeper_pid;
};

/*
 * Reads the command line.
 */
bool launcher_args_read(int argc, char **argv, struct launcher_args *pargs,
                        struct launcher_failure *pfailure);

/*
 * Reads a launch message of size bytes: pairs of key and value, each ended by a NUL. Refuses what
 * it does not know, what is out of range, and what is given twice; refusals that depend on who the
 * launcher is are launcher_check's. launch_request_clear frees what *prequest holds, also after a
 * failure.
 */
bool launch_request_read(char *message, size_t size, struct launch_request *prequest,
                         struct launcher_failure *pfailure);

void launch_request_clear(struct launch_request *prequest);

#endif
