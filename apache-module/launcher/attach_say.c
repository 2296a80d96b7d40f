#define _GNU_SOURCE /* ppoll */
#include "attach_say.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t is_called_off;
/* The mask while something waits: signals come in there and nowhere else, so that none is missed
 * between a look at the flag and the wait. */
static sigset_t while_waiting;

bool attach_fail(struct attach_failure *pfailure, const char *kind, const char *format, ...)
{
    va_list arguments;
    pfailure->kind = kind;
    va_start(arguments, format);
    (void)vsnprintf(pfailure->sentence, sizeof(pfailure->sentence), format, arguments);
    va_end(arguments);
    return false;
}

static void call_off(int number)
{
    (void)number;
    is_called_off = 1;
}

bool attach_catch_signals(struct attach_failure *pfailure)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGHUP};
    struct sigaction action = {.sa_handler = call_off};
    sigset_t blocked;
    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        (void)sigaddset(&blocked, ends[i]);
        if (sigaction(ends[i], &action, NULL) != 0) {
            return attach_fail(pfailure, "failed", "a signal could not be caught: %s",
                               strerror(errno));
        }
    }
    if (sigprocmask(SIG_BLOCK, &blocked, &while_waiting) != 0) {
        return attach_fail(pfailure, "failed", "signals could not be held: %s", strerror(errno));
    }
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        (void)sigdelset(&while_waiting, ends[i]);
    }
    /* A reader that is gone is an error of write, after which there is still something to tidy. */
    (void)signal(SIGPIPE, SIG_IGN);
    return true;
}

bool attach_is_called_off(void)
{
    return is_called_off != 0;
}

struct timespec attach_in(long seconds)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    now.tv_sec += seconds;
    return now;
}

static int64_t millis_left(const struct timespec *until)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return ((int64_t)until->tv_sec - now.tv_sec) * 1000 + (until->tv_nsec - now.tv_nsec) / 1000000;
}

bool attach_is_over(const struct timespec *until)
{
    return millis_left(until) <= 0;
}

bool attach_wait(int descriptor, short events, const struct timespec *until, long at_most_millis)
{
    int64_t left = at_most_millis;
    if (until != NULL && millis_left(until) < left) {
        left = millis_left(until);
    }
    if (left < 0) {
        left = 0;
    }
    struct timespec time = {.tv_sec = left / 1000, .tv_nsec = (left % 1000) * 1000000L};
    struct pollfd place = {.fd = descriptor, .events = events, .revents = 0};
    return ppoll(&place, 1, &time, &while_waiting) == 1;
}

static bool write_all(const char *bytes, size_t length)
{
    /* A monitor that hangs is waited for: it ends this process with itself, or by a signal. */
    static const long A_WHILE_MILLIS = 1000;
    while (length > 0) {
        if (is_called_off) {
            return false;
        }
        if (!attach_wait(STDOUT_FILENO, POLLOUT, NULL, A_WHILE_MILLIS)) {
            continue;
        }
        ssize_t count = write(STDOUT_FILENO, bytes, length);
        if (count < 0 && errno != EINTR && errno != EAGAIN) {
            return false;
        }
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        }
    }
    return true;
}

bool attach_say(const char *word, const void *bytes, size_t length)
{
    char head[64];
    int size = snprintf(head, sizeof(head), "%s %zu\n", word, length);
    return size > 0 && (size_t)size < sizeof(head) && write_all(head, (size_t)size) &&
           write_all(bytes, length);
}

bool attach_say_size(const char *word, unsigned long long size)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "%llu", size);
    return length > 0 && attach_say(word, text, (size_t)length);
}
