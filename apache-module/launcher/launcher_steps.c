#define _GNU_SOURCE /* setresuid, getresuid, renameat2 */
#include "launcher_steps.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Where the daemon finds its sockets. */
enum { LISTENER_PLACE = 0, MANAGEMENT_PLACE = 3 };

/* ---- before anything is read ---- */

/* For a kernel before 5.9, or a seccomp filter that does not know close_range. */
static bool close_listed(int first)
{
    DIR *folder = opendir("/proc/self/fd");
    const struct dirent *entry;
    if (folder == NULL) {
        return false;
    }
    /* Closing while reading is safe here: procfs lists by descriptor number, not by position. */
    while ((entry = readdir(folder)) != NULL) {
        long descriptor = strtol(entry->d_name, NULL, 10);
        if (descriptor >= first && descriptor <= INT_MAX && descriptor != dirfd(folder)) {
            (void)close((int)descriptor);
        }
    }
    return closedir(folder) == 0;
}

bool launcher_close_from(int first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0) {
        return true;
    }
#endif
    return close_listed(first);
}

bool launcher_step_clean(struct launcher_failure *pfailure)
{
    /*
     * A missing descriptor 0, 1 or 2 would be given to the next socket opened, and a message meant
     * for people would be written into it. open takes the lowest free number.
     */
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", O_RDWR) != descriptor) {
            return launcher_fail(pfailure, LAUNCHER_EXIT_DESCRIPTORS, "%d: %s", descriptor,
                                 strerror(errno));
        }
    }
    if (!launcher_close_from(3)) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_DESCRIPTORS, "closing inherited ones: %s",
                             strerror(errno));
    }
    /* No variable of root's may steer the C library while it reads users and groups. */
    if (clearenv() != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_MEMORY, "clearing the environment");
    }
    /* Timers survive exec. */
    (void)alarm(0);
    return true;
}

/* ---- still the monitor's user; as root all its capabilities are held ---- */

bool launcher_step_session(const struct launch_request *request, struct launcher_failure *pfailure)
{
    (void)request;
    /* EPERM: a group leader already. Then only its own session will do. */
    if (setsid() < 0 && getsid(0) != getpid()) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_SESSION, "%s", strerror(errno));
    }
    return true;
}

bool launcher_step_priority(const struct launch_request *request, struct launcher_failure *pfailure)
{
    if (request->has_nice && setpriority(PRIO_PROCESS, 0, request->nice) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_PRIORITY, "%d: %s", request->nice,
                             strerror(errno));
    }
    return true;
}

/* Enough for a server that says nothing about it; distributions' soft limit of 1024 is not. */
enum { OPEN_FILES_AT_LEAST = 8192 };

static void raise_open_files(void)
{
    struct rlimit value;
    if (getrlimit(RLIMIT_NOFILE, &value) != 0 || value.rlim_cur >= OPEN_FILES_AT_LEAST) {
        return;
    }
    struct rlimit wanted = {.rlim_cur = OPEN_FILES_AT_LEAST, .rlim_max = value.rlim_max};
    if (wanted.rlim_max < OPEN_FILES_AT_LEAST) {
        wanted.rlim_max = OPEN_FILES_AT_LEAST;
    }
    /* Only root may raise the hard limit; others get what they may have. */
    if (setrlimit(RLIMIT_NOFILE, &wanted) != 0) {
        value.rlim_cur = value.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &value);
    }
}

bool launcher_step_limits(const struct launch_request *request, struct launcher_failure *pfailure)
{
    raise_open_files();
    for (size_t i = 0; i < LAUNCH_LIMITS; i++) {
        const struct launch_limit *limit = &request->limits[i];
        const struct rlimit value = {.rlim_cur = limit->value, .rlim_max = limit->value};
        if (limit->is_set && setrlimit(limit->resource, &value) != 0) {
            return launcher_fail(pfailure, LAUNCHER_EXIT_LIMIT, "%s=%llu: %s", limit->name,
                                 (unsigned long long)limit->value, strerror(errno));
        }
    }
    return true;
}

