/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_spawn: fork, descriptors, exec; no decision.
 *
 * Between fork and exec only async-signal-safe calls are made: httpd may have threads.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "jsgid_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Closes all descriptors from the given one on; those that exec must close are left to it. */
static void close_from(unsigned first)
{
    unsigned fd;
    struct rlimit limit;

#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, 0) == 0) {
        return;
    }
#endif
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 65536) {
        limit.rlim_cur = 65536;
    }
    for (fd = first; fd < limit.rlim_cur; fd++) {
        (void)close((int)fd);
    }
}

static long long millis(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Passes the time until the program is to be executed. Whoever tells it to stop meanwhile need not
 * wait until it has started. */
static void wait_in_child(unsigned seconds)
{
    long long end = millis() + seconds * 1000LL;
    long long now;
    int at_line_start = 1;

    while ((now = millis()) < end) {
        struct pollfd input = {0, POLLIN, 0};
        char byte;
        ssize_t n;

        if (poll(&input, 1, (int)(end - now)) <= 0) {
            continue;
        }
        n = read(0, &byte, 1);
        if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN) ||
            (n == 1 && at_line_start && byte == 's')) {
            _exit(0);
        }
        if (n == 1) {
            at_line_start = byte == '\n';
        }
    }
}

/* The child from here on; never returns. status is descriptor 3 after the moves, closed by exec. */
static void become(const jsgid_spawn_t *what, pid_t parent, int status)
{
    struct sigaction action;
    sigset_t none;
    int error;
    int number;
    int input;
    int output;

    memset(&action, 0, sizeof(action));
    action.sa_handler = SIG_DFL;
    for (number = 1; number < NSIG; number++) {
        (void)sigaction(number, &action, NULL);
    }
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);

    /* Out of the way of 0 to 3 first, so that no move overwrites the source of a later one. */
    input = fcntl(what->input, F_DUPFD, 10);
    output = fcntl(what->output, F_DUPFD, 10);
    status = fcntl(status, F_DUPFD, 10);
    if (input < 0 || output < 0 || status < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 ||
        dup2(output, 2) < 0 || dup2(status, 3) < 0 || fcntl(3, F_SETFD, FD_CLOEXEC) < 0 ||
        setsid() < 0 || chdir("/") < 0 || prctl(PR_SET_PDEATHSIG, SIGTERM) < 0) {
        error = errno;
        (void)!write(status, &error, sizeof(error));
        _exit(127);
    }
    close_from(4);
    /* Whatever the shell had that started Apache: what the program makes is its user's alone,
     * unless it says otherwise. */
    (void)umask(077);
    /* The parent may have ended before prctl: then nobody would ever tell this process to stop. */
    if (getppid() != parent) {
        _exit(127);
    }
    if (what->delay > 0) {
        (void)close(3); /* the parent does not wait for this */
        wait_in_child(what->delay);
    }
    (void)execve(what->program, what->arguments, what->environment);
    error = errno;
    if (what->delay == 0) {
        (void)!write(3, &error, sizeof(error));
    }
    _exit(127);
}

pid_t jsgid_spawn(const jsgid_spawn_t *what, int *perror)
{
    int status[2];
    int error = 0;
    pid_t parent = getpid();
    pid_t pid;
    ssize_t n;

    if (pipe2(status, O_CLOEXEC) != 0) {
        *perror = errno;
        return -1;
    }
    pid = fork();
    if (pid == 0) {
        become(what, parent, status[1]);
    }
    error = errno;
    (void)close(status[1]);
    if (pid < 0) {
        (void)close(status[0]);
        *perror = error;
        return -1;
    }
    /* End of file: exec has closed the other end, the program runs. */
    do {
        n = read(status[0], &error, sizeof(error));
    } while (n < 0 && errno == EINTR);
    (void)close(status[0]);
    if (n == (ssize_t)sizeof(error)) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
        *perror = error;
        return -1;
    }
    return pid;
}
