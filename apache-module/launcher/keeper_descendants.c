#define _GNU_SOURCE
#include "keeper_descendants.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

struct pids {
    pid_t *list;
    size_t count;
    size_t room;
};

static bool add(struct pids *pids, pid_t pid)
{
    if (pids->count == pids->room) {
        size_t room = pids->room == 0 ? 64 : pids->room * 2;
        pid_t *list = realloc(pids->list, room * sizeof(pid_t));
        if (list == NULL) {
            return false;
        }
        pids->list = list;
        pids->room = room;
    }
    pids->list[pids->count++] = pid;
    return true;
}

/* Numbers with spaces between them. A signal to a wrong number would hit a stranger. */
static void add_listed(struct pids *pids, FILE *file)
{
    long pid = 0;
    while (fscanf(file, "%ld", &pid) == 1) {
        if (pid > 1 && pid <= INT_MAX && !add(pids, (pid_t)pid)) {
            return;
        }
    }
}

/*
 * The children of all threads of a process. Returns false when this kernel has no such lists, or
 * the process is gone.
 */
static bool add_children_listed(struct pids *pids, pid_t parent)
{
    char path[64];
    bool is_there = false;
    const struct dirent *entry;
    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)parent);
    DIR *threads = opendir(path);
    if (threads == NULL) {
        return false;
    }
    while ((entry = readdir(threads)) != NULL) {
        char name[NAME_MAX + 16];
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') {
            continue;
        }
        (void)snprintf(name, sizeof(name), "%s/children", entry->d_name);
        int descriptor = openat(dirfd(threads), name, O_RDONLY | O_CLOEXEC);
        FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "r");
        if (file != NULL) {
            is_there = true;
            add_listed(pids, file);
            (void)fclose(file);
        } else if (descriptor >= 0) {
            (void)close(descriptor);
        }
    }
    (void)closedir(threads);
    return is_there;
}

/* Field 4 of /proc/PID/stat; 0 when the process is gone. */
static pid_t parent_of(pid_t pid)
{
    char path[64];
    char text[1024];
    int parent = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    ssize_t size = read(file, text, sizeof(text) - 1);
    (void)close(file);
    text[size > 0 ? size : 0] = '\0';
    const char *behind_name = strrchr(text, ')');
    return behind_name != NULL && sscanf(behind_name + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

/* For a kernel without CONFIG_PROC_CHILDREN. */
static void add_children_searched(struct pids *pids, pid_t parent)
{
    DIR *processes = opendir("/proc");
    const struct dirent *entry;
    if (processes == NULL) {
        return;
    }
    while ((entry = readdir(processes)) != NULL) {
        long pid = strtol(entry->d_name, NULL, 10);
        if (pid > 1 && pid <= INT_MAX && parent_of((pid_t)pid) == parent &&
            !add(pids, (pid_t)pid)) {
            break;
        }
    }
    (void)closedir(processes);
}

#ifdef KEEPER_OLD_KERNEL
static const char list_of_own_children[] = "/proc/no-such-list";
#else
static const char list_of_own_children[] = "/proc/thread-self/children";
#endif

static bool has_child_lists(void)
{
    return access(list_of_own_children, R_OK) == 0;
}

void keeper_descendants_signal(int number)
{
    struct pids pids = {NULL, 0, 0};
    bool is_listed = has_child_lists();
    /* Of the keeper first, then of each one found: the list grows while it is gone through. */
    pid_t parent = getpid();
    for (size_t next = 0;; parent = pids.list[next++]) {
        if (!is_listed) {
            add_children_searched(&pids, parent);
        } else {
            (void)add_children_listed(&pids, parent);
        }
        if (next == pids.count) {
            break;
        }
    }
    for (size_t i = 0; i < pids.count; i++) {
        (void)kill(pids.list[i], number);
    }
    free(pids.list);
}

void keeper_descendants_kill_cgroup(const char *cgroup)
{
    char path[PATH_MAX];
    if (cgroup == NULL ||
        snprintf(path, sizeof(path), "%s/cgroup.kill", cgroup) >= (int)sizeof(path)) {
        return;
    }
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        /* A failure leaves the work to the signals. */
        ssize_t written = write(file, "1", 1);
        (void)written;
        (void)close(file);
    }
}