/*
 * While still root: the folder's files are its owner's. Everything that this process will start is
 * in the cgroup too.
 */
bool launcher_step_cgroup(const struct launch_request *request, struct launcher_failure *pfailure)
{
    char path[PATH_MAX];
    struct statfs system;
    if (request->cgroup == NULL) {
        return true;
    }
    if (snprintf(path, sizeof(path), "%s/cgroup.procs", request->cgroup) >= (int)sizeof(path)) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_CGROUP, "%s: too long", request->cgroup);
    }
    int file = open(path, O_WRONLY | O_CLOEXEC);
    /* What is written would mean nothing to another file system, and nothing would be limited. */
    bool is_cgroup =
        file >= 0 && fstatfs(file, &system) == 0 && system.f_type == CGROUP2_SUPER_MAGIC;
    errno = file >= 0 && !is_cgroup ? ENOTSUP : errno;
    bool is_in = is_cgroup && write(file, "0", 1) == 1;
    int reason = errno;
    if (file >= 0) {
        (void)close(file);
    }
    return is_in || launcher_fail(pfailure, LAUNCHER_EXIT_CGROUP, "%s: %s", path, strerror(reason));
}

static uid_t wanted_uid(const struct launch_request *request)
{
    return request->has_uid ? request->uid : geteuid();
}

/*
 * Opens the folder itself, never what a link points to, and accepts it only from the daemon's user.
 * Returns the descriptor, or -1 with errno; ENOENT: there is none; EPERM: somebody else's.
 */
static int open_own_folder(int parent, const char *name, uid_t owner)
{
    struct stat found;
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) {
        return -1;
    }
    if (fstat(folder, &found) == 0 && found.st_uid == owner) {
        return folder;
    }
    (void)close(folder);
    errno = EPERM;
    return -1;
}

/*
 * Makes the folder under another name and renames it when it is all right, so that the daemons of a
 * group which start together never see one another's half-made folder.
 */
