#define _GNU_SOURCE
#include "keeper_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* State and start time of a process: fields 3 and 22 of /proc/PID/stat, behind its own name. */
static bool read_stat(pid_t pid, char *pstate, unsigned long long *pstarted)
{
    char path[64];
    char text[1024];
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    ssize_t size = read(file, text, sizeof(text) - 1);
    (void)close(file);
    if (size <= 0) {
        return false;
    }
    text[size] = '\0';
    const char *behind_name = strrchr(text, ')');
    return behind_name != NULL &&
           sscanf(
               behind_name + 1,
               " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
               pstate, pstarted) == 2;
}

static int open_pidfd(pid_t pid)
{
#if defined(SYS_pidfd_open) && !defined(KEEPER_OLD_KERNEL)
    /* Closes on exec always. */
    return (int)syscall(SYS_pidfd_open, pid, 0U);
#else
    (void)pid;
    errno = ENOSYS;
    return -1;
#endif
}

void keeper_watch_begin(struct keeper_watch *pwatch, pid_t pid)
{
    char state = '\0';
    *pwatch = (struct keeper_watch){.pid = pid, .descriptor = -1};
    if (pid == 0) {
        return;
    }
    pwatch->descriptor = open_pidfd(pid);
    if (pwatch->descriptor < 0 && !read_stat(pid, &state, &pwatch->started)) {
        pwatch->started = 0;
    }
    keeper_watch_look(pwatch);
}

static bool is_process_gone(const struct keeper_watch *watch)
{
    char state = '\0';
    unsigned long long started = 0;
    /* EPERM: it is there, and not ours. */
    if (kill(watch->pid, 0) != 0 && errno == ESRCH) {
        return true;
    }
    /* Where /proc hides others' processes, the number alone has to do. */
    return watch->started != 0 && read_stat(watch->pid, &state, &started) &&
           (state == 'Z' || state == 'X' || started != watch->started);
}

void keeper_watch_look(struct keeper_watch *pwatch)
{
    if (pwatch->pid == 0 || pwatch->is_gone) {
        return;
    }
    if (pwatch->descriptor >= 0) {
        struct pollfd ended = {.fd = pwatch->descriptor, .events = POLLIN};
        pwatch->is_gone = poll(&ended, 1, 0) == 1;
    } else {
        pwatch->is_gone = is_process_gone(pwatch);
    }
}

bool keeper_watch_needs_looking(const struct keeper_watch *watch)
{
    return watch->pid != 0 && !watch->is_gone && watch->descriptor < 0;
}