static bool make_folder(int parent, const char *name, const struct launch_request *request)
{
    char draft[NAME_MAX + 1];
    if (snprintf(draft, sizeof(draft), ".%.200s.%d", name, getpid()) < 0) {
        return false;
    }
    /* What a launcher of the same process id left behind. */
    (void)unlinkat(parent, draft, AT_REMOVEDIR);
    /* The umask came from whoever started Apache; it could keep even the owner out. */
    mode_t inherited = umask(0);
    bool is_new = mkdirat(parent, draft, 0700) == 0;
    (void)umask(inherited);
    if (!is_new) {
        return false;
    }
    int folder = openat(parent, draft, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool is_made =
        folder >= 0 && (!request->has_uid || fchown(folder, request->uid, request->gid) == 0) &&
        fchmod(folder, 0700) == 0 &&
        (renameat2(parent, draft, parent, name, RENAME_NOREPLACE) == 0 || errno == EEXIST);
    int reason = errno;
    if (folder >= 0) {
        (void)close(folder);
    }
    /* Gone already when it was renamed; there still when another launcher was first. */
    (void)unlinkat(parent, draft, AT_REMOVEDIR);
    errno = reason;
    return is_made;
}

/*
 * The folder above must be one that the daemon's user cannot rearrange while root works in it.
 */
static bool is_trustworthy_parent(int parent)
{
    struct stat found;
    if (fstat(parent, &found) != 0) {
        return false;
    }
    bool others_write = (found.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    if ((found.st_uid != 0 && found.st_uid != geteuid()) ||
        (others_write && (found.st_mode & S_ISVTX) == 0)) {
        errno = EPERM;
        return false;
    }
    return true;
}

static bool have_folder(int parent, const char *name, const struct launch_request *request)
{
    if (!is_trustworthy_parent(parent)) {
        return false;
    }
    int folder = open_own_folder(parent, name, wanted_uid(request));
    if (folder < 0 && errno == ENOENT && make_folder(parent, name, request)) {
        folder = open_own_folder(parent, name, wanted_uid(request));
    }
    if (folder < 0) {
        return false;
    }
    bool is_private = fchmod(folder, 0700) == 0;
    return close(folder) == 0 && is_private;
}

/*
 * Opens a folder of a new root, where nobody has made the run folder, and makes what is missing on
 * the way: others may pass through it, no more. A link, or a folder on the way in which others
 * could replace the next one, is refused. path is changed. Returns the descriptor, or -1 with
 * errno.
 */
static int make_path(char *path)
{
    int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *rest = NULL;
    for (char *name = strtok_r(path, "/", &rest); name != NULL && folder >= 0;
         name = strtok_r(NULL, "/", &rest)) {
        int next = -1;
        if (is_trustworthy_parent(folder)) {
            mode_t inherited = umask(0);
            /* What is wrong with one that is there, opening it tells. */
            (void)mkdirat(folder, name, 0711);
            (void)umask(inherited);
            next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        }
        int reason = errno;
        (void)close(folder);
        errno = reason;
        folder = next;
    }
    return folder;
}

/* After the chroot: where there is one, the folder is inside. False with errno. */
static bool have_private_folder(const char *path, const struct launch_request *request)
{
    char above[PATH_MAX];
    const char *name = strrchr(path, '/') + 1;
    size_t length = (size_t)(name - path);
    if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
        length >= sizeof(above)) {
        errno = EINVAL;
        return false;
    }
    memcpy(above, path, length);
    above[length] = '\0';
    int parent = request->chroot != NULL ? make_path(above)
                                         : open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_there = parent >= 0 && have_folder(parent, name, request);
    int reason = errno;
    if (parent >= 0) {
        (void)close(parent);
    }
    errno = reason;
    return is_there;
}

bool launcher_step_temporary(const struct launch_request *request,
                             struct launcher_failure *pfailure)
{
    /* What a daemon only starts faster with must not keep it from starting: it does without. */
    if (request->archives != NULL) {
        (void)have_private_folder(request->archives, request);
    }
    if (request->temporary == NULL || have_private_folder(request->temporary, request)) {
        return true;
    }
    if (errno == EINVAL) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_TEMPORARY, "\"%s\" names no folder",
                             request->temporary);
    }
    return launcher_fail(pfailure, LAUNCHER_EXIT_TEMPORARY, "%s for user id %u: %s",
                         request->temporary, wanted_uid(request),
                         errno == EPERM ? "it or the folder above belongs to somebody else"
                                        : strerror(errno));
}

/*
 * Whether nobody but root could replace the folder, or one above it: for every folder from here up.
 * Going up by ".." sees the folders that are really above, whatever links the path has. EPERM: not
 * so.
 */
static bool is_roots_alone(int folder)
{
    struct stat found;
    struct stat above;
    int here = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    bool is_first = true;
    while (here >= 0 && fstat(here, &found) == 0) {
        bool others_write = (found.st_mode & (S_IWGRP | S_IWOTH)) != 0;
        bool is_sticky = (found.st_mode & S_ISVTX) != 0;
        if (found.st_uid != 0 || (others_write && (is_first || !is_sticky))) {
            (void)close(here);
            errno = EPERM;
            return false;
        }
        int next = openat(here, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
        (void)close(here);
        if (next < 0 || fstat(next, &above) != 0) {
            here = next;
            break;
        }
        here = next;
        /* The folder above the root is the root. */
        if (above.st_dev == found.st_dev && above.st_ino == found.st_ino) {
            (void)close(here);
            return true;
        }
        is_first = false;
    }
    int reason = errno;
    if (here >= 0) {
        (void)close(here);
    }
    errno = reason;
    return false;
}

bool launcher_step_chroot(const struct launch_request *request, struct launcher_failure *pfailure)
{
    if (request->chroot == NULL) {
        return true;
    }
    int root = open(request->chroot, O_PATH | O_DIRECTORY | O_CLOEXEC);
    /* Whoever could put another root there could choose what root's own steps in it meet. */
    bool is_safe = root >= 0 && is_roots_alone(root);
    /* Entered first and made the root then: there is no moment with a working directory outside. */
    bool is_entered =
        is_safe && fchdir(root) == 0 && chroot(".") == 0 && chdir("/") == 0 && close(root) == 0;
    if (!is_entered) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_CHROOT, "%s: %s", request->chroot,
                             root >= 0 && !is_safe && errno == EPERM
                                 ? "it, or a folder above it, belongs to somebody else than root "
                                   "or can be written by others"
                                 : strerror(errno));
    }
    return true;
}

/*
 * Empties the bounding set, which limits what any later exec could gain. This needs CAP_SETPCAP and
 * so stands before the change of user, although it is about what comes after it.
 */
bool launcher_step_bounding(const struct launch_request *request, struct launcher_failure *pfailure)
{
    if (!request->has_uid) {
        return true;
    }
    /* The kernel's last capability is known by the first number it does not take. */
    for (unsigned long number = 0; prctl(PR_CAPBSET_READ, number, 0UL, 0UL, 0UL) >= 0; number++) {
        if (prctl(PR_CAPBSET_READ, number, 0UL, 0UL, 0UL) == 1 &&
            prctl(PR_CAPBSET_DROP, number, 0UL, 0UL, 0UL) != 0) {
            return launcher_fail(pfailure, LAUNCHER_EXIT_CAPABILITIES,
                                 "capability %lu of the bounding set: %s", number, strerror(errno));
        }
    }
    return true;
}

/* ---- root's ids are given up: groups first, since without uid 0 they could not be changed ---- */

bool launcher_step_groups(const struct launch_request *request, struct launcher_failure *pfailure)
{
    if (request->has_uid && setgroups(request->group_count, request->groups) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_SET_GROUPS, "%zu groups: %s",
                             request->group_count, strerror(errno));
    }
    return true;
}

bool launcher_step_gid(const struct launch_request *request, struct launcher_failure *pfailure)
{
    if (request->has_uid && setresgid(request->gid, request->gid, request->gid) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_SET_GID, "group id %u: %s", request->gid,
                             strerror(errno));
    }
    return true;
}

bool launcher_step_uid(const struct launch_request *request, struct launcher_failure *pfailure)
{
    if (request->has_uid && setresuid(request->uid, request->uid, request->uid) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_SET_UID, "user id %u: %s", request->uid,
                             strerror(errno));
    }
    return true;
}

/* ---- the daemon's user from here on ---- */

/* libc has no wrapper for these two, and libcap would be a library. Version 3 is two words a set.
 */
static bool read_capabilities(struct __user_cap_data_struct *sets)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    return syscall(SYS_capget, &header, sets) == 0;
}

static bool clear_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
    return syscall(SYS_capset, &header, none) == 0;
}

/*
 * Leaving uid 0 has cleared most of this already. Not all of it: inheritable capabilities stay,
 * secure bits may keep the rest, and a server that is not root may hold ambient ones.
 */
bool launcher_step_capabilities(const struct launch_request *request,
                                struct launcher_failure *pfailure)
{
    (void)request;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_CAPABILITIES, "the ambient set: %s",
                             strerror(errno));
    }
    if (!clear_capabilities()) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_CAPABILITIES,
                             "the permitted, effective and inheritable sets: %s", strerror(errno));
    }
    return true;
}

bool launcher_step_no_new_privs(const struct launch_request *request,
                                struct launcher_failure *pfailure)
{
    (void)request;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_NO_NEW_PRIVS, "%s", strerror(errno));
    }
    return true;
}

static int compare_ids(const void *left, const void *right)
{
    const gid_t *a = left;
    const gid_t *b = right;
    return (*a > *b) - (*a < *b);
}

/* The kernel keeps the list in its own order. */
static bool are_groups(const struct launch_request *request)
{
    size_t count = request->group_count;
    gid_t *wanted = calloc(count + 1, sizeof(gid_t));
    gid_t *found = calloc(count + 1, sizeof(gid_t));
    /* A list that is longer than it should be fails here with EINVAL. */
    bool is_same =
        wanted != NULL && found != NULL && getgroups((int)(count + 1), found) == (int)count;
    if (is_same) {
        for (size_t i = 0; i < count; i++) {
            wanted[i] = request->groups[i];
        }
        qsort(wanted, count, sizeof(gid_t), compare_ids);
        qsort(found, count, sizeof(gid_t), compare_ids);
        is_same = memcmp(wanted, found, count * sizeof(gid_t)) == 0;
    }
    free(wanted);
    free(found);
    return is_same;
}

static bool have_no_capability(bool is_bounding_empty)
{
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
    if (!read_capabilities(sets)) {
        return false;
    }
    for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        if ((sets[i].effective | sets[i].permitted | sets[i].inheritable) != 0) {
            return false;
        }
    }
    for (unsigned long number = 0; prctl(PR_CAPBSET_READ, number, 0UL, 0UL, 0UL) >= 0; number++) {
        if ((is_bounding_empty && prctl(PR_CAPBSET_READ, number, 0UL, 0UL, 0UL) != 0) ||
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, number, 0UL, 0UL) != 0) {
            return false;
        }
    }
    return true;
}

/*
 * Asks the kernel what is left, and tries to take it back. Nothing above is believed.
 */
bool launcher_step_verify(const struct launch_request *request, struct launcher_failure *pfailure)
{
    uid_t real_uid = 0, effective_uid = 0, saved_uid = 0;
    gid_t real_gid = 0, effective_gid = 0, saved_gid = 0;
    const enum launcher_exit status = LAUNCHER_EXIT_REGAINABLE;
    if (getresuid(&real_uid, &effective_uid, &saved_uid) != 0 ||
        getresgid(&real_gid, &effective_gid, &saved_gid) != 0) {
        return launcher_fail(pfailure, status, "the ids could not be read: %s", strerror(errno));
    }
    uid_t uid = request->has_uid ? request->uid : real_uid;
    gid_t gid = request->has_uid ? request->gid : real_gid;
    /* The file-system ids can be asked for only by an attempt to set them; -1 is never valid. */
    if (real_uid != uid || effective_uid != uid || saved_uid != uid ||
        (uid_t)setfsuid((uid_t)-1) != uid) {
        return launcher_fail(pfailure, status, "user ids are %u, %u and %u instead of %u", real_uid,
                             effective_uid, saved_uid, uid);
    }
    if (real_gid != gid || effective_gid != gid || saved_gid != gid ||
        (gid_t)setfsgid((gid_t)-1) != gid) {
        return launcher_fail(pfailure, status, "group ids are %u, %u and %u instead of %u",
                             real_gid, effective_gid, saved_gid, gid);
    }
    if (request->has_uid && !are_groups(request)) {
        return launcher_fail(pfailure, status, "the supplementary groups are others");
    }
    if (!have_no_capability(request->has_uid)) {
        return launcher_fail(pfailure, status, "a capability is left");
    }
    if (prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) != 1) {
        return launcher_fail(pfailure, status, "no_new_privs is not set");
    }
    if (setuid(0) == 0 || setresuid((uid_t)-1, 0, (uid_t)-1) == 0) {
        return launcher_fail(pfailure, status, "user 0 could be had again");
    }
    /* A server that is not root may be in group 0 and stays what it is. */
    if (request->has_uid && (setgid(0) == 0 || setgroups(0, NULL) == 0)) {
        return launcher_fail(pfailure, status, "groups could be changed again");
    }
    return true;
}

/*
 * After the change of user, which clears it. Then the parent is asked for: it may have ended
 * before the kernel was told.
 */
bool launcher_step_parent_death(const struct launch_request *request,
                                struct launcher_failure *pfailure)
{
    if (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_KEEPER, "the parent-death signal: %s",
                             strerror(errno));
    }
    if (getppid() != request->keeper_pid) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_KEEPER, "it has ended");
    }
    return true;
}

bool launcher_step_umask(const struct launch_request *request, struct launcher_failure *pfailure)
{
    (void)pfailure;
    if (request->has_umask) {
        (void)umask(request->umask);
    }
    return true;
}

/*
 * After the change of user, as the next. What java would say instead ("could not find or load main
 * class") names neither the folder nor the remedy.
 */
bool launcher_step_readable(const struct launch_request *request, struct launcher_failure *pfailure)
{
    if (request->readable != NULL &&
        faccessat(AT_FDCWD, request->readable, R_OK, AT_EACCESS) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_READABLE, "%s%s%s as user id %u: %s",
                             request->readable, request->chroot != NULL ? " inside " : "",
                             request->chroot != NULL ? request->chroot : "", geteuid(),
                             strerror(errno));
    }
    return true;
}

/* After the change of user, so that root's rights do not open a folder that the daemon may not
 * enter. */
bool launcher_step_directory(const struct launch_request *request,
                             struct launcher_failure *pfailure)
{
    /* Many system accounts have a home folder that was never made. What nobody named is not
     * insisted on. */
    if (request->directory == NULL && request->home != NULL && chdir(request->home) == 0) {
        return true;
    }
    const char *directory = request->directory != NULL ? request->directory : "/";
    if (chdir(directory) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_DIRECTORY, "%s as user %s, id %u: %s",
                             directory, request->user != NULL ? request->user : "without a name",
                             geteuid(), strerror(errno));
    }
    return true;
}

bool launcher_step_descriptors(struct launcher_channel *pchannel, struct launcher_failure *pfailure)
{
    /* Out of the way first: either may lie on the other's place. dup2 clears close-on-exec. */
    int listener = fcntl(pchannel->listener, F_DUPFD_CLOEXEC, MANAGEMENT_PLACE + 1);
    int management = fcntl(pchannel->management, F_DUPFD_CLOEXEC, MANAGEMENT_PLACE + 1);
    if (listener < 0 || management < 0 || dup2(listener, LISTENER_PLACE) < 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_DESCRIPTORS, "%s", strerror(errno));
    }
    pchannel->listener = LISTENER_PLACE;
    if (dup2(management, MANAGEMENT_PLACE) < 0) {
        pchannel->management = management;
        return launcher_fail(pfailure, LAUNCHER_EXIT_DESCRIPTORS, "%s", strerror(errno));
    }
    pchannel->management = MANAGEMENT_PLACE;
    /* Whatever the C library opened to read users and groups goes too. */
    if (!launcher_close_from(MANAGEMENT_PLACE + 1)) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_DESCRIPTORS, "closing: %s", strerror(errno));
    }
    return true;
}

/*
 * Ignored and blocked signals survive exec, and a JVM leaves an ignored signal ignored: it would
 * not stop at SIGTERM. The numbers that the C library keeps for itself are refused with EINVAL.
 */
void launcher_reset_signals(void)
{
    sigset_t none;
    for (int number = 1; number <= SIGRTMAX; number++) {
        (void)signal(number, SIG_DFL);
    }
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

bool launcher_step_exec(const struct launch_request *request, struct launcher_failure *pfailure)
{
    launcher_reset_signals();
    /*
     * The change of user has made this process undumpable, which keeps other processes of that user
     * from reading the launch message. exec makes it dumpable again, as jcmd and core files need.
     */
    (void)execve(request->exec, request->argv, request->envp);
    int reason = errno;
    /* The kernel says so as well when the program is there and the loader that it names is not. */
    bool lacks_loader = reason == ENOENT && access(request->exec, X_OK) == 0;
    return launcher_fail(pfailure, LAUNCHER_EXIT_EXEC, "%s%s%s as user id %u: %s", request->exec,
                         request->chroot != NULL ? " inside " : "",
                         request->chroot != NULL ? request->chroot : "", geteuid(),
                         lacks_loader
                             ? "the program is there, but not the loader that it names (ldd shows "
                               "it), or not its libraries"
                             : strerror(reason));
}
